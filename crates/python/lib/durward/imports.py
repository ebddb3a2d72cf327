"""Whether everything that a script imports can be had."""

import sys

from durward import packages


def problems(imports, dialect):
    """A problem for each module or name that cannot be imported."""
    if dialect == "2":
        from _durward_py2 import NAMESPACE

        bring = NAMESPACE["__import__"]
    else:
        bring = __import__
    found = []
    for one in imports:
        for message in _messages(bring, one):
            # Another host may have it, unless nobody can.
            elsewhere = not one["level"]
            found.append({"line": one["line"], "column": one["column"], "message": message, "unresolved": elsewhere})
    return found


def _messages(bring, one):
    name = one["module"]
    if one["level"]:
        yield "a script is not part of a package, so nothing can be imported with leading dots"
        return
    names = [each for each in one["names"] if each != "*"]
    try:
        module = bring(name, {}, {}, ["__name__"] if one["names"] else [], 0)
        if not one["names"]:
            module = sys.modules.get(name, module)
    except ImportError as error:
        yield _sentence(error, name)
        return
    for each in names:
        if hasattr(module, each):
            continue
        try:
            bring(name + "." + each, {}, {}, [], 0)
        except ImportError as error:
            known = isinstance(module, packages.Package) or "is not offered" in str(error)
            yield str(error) if known else "module %s has no %s" % (name, each)


def _sentence(error, name):
    if isinstance(error, ModuleNotFoundError):
        missing = error.name or name
        return "there is no module %s for native Python scripts" % missing
    return str(error)
