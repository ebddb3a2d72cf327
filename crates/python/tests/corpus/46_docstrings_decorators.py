"""Module doc."""
print __doc__, __name__
def deco(fn):
    def wrapper(*args, **kwargs):
        print "before", fn.__name__
        return fn(*args, **kwargs)
    wrapper.__name__ = fn.__name__
    return wrapper
@deco
def f(a, b=2):
    """f's doc"""
    return a + b
print f(1), f(1, b=3), f.__name__
def arg(n):
    def d(fn):
        fn.n = n
        return fn
    return d
@arg(5)
@deco
def g():
    """doc
    two lines"""
print g.n, g()
class C:
    """class doc"""
    @classmethod
    def cm(cls): return cls.__name__
    @staticmethod
    def sm(): return "static"
    def m(self):
        "method doc"
print C.__doc__, C.cm(), C().cm(), C.sm(), C.m.__doc__
import functools
print functools.partial(lambda a, b: (a, b), 1)(2), functools.reduce(lambda a, b: a + b, [1, 2])
