"""Jans's encryption services over the server's: scripts never see a key."""

from durward.java_exceptions import Exception as JavaException
from durward.java_util import Properties
from durward.services import HostRefused, ask


class EncryptionException(JavaException):
    """A value that cannot be decrypted."""


def _blank(value):
    return value is None or not str(value).strip()


class EncryptionService(object):
    """`decrypt`, `encrypt` and their forms over properties."""

    def decrypt(self, value, returnSource=None):
        if returnSource is None:
            if _blank(value):
                return None
            try:
                return ask("decrypt", value=str(value))["value"]
            except HostRefused as error:
                raise EncryptionException(str(error)) from None
        if value is None:
            return None
        try:
            return ask("decrypt", value=str(value))["value"]
        except HostRefused as error:
            import _durward

            _durward.log("warn", "decrypt: " + str(error))
            return value if returnSource else None

    def encrypt(self, value):
        if _blank(value):
            return None
        try:
            return ask("encrypt", value=str(value))["value"]
        except HostRefused as error:
            raise EncryptionException(str(error)) from None

    def decryptProperties(self, properties):
        """Decrypts the values whose names say password, secret or key; leaves the others."""
        words = ("password", "secret", "key")
        return self._all(properties, lambda name: any(word in name.lower() for word in words))

    def decryptAllProperties(self, properties):
        return self._all(properties, lambda name: True)

    def _all(self, properties, chosen):
        result = Properties(properties)
        for name, value in list(result.items()):
            if chosen(str(name)):
                result[name] = self.decrypt(value, True)
        return result


class CibaEncryptionService(EncryptionService):
    """What a CIBA context's `getEncryptionService()` answers."""

    @staticmethod
    def _from_context(value, bean, path):
        return CibaEncryptionService()
