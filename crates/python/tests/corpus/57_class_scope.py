x = "global"
class A:
    x = "class"
    y = x + "!"
    def m(self):
        return x
    z = [c for c in "ab"]
    f = lambda self: self.x
    if True:
        cond = "set"
    for _i in range(2):
        pass
print A.y, A().m(), A.z, A().f(), A.cond, A._i
class P:
    __private = 1
    def get(self): return self.__private
    def __hidden(self): return "hidden"
    def call(self): return self.__hidden()
print P().get(), P().call(), P._P__private, hasattr(P, "__private")
class Outer:
    class Inner:
        v = 3
    def make(self): return self.Inner().v
print Outer().make(), Outer.Inner.v
class Q:
    def __init__(self, **kw): self.__dict__.update(kw)
q = Q(a=1, b=2)
print q.a, sorted(q.__dict__), vars(q) == q.__dict__, sorted(k for k in dir(q) if k[0] != "_")
bound = q.__init__
bound(c=3)
print q.c
