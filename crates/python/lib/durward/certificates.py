"""X.509 certificates as far as scripts look into them: names, numbers, dates, digests.

Nothing here trusts a certificate: who shows one is checked by the server before a
script sees it.
"""

import base64
import binascii
import hashlib
import re

_NAMES = {
    "2.5.4.3": "CN", "2.5.4.4": "SN", "2.5.4.5": "SERIALNUMBER", "2.5.4.6": "C", "2.5.4.7": "L", "2.5.4.8": "ST",
    "2.5.4.9": "STREET", "2.5.4.10": "O", "2.5.4.11": "OU", "2.5.4.12": "T", "2.5.4.97": "organizationIdentifier",
    "0.9.2342.19200300.100.1.25": "DC", "0.9.2342.19200300.100.1.1": "UID", "1.2.840.113549.1.9.1": "EMAILADDRESS",
}

_ALGORITHMS = {
    "1.2.840.113549.1.1.11": "SHA256withRSA", "1.2.840.113549.1.1.12": "SHA384withRSA",
    "1.2.840.113549.1.1.13": "SHA512withRSA", "1.2.840.113549.1.1.10": "RSASSA-PSS",
    "1.2.840.10045.4.3.2": "SHA256withECDSA", "1.2.840.10045.4.3.3": "SHA384withECDSA", "1.3.101.112": "Ed25519",
}

# Longest certificate that is looked into, bytes.
_MAX_BYTES = 64 * 1024


class _Malformed(Exception):
    pass


def _element(octets, at):
    """(tag, first octet of the content, behind the content) of the DER element at `at`."""
    if at + 2 > len(octets):
        raise _Malformed("cut off")
    tag, length, at = octets[at], octets[at + 1], at + 2
    if tag & 0x1F == 0x1F:
        raise _Malformed("long tag")
    if length & 0x80:
        count = length & 0x7F
        if not 1 <= count <= 4 or at + count > len(octets):
            raise _Malformed("length")
        length = int.from_bytes(octets[at:at + count], "big")
        at += count
    if at + length > len(octets):
        raise _Malformed("cut off")
    return tag, at, at + length


def _children(octets, begin, end):
    found = []
    while begin < end:
        tag, inner, after = _element(octets, begin)
        if after > end:
            raise _Malformed("nested wrongly")
        found.append((tag, inner, after, begin))
        begin = after
    return found


def _oid(octets):
    if not octets:
        raise _Malformed("empty identifier")
    numbers, value = [], 0
    for octet in octets:
        value = value << 7 | octet & 0x7F
        if not octet & 0x80:
            numbers.append(value)
            value = 0
    first = numbers.pop(0) if numbers else 0
    head = [2, first - 80] if first >= 80 else list(divmod(first, 40))
    return ".".join(str(number) for number in head + numbers)


def _string(tag, octets):
    if tag == 0x1E:
        return octets.decode("utf-16-be", "replace")
    if tag in (0x0C, 0x13, 0x16, 0x12):
        return octets.decode("utf-8", "replace")
    if tag == 0x14:
        return octets.decode("latin-1")
    return "#" + binascii.hexlify(octets).decode("ascii")


def _escaped(value):
    """RFC 4514, section 2.4."""
    value = re.sub(r'([,+"\\\\<>;])', r"\\\1", value)
    if value[:1] in ("#", " "):
        value = "\\" + value
    if value.endswith(" ") and not value.endswith("\\ "):
        value = value[:-1] + "\\ "
    return value


_OIDS = {name.upper(): oid for oid, name in _NAMES.items()}
_PART = re.compile(r"\s*([A-Za-z0-9.-]+)\s*=((?:\\[0-9A-Fa-f]{2}|\\.|[^\\,+;])*)([,+;]|\Z)", re.S)


def _written(text):
    """The sets of a name as RFC 4514 writes it, sorted; None for what is no name."""
    sets, pairs, at = [], [], 0
    while True:
        part = _PART.match(text or "", at)
        if part is None:
            return None
        name, value, mark = part.groups()
        name = name.upper().removeprefix("OID.")
        pairs.append((_OIDS.get(name, name), _compared(value)))
        if mark != "+":
            sets.append(sorted(pairs))
            pairs = []
        if not mark:
            return sorted(sets)
        at = part.end()


def _compared(value):
    """A written value without its escapes, case and further spaces."""
    if value.strip().startswith("#"):
        try:
            octets = binascii.unhexlify(value.strip()[1:])
            tag, inner, after = _element(octets, 0)
            value = _string(tag, octets[inner:after])
        except (_Malformed, ValueError):
            pass
    else:
        value = re.sub(r"((?:\\[0-9A-Fa-f]{2})+)|\\(.)", _unescaped, value, flags=re.S)
    return " ".join(value.split()).casefold()


def _unescaped(found):
    octets = found.group(1)
    if octets is None:
        return found.group(2)
    return binascii.unhexlify(octets.replace("\\", "")).decode("utf-8", "replace")


class X500Principal(object):
    """A name: attributes in the order of the certificate, each set a list."""

    def __init__(self, sets):
        self._sets = sets

    def getName(self, *_):
        parts = []
        for pairs in reversed(self._sets):
            parts.append("+".join("%s=%s" % (_NAMES.get(oid, oid), _escaped(value)) for oid, value in pairs))
        return ",".join(parts)

    name = property(getName)
    toString = __str__ = getName

    def _first(self, oid):
        for pairs in self._sets:
            for known, value in pairs:
                if known == oid:
                    return value
        return ""


def _principal(octets, begin, end):
    sets = []
    for _tag, inner, after, _start in _children(octets, begin, end):
        pairs = []
        for _tag, one, one_end, _start in _children(octets, inner, after):
            kind, value = _children(octets, one, one_end)[:2]
            pairs.append((_oid(octets[kind[1]:kind[2]]), _string(value[0], octets[value[1]:value[2]])))
        sets.append(pairs)
    return X500Principal(sets)


def _moment(tag, text):
    import datetime

    text = text.decode("ascii", "replace")
    if tag == 0x17:
        text = ("19" if text[:2] >= "50" else "20") + text
    try:
        moment = datetime.datetime.strptime(text, "%Y%m%d%H%M%SZ")
    except ValueError:
        raise _Malformed("date") from None
    return int((moment - datetime.datetime(1970, 1, 1)).total_seconds() * 1000)


class X509Certificate(object):
    """java.security.cert.X509Certificate, for reading."""

    def __init__(self, octets):
        if len(octets) > _MAX_BYTES:
            raise _Malformed("too long")
        self._octets = octets
        _tag, begin, end = _element(octets, 0)
        body, algorithm = _children(octets, begin, end)[:2]
        fields = _children(octets, body[1], body[2])
        if fields[0][0] == 0xA0:
            fields = fields[1:]
        serial, _signature, issuer, validity, subject, key = fields[:6]
        self._serial = int.from_bytes(octets[serial[1]:serial[2]], "big", signed=True)
        self._issuer = _principal(octets, issuer[1], issuer[2])
        self._subject = _principal(octets, subject[1], subject[2])
        begins, ends = _children(octets, validity[1], validity[2])[:2]
        self._begins = _moment(begins[0], octets[begins[1]:begins[2]])
        self._ends = _moment(ends[0], octets[ends[1]:ends[2]])
        self._key = octets[key[3]:key[2]]
        oid = _children(octets, algorithm[1], algorithm[2])[0]
        self._algorithm = _oid(octets[oid[1]:oid[2]])

    def getSubjectX500Principal(self):
        return self._subject

    getSubjectDN = getSubjectX500Principal

    def getIssuerX500Principal(self):
        return self._issuer

    getIssuerDN = getIssuerX500Principal

    def getSerialNumber(self):
        return self._serial

    def getNotBefore(self):
        from durward.java_time import Date

        return Date(self._begins)

    def getNotAfter(self):
        from durward.java_time import Date

        return Date(self._ends)

    def getSigAlgName(self):
        return _ALGORITHMS.get(self._algorithm, self._algorithm)

    def getSigAlgOID(self):
        return self._algorithm

    def getEncoded(self):
        return self._octets

    def _attribute(self, oid):
        return self._subject._first(oid)

    def toString(self):
        return "X509Certificate[%s]" % self._subject.getName()

    __str__ = toString

    def _json_value(self):
        return CertUtils._pem(self._octets)


class CertUtils(object):
    """io.jans.as.model.util.CertUtils."""

    @staticmethod
    def x509CertificateFromBytes(octets):
        try:
            return X509Certificate(bytes(octets))
        except (_Malformed, IndexError, ValueError, TypeError):
            return None

    @staticmethod
    def x509CertificateFromPem(text):
        if text is None or not str(text).strip():
            return None
        text = str(text)
        if "%" in text:
            from urllib.parse import unquote

            text = unquote(text)
        text = re.sub(r"-----(BEGIN|END) CERTIFICATE-----", "", text)
        try:
            octets = base64.b64decode("".join(text.split()), validate=True)
        except (ValueError, binascii.Error):
            return None
        return CertUtils.x509CertificateFromBytes(octets)

    @staticmethod
    def getCN(certificate):
        return "" if certificate is None else certificate._attribute("2.5.4.3")

    @staticmethod
    def getAttr(certificate, oid):
        return "" if certificate is None else certificate._attribute(str(oid))

    @staticmethod
    def getSignatureAlgorithm(certificate):
        return None if certificate is None else certificate.getSigAlgName()

    @staticmethod
    def confirmationMethodHashS256(text):
        certificate = CertUtils.x509CertificateFromPem(text)
        if certificate is None:
            return ""
        digest = hashlib.sha256(certificate.getEncoded()).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")

    @staticmethod
    def equalsRdn(one, other):
        """Have two written names the same parts, in whatever order and however they are written?"""
        sets = _written(one)
        return sets is not None and sets == _written(other)

    @staticmethod
    def getIssuer(certificate, issuers):
        """The certificate among `issuers` that issued it, or None."""
        name = certificate.getIssuerX500Principal().getName()
        return next((one for one in issuers if one.getSubjectX500Principal().getName() == name), None)

    @staticmethod
    def _pem(octets):
        text = base64.b64encode(octets).decode("ascii")
        lines = [text[at:at + 64] for at in range(0, len(text), 64)]
        return "-----BEGIN CERTIFICATE-----\n%s\n-----END CERTIFICATE-----\n" % "\n".join(lines)
