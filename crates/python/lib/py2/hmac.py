"""`hmac` for byte strings."""

import hmac as _hmac

from _durward_py2.conversion import octets
from _durward_py2.hashlib import Hash


class HMAC(Hash):
    """A running keyed digest."""

    def __init__(self, key, msg=None, digestmod=None, _inner=None):
        if _inner is None:
            name = "md5" if digestmod is None else digestmod
            if callable(name):
                name = name().name
            elif not isinstance(name, str):
                name = name.new().name
            _inner = _hmac.new(octets(key), None if msg is None else octets(msg), name)
        Hash.__init__(self, _inner)

    def copy(self):
        return HMAC("", _inner=self._inner.copy())


def new(key, msg=None, digestmod=None):
    """A keyed digest; MD5 unless `digestmod` says otherwise."""
    return HMAC(key, msg, digestmod)


def compare_digest(a, b):
    """Equality in a time that does not depend on where the two differ."""
    return _hmac.compare_digest(octets(a), octets(b))
