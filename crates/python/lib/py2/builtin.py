"""The builtins of Python 2 programs: Python 3's with another meaning, those
that are gone, and the names that translated code calls.
"""

import builtins
import functools
import itertools
import sys

import _durward_front
from _durward_py2 import attributes, classes, conversion, imports, ordering, printing
from _durward_py2.conversion import INT_MAX, INT_MIN, octal, to_repr, to_str


def _function(function):
    return to_str if function is str else function


def py2_map(function, *iterables):
    """`map`: a list; short iterables are padded with `None`."""
    if function is None:
        return list(iterables[0]) if len(iterables) == 1 else list(itertools.zip_longest(*iterables))
    function = _function(function)
    if len(iterables) == 1:
        return [function(item) for item in iterables[0]]
    return [function(*items) for items in itertools.zip_longest(*iterables)]


def py2_filter(function, iterable):
    """`filter`: a list, or a string or tuple of one."""
    kept = list(filter(function, iterable))
    if isinstance(iterable, str):
        return "".join(kept)
    return tuple(kept) if isinstance(iterable, tuple) else kept


def py2_zip(*iterables):
    """`zip`: a list."""
    return list(zip(*iterables))


def py2_range(*args):
    """`range`: a list."""
    return list(range(*args))


def py2_round(number, digits=0):
    """`round`: a float, halves away from zero."""
    number = float(number)
    from decimal import ROUND_HALF_UP, Decimal

    if number != number or number in (float("inf"), float("-inf")):
        return number
    exact = Decimal(number).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
    return float(exact)


def py2_chr(code):
    """`chr`: a byte string of one character."""
    if not 0 <= code < 256:
        raise ValueError("chr() arg not in range(256)")
    return chr(code)


def py2_hex(number):
    """`hex`"""
    return hex(number) + ("" if INT_MIN <= number <= INT_MAX else "L")


def py2_oct(number):
    """`oct`"""
    return octal(number) + ("" if INT_MIN <= number <= INT_MAX else "L")


def py2_reload(module):
    """`reload`: our modules do not change, so the module itself."""
    return module


def py2_getattr(owner, name, *default):
    """`getattr`, for attributes of Python 2's types too."""
    function = attributes.FUNCTIONS.get(name)
    if function is None:
        return getattr(owner, name, *default)
    try:
        return function(owner)
    except AttributeError:
        if default:
            return default[0]
        raise


def py2_hasattr(owner, name):
    """`hasattr`: any error means no."""
    try:
        py2_getattr(owner, name)
    except Exception:
        return False
    return True


def apply(function, args=(), keywords={}):
    """`apply`"""
    return function(*args, **keywords)


def coerce(a, b):
    """`coerce`"""
    kind = complex if complex in (type(a), type(b)) else float if float in (type(a), type(b)) else int
    return kind(a), kind(b)


def _refused(what):
    def function(*args, **keywords):
        raise IOError("%s is not available to scripts" % what)

    function.__name__ = what
    return function


def _code(source, name, expression):
    text = source.decode("utf-8") if isinstance(source, bytes) else source
    return _durward_front.compile_text(text, name, expression, "2")


def py2_compile(source, filename, mode, flags=0, dont_inherit=0):
    """`compile`"""
    if mode not in ("exec", "eval", "single"):
        raise ValueError("compile() arg 3 must be 'exec' or 'eval' or 'single'")
    return _code(source, filename, mode == "eval")


def execute(code, scope=None, locals=None):
    """The exec statement."""
    if isinstance(code, tuple) and len(code) in (2, 3):
        code, scope, locals = (code + (None,))[:3]
    if isinstance(code, str):
        code = _code(code, "<string>", False)
    scope.setdefault("__builtins__", NAMESPACE)
    exec(code, scope, scope if locals is None else locals)


def py2_eval(source, scope=None, locals=None):
    """`eval`"""
    if scope is None:
        frame = sys._getframe(1)
        scope, locals = frame.f_globals, frame.f_locals
    if isinstance(source, str):
        source = _code(source, "<string>", True)
    scope.setdefault("__builtins__", NAMESPACE)
    return eval(source, scope, scope if locals is None else locals)


def raised(kind, value=None, traceback=None):
    """The exception of `raise kind, value, traceback`."""
    if isinstance(kind, type) and issubclass(kind, BaseException):
        if isinstance(value, kind):
            error = value
        elif value is None:
            error = kind()
        else:
            error = kind(*value) if isinstance(value, tuple) else kind(value)
    elif value is None or not isinstance(kind, BaseException):
        error = kind
    else:
        raise TypeError("instance exception may not have a separate value")
    return error.with_traceback(traceback) if traceback is not None else error


def exactly(value, count):
    """The items of a tuple parameter."""
    items = tuple(value)
    if len(items) < count:
        raise ValueError("need more than %d value%s to unpack" % (len(items), "" if len(items) == 1 else "s"))
    if len(items) > count:
        raise ValueError("too many values to unpack")
    return items


def arguments(error):
    """What `except X, (a, b)` unpacks."""
    return error.args


def item(value, index):
    """`error[index]` of a caught exception."""
    if isinstance(value, BaseException) and not hasattr(value, "__getitem__"):
        return value.args[index]
    return value[index]


def _namespace():
    names = dict(vars(builtins))
    names.update(
        __import__=imports.import_module,
        StandardError=Exception,
        apply=apply,
        basestring=str,
        buffer=memoryview,
        bytes=str,
        chr=py2_chr,
        cmp=ordering.compare,
        coerce=coerce,
        compile=py2_compile,
        eval=py2_eval,
        execfile=_refused("execfile"),
        file=_refused("file"),
        filter=py2_filter,
        getattr=py2_getattr,
        hasattr=py2_hasattr,
        hex=py2_hex,
        input=_refused("input"),
        intern=sys.intern,
        long=int,
        map=py2_map,
        max=ordering.maximum,
        min=ordering.minimum,
        oct=py2_oct,
        open=_refused("open"),
        print=printing.function,
        range=py2_range,
        raw_input=_refused("raw_input"),
        reduce=functools.reduce,
        reload=py2_reload,
        repr=to_repr,
        round=py2_round,
        sorted=ordering.sort_list,
        unichr=chr,
        unicode=str,
        xrange=range,
        zip=py2_zip,
    )
    names.update(_support())
    for name, function in attributes.FUNCTIONS.items():
        names["__durward_attribute_%s__" % name] = function
    return names


def _support():
    return {
        "__durward_arguments__": arguments,
        "__durward_class__": classes.prepare,
        "__durward_div__": _durward_front.div,
        "__durward_divisor__": classes.divisor,
        "__durward_exactly__": exactly,
        "__durward_exec__": execute,
        "__durward_ge__": _durward_front.ge,
        "__durward_globals__": globals,
        "__durward_gt__": _durward_front.gt,
        "__durward_item__": item,
        "__durward_le__": _durward_front.le,
        "__durward_locals__": locals,
        "__durward_lt__": _durward_front.lt,
        "__durward_mod__": _durward_front.modulo,
        "__durward_ordered__": ordering.Ordered,
        "__durward_print__": printing.statement,
        "__durward_print_end__": printing.end,
        "__durward_print_part__": printing.statement_part,
        "__durward_print_part_to__": printing.statement_part_to,
        "__durward_print_rest__": printing.rest,
        "__durward_print_to__": printing.statement_to,
        "__durward_printer__": printing.Printer,
        "__durward_raise__": raised,
        "__durward_repr__": to_repr,
        "__durward_stop__": StopIteration,
        "__durward_str__": conversion.call_str,
        "__durward_unicode__": conversion.call_unicode,
    }


NAMESPACE = _namespace()
imports.NAMESPACE = NAMESPACE
