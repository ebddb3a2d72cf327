n = 0
while 1:
    n += 1
    if n == 2: continue
    if n > 4: break
    print n,
print
i = 10
while i:
    i -= 3
    if i < 0: break
else:
    print "not reached"
print i
for a in range(3):
    for b in range(3):
        if b == 1: break
        print (a, b),
print
for c in "abc": print c,
print
for k, v in sorted({"a": 1, "b": 2}.iteritems()): print k, v,
print
for i, x in enumerate(["p", "q"]): print i, x,
print
for x in reversed(range(3)): print x,
print
for a, b in zip("ab", [1, 2]): print a + `b`,
print
total = 0
for x in xrange(1000): total += x
print total, x
