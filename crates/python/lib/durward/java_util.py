"""java.util collections: Python's own containers with Java's methods beside them.

An ArrayList is a list and a HashMap is a dict, so `len`, `in`, indexing and
iteration work as in Python and the Java methods work as in Java. Where the
two disagree about a name, Java's meaning is taken (`list.remove(int)`).
HashMap and HashSet keep insertion order.
"""

import functools


def text(value):
    """How Java would print a value."""
    if value is None:
        return "null"
    if value is True:
        return "true"
    if value is False:
        return "false"
    return str(value)


class Iterator(object):
    """A Java iterator that is a Python one too."""

    def __init__(self, items):
        self._items = iter(items)
        self._ahead = []

    def hasNext(self):
        if not self._ahead:
            for item in self._items:
                self._ahead.append(item)
                break
        return bool(self._ahead)

    hasMoreElements = hasNext

    def next(self):
        if not self.hasNext():
            from durward.java_exceptions import NoSuchElementException

            raise NoSuchElementException()
        return self._ahead.pop()

    nextElement = next

    def __iter__(self):
        return self

    def __next__(self):
        if not self.hasNext():
            raise StopIteration
        return self._ahead.pop()


class Collection(object):
    """What lists and sets share."""

    __slots__ = ()

    def size(self):
        return len(self)

    def isEmpty(self):
        return len(self) == 0

    empty = property(isEmpty)

    def contains(self, item):
        return item in self

    def containsAll(self, items):
        return all(item in self for item in items)

    def iterator(self):
        return Iterator(list(self))

    def toArray(self, *_):
        return list(self)

    def stream(self):
        raise AttributeError("streams are not offered; iterate in Python")

    def forEach(self, action):
        for item in list(self):
            (action if callable(action) else action.accept)(item)

    def equals(self, other):
        return self == other

    def hashCode(self):
        return hash(tuple(self)) & 0x7FFFFFFF

    def toString(self):
        return "[" + ", ".join(text(item) for item in self) + "]"


class ArrayList(list, Collection):
    def __init__(self, items=()):
        # A number is a capacity.
        super().__init__(() if isinstance(items, int) else items)

    def get(self, index):
        if not 0 <= index < len(self):
            from durward.java_exceptions import IndexOutOfBoundsException

            raise IndexOutOfBoundsException("Index %d out of bounds for length %d" % (index, len(self)))
        return self[index]

    def set(self, index, item):
        before = self.get(index)
        self[index] = item
        return before

    def add(self, *arguments):
        if len(arguments) == 1:
            self.append(arguments[0])
        else:
            self.insert(arguments[0], arguments[1])
        return True

    def addAll(self, *arguments):
        if len(arguments) == 1:
            items = list(arguments[0])
            self.extend(items)
        else:
            items = list(arguments[1])
            self[arguments[0]:arguments[0]] = items
        return bool(items)

    def remove(self, item):
        if isinstance(item, int) and not isinstance(item, bool):
            return list.pop(self, item)
        if item in self:
            list.remove(self, item)
            return True
        return False

    def removeAll(self, items):
        items = list(items)
        before = len(self)
        self[:] = [item for item in self if item not in items]
        return len(self) != before

    def retainAll(self, items):
        items = list(items)
        before = len(self)
        self[:] = [item for item in self if item in items]
        return len(self) != before

    def indexOf(self, item):
        return self.index(item) if item in self else -1

    def lastIndexOf(self, item):
        for index in range(len(self) - 1, -1, -1):
            if self[index] == item:
                return index
        return -1

    def subList(self, start, end):
        return ArrayList(self[start:end])

    def sort(self, comparator=None, **options):
        if comparator is not None:
            options["key"] = functools.cmp_to_key(getattr(comparator, "compare", comparator))
        list.sort(self, **options)

    def clone(self):
        return type(self)(self)

    def __str__(self):
        return self.toString()


class LinkedList(ArrayList):
    def addFirst(self, item):
        self.insert(0, item)

    def addLast(self, item):
        self.append(item)

    offer = ArrayList.add

    def push(self, item):
        self.insert(0, item)

    def getFirst(self):
        return self.get(0)

    def getLast(self):
        return self.get(len(self) - 1)

    def peek(self):
        return self[0] if self else None

    def poll(self):
        return list.pop(self, 0) if self else None

    def removeFirst(self):
        self.get(0)
        return list.pop(self, 0)

    def removeLast(self):
        self.get(len(self) - 1)
        return list.pop(self)


List = Vector = ArrayList


class Entry(object):
    """An entry of a map."""

    __slots__ = ("_map", "key")

    def __init__(self, owner, key):
        self._map = owner
        self.key = key

    def getKey(self):
        return self.key

    def getValue(self):
        return self._map[self.key]

    def setValue(self, value):
        before = self._map[self.key]
        self._map[self.key] = value
        return before

    value = property(getValue)

    def __iter__(self):
        return iter((self.key, self.getValue()))

    def toString(self):
        return text(self.key) + "=" + text(self.getValue())

    __str__ = __repr__ = toString


class HashMap(dict):
    """A map; `get` answers `None` for a key that is not there, as in Java and Python both."""

    def __init__(self, *arguments, **named):
        if arguments and isinstance(arguments[0], (int, float)):
            arguments = ()
        super().__init__(*arguments, **named)

    def put(self, key, value):
        before = dict.get(self, key)
        self[key] = value
        return before

    def putAll(self, other):
        self.update(other)

    def putIfAbsent(self, key, value):
        before = dict.get(self, key)
        if before is None:
            self[key] = value
        return before

    def getOrDefault(self, key, default):
        return dict.get(self, key, default)

    def computeIfAbsent(self, key, function):
        if dict.get(self, key) is None:
            self[key] = (function if callable(function) else function.apply)(key)
        return self[key]

    def containsKey(self, key):
        return key in self

    def containsValue(self, value):
        return value in dict.values(self)

    def remove(self, key):
        return dict.pop(self, key, None)

    def size(self):
        return len(self)

    def isEmpty(self):
        return len(self) == 0

    empty = property(isEmpty)

    def keySet(self):
        return LinkedHashSet(self)

    def entrySet(self):
        return LinkedHashSet(Entry(self, key) for key in self)

    def values(self):
        return ArrayList(dict.values(self))

    def forEach(self, action):
        for key in list(self):
            (action if callable(action) else action.accept)(key, self[key])

    def clone(self):
        return type(self)(self)

    def equals(self, other):
        return self == other

    def hashCode(self):
        return hash(tuple(self)) & 0x7FFFFFFF

    def toString(self):
        return "{" + ", ".join(text(key) + "=" + text(self[key]) for key in self) + "}"

    def __str__(self):
        return self.toString()

    def has_key(self, key):
        return key in self

    def iteritems(self):
        return iter(self.items())

    def iterkeys(self):
        return iter(self.keys())

    def itervalues(self):
        return iter(dict.values(self))


class LinkedHashMap(HashMap):
    pass


class ConcurrentHashMap(HashMap):
    pass


Map = Hashtable = HashMap


class Properties(HashMap):
    def getProperty(self, key, default=None):
        return dict.get(self, key, default)

    def setProperty(self, key, value):
        return self.put(key, value)

    def stringPropertyNames(self):
        return self.keySet()

    propertyNames = stringPropertyNames


class TreeMap(HashMap):
    """A map in the order of its keys."""

    def __iter__(self):
        return iter(sorted(dict.keys(self)))

    def keys(self):
        return list(self)

    def items(self):
        return [(key, self[key]) for key in self]

    def values(self):
        return ArrayList(self[key] for key in self)

    def firstKey(self):
        return next(iter(self))

    def lastKey(self):
        return list(self)[-1]


class LinkedHashSet(Collection):
    """A set in insertion order."""

    __slots__ = ("_items",)

    def __init__(self, items=()):
        self._items = {} if isinstance(items, int) else dict.fromkeys(items)

    def add(self, item):
        if item in self._items:
            return False
        self._items[item] = None
        return True

    def addAll(self, items):
        before = len(self._items)
        self._items.update(dict.fromkeys(items))
        return len(self._items) != before

    def remove(self, item):
        if item in self._items:
            del self._items[item]
            return True
        return False

    discard = remove

    def removeAll(self, items):
        return any([self.remove(item) for item in list(items)])

    def retainAll(self, items):
        items = list(items)
        before = len(self._items)
        self._items = {item: None for item in self._items if item in items}
        return len(self._items) != before

    def clear(self):
        self._items.clear()

    def clone(self):
        return type(self)(self)

    copy = clone

    def update(self, *others):
        for other in others:
            self.addAll(other)

    def __iter__(self):
        return iter(self._items)

    def __len__(self):
        return len(self._items)

    def __contains__(self, item):
        return item in self._items

    def __eq__(self, other):
        if isinstance(other, LinkedHashSet):
            return self._items.keys() == other._items.keys()
        return isinstance(other, (set, frozenset)) and set(self._items) == other

    __hash__ = None

    def __or__(self, other):
        return type(self)(list(self) + list(other))

    def __and__(self, other):
        return type(self)(item for item in self if item in other)

    def __sub__(self, other):
        return type(self)(item for item in self if item not in other)

    def __str__(self):
        return self.toString()

    def __repr__(self):
        return "%s(%r)" % (type(self).__name__, list(self))

    def hashCode(self):
        return hash(frozenset(self._items)) & 0x7FFFFFFF

    def _json_value(self):
        return list(self)


class HashSet(LinkedHashSet):
    __slots__ = ()


class TreeSet(LinkedHashSet):
    __slots__ = ()

    def __iter__(self):
        return iter(sorted(self._items))

    def first(self):
        return next(iter(self))

    def last(self):
        return list(self)[-1]


Set = LinkedHashSet
