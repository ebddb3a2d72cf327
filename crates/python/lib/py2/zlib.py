"""`zlib` for byte strings."""

import zlib as _zlib
from zlib import error

from _durward_py2.conversion import latin, octets


def compress(text, level=-1):
    """A byte string, compressed."""
    return latin(_zlib.compress(octets(text), level))


def decompress(text, wbits=15, bufsize=16384):
    """A compressed byte string as it was."""
    return latin(_zlib.decompress(octets(text), wbits, bufsize))


def crc32(text, start=0):
    """The checksum as a signed number."""
    value = _zlib.crc32(octets(text), start & 0xFFFFFFFF)
    return value - (1 << 32) if value & 0x80000000 else value


def adler32(text, start=1):
    """The checksum as a signed number."""
    value = _zlib.adler32(octets(text), start & 0xFFFFFFFF)
    return value - (1 << 32) if value & 0x80000000 else value
