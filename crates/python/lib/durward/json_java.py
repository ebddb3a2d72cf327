"""org.json: `JSONObject` is a dict and `JSONArray` a list, with org.json's methods beside Python's.

`JSONObject.get(key)` raises `JSONException` for a key that is not there, as
org.json does; with a second argument it is Python's `dict.get`.
"""

import json

from durward.java_exceptions import RuntimeException
from durward.java_util import ArrayList, Iterator, LinkedHashMap, LinkedHashSet


class JSONException(RuntimeException):
    """Text that is not JSON, or a member of another kind."""


class _Null(object):
    """`JSONObject.NULL`."""

    def __eq__(self, other):
        return other is None or other is self

    def __hash__(self):
        return 0

    def __bool__(self):
        return False

    def equals(self, other):
        return self == other

    def toString(self):
        return "null"

    __str__ = __repr__ = toString

    def _json_value(self):
        return None


NULL = _Null()


class Number(float):
    """A number that is not whole, and how it was written."""

    __slots__ = ("text",)

    def __new__(cls, text):
        made = float.__new__(cls, text)
        made.text = text
        return made

    def __str__(self):
        return self.text

    __repr__ = toString = __str__


def _whole(text):
    number = int(text)
    # Not "-0", which no int is.
    return number if str(number) == text else Number(text)


def wrap(value):
    """JSON values as scripts see them."""
    if isinstance(value, (JSONObject, JSONArray)):
        return value
    if isinstance(value, dict):
        return JSONObject(value)
    if isinstance(value, (list, tuple)):
        return JSONArray(value)
    return value


def _not_json(name):
    raise ValueError("%s is no JSON number" % name)


# Made once: `json.loads` and `json.dumps` make one for each text.
_decode = json.JSONDecoder(parse_float=Number, parse_int=_whole, parse_constant=_not_json).decode
_quoted = json.encoder.encode_basestring


def _parse(text, kind):
    try:
        value = _decode(text)
    except ValueError as error:
        raise JSONException(str(error)) from None
    if not isinstance(value, kind):
        raise JSONException("a JSON text must begin with '%s'" % ("{" if kind is dict else "["))
    return value


def _plain(value):
    stand_in = getattr(value, "_json_value", None)
    if stand_in is not None:
        return stand_in()
    text = getattr(value, "toString", None)
    return text() if text is not None else str(value)


def _dump(value, indent):
    if indent:
        return json.dumps(value, indent=indent, ensure_ascii=False, default=_plain)
    return exact_text(value)


def exact_text(value):
    """JSON text: numbers as they were written, members in their order.

    `JSONException` for what has no JSON form.
    """
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, dict):
        members = [_quoted(str(key)) + ":" + exact_text(one) for key, one in dict.items(value)]
        return "{" + ",".join(members) + "}"
    if value is None or value is NULL:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Number):
        return value.text
    if isinstance(value, int):
        return int.__repr__(value)
    if isinstance(value, float):
        if value != value or value in (float("inf"), float("-inf")):
            raise JSONException("JSON does not allow non-finite numbers.")
        return float.__repr__(value)
    if isinstance(value, (list, tuple)):
        return "[" + ",".join([exact_text(one) for one in value]) + "]"
    return exact_text(_plain(value))


def _similar(one, other):
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, dict) and isinstance(other, dict):
        return dict.keys(one) == dict.keys(other) and all(
            _similar(value, other[key]) for key, value in dict.items(one))
    if isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)):
        return len(one) == len(other) and all(map(_similar, one, other))
    return one == other


def _as_text(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (dict, list)):
        return _dump(value, 0)
    return str(value)


class _Typed(object):
    """The getters by type that objects and arrays share."""

    __slots__ = ()

    def _find(self, key):
        raise NotImplementedError

    def _must(self, key):
        value = self._find(key)
        if value is None:
            raise JSONException("%s[%s] not found." % (type(self).__name__, json.dumps(key)))
        return value

    def _fail(self, key, kind):
        raise JSONException("%s[%s] is not a %s." % (type(self).__name__, json.dumps(key), kind))

    def opt(self, key, default=None):
        value = self._find(key)
        return default if value is None else value

    def getString(self, key):
        value = self._must(key)
        return value if isinstance(value, str) else self._fail(key, "string")

    def optString(self, key, default=""):
        value = self._find(key)
        return default if value is None else _as_text(value)

    def getBoolean(self, key):
        value = self._must(key)
        if isinstance(value, bool):
            return value
        if isinstance(value, str) and value.lower() in ("true", "false"):
            return value.lower() == "true"
        return self._fail(key, "boolean")

    def optBoolean(self, key, default=False):
        try:
            return self.getBoolean(key)
        except JSONException:
            return default

    def getInt(self, key):
        value = self._must(key)
        if not isinstance(value, bool):
            try:
                return int(float(value)) if isinstance(value, (str, float)) and "." in str(value) else int(value)
            except (TypeError, ValueError):
                pass
        return self._fail(key, "int")

    def optInt(self, key, default=0):
        try:
            return self.getInt(key)
        except JSONException:
            return default

    getLong = getInt
    optLong = optInt

    def getDouble(self, key):
        value = self._must(key)
        try:
            return float(value)
        except (TypeError, ValueError):
            return self._fail(key, "double")

    def optDouble(self, key, default=float("nan")):
        try:
            return self.getDouble(key)
        except JSONException:
            return default

    def getJSONObject(self, key):
        value = self._must(key)
        return value if isinstance(value, JSONObject) else self._fail(key, "JSONObject")

    def optJSONObject(self, key, default=None):
        value = self._find(key)
        return value if isinstance(value, JSONObject) else default

    def getJSONArray(self, key):
        value = self._must(key)
        return value if isinstance(value, JSONArray) else self._fail(key, "JSONArray")

    def optJSONArray(self, key, default=None):
        value = self._find(key)
        return value if isinstance(value, JSONArray) else default

    def isNull(self, key):
        return self._find(key) is None

    def length(self):
        return len(self)

    def isEmpty(self):
        return len(self) == 0

    def similar(self, other):
        return _similar(self, other)

    def toString(self, indent=0):
        return _dump(self, indent)

    def __str__(self):
        return _dump(self, 0)


_UNSET = object()


class JSONObject(_Typed, dict):
    NULL = NULL

    def __init__(self, source=None):
        dict.__init__(self)
        if source is None:
            return
        if isinstance(source, str):
            source = _parse(source, dict)
        for key, value in source.items():
            dict.__setitem__(self, key, wrap(value))

    def _find(self, key):
        value = dict.get(self, key)
        return None if value is NULL else value

    def __setitem__(self, key, value):
        dict.__setitem__(self, key, wrap(value))

    def get(self, key, default=_UNSET):
        if default is _UNSET:
            return self._must(key)
        return dict.get(self, key, default)

    def put(self, key, value):
        if value is None:
            dict.pop(self, key, None)
        else:
            self[key] = value
        return self

    def putOpt(self, key, value):
        return self if key is None or value is None else self.put(key, value)

    putOnce = put

    def accumulate(self, key, value):
        if key not in self:
            self[key] = [value] if isinstance(value, (list, tuple)) else value
        elif isinstance(self[key], JSONArray):
            self[key].put(value)
        else:
            self[key] = [self[key], value]
        return self

    def append(self, key, value):
        if key in self and not isinstance(self[key], JSONArray):
            self._fail(key, "JSONArray")
        self.setdefault(key, JSONArray()).put(value)
        return self

    def setdefault(self, key, value=None):
        if key not in self:
            self[key] = value
        return self[key]

    def has(self, key):
        return key in self

    def remove(self, key):
        return dict.pop(self, key, None)

    def keySet(self):
        return LinkedHashSet(self)

    def keys(self):
        return Iterator(list(self))

    def names(self):
        return JSONArray(list(self)) if self else None

    def toMap(self):
        return LinkedHashMap({key: _to_java(value) for key, value in dict.items(self)})

    @staticmethod
    def quote(text):
        return json.dumps(text, ensure_ascii=False)

    @staticmethod
    def getNames(one):
        return list(one) or None


class JSONArray(_Typed, list):
    def __init__(self, source=None):
        list.__init__(self)
        if source is None:
            return
        if isinstance(source, str):
            source = _parse(source, list)
        list.extend(self, [wrap(item) for item in source])

    def _find(self, index):
        if not 0 <= index < len(self):
            return None
        value = self[index]
        return None if value is NULL else value

    def get(self, index):
        return self._must(index)

    def put(self, *arguments):
        if len(arguments) == 1:
            list.append(self, wrap(arguments[0]))
        else:
            index, value = arguments
            list.extend(self, [None] * (index + 1 - len(self)))
            self[index] = wrap(value)
        return self

    def remove(self, index):
        return list.pop(self, index) if 0 <= index < len(self) else None

    def iterator(self):
        return Iterator(list(self))

    def join(self, separator):
        return separator.join(_dump(item, 0) for item in self)

    def toList(self):
        return ArrayList(_to_java(item) for item in self)


def _to_java(value):
    if isinstance(value, JSONObject):
        return value.toMap()
    if isinstance(value, JSONArray):
        return value.toList()
    return value
