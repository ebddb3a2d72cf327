"""Orderings of any two values, `cmp` and sorting by it."""

import functools

from _durward_front import ge, gt, le, lt


def _name(value):
    return "" if isinstance(value, (int, float)) else type(value).__name__


def order(a, b):
    """The order of two values that Python 3 refuses to order."""
    if a is None or b is None:
        return (a is not None) - (b is not None)
    if type(a) is type(b):
        if isinstance(a, (list, tuple)):
            for left, right in zip(a, b):
                if left != right:
                    return compare(left, right)
            return (len(a) > len(b)) - (len(a) < len(b))
        if isinstance(a, dict):
            return _order_dicts(a, b)
    left, right = _name(a), _name(b)
    if left == right:
        left, right = id(a), id(b)
    return (left > right) - (left < right)


def _order_dicts(a, b):
    if len(a) != len(b):
        return -1 if len(a) < len(b) else 1
    keys = sort_list([key for key in a if key not in b or a[key] != b[key]])
    others = sort_list([key for key in b if key not in a or a[key] != b[key]])
    if not keys or not others:
        return 0
    return compare(keys[0], others[0]) or compare(a[keys[0]], b[others[0]])


def compare(a, b):
    """`cmp(a, b)`"""
    method = getattr(type(a), "__cmp__", None)
    if method is not None:
        result = method(a, b)
        if result is not NotImplemented:
            return (result > 0) - (result < 0)
    if a == b:
        return 0
    return -1 if lt(a, b) else 1


class Ordered:
    """An operand of a chain of comparisons."""

    __slots__ = ("value",)
    __hash__ = None

    def __init__(self, value):
        self.value = value

    def __lt__(self, other):
        return lt(self.value, other.value)

    def __le__(self, other):
        return le(self.value, other.value)

    def __gt__(self, other):
        return gt(self.value, other.value)

    def __ge__(self, other):
        return ge(self.value, other.value)

    def __eq__(self, other):
        return self.value == other.value

    def __ne__(self, other):
        return self.value != other.value


_ANY = functools.cmp_to_key(compare)


def _key(cmp, key):
    convert = _ANY if cmp is None else functools.cmp_to_key(cmp)
    return convert if key is None else lambda value: convert(key(value))


def is_unordered(error):
    """True when `error` is the refusal to order two values."""
    return "not supported between instances" in str(error)


def sort_list(values, cmp=None, key=None, reverse=False):
    """A sorted list of `values`."""
    values = list(values)
    if key is str:
        from _durward_py2.conversion import to_str as key
    if cmp is None:
        try:
            return sorted(values, key=key, reverse=bool(reverse))
        except TypeError as error:
            if not is_unordered(error):
                raise
    return sorted(values, key=_key(cmp, key), reverse=bool(reverse))


def sort_in_place(values, cmp=None, key=None, reverse=False):
    """`values.sort(…)`"""
    values[:] = sort_list(values, cmp, key, reverse)


def _extreme(function):
    def choose(*args, **keywords):
        if len(args) == 1:
            args = (list(args[0]),)
        try:
            return function(*args, **keywords)
        except TypeError as error:
            if not is_unordered(error):
                raise
        return function(*args, key=_key(None, keywords.get("key")))

    return choose


minimum = _extreme(min)
maximum = _extreme(max)
