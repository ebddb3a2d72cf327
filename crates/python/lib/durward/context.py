"""What contexts and their parts do beyond getters and setters."""

import durward.turns as turns
from durward import web
from durward.java_util import ArrayList, HashMap


class ScriptContext(object):
    """Behaviour of every context bean (Jans's ExternalScriptContext)."""

    __slots__ = ()

    def createWebApplicationException(self, *arguments):
        if len(arguments) == 1 and isinstance(arguments[0], web.Response):
            return web.WebApplicationException(arguments[0])
        error = web.create(*arguments)
        self.__dict__["stored"] = error
        return error

    def setWebApplicationException(self, error):
        self.__dict__["stored"] = error

    def getWebApplicationException(self):
        return self.__dict__.get("stored")

    def throwWebApplicationExceptionIfSet(self):
        error = self.__dict__.get("stored")
        if error is not None:
            raise error

    def _stored_exception(self):
        return self.__dict__.get("stored")

    def getContextVariables(self):
        found = self.__dict__.get("variables")
        if found is None:
            found = self.__dict__["variables"] = HashMap()
        return found

    contextVariables = property(getContextVariables)

    def getScript(self):
        from durward.configuration import CustomScriptConfiguration

        script = turns.Script
        return CustomScriptConfiguration(script.custom_script, script.attributes, script.instance)

    script = property(getScript)

    def getConfigurationAttibutes(self):
        """Jans's spelling. A copy for this call: what is put in does not outlive it."""
        found = self.__dict__.get("attributes")
        if found is None:
            found = self.__dict__["attributes"] = turns.Script.attributes.clone()
            pem = self._values.get("certificatePem")
            if pem:
                from durward.configuration import SimpleCustomProperty

                found.put("certProperty", SimpleCustomProperty(pem, ""))
        return found

    configurationAttibutes = property(getConfigurationAttibutes)
    getConfigurationAttributes = getConfigurationAttibutes

    def getLog(self):
        from durward.log import logger

        return logger(turns.Script.name)

    log = property(getLog)

    def getRequestParameter(self, name):
        request = self._values.get("httpRequest") or {}
        return first((request.get("parameters") or {}).get(name))

    def getIpAddress(self):
        value = self._values.get("ipAddress")
        if value is None:
            value = (self._values.get("httpRequest") or {}).get("remoteAddr")
        return value or ""

    ipAddress = property(getIpAddress)

    # What some contexts have and others leave empty, as in Jans; a context that has it
    # has a getter of its own.

    def getHttpRequest(self):
        return None

    def getHttpResponse(self):
        return None

    def getExecutionContext(self):
        return None

    def getAuthzRequest(self):
        return None

    def getAuthzDetail(self):
        return None

    def isInNetwork(self, cidr):
        address = self.getIpAddress()
        if not address:
            return False
        import ipaddress

        return ipaddress.ip_address(address) in ipaddress.ip_network(cidr, strict=False)


class ExecutionContext(object):
    """The same request by another name: its parts are those of the context."""

    __slots__ = ("_context", "_attributes")

    _parts = (
        "httpRequest", "httpResponse", "client", "user", "sessionId", "authzRequest", "authzDetails", "authzDetail",
        "appConfiguration", "script", "certAsPem", "dpop", "deviceSecret", "nonce", "state", "requestId",
        "claimsAsString")

    def __init__(self, context):
        self._context = context
        self._attributes = HashMap()

    def getScopes(self):
        return ArrayList(self._part("scopes") or ())

    scopes = property(getScopes)

    def getAttributes(self):
        return self._attributes

    attributes = property(getAttributes)

    def getAttribute(self, name):
        return self._attributes.get(name)

    def _part(self, name):
        """None where this type of script has no such part."""
        return getattr(self._context, name) if hasattr(type(self._context), name) else None


def _delegate(name):
    def getter(self):
        return self._part(name)

    return getter


for _name in ExecutionContext._parts:
    _getter = _delegate(_name)
    setattr(ExecutionContext, "get" + _name[:1].upper() + _name[1:], _getter)
    setattr(ExecutionContext, _name, property(_getter))


class ExternalScriptContext(ScriptContext):
    """Of a script that is asked on behalf of a request."""

    __slots__ = ()

    def getExecutionContext(self):
        found = self.__dict__.get("execution")
        if found is None:
            found = self.__dict__["execution"] = ExecutionContext(self)
        return found

    executionContext = property(getExecutionContext)


def first(value):
    """A parameter may have one value or several."""
    if isinstance(value, list):
        return value[0] if value else None
    return value


class DynamicClientRegistrationContext(ExternalScriptContext):
    """Jans's checks of a statement against the request and the certificate."""

    __slots__ = ()

    def getCertificate(self):
        from durward.certificates import CertUtils

        return CertUtils.x509CertificateFromPem(self._values.get("certificatePem"))

    certificate = property(getCertificate)

    def getErrorResponseFactory(self):
        from durward.registration import ErrorResponseFactory

        return ErrorResponseFactory()

    errorResponseFactory = property(getErrorResponseFactory)

    def createStaleEvidenceWebApplicationException(self, nonce=None):
        """Returned, neither raised nor stored: as Jans does."""
        from durward.registration import stale_evidence

        return stale_evidence(nonce)

    def throwWebApplicationException(self, message, kind):
        import _durward

        _durward.log("error", str(message))
        stored = self.__dict__.get("stored")
        if stored is not None:
            raise stored
        from durward.registration import refusal

        raise refusal(kind)

    def validateSSA(self):
        self.validateSSANotNull()
        self.validateSSARedirectUri()
        self.validateSoftwareId()
        self.validateCertSubjectHasCNAndOU()
        self.validateCNEqualsSoftwareId()
        self.validateOUEqualsOrgId()
        self.validateIssuer()

    def validateSSANotNull(self):
        if self.getSoftwareStatement() is None:
            self._refuse("there is no software statement", "invalid_software_statement")

    def validateSSARedirectUri(self, claimName="software_redirect_uris"):
        claims = self._ssa()
        if not claims.hasClaim(claimName):
            return
        listed = claims.getClaimAsStringList(claimName)
        asked = self.getRegisterRequest().getRedirectUris() or []
        if not all(uri in listed for uri in asked):
            self._refuse("a redirect URI is not in " + claimName, "invalid_redirect_uri")

    def validateSoftwareId(self):
        asked = self.getRegisterRequest().getSoftwareId()
        if asked and asked.strip() and asked != self._ssa().getClaimAsString("software_id"):
            self._refuse("software_id is not the statement's", "invalid_client_metadata")

    def validateCertSubjectHasCNAndOU(self):
        self.validateCNIsNotBlank()
        self.validateOUIsNotBlank()

    def validateCNIsNotBlank(self):
        return self._subject("2.5.4.3", "CN")

    def validateOUIsNotBlank(self):
        """OU; of eIDAS certificates, which have none, organizationIdentifier."""
        return self._subject("2.5.4.11", "OU", "2.5.4.97")

    def _subject(self, oid, name, other=None):
        certificate = self.getCertificate()
        value = certificate._attribute(oid) if certificate is not None else ""
        if not value.strip() and other is not None and certificate is not None:
            value = certificate._attribute(other)
        if not value.strip():
            self._refuse("the certificate's subject has no " + name, "invalid_client_metadata")
        return value

    def validateCNEqualsSoftwareId(self):
        if self.validateCNIsNotBlank() != self._ssa().getClaimAsString("software_id"):
            self._refuse("CN is not the statement's software_id", "invalid_client_metadata")

    def validateOUEqualsOrgId(self):
        value, org = self.validateOUIsNotBlank(), self._ssa().getClaimAsString("org_id")
        # organizationIdentifier is written like PSDGB-FCA-123456: its last part is the number.
        if org is None or (value != org and not (value.startswith("PSD") and value.split("-", 2)[-1] == org)):
            self._refuse("OU is not the statement's org_id", "invalid_client_metadata")

    def validateIssuer(self):
        trusted = self._values.get("trustedIssuers") or []
        if not trusted:
            return
        if self._ssa().getClaimAsString("iss") not in trusted:
            self._refuse("the statement's issuer is not trusted", "invalid_client_metadata")
        certificate = self.getCertificate()
        if certificate is not None and certificate.getIssuerX500Principal().getName() not in trusted:
            self._refuse("the certificate's issuer is not trusted", "invalid_client_metadata")

    def _ssa(self):
        self.validateSSANotNull()
        return self.getSoftwareStatement().getClaims()

    def _refuse(self, message, kind):
        self.throwWebApplicationException(message, kind)


class Client(object):
    """A client that registers."""

    __slots__ = ()

    def getAuthenticationMethod(self):
        from durward.enums import AuthenticationMethod

        return AuthenticationMethod.fromString(self.getTokenEndpointAuthMethod())

    authenticationMethod = property(getAuthenticationMethod)

    def hasAuthenticationMethod(self, method):
        return str(method) == self.getTokenEndpointAuthMethod()

    def getAllAuthenticationMethods(self):
        method = self.getAuthenticationMethod()
        return ArrayList([] if method is None else [method])


class HttpServletRequest(object):
    """Headers and parameters by name."""

    __slots__ = ()

    def _find_header(self, name):
        wanted = name.lower()
        for key, value in (self._values.get("headers") or {}).items():
            if key.lower() == wanted:
                return value
        return None

    def getHeader(self, name):
        return first(self._find_header(name))

    def getHeaders(self, name=None):
        if name is None:
            return HashMap(self._values.get("headers") or {})
        value = self._find_header(name)
        return ArrayList([] if value is None else value if isinstance(value, list) else [value])

    def getHeaderNames(self):
        return ArrayList(self._values.get("headers") or {})

    def getParameter(self, name):
        return first((self._values.get("parameters") or {}).get(name))

    def getParameterValues(self, name):
        value = (self._values.get("parameters") or {}).get(name)
        return None if value is None else ArrayList(value if isinstance(value, list) else [value])

    def getParameterNames(self):
        return ArrayList(self._values.get("parameters") or {})

    def getParameterMap(self):
        parameters = self._values.get("parameters") or {}
        return HashMap({
            name: ArrayList(value if isinstance(value, list) else [value]) for name, value in parameters.items()})


class SessionId(object):
    __slots__ = ()

    def getOPBrowserState(self):
        return (self._values.get("sessionAttributes") or {}).get("opbs")

    def isPermissionGrantedForClient(self, client_id):
        return bool((self._values.get("permissionGrantedMap") or {}).get(client_id))


class AuthzDetail(object):
    """An element of authorization_details: `getJsonObject()`, `getType()`."""

    __slots__ = ()

    def __str__(self):
        return "AuthzDetail{jsonObject=%s, uiRepresentation='%s'}" % (
            self.getJsonObject(), self.getUiRepresentation())

    toString = __str__

    def _json_value(self):
        return self.getJsonObject()


class AuthzRequest(object):
    """An authorization request: its lists, and its details as objects."""

    __slots__ = ()

    def _words(self, name):
        return ArrayList((self._values.get(name) or "").split())

    def getResponseTypeList(self):
        return self._words("responseType")

    def getPromptList(self):
        return self._words("prompt")

    def getUiLocalesList(self):
        return self._words("uiLocales")

    def getAcrValuesList(self):
        return self._words("acrValues")

    def getAuthzDetails(self):
        from durward.authzdetails import AuthzDetails

        text = self._values.get("authzDetailsString")
        return None if text is None else AuthzDetails.of(text)

    authzDetails = property(getAuthzDetails)


BEHAVIOURS = {
    "HttpServletRequest": HttpServletRequest,
    "SessionId": SessionId,
    "AuthzDetail": AuthzDetail,
    "AuthzRequest": AuthzRequest,
    "Client": Client,
    "DynamicClientRegistrationContext": DynamicClientRegistrationContext,
    "ExternalScriptContext": ExternalScriptContext,
}

# Names that scripts import for a cast or an isinstance; contexts are made from contracts.
EndSessionContext = ExternalCibaEndUserNotificationContext = ScriptContext


def argument(name, value, changes):
    """An argument other than the context, as scripts expect it."""
    from durward.json_java import wrap

    if name == "cert":
        from durward.certificates import CertUtils

        return CertUtils.x509CertificateFromPem(value)
    live = wrap(value)
    if isinstance(value, (dict, list)):
        import copy

        changes.watch(name, live, copy.deepcopy(value))
    return live
