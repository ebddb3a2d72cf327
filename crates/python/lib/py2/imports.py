"""`__import__` of Python 2 programs: old names of standard modules, and the
modules whose functions take and give text where Python 3 has bytes.
"""

import builtins
import sys
import types

# Set by `builtin`.
NAMESPACE = {}

IMPORTS = {
    "ConfigParser": "_durward_py2.config_parser",
    "Cookie": "http.cookies",
    "HTMLParser": "html.parser",
    "Queue": "queue",
    "StringIO": "_durward_py2.string_io",
    "UserDict": "collections",
    "base64": "_durward_py2.base64",
    "binascii": "_durward_py2.binascii",
    "cPickle": "_durward_py2.pickle",
    "cStringIO": "_durward_py2.string_io",
    "collections": "_durward_py2.collections",
    "commands": "_durward_py2.commands",
    "copy_reg": "copyreg",
    "hashlib": "_durward_py2.hashlib",
    "hmac": "_durward_py2.hmac",
    "htmlentitydefs": "html.entities",
    "httplib": "_durward_py2.httplib",
    "itertools": "_durward_py2.itertools",
    "json": "_durward_py2.json",
    "math": "_durward_py2.math",
    "pickle": "_durward_py2.pickle",
    "re": "_durward_py2.re",
    "string": "_durward_py2.string",
    "struct": "_durward_py2.struct",
    "sys": "_durward_py2.sys",
    "thread": "_thread",
    "traceback": "_durward_py2.traceback",
    "types": "_durward_py2.types",
    "urllib": "_durward_py2.urllib",
    "urllib2": "_durward_py2.urllib2",
    "urlparse": "_durward_py2.urlparse",
    "zlib": "_durward_py2.zlib",
}

_import = builtins.__import__


def _builtin_module(name):
    module = sys.modules.get("_durward_py2." + name)
    if module is None:
        module = types.ModuleType(name)
        for key, value in NAMESPACE.items():
            error = isinstance(value, type) and issubclass(value, BaseException)
            if not key.startswith("__durward_") and (name == "__builtin__" or error):
                setattr(module, key, value)
        sys.modules["_durward_py2." + name] = module
    return module


def import_module(name, globals=None, locals=None, fromlist=(), level=0):
    """`__import__`"""
    if name in ("__builtin__", "exceptions"):
        return _builtin_module(name)
    actual = IMPORTS.get(name)
    if actual is None or level > 0:
        try:
            return _import(name, globals, locals, fromlist, max(level, 0))
        except ModuleNotFoundError as error:
            if error.msg == "No module named %r" % error.name:
                error.msg = "No module named " + error.name.rpartition(".")[2]
            raise
    module = sys.modules.get(actual)
    if module is None:
        _import(actual)
        module = sys.modules[actual]
    # The proxy for `sys` puts itself in the place of its module.
    return getattr(module, "_durward_module", module)
