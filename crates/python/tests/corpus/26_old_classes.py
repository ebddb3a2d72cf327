class Old:
    "doc"
    attr = 1
    def __init__(self, x=0):
        self.x = x
    def method(self):
        return self.x
    def __repr__(self):
        return "Old(%d)" % self.x
o = Old(3)
print o, o.method(), o.attr, Old.method(o), Old.__doc__, Old.__name__
class Sub(Old):
    def __init__(self):
        Old.__init__(self, 7)
    def method(self):
        return "sub" + str(Old.method(self))
s = Sub()
print s.method(), isinstance(s, Old), issubclass(Sub, Old)
class Other():
    pass
x = Other()
x.a = 1
print x.a, hasattr(x, "b"), x.__dict__, x.__class__.__name__
setattr(x, "b", 2)
del x.a
print x.__dict__
class Dyn:
    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError, name
        return "dyn_" + name
print Dyn().foo
print getattr(o, "x"), callable(o.method)
class Counter:
    n = 0
    def inc(self):
        Counter.n += 1
        return self
print Counter().inc().inc().n
