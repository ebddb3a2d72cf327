"""`pickle` for byte strings."""

import pickle as _pickle
from pickle import HIGHEST_PROTOCOL, PickleError, PicklingError, UnpicklingError

from _durward_py2.conversion import latin, octets


def dumps(value, protocol=0):
    """A value as a byte string."""
    return latin(_pickle.dumps(value, 2 if protocol < 0 else protocol))


def loads(text):
    """The value in a byte string."""
    return _pickle.loads(octets(text), encoding="latin-1")


def dump(value, file, protocol=0):
    """Writes a value to a file object."""
    file.write(dumps(value, protocol))


def load(file):
    """Reads a value from a file object, to its end."""
    return loads(file.read())
