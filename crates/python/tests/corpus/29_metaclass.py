class Meta(type):
    def __new__(mcs, name, bases, dct):
        dct["added"] = name.lower()
        return type.__new__(mcs, name, bases, dct)
class A(object):
    __metaclass__ = Meta
    x = 1
class B(A):
    pass
print A.added, B.added, A.x, type(A).__name__, A.__metaclass__ is Meta
def deco(cls):
    cls.tag = "decorated"
    return cls
@deco
class C(object):
    pass
print C.tag
