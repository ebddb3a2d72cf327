# Lets software of an organisation in if its statement says so.
#
# Registrations need a software statement whose keys are at `jwks_endpoint`. The client
# gets the scopes of its roles and nothing else; a certificate must belong to the same
# software.
#
# Configuration properties:
#   jwks_endpoint       address of the keys that software statements are signed with
#   role_scopes         scopes by role as JSON: {"AISP": "openid accounts", "PISP": "openid payments"}
#   trust_certificates  "true": whoever shows such a certificate needs no consent to scopes; otherwise everybody does

import json

from io.jans.model.custom.script.type.client import ClientRegistrationType
from io.jans.as.model.util import CertUtils, JwtUtil
from io.jans.as.server.service import ScopeService
from io.jans.service.cdi.util import CdiUtil


class ClientRegistration(ClientRegistrationType):
    def __init__(self, currentTimeMillis):
        self.currentTimeMillis = currentTimeMillis

    def init(self, customScript, configurationAttributes):
        for name in ("jwks_endpoint", "role_scopes"):
            if not configurationAttributes.containsKey(name):
                print("the property %s is missing" % name)
                return False
        self.jwks_endpoint = configurationAttributes.get("jwks_endpoint").getValue2()
        self.role_scopes = json.loads(configurationAttributes.get("role_scopes").getValue2())
        trust = configurationAttributes.get("trust_certificates")
        self.trusts_certificates = trust is not None and trust.getValue2() == "true"
        return True

    def destroy(self, configurationAttributes):
        return True

    def getApiVersion(self):
        return 11

    def createClient(self, context):
        return self.shape(context)

    def updateClient(self, context):
        return self.shape(context)

    def shape(self, context):
        context.validateSSANotNull()
        context.validateSSARedirectUri()
        context.validateSoftwareId()
        claims = context.getSoftwareStatement().getClaims()
        if context.getRegisterRequest().getRedirectUris() and not claims.hasClaim("software_redirect_uris"):
            print("the statement names no redirect URIs, which allows none")
            return False
        scopes = self.scopes(claims.getClaimAsStringList("software_roles"))
        if not scopes:
            print("no role of %s is known" % claims.getClaimAsString("software_id"))
            return False
        client = context.getClient()
        client.setScopes(scopes)
        client.setSoftwareId(claims.getClaimAsString("software_id"))
        pem = context.getConfigurationAttibutes().get("certProperty")
        if pem is not None:
            certificate = CertUtils.x509CertificateFromPem(pem.getValue1())
            if CertUtils.getCN(certificate) != claims.getClaimAsString("software_id"):
                context.createWebApplicationException(
                    403, json.dumps({"error": "access_denied", "error_description": "another software's certificate"}))
                return False
        # Said each time: trust does not outlast the certificate that it came with.
        client.setTrustedClient(self.trusts_certificates and pem is not None)
        return True

    def scopes(self, roles):
        service = CdiUtil.bean(ScopeService)
        found = []
        for role in roles:
            for name in self.role_scopes.get(role, "").split():
                scope = service.getScopeById(name)
                if scope is not None and scope.getDn() not in found:
                    found.append(scope.getDn())
        return found

    def getSoftwareStatementJwks(self, context):
        keys = JwtUtil.getJSONWebKeys(self.jwks_endpoint)
        return "" if keys is None else keys.toString()

    def getSoftwareStatementHmacSecret(self, context):
        return ""

    def getDcrJwks(self, context):
        return ""

    def getDcrHmacSecret(self, context):
        return ""

    def isCertValidForClient(self, cert, context):
        return CertUtils.getCN(cert) == context.getClient().getSoftwareId()

    def modifyPostResponse(self, responseAsJsonObject, executionContext):
        responseAsJsonObject.put("registered_by", "software_statement")
        return True

    def modifyPutResponse(self, responseAsJsonObject, executionContext):
        return False

    def modifyReadResponse(self, responseAsJsonObject, executionContext):
        return False
