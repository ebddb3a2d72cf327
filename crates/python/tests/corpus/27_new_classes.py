class A(object):
    def __init__(self, v):
        super(A, self).__init__()
        self._v = v
    @property
    def v(self):
        return self._v
    @v.setter
    def v(self, value):
        self._v = value
    @staticmethod
    def s(x):
        return x * 2
    @classmethod
    def c(cls, x):
        return cls.__name__, x
    def __call__(self, y):
        return y + 1
    def __len__(self):
        return 3
    def __getitem__(self, i):
        if i >= 3:
            raise IndexError
        return i * 10
    def __contains__(self, i):
        return i == 42
    def __eq__(self, other):
        return self._v == other._v
    def __hash__(self):
        return 1
a = A(1)
a.v = 5
print a.v, A.s(2), A.c(3), a(4), len(a), list(a), 42 in a, a == A(5), a != A(6), len(set([a, A(5)]))
class B(A):
    def __init__(self):
        super(B, self).__init__(9)
class M1(object):
    def who(self): return "M1"
class M2(object):
    def who(self): return "M2"
class D(M1, M2):
    def who(self):
        return "D" + super(D, self).who()
print B().v, D().who(), [c.__name__ for c in D.__mro__]
class S(object):
    __slots__ = ["a"]
s = S()
s.a = 1
print s.a
print type("T", (object,), {"x": 1}).x
class E(object):
    def __eq__(self, other): return True
print hash(E()) is not None, {E(): 1} is not None
