"""Bean classes made from a contract: `getScope()`, `.scope`, `isX()`, setters that are recorded.

A bean is a view of the snapshot that came over the wire. What a script sets
is kept in the view and travels back by its dotted path.
"""

from durward.java_util import ArrayList
from durward.json_java import JSONArray, JSONObject, exact_text, wrap


class Changes:
    """What the script changed in one call, by path."""

    __slots__ = ("values", "watched")

    def __init__(self):
        self.values = {}
        self.watched = {}

    def watch(self, path, live, before, form=None):
        """`live` was handed out and may be changed in place; `form` makes of it what is
        compared with `before` and travels."""
        self.watched[path] = (live, before, form)

    def collect(self):
        for path, (live, before, form) in self.watched.items():
            if path not in self.values:
                now = live if form is None else form(live)
                if now != before:
                    self.values[path] = now
        return self.values


class Bean(object):
    """Base of all bean classes; the getters are made by `make_bean`."""

    __slots__ = ("_values", "_path", "_changes", "_made", "__dict__")

    _members = frozenset()

    def __init__(self, values=None, path="", changes=None):
        put = object.__setattr__
        put(self, "_values", {} if values is None else values)
        put(self, "_path", path)
        put(self, "_changes", Changes() if changes is None else changes)
        put(self, "_made", None)

    def __getattr__(self, name):
        raise AttributeError(missing(type(self), name))

    def __setattr__(self, name, value):
        member = getattr(type(self), name, None)
        if not isinstance(member, property):
            raise AttributeError(missing(type(self), name))
        if member.fset is None:
            raise AttributeError("%s.%s cannot be set" % (type(self).__name__, name))
        member.fset(self, value)

    def getClass(self):
        return JavaClass(type(self))

    def toString(self):
        return repr(self)

    def equals(self, other):
        return self is other

    def hashCode(self):
        return id(self) & 0x7FFFFFFF

    def __repr__(self):
        return "%s@%x" % (type(self).__name__, id(self) & 0xFFFFFFFF)

    def _json_value(self):
        return self._values


class JavaClass(object):
    """What `getClass()` answers."""

    def __init__(self, made):
        self._made = made

    def getSimpleName(self):
        return self._made.__name__

    getName = getSimpleName
    getCanonicalName = getSimpleName
    toString = getSimpleName

    name = simpleName = property(getSimpleName)

    def __str__(self):
        return "class " + self._made.__name__

    def __eq__(self, other):
        return isinstance(other, JavaClass) and other._made is self._made or other is self._made

    def __hash__(self):
        return hash(self._made)


def missing(cls, name):
    """The sentence for a member that a class does not have."""
    message = "%s has no member '%s'" % (cls.__name__, name)
    known = [one for one in dir(cls) if not one.startswith("_")]
    import difflib

    near = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    return message + "; did you mean '%s'?" % near[0] if near else message


def _made(self, name, make):
    """What `make` answers, made once for this bean; `None` stays `None`."""
    made = self._made
    if made is None:
        made = {}
        object.__setattr__(self, "_made", made)
    elif name in made:
        return made[name]
    value = make(self, self._values.get(name))
    made[name] = value
    return value


def _plain(name):
    def getter(self):
        return self._values.get(name)

    return getter


def _flag(name):
    def getter(self):
        value = self._values.get(name)
        return False if value is None else value

    return getter


def _made_by(name, make):
    def getter(self):
        return _made(self, name, make)

    return getter


def _texts(name, writable):
    def make(self, value):
        if value is None:
            return None
        live = ArrayList(value)
        if writable:
            self._changes.watch(self._path + name, live, list(value))
        return live

    return make


def _json(name, writable):
    def make(self, value):
        live = wrap(value)
        if writable and isinstance(live, (JSONObject, JSONArray)):
            import copy

            self._changes.watch(self._path + name, live, copy.deepcopy(value))
        return live

    return make


def _json_text(name, writable):
    """A JSON object that travels as its text: no number is rounded, no member moved."""

    def make(self, value):
        if value is None:
            return None
        live = JSONObject(value)
        if writable:
            self._changes.watch(self._path + name, live, exact_text(live), exact_text)
        return live

    return make


def _date(self, value):
    if value is None:
        return None
    from durward.java_time import Date

    return Date(value)


def _nested(name, classes, bean):
    def make(self, value):
        if value is None:
            return None
        return classes[bean](value, self._path + name + ".", self._changes)

    return make


def _service(name, path):
    module, _, attribute = path.rpartition(".")

    def make(self, value):
        __import__(module)
        import sys

        made = getattr(sys.modules[module], attribute)
        build = getattr(made, "_from_context", None)
        if build is not None:
            return build(value, self, self._path + name + ".")
        return made() if value is None else made(value)

    return make


def _getter(prop, classes):
    name, kind = prop["name"], prop["kind"]
    if kind == "boolean":
        return _flag(name)
    if kind == "texts":
        return _made_by(name, _texts(name, prop["writable"]))
    if kind == "json":
        return _made_by(name, _json(name, prop["writable"]))
    if kind == "jsontext":
        return _made_by(name, _json_text(name, prop["writable"]))
    if kind == "date":
        return _made_by(name, _date)
    if kind.startswith("bean:"):
        return _made_by(name, _nested(name, classes, kind[5:]))
    if kind.startswith("service:"):
        return _made_by(name, _service(name, kind[8:]))
    return _plain(name)


def _setter(name, kind):
    def setter(self, value):
        if kind == "jsontext":
            value = value if isinstance(value, JSONObject) else JSONObject(value)
            object.__setattr__(self, "_made", {**(self._made or {}), name: value})
            self._values[name] = self._changes.values[self._path + name] = exact_text(value)
            return
        self._values[name] = value
        if self._made is not None:
            self._made[name] = value
        self._changes.values[self._path + name] = value

    return setter


def make_bean(bean, classes, behaviour):
    """The class for a contract's bean; `behaviour` is a mixin or `None`."""
    members = {"__slots__": ()}
    for prop in bean["properties"]:
        name = prop["name"]
        capital = name[:1].upper() + name[1:]
        getter = _getter(prop, classes)
        getter.__name__ = "get" + capital
        members["get" + capital] = getter
        if prop["kind"] == "boolean":
            members["is" + capital] = getter
        setter = None
        if prop["writable"]:
            setter = _setter(name, prop["kind"])
            members["set" + capital] = setter
        members[name] = property(getter, setter)
    bases = (Bean,) if behaviour is None else (behaviour, Bean)
    return type(bean["name"], bases, members)


def make_beans(contract):
    """All bean classes of a contract, by name."""
    from durward.context import BEHAVIOURS, ScriptContext

    classes = {}
    for bean in contract["beans"]:
        name = bean["name"]
        behaviour = BEHAVIOURS.get(name)
        if behaviour is None and name == contract["context"]:
            behaviour = ScriptContext
        classes[name] = make_bean(bean, classes, behaviour)
    return classes
