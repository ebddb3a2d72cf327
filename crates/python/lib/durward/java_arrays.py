"""java.util beside the containers: Arrays, Collections, Objects, Optional, tokens, Random."""

from durward.java_util import ArrayList, Iterator, LinkedHashMap, LinkedHashSet, text


class Arrays(object):
    @staticmethod
    def asList(*items):
        if len(items) == 1 and isinstance(items[0], (list, tuple)):
            return ArrayList(items[0])
        return ArrayList(items)

    @staticmethod
    def toString(items):
        return "null" if items is None else ArrayList(items).toString()

    @staticmethod
    def equals(one, other):
        return (None if one is None else list(one)) == (None if other is None else list(other))

    @staticmethod
    def sort(items):
        list.sort(items)

    @staticmethod
    def copyOf(items, length):
        return list(items)[:length] + [None] * max(0, length - len(items))

    @staticmethod
    def copyOfRange(items, start, end):
        return list(items)[start:end]

    @staticmethod
    def fill(items, value):
        items[:] = [value] * len(items)

    @staticmethod
    def stream(items):
        return ArrayList(items).stream()


class Collections(object):
    @staticmethod
    def emptyList():
        return ArrayList()

    @staticmethod
    def emptyMap():
        return LinkedHashMap()

    @staticmethod
    def emptySet():
        return LinkedHashSet()

    @staticmethod
    def singletonList(item):
        return ArrayList([item])

    @staticmethod
    def singleton(item):
        return LinkedHashSet([item])

    @staticmethod
    def singletonMap(key, value):
        return LinkedHashMap({key: value})

    @staticmethod
    def unmodifiableList(items):
        return ArrayList(items)

    @staticmethod
    def unmodifiableMap(items):
        return LinkedHashMap(items)

    @staticmethod
    def unmodifiableSet(items):
        return LinkedHashSet(items)

    @staticmethod
    def sort(items, comparator=None):
        ArrayList.sort(items, comparator)

    @staticmethod
    def reverse(items):
        items[:] = items[::-1]

    @staticmethod
    def max(items):
        return max(items)

    @staticmethod
    def min(items):
        return min(items)

    @staticmethod
    def addAll(target, *items):
        return target.addAll(items)


class Objects(object):
    @staticmethod
    def equals(one, other):
        return one == other

    @staticmethod
    def isNull(value):
        return value is None

    @staticmethod
    def nonNull(value):
        return value is not None

    @staticmethod
    def toString(value, default="null"):
        return default if value is None else text(value)

    @staticmethod
    def requireNonNull(value, message=None):
        if value is None:
            from durward.java_exceptions import NullPointerException

            raise NullPointerException(message)
        return value

    @staticmethod
    def hash(*values):
        return hash(values) & 0x7FFFFFFF


class Optional(object):
    def __init__(self, value=None):
        self._value = value

    @staticmethod
    def of(value):
        return Optional(Objects.requireNonNull(value))

    @staticmethod
    def ofNullable(value):
        return Optional(value)

    @staticmethod
    def empty():
        return Optional()

    def isPresent(self):
        return self._value is not None

    def isEmpty(self):
        return self._value is None

    def get(self):
        if self._value is None:
            from durward.java_exceptions import NoSuchElementException

            raise NoSuchElementException("No value present")
        return self._value

    def orElse(self, other):
        return other if self._value is None else self._value


class StringJoiner(object):
    def __init__(self, delimiter, prefix="", suffix=""):
        self._delimiter, self._prefix, self._suffix, self._parts = delimiter, prefix, suffix, []

    def add(self, part):
        self._parts.append(text(part))
        return self

    def length(self):
        return len(self.toString())

    def toString(self):
        return self._prefix + self._delimiter.join(self._parts) + self._suffix

    __str__ = toString


class StringTokenizer(Iterator):
    def __init__(self, value, delimiters=" \t\n\r\f"):
        for delimiter in delimiters[1:]:
            value = value.replace(delimiter, delimiters[0])
        tokens = [token for token in value.split(delimiters[0]) if token] if delimiters else [value]
        super().__init__(tokens)
        self._left = len(tokens)

    hasMoreTokens = Iterator.hasNext

    def nextToken(self):
        self._left -= 1
        return self.next()

    def countTokens(self):
        return self._left


class Random(object):
    """Not for secrets, as in Java; each worker is seeded for itself."""

    def __init__(self, *seed):
        import random

        self._random = random.Random(*seed)

    def nextInt(self, *bounds):
        if not bounds:
            return self._random.getrandbits(32) - (1 << 31)
        low, high = (0, bounds[0]) if len(bounds) == 1 else bounds
        return self._random.randrange(low, high)

    def nextLong(self):
        return self._random.getrandbits(64) - (1 << 63)

    def nextBoolean(self):
        return bool(self._random.getrandbits(1))

    def nextDouble(self):
        return self._random.random()
