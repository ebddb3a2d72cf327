"""`binascii` for byte strings."""

import binascii as _binascii
from binascii import Error, Incomplete

from _durward_py2.conversion import latin, octets


def _both(function):
    def convert(text, *args):
        result = function(octets(text), *args)
        return latin(result) if isinstance(result, bytes) else result

    convert.__name__ = function.__name__
    return convert


def unhexlify(text):
    """The bytes that hexadecimal digits stand for; `TypeError` for anything else."""
    try:
        return latin(_binascii.unhexlify(octets(text)))
    except _binascii.Error as error:
        raise TypeError(str(error)) from None


a2b_hex = unhexlify
hexlify = b2a_hex = _both(_binascii.hexlify)
a2b_base64 = _both(_binascii.a2b_base64)
b2a_base64 = _both(_binascii.b2a_base64)
crc_hqx = _both(_binascii.crc_hqx)


def crc32(text, start=0):
    """The checksum as a signed number."""
    value = _binascii.crc32(octets(text), start & 0xFFFFFFFF)
    return value - (1 << 32) if value & 0x80000000 else value
