"""Attributes that Python 2's types have and Python 3's lack, or that give
lists there. Each function answers the attribute of its name.
"""

import sys
from collections import OrderedDict
from collections.abc import ItemsView, KeysView, Mapping, ValuesView
from functools import partial

from _durward_py2 import conversion, printing
from _durward_py2.ordering import sort_in_place

_ORDERED = OrderedDict()
_VIEWS = (KeysView, ValuesView, ItemsView, type(_ORDERED.keys()), type(_ORDERED.values()), type(_ORDERED.items()))


def _listed(method, *args):
    result = method(*args)
    return list(result) if isinstance(result, _VIEWS) else result


def _listing(name):
    method = getattr(dict, name)

    def attribute(owner):
        if type(owner) is dict:
            return lambda: list(method(owner))
        found = getattr(owner, name)
        return partial(_listed, found) if isinstance(owner, Mapping) else found

    return attribute


def _otherwise(name, modern):
    """An attribute of Python 2, else the method `modern` of a mapping."""

    def attribute(owner):
        if type(owner) is not dict:
            found = getattr(owner, name, None)
            if found is not None:
                return found
            if not isinstance(owner, Mapping):
                return getattr(owner, name)
        return modern(owner)

    return attribute


def _of_text(name, function):
    def attribute(owner):
        return partial(function, owner) if isinstance(owner, str) else getattr(owner, name)

    return attribute


def _first_of(*names):
    """The first of the attributes that exists."""

    def attribute(owner):
        for name in names[1:]:
            if hasattr(owner, name) and not hasattr(owner, names[0]):
                return getattr(owner, name)
        return getattr(owner, names[0])

    return attribute


def _message(owner):
    if isinstance(owner, BaseException) and not hasattr(owner, "message"):
        return owner.args[0] if len(owner.args) == 1 else ""
    return owner.message


def _sort(owner):
    return partial(sort_in_place, owner) if isinstance(owner, list) else owner.sort


def _translate(text, table, deletions=""):
    if not isinstance(table, str) and table is not None:
        return text.translate(table)
    if deletions:
        text = "".join([character for character in text if character not in deletions])
    if table is None:
        return text
    return "".join([table[ord(c)] if ord(c) < len(table) else c for c in text])


def _write(owner):
    # Text written directly ends what a print statement left open.
    if owner is sys.stdout:
        owner = printing.Direct(owner)
    return owner.write


class _Float(float):
    def __format__(self, spec):
        return float.__format__(self, spec) if spec else conversion.float_text(float(self))

    def __str__(self):
        return conversion.float_text(float(self))


def _formatted(value):
    return _Float(value) if type(value) is float else value


def _format(text, *args, **keywords):
    args = [_formatted(value) for value in args]
    return text.format(*args, **{name: _formatted(value) for name, value in keywords.items()})


FUNCTIONS = {
    "decode": _of_text("decode", conversion.decode),
    "encode": _of_text("encode", conversion.encode),
    "format": _of_text("format", _format),
    "func_closure": _first_of("func_closure", "__closure__"),
    "func_code": _first_of("func_code", "__code__"),
    "func_defaults": _first_of("func_defaults", "__defaults__"),
    "func_dict": _first_of("func_dict", "__dict__"),
    "func_doc": _first_of("func_doc", "__doc__"),
    "func_globals": _first_of("func_globals", "__globals__"),
    "func_name": _first_of("func_name", "__name__"),
    "has_key": _otherwise("has_key", lambda owner: owner.__contains__),
    "im_class": _first_of("im_class", "__class__"),
    "im_func": _first_of("im_func", "__func__"),
    "im_self": _first_of("im_self", "__self__"),
    "items": _listing("items"),
    "iteritems": _otherwise("iteritems", lambda owner: lambda: iter(owner.items())),
    "iterkeys": _otherwise("iterkeys", lambda owner: lambda: iter(owner.keys())),
    "itervalues": _otherwise("itervalues", lambda owner: lambda: iter(owner.values())),
    "keys": _listing("keys"),
    "message": _message,
    "next": _first_of("next", "__next__"),
    "sort": _sort,
    "translate": _of_text("translate", _translate),
    "values": _listing("values"),
    "viewitems": _otherwise("viewitems", lambda owner: owner.items),
    "viewkeys": _otherwise("viewkeys", lambda owner: owner.keys),
    "viewvalues": _otherwise("viewvalues", lambda owner: owner.values),
    "write": _write,
}
