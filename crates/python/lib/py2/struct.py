"""`struct` for byte strings."""

import struct as _struct
from struct import calcsize, error

from _durward_py2.conversion import latin, octets


def _packed(values):
    return [octets(value) if isinstance(value, str) else value for value in values]


def _unpacked(values):
    return tuple(latin(value) if isinstance(value, bytes) else value for value in values)


def pack(format, *values):
    """Values as a byte string."""
    return latin(_struct.pack(format, *_packed(values)))


def unpack(format, text):
    """The values in a byte string."""
    return _unpacked(_struct.unpack(format, octets(text)))


def unpack_from(format, text, offset=0):
    """The values at `offset` in a byte string."""
    return _unpacked(_struct.unpack_from(format, octets(text), offset))


class Struct:
    """A format that is used more than once."""

    def __init__(self, format):
        self.format = format
        self.size = calcsize(format)

    def pack(self, *values):
        return pack(self.format, *values)

    def unpack(self, text):
        return unpack(self.format, text)

    def unpack_from(self, text, offset=0):
        return unpack_from(self.format, text, offset)
