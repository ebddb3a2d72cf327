a = b = c = []
a.append(1)
print b, c
x, y = "ab"
print x, y
[p, q] = 1, 2
print p, q
(m, n), o = (1, 2), 3
print m, n, o
for k, (v, w) in [(1, (2, 3))]:
    print k, v, w
try:
    x, y = 1, 2, 3
except ValueError, e:
    print "ValueError"
try:
    x, y = [1]
except ValueError, e:
    print "ValueError"
first, rest = (lambda l: (l[0], l[1:]))([1, 2, 3])
print first, rest
d = {}
d["a"], d["b"] = 1, 2
print sorted(d.items())
i = 0
i, l = 5, [i]
print i, l
