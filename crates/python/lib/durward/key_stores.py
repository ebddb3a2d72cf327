"""Keys that stay with the server: Java's and Jans's classes as names of what the server holds.

A file here is its path and nothing else, a key store is a path and a password, a private key
is the place of one. The server opens what its operator listed; scripts see certificates.
"""

from durward.http import HttpClient
from durward.java_exceptions import (
    Exception as JavaException, FileNotFoundException, IOException, IllegalArgumentException, IllegalStateException)
from durward.java_util import ArrayList
from durward.services import HostRefused, ask


class GeneralSecurityException(JavaException):
    pass


class KeyStoreException(GeneralSecurityException):
    pass


class File(object):
    """A path. Nothing of the file is to be had."""

    def __init__(self, path, child=None):
        self._path = str(path) if child is None else str(path).rstrip("/") + "/" + str(child)

    def getPath(self):
        return self._path

    getAbsolutePath = toString = __str__ = getPath
    path = property(getPath)

    def getName(self):
        return self._path.rpartition("/")[2]


class FileInputStream(object):
    """Names a file to `KeyStore.load`."""

    def __init__(self, file):
        if file is None or not str(file):
            raise FileNotFoundException("no file is named")
        self._path = str(file)

    def read(self, *_):
        raise IOException("scripts read no files: name %s to KeyStore, HttpService or AuthCryptoProvider" % self._path)

    readAllBytes = read

    def close(self):
        pass


def _password(value):
    """Text, or characters as `KeyStore.load` wants them."""
    if value is None or isinstance(value, str):
        return value
    return "".join(chr(one) if isinstance(one, int) else str(one) for one in value)


def _store(name, password):
    named = {"name": str(name)}
    if password:
        named["password"] = _password(password)
    return named


class _Enumeration(list):
    """java.util.Enumeration that Python can walk too."""

    def hasMoreElements(self):
        return bool(self)

    def nextElement(self):
        if not self:
            from durward.java_exceptions import NoSuchElementException

            raise NoSuchElementException()
        return self.pop(0)


class KeyStore(object):
    """java.security.KeyStore, for its certificates and as a name of its keys."""

    def __init__(self, kind):
        self._kind, self._named, self._entries = kind, None, None

    @staticmethod
    def getInstance(kind, *_):
        return KeyStore(str(kind))

    @staticmethod
    def getDefaultType():
        return "PKCS12"

    def getType(self):
        return self._kind

    def load(self, stream, password=None):
        if stream is None:
            raise IOException("an empty key store is of no use here: load one that the operator listed")
        self._named = _store(stream._path, password)
        try:
            found = ask("certificates", keyStore=self._named)["entries"]
        except HostRefused as error:
            raise IOException(str(error)) from None
        self._entries = dict((one["alias"], one) for one in found)

    def _of(self, alias):
        if self._entries is None:
            raise KeyStoreException("Uninitialized keystore")
        return self._entries.get(str(alias))

    def aliases(self):
        self._of("")
        return _Enumeration(self._entries)

    def size(self):
        return len(self.aliases())

    def containsAlias(self, alias):
        return self._of(alias) is not None

    def isKeyEntry(self, alias):
        return bool((self._of(alias) or {}).get("hasKey"))

    def isCertificateEntry(self, alias):
        return self.containsAlias(alias) and not self.isKeyEntry(alias)

    def getCertificateChain(self, alias):
        from durward.certificates import CertUtils

        found = self._of(alias)
        return None if found is None else [CertUtils.x509CertificateFromPem(one) for one in found["chain"]]

    def getCertificate(self, alias):
        chain = self.getCertificateChain(alias)
        return chain[0] if chain else None

    def getKey(self, alias, password=None):
        raise GeneralSecurityException("private keys stay with the server: sign with AuthCryptoProvider")


class SSLContext(object):
    """What to show and whom to trust, by name."""

    def __init__(self, identity=None, trust=None):
        self._identity, self._trust = identity, trust


class _ContextBuilder(object):
    def __init__(self):
        self._identity = self._trust = None

    def loadKeyMaterial(self, store, password=None, *_):
        self._identity = _named(store, password)
        return self

    def loadTrustMaterial(self, store=None, password=None, *_):
        if store is not None:
            self._trust = _named(store, password)
        return self

    def setProtocol(self, *_):
        return self

    def build(self):
        return SSLContext(self._identity, self._trust)


def _named(store, password):
    if isinstance(store, KeyStore):
        if store._named is None:
            raise KeyStoreException("Uninitialized keystore")
        return store._named
    return _store(store, password if isinstance(password, (str, list, tuple)) else None)


class SSLContexts(object):
    """org.apache.http.ssl.SSLContexts."""

    @staticmethod
    def custom():
        return _ContextBuilder()

    @staticmethod
    def createDefault():
        return SSLContext()


class _ClientBuilder(object):
    def __init__(self):
        self._context = SSLContext()

    def setSSLContext(self, context):
        self._context = context
        return self

    setSslcontext = setSSLContext

    def build(self):
        return HttpClient(self._context._identity, self._context._trust)

    def __getattr__(self, name):
        # Timeouts, redirects, proxies: the server has its own.
        if name.startswith(("set", "disable", "use")):
            return lambda *_: self
        raise AttributeError(name)


class HttpClients(object):
    """org.apache.http.impl.client.HttpClients."""

    @staticmethod
    def custom():
        return _ClientBuilder()

    @staticmethod
    def createDefault():
        return HttpClient()

    createSystem = createDefault


class AuthCryptoProvider(object):
    """Jans's: signs with a key of a key store that the operator listed."""

    def __init__(self, keyStoreFile=None, keyStoreSecret=None, dnName=None):
        if keyStoreFile is None:
            raise IllegalArgumentException(
                "AuthCryptoProvider(keyStoreFile, keyStoreSecret, dnName): the server's own keys are not for scripts")
        self._file, self._secret, self._dn = str(keyStoreFile), keyStoreSecret, dnName

    def getKeyStoreFile(self):
        return self._file

    def getDnName(self):
        return self._dn

    def sign(self, signingInput, alias, sharedSecret, signatureAlgorithm):
        """The signature in base64url. A store of one key needs no alias of its own for it."""
        if sharedSecret:
            raise IllegalArgumentException("signatures with a shared secret are not made here")
        arguments = {"keyStore": _store(self._file, self._secret), "algorithm": str(signatureAlgorithm),
                     "input": str(signingInput)}
        if alias is not None:
            arguments["keyId"] = str(alias)
        try:
            return ask("sign", **arguments)["signature"]
        except HostRefused as error:
            raise GeneralSecurityException(str(error)) from None

    def getKeyStore(self):
        store = KeyStore.getInstance("PKCS12")
        store.load(FileInputStream(self._file), self._secret)
        return store

    def getKeys(self):
        return ArrayList(self.getKeyStore().aliases())

    def containsKey(self, alias):
        return self.getKeyStore().isKeyEntry(alias)

    def getPrivateKey(self, alias):
        raise IllegalStateException("private keys stay with the server")

    def verifySignature(self, *_):
        raise IllegalStateException("the server verifies statements and requests before it asks a script")
