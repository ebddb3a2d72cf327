# Verifies statements itself, with jose4j from the directory of jars.

from io.jans.as.model.util import JwtUtil
from io.jans.model.custom.script.type.client import ClientRegistrationType
from org.jose4j.jwa import AlgorithmConstraints
from org.jose4j.jwk import JsonWebKeySet, VerificationJwkSelector
from org.jose4j.jws import JsonWebSignature
from org.jose4j.jwt import JwtClaims


class ClientRegistration(ClientRegistrationType):
    def __init__(self, currentTimeMillis):
        self.currentTimeMillis = currentTimeMillis

    def init(self, customScript, configurationAttributes):
        self.jwks_endpoint = configurationAttributes.get("jwks_endpoint").getValue2()
        return True

    def destroy(self, configurationAttributes):
        return True

    def getApiVersion(self):
        return 11

    def createClient(self, context):
        statement = JsonWebSignature()
        statement.setAlgorithmConstraints(AlgorithmConstraints(AlgorithmConstraints.ConstraintType.PERMIT, ["PS256"]))
        statement.setCompactSerialization(context.getSoftwareStatement().toString())
        keys = JsonWebKeySet(JwtUtil.getJSONWebKeys(self.jwks_endpoint).toString()).getJsonWebKeys()
        key = VerificationJwkSelector().select(statement, keys)
        if key is None:
            print "no key fits"
            return False
        statement.setKey(key.getKey())
        if not statement.verifySignature():
            print "the signature is wrong"
            return False
        claims = JwtClaims.parse(statement.getPayload())
        context.getClient().setClientName("verified " + claims.getStringClaimValue("software_id"))
        return True

    def updateClient(self, context):
        return False
