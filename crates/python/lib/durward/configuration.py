"""Configuration properties of a script and the script's own record, as Jans hands them to `init`."""

from durward.java_util import ArrayList, LinkedHashMap


class SimpleCustomProperty(object):
    """One configuration property: value1 is its name, value2 its value."""

    __slots__ = ("value1", "value2", "description")

    def __init__(self, value1="", value2="", description=""):
        self.value1 = value1
        self.value2 = value2
        self.description = description

    def getValue1(self):
        return self.value1

    def setValue1(self, value):
        self.value1 = value

    def getValue2(self):
        return self.value2

    def setValue2(self, value):
        self.value2 = value

    def getDescription(self):
        return self.description

    def setDescription(self, value):
        self.description = value

    def _key(self):
        return (type(self), self.value1, self.value2, self.description)

    def __eq__(self, other):
        return isinstance(other, SimpleCustomProperty) and self._key() == other._key()

    def __hash__(self):
        return hash(self._key())

    def equals(self, other):
        return self == other

    def toString(self):
        return "%s{value1='%s', value2='%s', description='%s'}" % (
            type(self).__name__, self.value1, self.value2, self.description)

    __str__ = __repr__ = toString

    def _json_value(self):
        return {"value1": self.value1, "value2": self.value2, "description": self.description}


class SimpleExtendedCustomProperty(SimpleCustomProperty):
    """A property that can be hidden."""

    __slots__ = ("hide",)

    def __init__(self, value1="", value2="", *rest):
        texts = [one for one in rest if not isinstance(one, bool)]
        super().__init__(value1, value2, texts[0] if texts else "")
        self.hide = any(one for one in rest if isinstance(one, bool))

    def getHideValue(self):
        return self.hide

    def setHideValue(self, value):
        self.hide = bool(value)

    hideValue = property(getHideValue, setHideValue)

    def toString(self):
        # A hidden value is not to reach a log by way of a print.
        value2 = "***" if self.hide else self.value2
        return "%s{value1='%s', value2='%s', description='%s', hide=%s}" % (
            type(self).__name__, self.value1, value2, self.description, str(self.hide).lower())

    __str__ = __repr__ = toString


def properties(attributes):
    return [
        SimpleExtendedCustomProperty(
            one["value1"], one["value2"], one.get("description", ""), bool(one.get("hide", False)))
        for one in attributes
    ]


def configuration_attributes(attributes):
    """The Java map that `init` and `destroy` get: name to property, the last of a name wins."""
    found = LinkedHashMap()
    for one in properties(attributes):
        found[one.value1] = one
    return found


def _named(prefix, text):
    return prefix + text[:1].upper() + text[1:]


class CustomScript(object):
    """The script's record, read only for scripts: bean getters over what the server sent."""

    _DEFAULTS = {
        "dn": None, "baseDn": None, "inum": None, "name": None, "aliases": None, "description": None,
        "script": None, "scriptType": None, "programmingLanguage": None, "level": 0, "revision": 0,
        "enabled": True, "scriptError": None, "modified": False, "internal": False,
        "locationType": None, "locationPath": None, "moduleProperties": None,
    }

    def __init__(self, record=None, attributes=()):
        values = dict(self._DEFAULTS)
        values.update(record or {})
        values["configurationProperties"] = ArrayList(properties(attributes))
        values["moduleProperties"] = ArrayList(properties(values.get("moduleProperties") or ()))
        self.__dict__["_values"] = values

    def __getattr__(self, name):
        values = self.__dict__.get("_values", {})
        if name in values:
            return values[name]
        for prefix in ("get", "is"):
            if name.startswith(prefix) and len(name) > len(prefix):
                key = name[len(prefix):]
                key = key[:1].lower() + key[1:]
                if key in values:
                    return lambda: values[key]
        from durward.beans import missing

        raise AttributeError(missing(type(self), name))

    def __setattr__(self, name, value):
        raise AttributeError("CustomScript.%s cannot be set by a script" % name)

    def toString(self):
        return "CustomScript{inum='%s', name='%s'}" % (self.inum, self.name)

    __str__ = __repr__ = toString

    def _json_value(self):
        return self._values


class CustomScriptConfiguration(object):
    """What `context.getScript()` answers."""

    def __init__(self, custom_script, attributes, instance):
        self.customScript = custom_script
        self.configurationAttributes = attributes
        self.externalType = instance

    def getCustomScript(self):
        return self.customScript

    def getConfigurationAttributes(self):
        return self.configurationAttributes

    def getExternalType(self):
        return self.externalType

    def getInum(self):
        return self.customScript.inum

    def getName(self):
        return self.customScript.name

    def getLevel(self):
        return self.customScript.level

    inum = property(getInum)
    name = property(getName)
    level = property(getLevel)
