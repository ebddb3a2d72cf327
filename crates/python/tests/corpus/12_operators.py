print 1 <> 2, 1 <> 1, "a" <> "b"
print 1 < 2 < 3, 3 > 2 > 2, 1 < 3 > 2
def v(x):
    print "v", x,
    return x
print v(1) < v(2) < v(3)
print v(3) < v(2) < v(1)
print 1 == 1.0, "a" == u"a", None == 0, [] == ()
print 1 in [1], 2 not in (1,), "b" in "abc"
print 1 is 1, None is not None, not None
print "ab" * 2, [0] * 3, 2 * "x"
print 5 and 0 or "x", 0 or None, 1 and 2
print 1 if 0 else 2
print 1 <= 1 <= 2, 1 == 1 < 2
