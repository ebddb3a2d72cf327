def show(f):
    try:
        f()
    except Exception, e:
        print type(e).__name__ + ":", e
def a(): return {}["k"]
def b(): return [1][5]
def c(): return int("x")
def d(): return None.foo
def e(): return "a" + 1
def f(): raise Exception
def g(): raise Exception("one", 2)
def h(): assert False, "claim"
def i(): assert 1 == 2
def j(): return iter([]).next()
def k(): raise IOError(2, "No such file")
def l(): raise KeyError
for function in (a, b, c, d, f, g, h, i, j, k, l):
    show(function)
err = ValueError("text")
print str(err), repr(err), [err], len(err.args)
err = ValueError("a", 1)
print str(err), repr(err)
print isinstance(err, StandardError), issubclass(KeyError, LookupError)
try:
    raise ValueError("x", 7)
except ValueError, e:
    print e[0], e[1]
