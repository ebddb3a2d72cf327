"""Text and `repr` of values as Python 2 makes them, and byte strings.

A byte string of Python 2 is a `str` here whose characters are below 256.
"""

from collections import OrderedDict, defaultdict

INT_MIN = -2147483648
INT_MAX = 2147483647


def octets(text):
    """The bytes that a byte string stands for."""
    if isinstance(text, str):
        return text.encode("latin-1")
    return bytes(text)


def latin(data):
    """The byte string that stands for some bytes."""
    return bytes(data).decode("latin-1")


def octal(number):
    """Octal digits with a leading zero."""
    digits = "%o" % abs(number)
    text = digits if digits == "0" else "0" + digits
    return "-" + text if number < 0 else text


def float_text(value):
    """`str` of a float: twelve digits."""
    text = "%.12g" % value
    digits = text.lstrip("-")
    if digits.isdigit():
        if len(digits) == 12:
            mantissa = digits[0] + "." + digits[1:].rstrip("0")
            return ("-" if value < 0 else "") + mantissa.rstrip(".") + "e+11"
        return text + ".0"
    return text


def _sequence(opening, closing, single):
    def render(value, seen):
        parts = [_render(item, seen) for item in value]
        tail = single if len(parts) == 1 else ""
        return opening + ", ".join(parts) + tail + closing

    return render


def _dict(value, seen):
    return "{" + ", ".join(_render(k, seen) + ": " + _render(v, seen) for k, v in value.items()) + "}"


def _set(value, seen):
    return "set([" + ", ".join(_render(item, seen) for item in value) + "])"


def _frozenset(value, seen):
    return "frozenset([" + ", ".join(_render(item, seen) for item in value) + "])"


def _ordered(value, seen):
    if not value:
        return "OrderedDict()"
    pairs = ["(%s, %s)" % (_render(k, seen), _render(v, seen)) for k, v in value.items()]
    return "OrderedDict([" + ", ".join(pairs) + "])"


def _defaultdict(value, seen):
    return "defaultdict(%s, %s)" % (_render(value.default_factory, seen), _dict(value, seen))


def _int(value):
    text = int.__repr__(value)
    return text if INT_MIN <= value <= INT_MAX else text + "L"


_CONTAINERS = {
    list: (_sequence("[", "]", ""), "[...]"),
    tuple: (_sequence("(", ")", ","), "(...)"),
    dict: (_dict, "{...}"),
    set: (_set, "set(...)"),
    frozenset: (_frozenset, "frozenset(...)"),
    OrderedDict: (_ordered, "..."),
    defaultdict: (_defaultdict, "defaultdict(...)"),
}


def _type(value):
    if value.__module__ != "builtins":
        return type.__repr__(value)
    if issubclass(value, BaseException):
        return "<type 'exceptions.%s'>" % value.__name__
    return "<type '%s'>" % value.__name__


def _render(value, seen):
    kind = type(value)
    if kind is str:
        return ascii(value)
    if kind is int:
        return _int(value)
    if kind in _CONTAINERS:
        render, again = _CONTAINERS[kind]
        if id(value) in seen:
            return again
        seen.add(id(value))
        try:
            return render(value, seen)
        finally:
            seen.discard(id(value))
    if kind is type:
        return _type(value)
    if isinstance(value, BaseException) and kind.__repr__ is BaseException.__repr__:
        return kind.__name__ + _render(value.args, seen)
    return _int(int(value)) if _is_enumerated(kind) else repr(value)


def _is_enumerated(kind):
    """Constants of some standard modules are enumerations only in Python 3."""
    return issubclass(kind, int) and hasattr(kind, "_member_map_")


def to_repr(value):
    """`repr(value)`."""
    return _render(value, set())


def to_str(value):
    """`str(value)`."""
    kind = type(value)
    if kind is str:
        return value
    if kind is float:
        return float_text(value)
    if kind in _CONTAINERS or kind is type:
        return _render(value, set())
    if isinstance(value, BaseException) and kind.__str__ is BaseException.__str__:
        if not value.args:
            return ""
        return to_str(value.args[0]) if len(value.args) == 1 else to_repr(value.args)
    if kind is bytes:
        return latin(value)
    return int.__str__(value) if _is_enumerated(kind) else str(value)


def decode(text, encoding="ascii", errors="strict"):
    """`text.decode(…)` of a byte string."""
    from codecs import decode as convert

    result = convert(octets(text), _codec(encoding), errors)
    return result if isinstance(result, str) else latin(result)


def encode(text, encoding="ascii", errors="strict"):
    """`text.encode(…)`: a byte string."""
    from codecs import encode as convert

    name = _codec(encoding)
    if name in _BYTE_CODECS:
        return latin(convert(octets(text), name, errors))
    result = convert(text, name, errors)
    return result if isinstance(result, str) else latin(result)


_BYTE_CODECS = {"hex_codec", "base64_codec", "zlib_codec", "bz2_codec", "quopri_codec", "uu_codec"}
_OLD_CODECS = {
    "hex": "hex_codec",
    "base64": "base64_codec",
    "zlib": "zlib_codec",
    "zip": "zlib_codec",
    "quopri": "quopri_codec",
    "string_escape": "unicode_escape",
    "string-escape": "unicode_escape",
}


def _codec(name):
    name = name.lower()
    return _OLD_CODECS.get(name, name)


def call_str(original, *args, **keywords):
    """`str(…)` where the program wrote it; `original` is what that name is."""
    if original is not str:
        return original(*args, **keywords)
    if not args:
        return ""
    if len(args) > 1 or keywords:
        raise TypeError("str() takes at most 1 argument (%d given)" % (len(args) + len(keywords)))
    return to_str(args[0])


def call_unicode(original, *args, **keywords):
    """`unicode(…)` where the program wrote it."""
    if original is not str:
        return original(*args, **keywords)
    return to_unicode(*args, **keywords)


def to_unicode(value="", encoding=None, errors="strict"):
    """`unicode(value, encoding, errors)`."""
    if encoding is not None:
        return decode(value, encoding, errors)
    method = getattr(type(value), "__unicode__", None)
    return method(value) if method is not None else to_str(value)
