def f((a, b), c=3):
    return a, b, c
print f((1, 2)), f([1, 2], 4)
def g(x, (y, (z, w)), *rest):
    return x, y, z, w, rest
print g(1, (2, (3, 4)), 5)
def h((a, b)=(7, 8)):
    return a + b
print h(), h((1, 1))
k = lambda (a, b), c: a * b + c
print k((2, 3), 1)
print sorted({"x": 2, "y": 1}.items(), key=lambda (name, value): value)
print map(lambda (i, s): s * i, enumerate(["a", "b", "c"]))
m = lambda (a, (b, c)): [a, b, c]
print m((1, (2, 3)))
print filter(lambda (a, b): a > b, [(1, 2), (2, 1)])
def gen((a, b)):
    yield a
    yield b
print list(gen("xy"))
class C:
    def m(self, (a, b)):
        return self.n + a + b
    n = 1
print C().m((1, 2))
try:
    f((1, 2, 3))
except ValueError, e:
    print "ValueError"
n = lambda (a,
            b): a + b
print n((1, 2))
