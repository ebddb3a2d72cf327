"""The turns of a worker: load, call, destroy, and how an exception is described."""

import types
import warnings

from durward.beans import Changes, make_beans
from durward.configuration import CustomScript, configuration_attributes
from durward.failures import Refused, describe as _describe
from durward.json_java import JSONObject, exact_text
from durward.web import WebApplicationException

# As Python itself does outside of a main program: what is going to change one day is of
# no use in the log of a script that works.
warnings.simplefilter("ignore", DeprecationWarning)


class Script:
    """The script of this worker."""

    instance = None
    name = ""
    source = ""
    attributes = None
    custom_script = None
    context_class = None
    # of the call that runs
    snapshot = None
    classes = None
    methods = None
    # method name -> (bound method, whether it takes the context, other parameters, conversion)
    calls = {}


def import_problems(imports, dialect):
    from durward.imports import problems

    return problems(imports, dialect)


def describe(exception):
    return _describe(exception, Script.name, Script.source)


def prepare(program):
    """Before the script's text is run: what describes an exception."""
    Script.name = program["fileName"]
    Script.source = program["source"]
    Script.instance = None
    Script.calls = {}


def load(module, program):
    """Makes the script's object and initialises it; the report for the server."""
    contract = program["contract"]
    made = _class_of(module, contract)
    classes = make_beans(contract)
    Script.classes = classes
    Script.context_class = classes[contract["context"]]
    Script.attributes = configuration_attributes(program["attributes"])
    Script.custom_script = CustomScript(program["customScript"], program["attributes"])
    Script.instance = instance = _construct(made, program["currentTimeMs"])
    version = _api_version(instance)
    _initialise(instance, version)
    methods = []
    for method in contract["methods"]:
        bound = getattr(instance, method["name"], None)
        if callable(bound):
            methods.append(method["name"])
            Script.calls[method["name"]] = (bound, method["parameters"], _CONVERSIONS[method["returns"]])
    return {"apiVersion": version, "methods": methods, "dialect": program["dialect"]}


def _class_of(module, contract):
    name = contract["className"]
    made = module.__dict__.get(name)
    if made is None:
        raise Refused("the script does not define class " + name)
    if not isinstance(made, type):
        raise Refused(name + " is not a class")
    absent = [
        method["name"]
        for method in contract["methods"]
        if not method["optional"] and not callable(getattr(made, method["name"], None))
    ]
    for name in ("init", "destroy", "getApiVersion"):
        if not callable(getattr(made, name, None)):
            absent.append(name)
    if absent:
        raise Refused("class %s has no %s" % (contract["className"], ", ".join(absent)))
    return made


def positional(function):
    """How many arguments a bound function takes: (fewest, most); most is None when open."""
    bound = 0
    if isinstance(function, types.MethodType):
        function, bound = function.__func__, 1
    code = getattr(function, "__code__", None)
    if code is None:
        return 0, None
    most = code.co_argcount - bound
    fewest = most - len(getattr(function, "__defaults__", None) or ())
    return max(fewest, 0), None if code.co_flags & 0x04 else most


def _takes(function, count):
    fewest, most = positional(function)
    return fewest <= count and (most is None or count <= most)


def _construct(made, current_time_ms):
    if made.__init__ is object.__init__:
        return made()
    code = getattr(made.__init__, "__code__", None)
    if code is not None and code.co_argcount == 1 and not code.co_flags & 0x04:
        return made()
    return made(current_time_ms)


def _api_version(instance):
    method = instance.getApiVersion
    fewest, _most = positional(method)
    # Some published pages show parameters here; nothing is passed for them but None.
    version = method(*([None] * fewest))
    if isinstance(version, bool) or not isinstance(version, int):
        raise Refused("getApiVersion must return an integer, not " + type(version).__name__)
    return version


def _initialise(instance, version):
    init = instance.init
    one, two = (Script.attributes,), (Script.custom_script, Script.attributes)
    arguments, other = (two, one) if version > 10 else (one, two)
    if not _takes(init, len(arguments)) and _takes(init, len(other)):
        _warn(
            "init takes %d argument(s) where API version %d asks for %d; called as it is written"
            % (len(other), version, len(arguments))
        )
        arguments = other
    if not init(*arguments):
        raise Refused("init did not return True")


def _warn(text):
    import _durward

    _durward.log("warn", text)


def destroy():
    """Tells the script that it is replaced."""
    instance = Script.instance
    if instance is None:
        raise RuntimeError("no script is loaded")
    if not instance.destroy(Script.attributes):
        _warn("destroy did not return True")


def call(name, snapshot, arguments):
    """Calls a method of the script: [converted result, changes]."""
    entry = Script.calls.get(name)
    if entry is None:
        raise AttributeError("the script has no method " + name)
    bound, parameters, convert = entry
    changes = Changes()
    Script.snapshot = snapshot
    context = Script.context_class(snapshot, "", changes)
    try:
        if len(parameters) == 1 and parameters[0] == "context":
            result = bound(context)
        else:
            result = bound(*[_argument(one, context, arguments, changes) for one in parameters])
    except WebApplicationException as error:
        changes.values["webApplicationException"] = error._json_value()
        return [None, changes.collect()]
    stored = context._stored_exception() if hasattr(type(context), "_stored_exception") else None
    if stored is not None:
        changes.values["webApplicationException"] = stored._json_value()
    return [convert(result, name), changes.collect()]


def _argument(name, context, arguments, changes):
    if name == "context":
        return context
    from durward.context import argument

    return argument(name, arguments.get(name), changes)


def _boolean(result, name):
    return bool(result)


def _string(result, name):
    if result is None or isinstance(result, str):
        return result
    if isinstance(result, (bytes, bytearray)):
        return bytes(result).decode("utf-8")
    text = getattr(result, "toString", None)
    if text is not None:
        return text()
    raise TypeError("%s must return text, not %s" % (name, type(result).__name__))


def _integer(result, name):
    if isinstance(result, int):
        return int(result)
    raise TypeError("%s must return an integer, not %s" % (name, type(result).__name__))


def _json(result, name):
    return result


def _json_text(result, name):
    """An object as its text, or None."""
    if result is None:
        return None
    if isinstance(result, str):
        result = JSONObject(result)
    elif not isinstance(result, dict):
        stand_in = getattr(result, "_json_value", None)
        result = None if stand_in is None else stand_in()
    if not isinstance(result, dict):
        raise TypeError("%s must return a JSON object or None" % name)
    return exact_text(result)


def _none(result, name):
    return None


_CONVERSIONS = {"boolean": _boolean, "string": _string, "integer": _integer, "json": _json, "jsontext": _json_text, "none": _none}
