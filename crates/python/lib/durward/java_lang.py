"""java.lang: text, numbers, System."""

import builtins
import math as _math
import time as _time

from durward.java_exceptions import NumberFormatException, StringIndexOutOfBoundsException
from durward.java_util import text as _text

_str, _int, _float, _bool = builtins.str, builtins.int, builtins.float, builtins.bool


class Object(object):
    def toString(self):
        return repr(self)

    def equals(self, other):
        return self is other

    def hashCode(self):
        return hash(self) & 0x7FFFFFFF


class String(_str):
    """A str with Java's methods. `split`, `replace` and `join` are Python's, as scripts mostly mean them."""

    __slots__ = ()

    def __new__(cls, value="", charset="UTF-8"):
        if isinstance(value, (bytes, bytearray)):
            value = bytes(value).decode(_str(charset))
        elif isinstance(value, (list, tuple)):
            value = "".join(
                part if isinstance(part, _str) else chr(part & 0xFF) for part in value)
        return _str.__new__(cls, _text(value))

    def length(self):
        return len(self)

    def isEmpty(self):
        return len(self) == 0

    def isBlank(self):
        return not _str.strip(self)

    def equals(self, other):
        return isinstance(other, _str) and _str.__eq__(self, other)

    def equalsIgnoreCase(self, other):
        return isinstance(other, _str) and _str.lower(self) == other.lower()

    def contentEquals(self, other):
        return _str.__eq__(self, _text(other))

    def compareTo(self, other):
        return (self > other) - (self < other)

    def compareToIgnoreCase(self, other):
        return String(_str.lower(self)).compareTo(other.lower())

    def contains(self, part):
        return _text(part) in self

    def charAt(self, index):
        if not 0 <= index < len(self):
            raise StringIndexOutOfBoundsException("index %d, length %d" % (index, len(self)))
        return self[index]

    def substring(self, start, end=None):
        end = len(self) if end is None else end
        if not 0 <= start <= end <= len(self):
            raise StringIndexOutOfBoundsException("begin %d, end %d, length %d" % (start, end, len(self)))
        return String(self[start:end])

    def indexOf(self, part, start=0):
        return _str.find(self, part if isinstance(part, _str) else chr(part), start)

    def lastIndexOf(self, part):
        return _str.rfind(self, part if isinstance(part, _str) else chr(part))

    def startsWith(self, prefix, start=0):
        return _str.startswith(self, prefix, start)

    def endsWith(self, suffix):
        return _str.endswith(self, suffix)

    def toUpperCase(self):
        return String(_str.upper(self))

    def toLowerCase(self):
        return String(_str.lower(self))

    def trim(self):
        return String(_str.strip(self))

    def concat(self, other):
        return String(self + other)

    def matches(self, pattern):
        import re

        return re.fullmatch(pattern, self) is not None

    def replaceAll(self, pattern, replacement):
        import re

        return String(re.sub(pattern, re.sub(r"\$(\d)", r"\\\1", replacement), self))

    def replaceFirst(self, pattern, replacement):
        import re

        return String(re.sub(pattern, re.sub(r"\$(\d)", r"\\\1", replacement), self, count=1))

    def getBytes(self, charset="UTF-8"):
        return _str.encode(self, _str(charset))

    def toCharArray(self):
        return list(self)

    def repeat(self, count):
        return String(_str.__mul__(self, count))

    def intern(self):
        return self

    def toString(self):
        return _str(self)

    def hashCode(self):
        value = 0
        for unit in _str.encode(self, "utf-16-be", "surrogatepass").hex(" ", 2).split():
            value = value * 31 + _int(unit, 16) & 0xFFFFFFFF
        return value - (1 << 32) if value & 0x80000000 else value

    @staticmethod
    def valueOf(value):
        return String(value)

    @staticmethod
    def copyValueOf(value):
        return String(value)

    @staticmethod
    def format(pattern, *arguments):
        """Java's `String.format` for the conversions that Python's `%` knows, and `%b`, `%n`."""
        if isinstance(pattern, String) and "%" not in pattern:
            return _str.format(pattern, *arguments)
        converted = tuple(_text(one) if isinstance(one, _bool) or one is None else one for one in arguments)
        return String(pattern.replace("%n", "\n").replace("%b", "%s") % converted)


CharSequence = String


class StringBuilder(object):
    def __init__(self, value=""):
        self._parts = [] if isinstance(value, _int) else [_text(value)]

    def append(self, value):
        self._parts.append(_text(value))
        return self

    def insert(self, index, value):
        whole = self.toString()
        self._parts = [whole[:index], _text(value), whole[index:]]
        return self

    def length(self):
        return len(self.toString())

    __len__ = length

    def charAt(self, index):
        return self.toString()[index]

    def setLength(self, length):
        self._parts = [self.toString()[:length].ljust(length, "\0")]

    def delete(self, start, end):
        whole = self.toString()
        self._parts = [whole[:start], whole[end:]]
        return self

    def deleteCharAt(self, index):
        return self.delete(index, index + 1)

    def reverse(self):
        self._parts = [self.toString()[::-1]]
        return self

    def indexOf(self, part):
        return self.toString().find(part)

    def isEmpty(self):
        return not self.toString()

    def toString(self):
        whole = "".join(self._parts)
        self._parts = [whole]
        return whole

    __str__ = toString


StringBuffer = StringBuilder


class System(object):
    @staticmethod
    def currentTimeMillis():
        return _time.time_ns() // 1000000

    @staticmethod
    def nanoTime():
        return _time.monotonic_ns()

    @staticmethod
    def getProperty(name, default=None):
        return "\n" if name == "line.separator" else default

    @staticmethod
    def getenv(*name):
        from durward.java_util import HashMap

        return None if name else HashMap()

    @staticmethod
    def lineSeparator():
        return "\n"

    @staticmethod
    def identityHashCode(value):
        return id(value) & 0x7FFFFFFF

    @staticmethod
    def exit(status):
        raise RuntimeError("System.exit is not for scripts")


class _Printer(object):
    def __init__(self, level):
        self._level = level

    def println(self, value=""):
        import sys

        getattr(sys, self._level).write(_text(value) + "\n")

    def print(self, value):
        import sys

        getattr(sys, self._level).write(_text(value))

    def printf(self, pattern, *arguments):
        self.print(String.format(pattern, *arguments))


System.out = _Printer("stdout")
System.err = _Printer("stderr")


def _parse_int(value, radix, low, high):
    try:
        if value is None or _str(value) != _str(value).strip():
            raise ValueError
        number = _int(_str(value), radix)
    except ValueError:
        raise NumberFormatException('For input string: "%s"' % (value,)) from None
    if not low <= number <= high:
        raise NumberFormatException('For input string: "%s"' % (value,))
    return number


class Number(object):
    def __new__(cls, value=0):
        return cls.valueOf(value)


class Integer(Number):
    """Constructors and static methods; numbers themselves are Python's."""

    MIN_VALUE, MAX_VALUE = -(1 << 31), (1 << 31) - 1

    @classmethod
    def valueOf(cls, value, radix=10):
        return value if isinstance(value, _int) else cls._parse(value, radix)

    @classmethod
    def _parse(cls, value, radix=10):
        return _parse_int(value, radix, cls.MIN_VALUE, cls.MAX_VALUE)

    @classmethod
    def parseInt(cls, value, radix=10):
        return cls._parse(value, radix)

    @staticmethod
    def toString(value, radix=10):
        if radix == 10:
            return _str(value)
        digits, sign, value = "", "-" if value < 0 else "", abs(value)
        while True:
            value, digit = divmod(value, radix)
            digits = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + digits
            if not value:
                return sign + digits

    @classmethod
    def toHexString(cls, value):
        return format(value & 2 * cls.MAX_VALUE + 1, "x")

    @staticmethod
    def compare(one, other):
        return (one > other) - (one < other)

    max, min = staticmethod(builtins.max), staticmethod(builtins.min)


class Long(Integer):
    MIN_VALUE, MAX_VALUE = -(1 << 63), (1 << 63) - 1

    @classmethod
    def parseLong(cls, value, radix=10):
        return cls._parse(value, radix)


class Double(Number):
    MAX_VALUE = 1.7976931348623157e308

    @classmethod
    def valueOf(cls, value):
        return cls.parseDouble(value)

    @staticmethod
    def parseDouble(value):
        try:
            return _float(value)
        except (TypeError, ValueError):
            raise NumberFormatException('For input string: "%s"' % (value,)) from None

    @staticmethod
    def toString(value):
        return _str(_float(value))

    @staticmethod
    def isNaN(value):
        return value != value


class Float(Double):
    parseFloat = Double.parseDouble


class Boolean(object):
    TRUE, FALSE = True, False

    def __new__(cls, value=False):
        return cls.valueOf(value)

    @staticmethod
    def valueOf(value):
        return value if isinstance(value, _bool) else Boolean.parseBoolean(value)

    @staticmethod
    def parseBoolean(value):
        return value is not None and _str(value).lower() == "true"

    @staticmethod
    def toString(value):
        return _text(_bool(value))


class Character(object):
    isDigit = staticmethod(lambda one: one.isdigit())
    isLetter = staticmethod(lambda one: one.isalpha())
    isLetterOrDigit = staticmethod(lambda one: one.isalnum())
    isWhitespace = staticmethod(lambda one: one.isspace())
    isUpperCase = staticmethod(lambda one: one.isupper())
    isLowerCase = staticmethod(lambda one: one.islower())
    toUpperCase = staticmethod(lambda one: one.upper())
    toLowerCase = staticmethod(lambda one: one.lower())


class Math(object):
    PI, E = _math.pi, _math.e
    abs, max, min = staticmethod(builtins.abs), staticmethod(builtins.max), staticmethod(builtins.min)
    ceil = staticmethod(lambda value: _float(_math.ceil(value)))
    floor = staticmethod(lambda value: _float(_math.floor(value)))
    round = staticmethod(lambda value: _int(_math.floor(value + 0.5)))
    pow = staticmethod(lambda value, power: _float(value) ** power)
    sqrt = staticmethod(_math.sqrt)
    log = staticmethod(_math.log)

    @staticmethod
    def random():
        import random

        return random.random()


class Thread(object):
    @staticmethod
    def sleep(milliseconds):
        _time.sleep(milliseconds / 1000.0)
