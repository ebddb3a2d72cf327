"""`hashlib` for byte strings."""

import hashlib as _hashlib

from _durward_py2.conversion import latin, octets


class Hash:
    """A running digest over byte strings."""

    def __init__(self, inner):
        self._inner = inner
        self.name = inner.name
        self.digest_size = inner.digest_size
        self.digestsize = inner.digest_size
        self.block_size = inner.block_size

    def update(self, text):
        self._inner.update(octets(text))

    def digest(self):
        return latin(self._inner.digest())

    def hexdigest(self):
        return self._inner.hexdigest()

    def copy(self):
        return Hash(self._inner.copy())


def new(name, text=""):
    """A digest by the name of its algorithm."""
    return Hash(_hashlib.new(name, octets(text)))


def _algorithm(name):
    def make(text=""):
        return new(name, text)

    make.__name__ = name
    return make


md5 = _algorithm("md5")
sha1 = _algorithm("sha1")
sha224 = _algorithm("sha224")
sha256 = _algorithm("sha256")
sha384 = _algorithm("sha384")
sha512 = _algorithm("sha512")
algorithms = algorithms_available = algorithms_guaranteed = (
    "md5", "sha1", "sha224", "sha256", "sha384", "sha512")


def pbkdf2_hmac(name, password, salt, rounds, dklen=None):
    """A key derived from a password."""
    return latin(_hashlib.pbkdf2_hmac(name, octets(password), octets(salt), rounds, dklen))
