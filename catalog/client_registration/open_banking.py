# Registers third parties whom an Open Banking directory vouches for.
#
# The server verifies the software statement with the directory's keys, and a signed request
# with keys of the software; this script names both. Before it lets anybody in, and again at
# every update, it asks the directory whether the software is still approved, as the bank
# itself: with the bank's transport certificate and a token that it gets for an assertion of
# the bank's signing key. Keys stay with the server: what is named here must be listed under
# [key_stores] in durward.toml. Nothing secret is printed.
#
# Configuration properties, all required:
#   clientScopes               scopes of the bank's token at the directory, with spaces between
#   keyId                      kid of the bank's signing key, as the directory shows it
#   signingKey                 key store with that key: PEM or PKCS#12
#   signingCert                key store with its certificate, or the same file without one
#   transportKeyStore          key store with the bank's transport key and certificate
#   transportKeyStorePassword
#   trustKeyStore              key store with the authorities of the directory's servers
#   trustKeyStorePassword
#   tokenUrl                   the directory's token endpoint
#   tppUrl                     the directory's SCIM resource of third parties
#   jwks_endpoint              the directory's keys
#
# and optional:
#   aud                        audience of the assertion; tokenUrl
#   algorithm                  of the assertion: RS256, PS256 or ES256; RS256
#   signingKeyPassword         password of signingKey
#   softwareId                 the bank's own software; CN of its transport certificate
#   roleScopes                 scopes by role as JSON; AISP accounts, PISP payments, CBPII fundsconfirmations
#   baseScopes                 scopes that everybody may have; openid
#   memberState                ask the directory for an authorisation there too, like GBR
#   statementSeconds           oldest statement that is taken; 86400
#   keysSeconds                how long the directory's keys are kept; 3600
#   keyHosts                   hosts beside that of jwks_endpoint where software may have keys
#   authenticationMethods      tls_client_auth private_key_jwt
#   requireCertificate         true: nobody registers without a certificate of the software
#   introspectionScript        DN of an introspection script for these clients
#   trustedClient              false; true: consent is asked for elsewhere, the server asks for none

import json
import re
import time
import uuid
from urllib.parse import quote, urlencode, urlsplit

from io.jans.as.model.crypto import AuthCryptoProvider
from io.jans.as.model.jwt import Jwt, JwtType
from io.jans.as.model.util import CertUtils, JwtUtil
from io.jans.as.server.service import ScopeService
from io.jans.as.server.service.net import HttpService
from io.jans.model.custom.script.type.client import ClientRegistrationType
from io.jans.service import CacheService
from io.jans.service.cdi.util import CdiUtil

REQUIRED = (
    "clientScopes", "keyId", "signingKey", "signingCert", "transportKeyStore", "transportKeyStorePassword",
    "trustKeyStore", "trustKeyStorePassword", "tokenUrl", "tppUrl", "jwks_endpoint")

ROLE_SCOPES = '{"AISP": "accounts", "PISP": "payments", "CBPII": "fundsconfirmations"}'

SOFTWARE = 'urn:openbanking:softwarestatement:1.0:SoftwareStatements[Id eq "%s" and Active eq true]'
AUTHORISATION = ('urn:openbanking:competentauthorityclaims:1.0:Authorisations'
                 '[MemberState eq "%s" and Psd2Role eq "%s" and Status eq "Active"]')

# Seconds that an assertion lives, that a token is given up before its end, that keys of
# software are kept, and between two looks for a key that is not there.
ASSERTION_SECONDS, TOKEN_MARGIN, SOFTWARE_KEYS_SECONDS, LOOK_AGAIN_SECONDS = 300, 30, 300, 60

ORGANIZATION_IDENTIFIER, ORGANIZATIONAL_UNIT = "2.5.4.97", "2.5.4.11"


class Refused(Exception):
    """Why a client is not let in: status, OAuth error, a sentence for the client."""


class Unreachable(Exception):
    """The directory could not be asked."""


class ClientRegistration(ClientRegistrationType):
    def __init__(self, currentTimeMillis):
        self.currentTimeMillis = currentTimeMillis

    def init(self, customScript, configurationAttributes):
        def value(name, default=None):
            found = configurationAttributes.get(name)
            text = None if found is None else found.getValue2()
            return default if text is None or not text.strip() else text.strip()

        for name in REQUIRED:
            if value(name) is None:
                raise ValueError("the property %s is missing" % name)
        for name in ("tokenUrl", "tppUrl", "jwks_endpoint"):
            if not value(name).startswith("https://"):
                raise ValueError("%s is not an https address" % name)
        self.client_scopes, self.key_id = value("clientScopes"), value("keyId")
        self.token_url, self.tpp_url, self.jwks_endpoint = value("tokenUrl"), value("tppUrl"), value("jwks_endpoint")
        self.audience = value("aud", self.token_url)
        self.algorithm = value("algorithm", "RS256")
        self.member_state = value("memberState")
        self.statement_seconds = int(value("statementSeconds", "86400"))
        self.keys_seconds = int(value("keysSeconds", "3600"))
        self.methods = value("authenticationMethods", "tls_client_auth private_key_jwt").split()
        self.require_certificate = value("requireCertificate", "true") != "false"
        self.trusted = value("trustedClient", "false") == "true"
        self.introspection_script = value("introspectionScript")
        self.base_scopes = value("baseScopes", "openid").split()
        try:
            self.role_scopes = json.loads(value("roleScopes", ROLE_SCOPES))
        except ValueError:
            raise ValueError("roleScopes is not JSON")
        self.key_hosts = [urlsplit(self.jwks_endpoint).netloc] + value("keyHosts", "").split()
        self.signer = AuthCryptoProvider(value("signingKey"), value("signingKeyPassword"), None)
        self.stores = (
            "PKCS12", value("trustKeyStore"), value("trustKeyStorePassword"),
            "PKCS12", value("transportKeyStore"), value("transportKeyStorePassword"))
        transport = self.certificate_of(self.stores[4], self.stores[5])
        signing = self.certificate_of(value("signingCert"), value("signingKeyPassword"))
        for name, certificate in (("transportKeyStore", transport), ("signingCert", signing)):
            if certificate is not None and certificate.getNotAfter().getTime() < time.time() * 1000:
                raise ValueError("the certificate of %s has expired" % name)
        if transport is None:
            raise ValueError("transportKeyStore holds no certificate")
        # A key that cannot sign is heard of now, and not from the first client.
        self.signer.sign("trial", self.key_id, None, self.algorithm)
        self.software_id = value("softwareId", CertUtils.getCN(transport))
        print("open banking: asks the directory as %s" % self.software_id)
        return True

    def certificate_of(self, store, password):
        """The first certificate of a key store, or None for a key alone."""
        opened = AuthCryptoProvider(store, password, None).getKeyStore()
        for alias in opened.aliases():
            found = opened.getCertificate(alias)
            if found is not None:
                return found
        return None

    def destroy(self, configurationAttributes):
        return True

    def getApiVersion(self):
        return 11

    # The decision

    def createClient(self, context):
        return self.decide(context, True)

    def updateClient(self, context):
        return self.decide(context, False)

    def decide(self, context, is_new):
        context.validateSSANotNull()
        context.validateSSARedirectUri()
        context.validateSoftwareId()
        claims = context.getSoftwareStatement().getClaims()
        try:
            if context.getRegisterRequest().getRedirectUris() and not claims.hasClaim("software_redirect_uris"):
                raise Refused(400, "invalid_software_statement", "the statement names no redirect URIs")
            software_id = self.software_of(claims)
            self.check_certificate(context.getCertificate(), claims, software_id, is_new)
            # Its client_id is its software's since createClient: metadata are what is asked for now.
            if not is_new and context.getClient().getClientId() != software_id:
                raise Refused(400, "invalid_software_statement", "the statement is another software's")
            self.check_standing(claims)
            self.check_authentication(context.getClient())
            roles = self.roles_of(claims)
            scopes = self.scopes_of(context.getRegisterRequest().getScope(), roles)
            self.ask_directory(software_id, roles)
        except Refused as refusal:
            status, error, sentence = refusal.args
            print("open banking: refused: %s" % sentence)
            context.createWebApplicationException(
                status, json.dumps({"error": error, "error_description": sentence}))
            return False
        except Unreachable as failure:
            print("open banking: the directory could not be asked: %s" % failure)
            context.createWebApplicationException(503, json.dumps({
                "error": "temporarily_unavailable", "error_description": "the directory could not be asked"}))
            return False
        self.shape(context.getClient(), claims, software_id, scopes, is_new)
        print("open banking: %s %s" % ("registered" if is_new else "updated", software_id))
        return True

    def software_of(self, claims):
        software_id = claims.getClaimAsString("software_id") or ""
        # It becomes part of a query and of a client_id.
        if not re.match(r"[A-Za-z0-9._-]{1,128}\Z", software_id):
            raise Refused(400, "invalid_software_statement", "software_id is missing or not an identifier")
        return software_id

    def check_certificate(self, certificate, claims, software_id, is_new):
        if certificate is None:
            if is_new and self.require_certificate:
                raise Refused(400, "invalid_client_metadata", "a client certificate is needed")
            return
        identifier = CertUtils.getAttr(certificate, ORGANIZATION_IDENTIFIER)
        org_id = claims.getClaimAsString("org_id")
        if identifier:
            # eIDAS: the organisation by its number with the authority; the software is not named.
            known = [org_id] + [one.get("registration_id", None) for one in self.authorities(claims)]
            number = identifier.split("-", 2)[-1]
            if not identifier.startswith("PSD") or not number or number not in known:
                raise Refused(400, "invalid_client_metadata", "the certificate is another organisation's")
            return
        if CertUtils.getCN(certificate) != software_id:
            raise Refused(400, "invalid_client_metadata", "the certificate is another software's")
        if CertUtils.getAttr(certificate, ORGANIZATIONAL_UNIT) != org_id:
            raise Refused(400, "invalid_client_metadata", "the certificate is another organisation's")

    def check_standing(self, claims):
        issued = claims.getClaim("iat")
        now = time.time()
        if not isinstance(issued, (int, float)) or not now - self.statement_seconds <= issued <= now + 60:
            raise Refused(400, "invalid_software_statement", "the statement is too old, or not from this time")
        standings = [claims.getClaimAsString("org_status")]
        standings.extend(one.get("status", None) for one in self.authorities(claims))
        if any(standing not in (None, "Active") for standing in standings):
            raise Refused(400, "unapproved_software_statement", "the organisation is not active")

    def authorities(self, claims):
        """What competent authorities say; older statements have a list."""
        said = claims.getClaim("organisation_competent_authority_claims") or []
        return said if isinstance(said, list) else [said]

    def check_authentication(self, client):
        method = client.getTokenEndpointAuthMethod()
        if method not in self.methods:
            raise Refused(400, "invalid_client_metadata",
                          "token_endpoint_auth_method is one of " + " ".join(self.methods))
        if method == "tls_client_auth" and not client.getAttributes().getTlsClientAuthSubjectDn():
            raise Refused(400, "invalid_client_metadata", "tls_client_auth_subject_dn is missing")

    def roles_of(self, claims):
        known = [role for role in claims.getClaimAsStringList("software_roles") if role in self.role_scopes]
        if not known:
            raise Refused(400, "unapproved_software_statement", "the software has no role here")
        return known

    def scopes_of(self, asked, roles):
        allowed = list(self.base_scopes)
        for role in roles:
            allowed.extend(self.role_scopes[role].split())
        chosen = [name for name in (asked or allowed) if name in allowed]
        service = CdiUtil.bean(ScopeService)
        found = [service.getScopeById(name) for name in chosen]
        names = [scope.getDn() for scope in found if scope is not None]
        if not names:
            raise Refused(400, "invalid_client_metadata", "none of the scopes is one of its roles")
        return names

    def shape(self, client, claims, software_id, scopes, is_new):
        if is_new:
            client.setClientId(software_id)
            client.setDn("inum=%s,ou=clients,o=jans" % software_id)
        client.setSoftwareId(software_id)
        client.setScopes(scopes)
        client.setTrustedClient(self.trusted)
        client.setPersistClientAuthorizations(False)
        client.setAccessTokenAsJwt(True)
        name = claims.getClaimAsString("software_client_name")
        if name:
            client.setClientName(name)
        keys = claims.getClaimAsString("software_jwks_endpoint") or claims.getClaimAsString("org_jwks_endpoint")
        if keys:
            client.setJwksUri(keys)
            client.setJwks(None)
        if self.introspection_script:
            attributes = client.getAttributes()
            attributes.setRunIntrospectionScriptBeforeJwtCreation(True)
            if self.introspection_script not in attributes.getIntrospectionScripts():
                attributes.getIntrospectionScripts().add(self.introspection_script)

    # The directory

    def ask_directory(self, software_id, roles):
        filters = [SOFTWARE % software_id]
        if self.member_state:
            filters = ["%s and %s" % (filters[0], AUTHORISATION % (self.member_state, role)) for role in roles]
        for one in filters:
            if self.total_results(one) < 1:
                raise Refused(400, "unapproved_software_statement", "the directory does not approve the software")

    def total_results(self, wanted):
        url = "%s?filter=%s&attributes=totalResults" % (self.tpp_url, quote(wanted, safe=""))
        for attempt in (1, 2):
            answer = self.http("GET", url, {"Authorization": "Bearer " + self.token(), "Accept": "application/scim+json"})
            if answer[0] == 401 and attempt == 1:
                # Taken back before its end.
                CdiUtil.bean(CacheService).remove("directory token")
                continue
            if answer[0] != 200:
                raise Unreachable("the query was answered with status %d" % answer[0])
            return int(self.member(answer[1], "totalResults"))

    def token(self):
        cache = CdiUtil.bean(CacheService)
        kept = cache.get("directory token")
        if kept is not None:
            return kept
        body = urlencode({
            "grant_type": "client_credentials",
            "scope": self.client_scopes,
            "client_id": self.software_id,
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "client_assertion": self.assertion(),
        })
        status, text = self.http("POST", self.token_url, {"Content-Type": "application/x-www-form-urlencoded"}, body)
        if status != 200:
            raise Unreachable("the token endpoint answered with status %d" % status)
        token = self.member(text, "access_token")
        seconds = int(json.loads(text).get("expires_in", 0)) - TOKEN_MARGIN
        if seconds > 0:
            cache.put(seconds, "directory token", token)
        return token

    def assertion(self):
        now = int(time.time())
        jwt = Jwt()
        jwt.getHeader().setType(JwtType.JWT)
        jwt.getHeader().setAlgorithm(self.algorithm)
        jwt.getHeader().setKeyId(self.key_id)
        claims = jwt.getClaims()
        claims.setIssuer(self.software_id)
        claims.setSubjectIdentifier(self.software_id)
        claims.setAudience(self.audience)
        claims.setClaim("scope", self.client_scopes)
        claims.setJwtId(uuid.uuid4())
        claims.setClaim("iat", now)
        claims.setClaim("exp", now + ASSERTION_SECONDS)
        try:
            jwt.setEncodedSignature(self.signer.sign(jwt.getSigningInput(), self.key_id, None, self.algorithm))
        except Exception as error:
            raise Unreachable(str(error))
        return jwt.toString()

    def http(self, method, url, headers, body=None):
        """Status and text; what goes out and comes in is not logged."""
        service = CdiUtil.bean(HttpService)
        client = service.getHttpsClient(*self.stores)
        if method == "POST":
            answer = service.executePost(client, url, None, headers, body)
        else:
            answer = service.executeGet(client, url, headers)
        if answer is None:
            raise Unreachable("no answer from %s" % urlsplit(url).netloc)
        response = answer.getHttpResponse()
        content = service.getResponseContent(response)
        return response.getStatusLine().getStatusCode(), service.convertEntityToString(content) or ""

    def member(self, text, name):
        try:
            return json.loads(text)[name]
        except (ValueError, KeyError, TypeError):
            raise Unreachable("an answer has no %s" % name)

    # Keys

    def getSoftwareStatementJwks(self, context):
        key_id = context.getSoftwareStatement().getHeader().getKeyId()
        return self.keys(self.jwks_endpoint, self.keys_seconds, key_id) or ""

    def getSoftwareStatementHmacSecret(self, context):
        return ""

    def getDcrJwks(self, context):
        """Of the software that the request's statement is about; the server verifies the statement itself."""
        request = context.getDcr()
        statement = Jwt.parseSilently(request.getClaims().getClaimAsString("software_statement"))
        address = None if statement is None else statement.getClaims().getClaimAsString("software_jwks_endpoint")
        if not address or urlsplit(address).scheme != "https" or urlsplit(address).netloc not in self.key_hosts:
            print("open banking: the software's keys are nowhere, or at a host that is not listed in keyHosts")
            return ""
        return self.keys(address, SOFTWARE_KEYS_SECONDS, request.getHeader().getKeyId()) or ""

    def getDcrHmacSecret(self, context):
        return ""

    def keys(self, address, seconds, key_id):
        """A key set as text, kept; fetched again for a key that is not in it, but not all the time."""
        cache = CdiUtil.bean(CacheService)
        kept = cache.get("keys " + address)
        # An address that does not answer is not asked for every client either.
        if cache.get("looked " + address) is not None or (kept is not None and self.holds(kept, key_id)):
            return kept
        cache.put(LOOK_AGAIN_SECONDS, "looked " + address, "yes")
        fetched = JwtUtil.getJSONWebKeys(address)
        if fetched is None:
            return kept
        text = fetched.toString()
        cache.put(seconds, "keys " + address, text)
        return text

    def holds(self, text, key_id):
        return key_id is None or any(key.get("kid") == key_id for key in json.loads(text).get("keys", []))

    # The rest

    def isCertValidForClient(self, cert, context):
        client = context.getClient()
        wanted = client.getAttributes().getTlsClientAuthSubjectDn()
        if wanted:
            return CertUtils.equalsRdn(cert.getSubjectX500Principal().getName(), wanted)
        return bool(client.getSoftwareId()) and CertUtils.getCN(cert) == client.getSoftwareId()

    def modifyPostResponse(self, responseAsJsonObject, executionContext):
        return False

    def modifyPutResponse(self, responseAsJsonObject, executionContext):
        return False

    def modifyReadResponse(self, responseAsJsonObject, executionContext):
        return False
