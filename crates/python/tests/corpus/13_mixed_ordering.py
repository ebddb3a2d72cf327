print None < 0, None < "", None < None, None <= None, None > -5
print 0 < "a", 10 ** 20 < "", "a" < (1,), [1] < (1,), {} < []
print sorted([3, "a", None, 2.5, [1], (1,), {}])
print max(1, "a", None), min(1, "a", None)
print cmp(None, 1), cmp(1, "a"), cmp("a", 1), cmp([1, 2], [1, 3]), cmp(2, 1), cmp("a", "a")
x = None
if x > 0:
    print "positive"
else:
    print "not positive"
values = [3, None, 1]
values.sort()
print values
print {"a": 1} < {"a": 2}, {"a": 1} < {"a": 1, "b": 2}, {"b": 1} < {"a": 1}
print (1, "a") < (1, None), [1, None] < [1, 2]
print 1 < None, "x" >= None
