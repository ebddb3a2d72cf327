counter = 0
def inc():
    global counter
    counter += 1
    return counter
inc(); inc()
print counter
def outer(n):
    box = [n]
    def inner(k=1):
        box[0] += k
        return box[0]
    return inner
f = outer(10)
print f(), f(5)
def make(i):
    return lambda: i
print [make(i)() for i in range(3)]
def defaults(a, b=[], *args, **kw):
    b.append(a)
    return a, b, args, sorted(kw.items())
print defaults(1), defaults(2), defaults(3, [], 4, 5, x=6)
print (lambda a, b=2, *c: (a, b, c))(1, 3, 4)
def shadow():
    str = "local"
    return str
print shadow(), str(5)
def kw(**k): return sorted(k)
print kw(a=1, **{"b": 2})
def star(*a): return a
print star(*[1, 2]), star(0, *(1,))
x = 1
def reads(): return x
x = 2
print reads(), "x" in globals(), reads.func_name, reads.__name__
def loc():
    a = 1
    return locals()
print loc()
print defaults.func_defaults[0] is not None, outer.func_code.co_argcount
