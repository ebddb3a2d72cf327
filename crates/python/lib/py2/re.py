"""`re` in which `\\d`, `\\w` and `\\s` are ASCII unless `UNICODE` is given, as
for Python 2's strings.
"""

import re as _re
from re import DOTALL, I, IGNORECASE, L, LOCALE, M, MULTILINE, S, U, UNICODE, VERBOSE, X, error, escape, purge

_INLINE = _re.compile(r"(?<!\\)\(\?([aiLmsux]+)\)")


def _prepare(pattern, flags):
    if not isinstance(pattern, str):
        return pattern, flags
    inline = "".join(_INLINE.findall(pattern)) if "(?" in pattern else ""
    if inline:
        # Python 3 wants flags for the whole pattern at its start.
        pattern = _INLINE.sub("", pattern)
        for letter in set(inline) - {"a", "u", "L"}:
            flags |= getattr(_re, letter.upper())
    flags &= ~_re.LOCALE
    if flags & _re.UNICODE or "u" in inline:
        flags |= _re.UNICODE
    else:
        flags |= _re.ASCII
    return pattern, flags


def compile(pattern, flags=0):
    """A compiled pattern."""
    return _re.compile(*_prepare(pattern, flags))


def match(pattern, string, flags=0):
    return compile(pattern, flags).match(string)


def search(pattern, string, flags=0):
    return compile(pattern, flags).search(string)


def findall(pattern, string, flags=0):
    return compile(pattern, flags).findall(string)


def finditer(pattern, string, flags=0):
    return compile(pattern, flags).finditer(string)


def split(pattern, string, maxsplit=0, flags=0):
    return compile(pattern, flags).split(string, maxsplit)


def sub(pattern, repl, string, count=0, flags=0):
    return compile(pattern, flags).sub(repl, string, count)


def subn(pattern, repl, string, count=0, flags=0):
    return compile(pattern, flags).subn(repl, string, count)
