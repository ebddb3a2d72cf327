"""`json` with Python 2's parameters, separators and messages."""

import json as _json
from json import JSONDecoder, JSONEncoder

_SEPARATORS = (", ", ": ")


def loads(text, encoding=None, **keywords):
    """The value that JSON text stands for."""
    try:
        return _json.loads(text, **keywords)
    except _json.JSONDecodeError as error:
        if error.msg == "Expecting value":
            raise ValueError("No JSON object could be decoded") from None
        raise ValueError(str(error)) from None


def dumps(value, skipkeys=False, ensure_ascii=True, check_circular=True, allow_nan=True, cls=None,
          indent=None, separators=None, encoding="utf-8", default=None, sort_keys=False, **keywords):
    """A value as JSON text."""
    if separators is None:
        separators = _SEPARATORS
    return _json.dumps(
        value, skipkeys=skipkeys, ensure_ascii=ensure_ascii, check_circular=check_circular,
        allow_nan=allow_nan, cls=cls, indent=indent, separators=separators, default=default,
        sort_keys=sort_keys, **keywords)


def load(file, encoding=None, **keywords):
    """The value in a file object."""
    return loads(file.read(), encoding, **keywords)


def dump(value, file, *args, **keywords):
    """Writes a value to a file object."""
    file.write(dumps(value, *args, **keywords))
