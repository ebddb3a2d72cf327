"""Java enums of Jans's model: constants whose `toString()` is the name used by OAuth."""


class Enum(object):
    """A constant of a Java enum."""

    __slots__ = ("_name", "_value")

    def __init__(self, name, value):
        self._name = name
        self._value = value

    def name(self):
        return self._name

    def getValue(self):
        return self._value

    getParamName = getValue
    toString = __str__ = getValue

    def equals(self, other):
        return self is other

    def __repr__(self):
        return "%s.%s" % (type(self).__name__, self._name)

    def _json_value(self):
        return self._value

    @classmethod
    def values(cls):
        return list(cls._all)

    @classmethod
    def fromString(cls, text):
        for one in cls._all:
            if one._value == text:
                return one
        return None

    getByValue = fromString

    @classmethod
    def valueOf(cls, name):
        for one in cls._all:
            if one._name == name:
                return one
        from durward.java_exceptions import IllegalArgumentException

        raise IllegalArgumentException("No enum constant " + cls.__name__ + "." + str(name))


def _enum(name, **values):
    made = type(name, (Enum,), {"__slots__": ()})
    made._all = [made(key, value) for key, value in values.items()]
    for one in made._all:
        setattr(made, one._name, one)
    return made


GrantType = _enum(
    "GrantType", NONE="none", AUTHORIZATION_CODE="authorization_code", IMPLICIT="implicit",
    RESOURCE_OWNER_PASSWORD_CREDENTIALS="password", CLIENT_CREDENTIALS="client_credentials",
    REFRESH_TOKEN="refresh_token", CIBA="urn:openid:params:grant-type:ciba",
    DEVICE_CODE="urn:ietf:params:oauth:grant-type:device_code",
    TOKEN_EXCHANGE="urn:ietf:params:oauth:grant-type:token-exchange")
ResponseType = _enum("ResponseType", CODE="code", TOKEN="token", ID_TOKEN="id_token")
ResponseMode = _enum(
    "ResponseMode", QUERY="query", FRAGMENT="fragment", FORM_POST="form_post", JWT="jwt", QUERY_JWT="query.jwt",
    FRAGMENT_JWT="fragment.jwt", FORM_POST_JWT="form_post.jwt")
SubjectType = _enum("SubjectType", PAIRWISE="pairwise", PUBLIC="public")
ApplicationType = _enum("ApplicationType", NATIVE="native", WEB="web")
AuthenticationMethod = _enum(
    "AuthenticationMethod", CLIENT_SECRET_BASIC="client_secret_basic", CLIENT_SECRET_POST="client_secret_post",
    CLIENT_SECRET_JWT="client_secret_jwt", PRIVATE_KEY_JWT="private_key_jwt", TLS_CLIENT_AUTH="tls_client_auth",
    SELF_SIGNED_TLS_CLIENT_AUTH="self_signed_tls_client_auth", NONE="none")
SignatureAlgorithm = _enum("SignatureAlgorithm", **{
    name: name for name in (
        "HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "ES256", "ES384", "ES512", "PS256", "PS384", "PS512")})
BackchannelTokenDeliveryMode = _enum("BackchannelTokenDeliveryMode", POLL="poll", PING="ping", PUSH="push")
