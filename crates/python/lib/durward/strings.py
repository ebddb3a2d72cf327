"""`StringHelper`, `ArrayHelper` and the most used of `StringUtils`."""

from durward.java_util import ArrayList, text as _text


def _blank(value):
    return value is None or not str(value).strip()


class StringHelper(object):
    """io.jans.util.StringHelper. Only blanks count as empty, as in Jans."""

    @staticmethod
    def isEmpty(value):
        return _blank(value)

    @staticmethod
    def isNotEmpty(value):
        return not _blank(value)

    @staticmethod
    def isEmptyString(value):
        # True for what is not text at all, as in Jans.
        return _blank(value) if isinstance(value, str) else True

    @staticmethod
    def isNotEmptyString(value):
        # Also true for what is not text at all, as in Jans.
        return not _blank(value) if isinstance(value, str) else True

    @staticmethod
    def split(value, delimiter, *options):
        """Tokens between any of the delimiter characters, trimmed, without empty ones."""
        if value is None:
            return None
        trim = options[0] if options else True
        value = str(value)
        for one in delimiter[1:]:
            value = value.replace(one, delimiter[0])
        tokens = [token for token in value.split(delimiter[0]) if token] if delimiter else [value]
        return ArrayList([token.strip() for token in tokens] if trim else tokens)

    @staticmethod
    def equals(one, other):
        return one == other

    @staticmethod
    def equalsIgnoreCase(one, other):
        if one is None or other is None:
            return one is None and other is None
        return str(one).lower() == str(other).lower()

    @staticmethod
    def compare(one, other):
        if one is None or other is None:
            return (one is not None) - (other is not None)
        return (one > other) - (one < other)

    @staticmethod
    def toLowerCase(value):
        return None if value is None else str(value).lower()

    @staticmethod
    def toUpperCase(value):
        return None if value is None else str(value).upper()

    @staticmethod
    def toInteger(value, default=None):
        try:
            return int(str(value))
        except ValueError:
            if default is not None or value is None:
                return default
            raise

    @staticmethod
    def toInt(value, default=0):
        return StringHelper.toInteger(value, default)

    @staticmethod
    def toLong(value, default=0):
        return StringHelper.toInteger(value, default)

    @staticmethod
    def toBoolean(value, default=False):
        return default if _blank(value) else str(value).strip().lower() == "true"

    @staticmethod
    def toString(value):
        if value is None:
            return None
        if isinstance(value, (list, tuple)):
            return ArrayList(value).toString()
        return _text(value)

    @staticmethod
    def toStringArray(value):
        return ArrayList(_text(one) for one in value)

    @staticmethod
    def trimAll(value):
        return None if value is None else "".join(str(value).split())

    @staticmethod
    def trim(value):
        return None if value is None else str(value).strip()

    @staticmethod
    def truncate(value, length):
        return None if value is None else str(value)[:length]

    @staticmethod
    def repeat(value, count):
        return str(value) * count

    @staticmethod
    def replaceLast(value, old, new):
        head, found, tail = str(value).rpartition(old)
        return head + new + tail if found else str(value)

    @staticmethod
    def removeMultipleSpaces(value):
        return None if value is None else " ".join(str(value).split())

    @staticmethod
    def buildColonDelimitedString(*values):
        return ":".join(_text(one) for one in values)

    @staticmethod
    def getRandomString(length):
        import secrets

        return "".join(secrets.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789") for _ in range(length))

    @staticmethod
    def getBytesUtf8(value):
        return str(value).encode("utf-8")

    @staticmethod
    def utf8ToString(value):
        return bytes(value).decode("utf-8")

    @staticmethod
    def escapeJson(value):
        import json

        return None if value is None else json.dumps(str(value), ensure_ascii=False)[1:-1]


class ArrayHelper(object):
    """io.jans.util.ArrayHelper. Arrays are lists."""

    @staticmethod
    def isEmpty(items):
        return items is None or len(items) == 0

    @staticmethod
    def isNotEmpty(items):
        return not ArrayHelper.isEmpty(items)

    @staticmethod
    def addItemToStringArray(items, item):
        """A new array with the item; an empty array is extended too, where Jans fails."""
        return ArrayList(list(items or ()) + [item])

    @staticmethod
    def arrayMerge(*arrays):
        return ArrayList(item for array in arrays if array for item in array)

    @staticmethod
    def arrayClone(items):
        return None if items is None else ArrayList(items)

    @staticmethod
    def sortAndClone(items):
        return None if items is None else ArrayList(sorted(items))

    @staticmethod
    def equalsIgnoreOrder(one, other):
        if one is None or other is None:
            return one is None and other is None
        return sorted(one) == sorted(other)

    @staticmethod
    def toString(items):
        return None if items is None else ArrayList(items).toString()


class StringUtils(object):
    """The commonest of Apache commons-lang."""

    EMPTY = ""
    isBlank = staticmethod(_blank)
    isNotBlank = staticmethod(lambda value: not _blank(value))
    isEmpty = staticmethod(lambda value: value is None or len(value) == 0)
    isNotEmpty = staticmethod(lambda value: value is not None and len(value) > 0)
    equals = staticmethod(lambda one, other: one == other)
    equalsIgnoreCase = StringHelper.equalsIgnoreCase
    trim = StringHelper.trim
    upperCase = StringHelper.toUpperCase
    lowerCase = StringHelper.toLowerCase

    @staticmethod
    def split(value, separators=" "):
        return StringHelper.split(value, separators, False)

    @staticmethod
    def join(items, separator=""):
        return separator.join("" if one is None else _text(one) for one in items)

    @staticmethod
    def defaultString(value, default=""):
        return default if value is None else value

    @staticmethod
    def contains(value, part):
        return value is not None and part is not None and part in value

    @staticmethod
    def startsWith(value, prefix):
        return value is not None and value.startswith(prefix)


