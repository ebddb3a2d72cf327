x = "before"
a = [x for x in [1, 2, 3]]
print x, a
def f():
    [y for y in "abc"]
    return y
print f()
def g():
    [(k, v) for k, v in [(1, 2), (3, 4)]]
    return k, v
print g()
[[i * j for j in range(3)] for i in range(2)]
print i, j
z = "kept"
list(z for z in [1])
print z
{w: 1 for w in "q"}
try:
    print w
except NameError:
    print "no w"
class C:
    items = [n * 2 for n in (1, 2)]
print C.items
print [q for q in [q for q in range(4)] if q > 1], q
fs = [lambda: m for m in range(3)]
print [fn() for fn in fs]
def h():
    e = 5
    r = [e for e in (7, 8)]
    return e, r
print h()
