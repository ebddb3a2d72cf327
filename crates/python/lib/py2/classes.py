"""What classes of Python 2 programs need to work in Python 3."""

from _durward_front import div
from _durward_py2.conversion import INT_MAX


class Divisor(int):
    """The right side of `a /= b` when it is an integer."""

    def __rtruediv__(self, left):
        return div(left, int(self)) if isinstance(left, int) else NotImplemented


def divisor(value):
    """Wraps the right side of `a /= b`."""
    return Divisor(value) if type(value) in (int, bool) else value


def _dividing(method):
    def divide(self, other):
        return method(self, int(other) if type(other) is Divisor else other)

    return divide


def _ordering(test):
    def method(self, other):
        result = self.__cmp__(other)
        return NotImplemented if result is NotImplemented else test(result)

    return method


_ORDERINGS = {
    "__lt__": lambda result: result < 0,
    "__le__": lambda result: result <= 0,
    "__gt__": lambda result: result > 0,
    "__ge__": lambda result: result >= 0,
    "__eq__": lambda result: result == 0,
    "__ne__": lambda result: result != 0,
}
_RENAMED = {"__nonzero__": "__bool__", "next": "__next__"}
_DIVISIONS = {"__div__": "__truediv__", "__rdiv__": "__rtruediv__", "__idiv__": "__itruediv__"}
_SLICED = ("get", "set", "del")


def _bounds(self, index):
    start = 0 if index.start is None else index.start
    stop = INT_MAX if index.stop is None else index.stop
    if start < 0:
        start += len(self)
    if stop < 0:
        stop += len(self)
    return start, stop


def _slicing(cls, name):
    slicer = cls.__dict__["__%sslice__" % name]
    plain = getattr(cls, "__%sitem__" % name, None)

    def method(self, index, *value):
        if isinstance(index, slice) and index.step is None:
            return slicer(self, *_bounds(self, index), *value)
        if plain is None:
            raise TypeError("'%s' object has no items" % type(self).__name__)
        return plain(self, index, *value)

    return method


def _additions(cls):
    own = cls.__dict__
    for old, new in _RENAMED.items():
        if old in own and new not in own and callable(own[old]):
            yield new, own[old]
    for old, new in _DIVISIONS.items():
        if old in own and new not in own:
            yield new, _dividing(own[old])
    for name in _SLICED:
        if "__%sslice__" % name in own:
            yield "__%sitem__" % name, _slicing(cls, name)
    if "__cmp__" in own:
        for name, test in _ORDERINGS.items():
            if name not in own:
                yield name, _ordering(test)
    if "__eq__" in own and own.get("__hash__", cls) is None:
        inherited = [base.__hash__ for base in cls.__mro__[1:] if base.__hash__ is not None]
        yield "__hash__", inherited[0] if inherited else object.__hash__


def prepare(cls):
    """Adds Python 3's names of the special methods to a new class."""
    if isinstance(cls, type):
        for name, value in list(_additions(cls)):
            setattr(cls, name, value)
    return cls
