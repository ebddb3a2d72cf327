print True and False, True or 1 / 0, not "", not [], None or "d", 0 and 1, "" or [] or {}
print bool(None), True == 1, True is True, False + 1, [True, False].index(False), str(True), "%d" % True
a = None
print a is None, a is not None, a == None, a != None, not a
print 1 < 2 == True, (1 < 2) == True, 1 in [1] == True, 3 > 2 > 1
if a: print "yes"
elif not a: print "no"
if a is None and (1 or 2): print "both"
x = 5
print 0 < x < 10, 0 < x and x < 10, x == 5 or x == 6, x in (5, 6), not x == 5, not x in [1]
print "yes" if x > 3 else "no", ("a", "b")[x > 3], x > 3 and "and-or" or "other"
print any(i > 2 for i in range(4)), all(i < 2 for i in range(4)), all([]), any([])
