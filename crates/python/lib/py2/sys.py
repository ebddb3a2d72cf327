"""`sys` as a Python 2 program sees it. Everything else, and every assignment,
goes to the interpreter's own module.
"""

import sys as _sys
import types as _types

_OWN = {
    "maxint": 2147483647,
    "maxsize": 2147483647,
    "maxunicode": 1114111,
    "platform": "java",
    "version": "2.7 (Durward)",
    "version_info": (2, 7, 3, "final", 0),
    "hexversion": 0x020703F0,
    "py3kwarning": False,
    "exc_clear": lambda: None,
    "getdefaultencoding": lambda: "ascii",
    "setdefaultencoding": lambda name: None,
    "setcheckinterval": lambda interval: None,
    "getcheckinterval": lambda: 100,
}
_ERROR = {"exc_type": 0, "exc_value": 1, "exc_traceback": 2}


class _Module(_types.ModuleType):
    def __getattribute__(self, name):
        if name in _OWN:
            return _OWN[name]
        if name in _ERROR:
            return _sys.exc_info()[_ERROR[name]]
        if name == "__class__":
            return _types.ModuleType
        return getattr(_sys, name)

    def __setattr__(self, name, value):
        if name in _OWN:
            _OWN[name] = value
        else:
            setattr(_sys, name, value)

    def __delattr__(self, name):
        delattr(_sys, name)

    def __dir__(self):
        return sorted(set(dir(_sys)) | set(_OWN))


_durward_module = _Module("sys")
