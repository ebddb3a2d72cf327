"""`os` without an operating system: entropy, path arithmetic, constants.

There is no file, process or environment here; what is missing is absent.
"""

import sys

import _durward

name = "posix"
linesep = "\n"
sep = "/"
altsep = None
extsep = "."
curdir = "."
pardir = ".."
pathsep = ":"
defpath = ""
devnull = "/dev/null"
F_OK, R_OK, W_OK, X_OK = 0, 4, 2, 1
O_RDONLY, O_WRONLY, O_RDWR = 0, 1, 2
SEEK_SET, SEEK_CUR, SEEK_END = 0, 1, 2
supports_bytes_environ = False
error = OSError


class PathLike:
    """What `fspath` accepts besides text."""

    @classmethod
    def __subclasshook__(cls, subclass):
        return hasattr(subclass, "__fspath__")

    def __class_getitem__(cls, item):
        return cls


def fspath(path):
    if isinstance(path, (str, bytes)):
        return path
    method = getattr(type(path), "__fspath__", None)
    if method is None:
        raise TypeError("expected str, bytes or os.PathLike object, not " + type(path).__name__)
    return method(path)


def fsencode(path):
    path = fspath(path)
    return path if isinstance(path, bytes) else path.encode("utf-8", "surrogateescape")


def fsdecode(path):
    path = fspath(path)
    return path if isinstance(path, str) else path.decode("utf-8", "surrogateescape")


# A plain dictionary: nothing is in it and nothing happens when something is put in.
environ = {}


def getenv(key, default=None):
    return environ.get(key, default)


def urandom(size):
    return _durward.entropy(size)


def getrandom(size, flags=0):
    return _durward.entropy(size)


def getpid():
    return 1


def getcwd():
    raise PermissionError("scripts have no file system")


def cpu_count():
    return 1


def strerror(code):
    return "error " + str(code)


def register_at_fork(before=None, after_in_child=None, after_in_parent=None):
    pass


def stat(path, **options):
    raise PermissionError("scripts have no file system")


lstat = stat


import posixpath as path

sys.modules["os.path"] = path
