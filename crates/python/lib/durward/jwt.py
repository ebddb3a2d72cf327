"""`Jwt`: a token taken apart, or put together. Nothing here checks a signature, as in Jans."""

import base64
import binascii
import hashlib
import json

from durward.enums import _enum
from durward.java_exceptions import Exception as JavaException
from durward.java_util import ArrayList, Iterator, LinkedHashMap
from durward.json_java import JSONObject, wrap


class InvalidJwtException(JavaException):
    pass


class JwtClaimSet(object):
    """Claims by name, in their order."""

    def __init__(self, claims=None):
        self._claims = JSONObject(claims)

    def keys(self):
        return Iterator(list(self._claims))

    def hasClaim(self, name):
        return self._claims._find(name) is not None

    def getClaim(self, name):
        return self._claims._find(name)

    def getClaimAsString(self, name):
        value = self._claims._find(name)
        return None if value is None else self._claims.optString(name)

    def getClaimAsJSON(self, name):
        value = self._claims._find(name)
        return JSONObject(value) if isinstance(value, str) else value

    def getClaimAsStringList(self, name):
        value = self._claims._find(name)
        if value is None:
            return ArrayList()
        return ArrayList(str(one) for one in value) if isinstance(value, list) else ArrayList([str(value)])

    def getClaimAsInteger(self, name):
        value = self._claims._find(name)
        return None if value is None else self._claims.getInt(name)

    getClaimAsLong = getClaimAsInteger

    def getClaimAsDate(self, name):
        value = self.getClaimAsInteger(name)
        if value is None:
            return None
        from durward.java_time import Date

        return Date(value * 1000)

    def setClaim(self, name, value):
        self._claims[name] = wrap(value)

    def setClaimObject(self, name, value, override=True):
        if override or not self.hasClaim(name):
            self.setClaim(name, value)

    def setNullClaim(self, name):
        self._claims[name] = None

    def removeClaim(self, name):
        self._claims.remove(name)

    def toJsonObject(self):
        from durward.java_time import Date

        return JSONObject({
            name: value.getTime() // 1000 if isinstance(value, Date) else value
            for name, value in self._claims.items()})

    def toJsonString(self):
        return self.toJsonObject().toString()

    def toMap(self):
        return LinkedHashMap(self.toJsonObject().toMap())

    toString = __str__ = toJsonString

    def _json_value(self):
        return self.toJsonObject()


class JwtClaims(JwtClaimSet):
    # Names of the usual claims, as Jans's subclasses have them.
    def getSubjectIdentifier(self):
        return self.getClaimAsString("sub")

    def getIssuer(self):
        return self.getClaimAsString("iss")


    def setIssuer(self, value):
        self.setClaim("iss", str(value))

    def setSubjectIdentifier(self, value):
        self.setClaim("sub", str(value))

    def setAudience(self, value):
        self.setClaim("aud", str(value))

    def setJwtId(self, value):
        self.setClaim("jti", str(value))

    def setExpirationTime(self, value):
        self._setMoment("exp", value)

    def setIssuedAt(self, value):
        self._setMoment("iat", value)

    def setNotBefore(self, value):
        self._setMoment("nbf", value)

    def _setMoment(self, name, value):
        """Seconds, or a Date."""
        self.setClaim(name, value.getTime() // 1000 if hasattr(value, "getTime") else int(value))


class JwtHeader(JwtClaimSet):
    def setAlgorithm(self, value):
        self.setClaim("alg", str(value))

    def setKeyId(self, value):
        self.setClaim("kid", str(value))

    def setType(self, value):
        self.setClaim("typ", str(value))

    def getSignatureAlgorithm(self):
        return self.getClaimAsString("alg")

    getAlgorithm = getSignatureAlgorithm

    def getKeyId(self):
        return self.getClaimAsString("kid")

    def getType(self):
        return self.getClaimAsString("typ")


JwtType = _enum("JwtType", JWT="JWT", DPOP_PLUS_JWT="dpop+jwt")


def _written(members):
    octets = json.dumps(members, separators=(",", ":"), default=lambda value: value._json_value()).encode("utf-8")
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode("ascii")


def _part(text):
    try:
        octets = base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
        value = json.loads(octets.decode("utf-8"))
    except (ValueError, binascii.Error):
        raise InvalidJwtException("a part of the token is not JSON in base64url") from None
    if not isinstance(value, dict):
        raise InvalidJwtException("a part of the token is not a JSON object")
    return value


class Jwt(object):
    def __init__(self, header=None, claims=None, text=""):
        self._header = JwtHeader(header)
        self._claims = JwtClaims(claims)
        self._text = text
        self._signature = ""

    @staticmethod
    def parse(text):
        if text is None or not text.strip():
            raise InvalidJwtException("a token is empty")
        parts = text.split(".")
        if len(parts) not in (2, 3):
            raise InvalidJwtException("a token has two or three parts")
        return Jwt(_part(parts[0]), _part(parts[1]), text)

    parseOrThrow = parse

    @staticmethod
    def parseSilently(text):
        try:
            return Jwt.parse(text)
        except (InvalidJwtException, AttributeError):
            return None

    @staticmethod
    def _from_context(value, bean, path):
        return Jwt.parseSilently(value)

    def getHeader(self):
        return self._header

    def getClaims(self):
        return self._claims

    header = property(getHeader)
    claims = property(getClaims)

    def getSigningInput(self):
        if self._text:
            return ".".join(self._text.split(".")[:2])
        return "%s.%s" % (_written(self._header.toJsonObject()), _written(self._claims.toJsonObject()))

    def getEncodedSignature(self):
        parts = self._text.split(".")
        return parts[2] if len(parts) == 3 else self._signature

    def setEncodedSignature(self, signature):
        """Of a token that was put together here."""
        self._signature = str(signature)

    def toString(self):
        return self._text or "%s.%s" % (self.getSigningInput(), self._signature)

    __str__ = toString

    def _json_value(self):
        return self.toString()


class JwtUtil(object):
    """io.jans.as.model.util.JwtUtil, as far as scripts use it."""

    @staticmethod
    def getJSONWebKeys(jwksUri, *_):
        """The key set at that address, or None."""
        from durward.services import HostRefused, ask
        import _durward

        try:
            answer = ask("http", method="GET", url=str(jwksUri), headers={"Accept": "application/json"})
        except HostRefused as error:
            _durward.log("error", "%s: %s" % (jwksUri, error))
            return None
        try:
            keys = json.loads(answer.get("body") or "") if answer["status"] == 200 else None
        except ValueError:
            keys = None
        if not isinstance(keys, dict):
            _durward.log("error", "%s holds no key set; status %s" % (jwksUri, answer["status"]))
            return None
        return JSONObject(keys)

    @staticmethod
    def getJsonKey(jwksUri, jwks, keyId):
        found = JwtUtil.getJSONWebKeys(jwksUri) if jwksUri else JSONObject(jwks)
        for key in (found or {}).get("keys") or []:
            if keyId is None or key.get("kid") == keyId:
                return JSONObject(key)
        return None

    @staticmethod
    def fromJson(text):
        return JSONObject(text)

    @staticmethod
    def bytesToHex(octets):
        return "".join("%02x" % (octet & 0xFF) for octet in octets)

    @staticmethod
    def getMessageDigestSHA256(text):
        return hashlib.sha256(text.encode("utf-8")).digest()

    @staticmethod
    def getMessageDigestSHA384(text):
        return hashlib.sha384(text.encode("utf-8")).digest()

    @staticmethod
    def getMessageDigestSHA512(text):
        return hashlib.sha512(text.encode("utf-8")).digest()

    @staticmethod
    def transferIntoJwtClaims(members, jwt):
        for name, value in members.items():
            jwt.getClaims().setClaim(name, value)
