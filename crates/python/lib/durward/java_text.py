"""Text and identity out of java.util, java.net, java.nio and java.security."""

import base64
import binascii
import hashlib
from urllib.parse import quote_plus, unquote_plus, urlsplit

import _durward
from durward.java_exceptions import (
    IllegalArgumentException, MalformedURLException, NoSuchAlgorithmException, UnsupportedEncodingException,
    URISyntaxException)


class UUID(object):
    """A universally unique identifier; `str` gives the usual form."""

    __slots__ = ("_text",)

    def __init__(self, text):
        self._text = text

    @staticmethod
    def randomUUID():
        octets = bytearray(_durward.entropy(16))
        octets[6] = octets[6] & 0x0F | 0x40
        octets[8] = octets[8] & 0x3F | 0x80
        return UUID._of(bytes(octets))

    @staticmethod
    def _of(octets):
        digits = octets.hex()
        return UUID("-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:])))

    @staticmethod
    def fromString(text):
        parts = text.split("-")
        if len(parts) != 5:
            raise IllegalArgumentException("Invalid UUID string: " + text)
        try:
            digits = "".join(part.zfill(width) for part, width in zip(parts, (8, 4, 4, 4, 12)))
            return UUID._of(bytes.fromhex(digits))
        except ValueError:
            raise IllegalArgumentException("Invalid UUID string: " + text) from None

    @staticmethod
    def nameUUIDFromBytes(octets):
        digest = bytearray(hashlib.md5(_bytes(octets)).digest())
        digest[6] = digest[6] & 0x0F | 0x30
        digest[8] = digest[8] & 0x3F | 0x80
        return UUID._of(bytes(digest))

    def toString(self):
        return self._text

    __str__ = toString

    def __repr__(self):
        return "UUID('%s')" % self._text

    def __eq__(self, other):
        return isinstance(other, UUID) and other._text == self._text

    def equals(self, other):
        return self == other

    def __hash__(self):
        return hash(self._text)

    def hashCode(self):
        return hash(self) & 0x7FFFFFFF


def _bytes(value):
    if isinstance(value, str):
        return value.encode("utf-8")
    if isinstance(value, (bytes, bytearray)):
        return bytes(value)
    return bytes(one & 0xFF for one in value)


class _Encoder(object):
    def __init__(self, encode, padding=True):
        self._encode, self._padding = encode, padding

    def encode(self, value):
        encoded = self._encode(_bytes(value))
        return encoded if self._padding else encoded.rstrip(b"=")

    def encodeToString(self, value):
        return self.encode(value).decode("ascii")

    def withoutPadding(self):
        return _Encoder(self._encode, False)


class _Decoder(object):
    def __init__(self, decode):
        self._decode = decode

    def decode(self, value):
        octets = _bytes(value)
        octets += b"=" * (-len(octets) % 4)
        try:
            return self._decode(octets)
        except (binascii.Error, ValueError) as error:
            raise IllegalArgumentException(str(error)) from None


class Base64(object):
    @staticmethod
    def getEncoder():
        return _Encoder(base64.b64encode)

    @staticmethod
    def getUrlEncoder():
        return _Encoder(base64.urlsafe_b64encode)

    getMimeEncoder = getEncoder

    @staticmethod
    def getDecoder():
        return _Decoder(lambda octets: base64.b64decode(octets, validate=True))

    @staticmethod
    def getUrlDecoder():
        return _Decoder(lambda octets: base64.b64decode(octets, altchars=b"-_", validate=True))

    @staticmethod
    def getMimeDecoder():
        return _Decoder(base64.b64decode)


def _charset(name):
    import codecs

    try:
        return codecs.lookup(str(name)).name
    except LookupError:
        raise UnsupportedEncodingException(str(name)) from None


class URLEncoder(object):
    """application/x-www-form-urlencoded: a space is `+`; letters, digits and `*-._` stay."""

    @staticmethod
    def encode(text, charset="UTF-8"):
        return quote_plus(str(text), safe="*", encoding=_charset(charset)).replace("~", "%7E")


class URLDecoder(object):
    @staticmethod
    def decode(text, charset="UTF-8"):
        return unquote_plus(str(text), encoding=_charset(charset))


class URI(object):
    """A parsed address; nothing is opened."""

    _error = URISyntaxException

    def __init__(self, text):
        self._text = str(text)
        try:
            self._parts = urlsplit(self._text)
            self._port = self._parts.port
        except ValueError as error:
            raise self._error(str(error)) from None
        if " " in self._text:
            raise self._error("a blank in " + self._text)

    @classmethod
    def create(cls, text):
        return cls(text)

    def getScheme(self):
        return self._parts.scheme or None

    getProtocol = getScheme

    def getHost(self):
        return self._parts.hostname

    def getPort(self):
        return -1 if self._port is None else self._port

    def getPath(self):
        return self._parts.path

    def getQuery(self):
        return self._parts.query or None

    getRawQuery = getQuery

    def getFragment(self):
        return self._parts.fragment or None

    getRef = getFragment

    def toString(self):
        return self._text

    toExternalForm = toASCIIString = __str__ = toString

    def toURL(self):
        return URL(self._text)

    def toURI(self):
        return URI(self._text)

    def __eq__(self, other):
        return isinstance(other, URI) and other._text == self._text

    def __hash__(self):
        return hash(self._text)

    def equals(self, other):
        return self == other


class URL(URI):
    _error = MalformedURLException

    def __init__(self, text):
        super().__init__(text)
        if not self._parts.scheme:
            raise MalformedURLException("no protocol: " + self._text)

    def openConnection(self):
        raise UnsupportedEncodingException("native Python scripts open no connections; use HttpService")

    openStream = openConnection


class Charset(object):
    def __init__(self, name):
        self._name = name

    @staticmethod
    def forName(name):
        _charset(name)
        return Charset(name)

    @staticmethod
    def defaultCharset():
        return Charset("UTF-8")

    def name(self):
        return self._name

    displayName = toString = __str__ = name


class StandardCharsets(object):
    UTF_8 = Charset("UTF-8")
    US_ASCII = Charset("US-ASCII")
    ISO_8859_1 = Charset("ISO-8859-1")
    UTF_16 = Charset("UTF-16")


class MessageDigest(object):
    def __init__(self, name):
        self._name = name
        self._digest = hashlib.new(name)

    @staticmethod
    def getInstance(name):
        known = {"MD5": "md5", "SHA-1": "sha1", "SHA": "sha1", "SHA-256": "sha256", "SHA-384": "sha384", "SHA-512": "sha512"}
        if name.upper() not in known:
            raise NoSuchAlgorithmException(name + " MessageDigest not available")
        return MessageDigest(known[name.upper()])

    def update(self, value):
        self._digest.update(_bytes(value))

    def digest(self, *value):
        for one in value:
            self.update(one)
        result = self._digest.digest()
        self._digest = hashlib.new(self._name)
        return result


class SecureRandom(object):
    """The system's random generator."""

    def __init__(self, *_):
        pass

    def nextInt(self, *bounds):
        number = int.from_bytes(_durward.entropy(8), "big")
        if not bounds:
            return number % (1 << 32) - (1 << 31)
        return number % bounds[0]

    def nextLong(self):
        return int.from_bytes(_durward.entropy(8), "big") - (1 << 63)

    def nextBytes(self, target):
        target[:] = _durward.entropy(len(target))

    def generateSeed(self, size):
        return _durward.entropy(size)
