"""Which Java package offers which class, and where the class is written.

Every spelling that scripts are known to use has its line in `TABLE`; the
stale ones are in `STALE`. A class is imported when a script asks for it.
"""

import sys
import types

from _frozen_importlib import ModuleSpec

# package | our module | classes
TABLE = """
io.jans.model.custom.script.type.ciba | durward.types | EndUserNotificationType
io.jans.model.custom.script.type.logout | durward.types | EndSessionType
io.jans.model.custom.script.type.authzdetails | durward.types | AuthzDetailType
io.jans.model.custom.script.type.client | durward.types | ClientRegistrationType
io.jans.model.custom.script.type | durward.types | BaseExternalType
io.jans.model.custom.script.model | durward.configuration | CustomScript
io.jans.model.custom.script.conf | durward.configuration | CustomScriptConfiguration
io.jans.model | durward.configuration | SimpleCustomProperty SimpleExtendedCustomProperty
io.jans.service.custom.script | durward.log | CustomScriptManager
io.jans.service | durward.cache | CacheService
io.jans.service.cdi.util | durward.cdi | CdiUtil
io.jans.util | durward.strings | StringHelper ArrayHelper
io.jans.as.common.util | durward.redirect_uri | RedirectUri
io.jans.as.client.ciba.fcm | durward.firebase | FirebaseCloudMessagingClient FirebaseCloudMessagingRequest FirebaseCloudMessagingResponse
io.jans.as.server.service.ciba | durward.encryption | CibaEncryptionService
io.jans.as.common.service.common | durward.encryption | EncryptionService
io.jans.as.model.util | durward.certificates | CertUtils
io.jans.as.model.util | durward.jwt | JwtUtil
io.jans.as.model.crypto | durward.key_stores | AuthCryptoProvider
io.jans.as.model.crypto.signature | durward.enums | SignatureAlgorithm
io.jans.as.model.register | durward.registration | RegisterErrorResponseType
io.jans.as.model.error | durward.registration | ErrorResponseFactory
io.jans.as.common.model.registration | durward.context | Client
io.jans.as.server.service | durward.registration | ScopeService
io.jans.as.server.service.net | durward.http | HttpService
io.jans.as.server.model.net | durward.http | HttpServiceResponse
io.jans.as.server.service.external.context | durward.context | ExternalScriptContext EndSessionContext ExternalCibaEndUserNotificationContext DynamicClientRegistrationContext
io.jans.as.server.model.common | durward.context | ExecutionContext
io.jans.as.server.authorize.ws.rs | durward.context | AuthzRequest
io.jans.as.model.authzdetails | durward.authzdetails | AuthzDetail AuthzDetails
io.jans.as.model.jwt | durward.jwt | Jwt JwtClaims JwtHeader JwtType
io.jans.as.model.exception | durward.jwt | InvalidJwtException
io.jans.as.model.common | durward.enums | GrantType ResponseType SubjectType AuthenticationMethod ResponseMode BackchannelTokenDeliveryMode
io.jans.as.model.register | durward.enums | ApplicationType
java.lang | durward.java_lang | String StringBuilder StringBuffer System Integer Long Boolean Double Float Math Character Object Thread CharSequence Number
java.lang | durward.java_exceptions | Throwable Exception RuntimeException IllegalArgumentException IllegalStateException NullPointerException IndexOutOfBoundsException StringIndexOutOfBoundsException UnsupportedOperationException NumberFormatException ClassCastException Error
java.io | durward.key_stores | File FileInputStream
java.io | durward.java_exceptions | IOException FileNotFoundException UnsupportedEncodingException
java.util | durward.java_util | ArrayList LinkedList List Vector HashMap LinkedHashMap TreeMap Map Properties Hashtable HashSet LinkedHashSet TreeSet Set Collection Iterator
java.util | durward.java_arrays | Arrays Collections Objects Optional StringJoiner StringTokenizer Random
java.util | durward.java_time | Date Calendar GregorianCalendar TimeZone Locale
java.util | durward.java_text | UUID Base64
java.util | durward.java_exceptions | NoSuchElementException
java.util.concurrent | durward.java_time | TimeUnit
java.util.concurrent | durward.java_util | ConcurrentHashMap
java.net | durward.java_text | URLEncoder URLDecoder URI URL
java.net | durward.java_exceptions | URISyntaxException MalformedURLException
java.time | durward.java_time | Instant Duration
java.text | durward.java_time | SimpleDateFormat
java.nio.charset | durward.java_text | Charset StandardCharsets
java.security | durward.java_text | MessageDigest SecureRandom
java.security | durward.key_stores | KeyStore KeyStoreException GeneralSecurityException
java.security | durward.java_exceptions | NoSuchAlgorithmException
javax.net.ssl | durward.key_stores | SSLContext
jakarta.ws.rs | durward.web | WebApplicationException
jakarta.ws.rs.core | durward.web | Response MediaType
org.slf4j | durward.log | LoggerFactory Logger
org.apache.http.impl.client | durward.key_stores | HttpClients
org.apache.http.ssl | durward.key_stores | SSLContexts
org.apache.commons.lang3 | durward.strings | StringUtils
org.apache.commons.lang | durward.strings | StringUtils
org.json | durward.json_java | JSONObject JSONArray JSONException
"""

# package in scripts -> package of `TABLE`: spellings that Jans no longer has
# (or never had), kept because published scripts import from them.
STALE = """
io.jans.as.util | io.jans.as.common.util
io.jans.as.server.util | io.jans.as.common.util
org.gluu.oxauth.util | io.jans.as.common.util
org.gluu.oxauth.server.util | io.jans.as.common.util
org.gluu.oxauth.model.util | io.jans.as.common.util
io.jans.oxauth.util | io.jans.as.common.util
io.jans.as.client.fcm | io.jans.as.client.ciba.fcm
io.jans.as.client.service | io.jans.as.client.ciba.fcm
org.gluu.oxauth.client.fcm | io.jans.as.client.ciba.fcm
org.xdi.oxauth.client.fcm | io.jans.as.client.ciba.fcm
io.jans.as.server.ciba | io.jans.as.server.service.ciba
io.jans.as.server.service.common | io.jans.as.common.service.common
io.jans.as.service.common | io.jans.as.common.service.common
io.jans.as.service | io.jans.as.server.service
io.jans.as.service.net | io.jans.as.server.service.net
io.jans.service | io.jans.as.common.service.common
io.jans.as.common.model.authzdetails | io.jans.as.model.authzdetails
io.jans.as.common.model.common | io.jans.as.model.common
io.jans.orm.util | io.jans.util
org.gluu.util | io.jans.util
org.xdi.util | io.jans.util
org.gluu.model | io.jans.model
org.gluu.model.custom.script.type.ciba | io.jans.model.custom.script.type.ciba
org.gluu.model.custom.script.type.logout | io.jans.model.custom.script.type.logout
org.gluu.model.custom.script.type.client | io.jans.model.custom.script.type.client
org.gluu.service | io.jans.service
org.gluu.service.cdi.util | io.jans.service.cdi.util
org.gluu.oxauth.service.net | io.jans.as.server.service.net
javax.ws.rs | jakarta.ws.rs
javax.ws.rs.core | jakarta.ws.rs.core
"""


def _rows(text):
    for line in text.splitlines():
        if line:
            yield [part.strip() for part in line.split("|")]


def _read():
    classes = {}
    for package, module, names in _rows(TABLE):
        entry = classes.setdefault(package, {})
        for name in names.split():
            entry[name] = module
    for package, target in _rows(STALE):
        entry = classes.setdefault(package, {})
        for name, module in classes[target].items():
            entry.setdefault(name, module)
    parents = set()
    for package in list(classes):
        words = package.split(".")
        for length in range(1, len(words) + 1):
            parents.add(".".join(words[:length]))
    parents.discard("io")
    return classes, parents


CLASSES, PACKAGES = _read()


class Package(types.ModuleType):
    """A Java package: its classes are imported when asked for."""

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        package = self.__name__
        module = CLASSES.get(package, {}).get(name)
        if module is not None:
            found = _load(module, name)
        elif package + "." + name in PACKAGES:
            __import__(package + "." + name)
            found = sys.modules[package + "." + name]
        else:
            raise AttributeError(unknown(package + "." + name))
        self.__dict__[name] = found
        return found

    def __dir__(self):
        return sorted(CLASSES.get(self.__name__, {}))


def _load(module, name):
    __import__(module)
    return getattr(sys.modules[module], name)


class _PackageLoader:
    @staticmethod
    def create_module(spec):
        module = Package(spec.name)
        module.__dict__["__all__"] = sorted(CLASSES.get(spec.name, {}))
        return module

    @staticmethod
    def exec_module(module):
        pass


class _ClassLoader:
    """`import java.util.Date as Date`: the class stands where a module would."""

    @staticmethod
    def create_module(spec):
        return None

    @staticmethod
    def exec_module(module):
        package, _, name = module.__name__.rpartition(".")
        sys.modules[module.__name__] = _load(CLASSES[package][name], name)


def find_spec(name):
    if name in PACKAGES:
        return ModuleSpec(name, _PackageLoader, is_package=True)
    package, _, last = name.rpartition(".")
    if last in CLASSES.get(package, ()):
        return ModuleSpec(name, _ClassLoader)
    if package == "io" and last != "jans":
        return None
    raise ImportError(unknown(name))


def unknown(name):
    """Says that `name` is not offered, and what comes nearest."""
    package, _, last = name.rpartition(".")
    if last in CLASSES.get(package, ()):
        return name
    places = sorted(known for known, names in CLASSES.items() if last in names)
    message = name + " is not offered to native Python scripts"
    if places:
        return message + "; " + last + " is in " + ", ".join(places[:3])
    import difflib

    known = [pack + "." + one for pack, names in CLASSES.items() for one in names]
    near = difflib.get_close_matches(name, known + sorted(PACKAGES), n=1, cutoff=0.6)
    return message + ("; the nearest is " + near[0] if near else "")
