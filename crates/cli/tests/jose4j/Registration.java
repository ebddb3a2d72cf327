// Verifies statements itself, with jose4j from the directory of jars.

import io.jans.as.model.util.JwtUtil;
import io.jans.as.server.service.external.context.DynamicClientRegistrationContext;
import io.jans.model.SimpleCustomProperty;
import io.jans.model.custom.script.model.CustomScript;
import io.jans.model.custom.script.type.client.ClientRegistrationType;
import java.util.Map;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.VerificationJwkSelector;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.lang.JoseException;

public class ClientRegistration implements ClientRegistrationType {
    private String jwksEndpoint;

    @Override
    public boolean init(Map<String, SimpleCustomProperty> attributes) {
        jwksEndpoint = attributes.get("jwks_endpoint").getValue2();
        return true;
    }

    @Override
    public boolean init(CustomScript script, Map<String, SimpleCustomProperty> attributes) {
        return init(attributes);
    }

    @Override
    public boolean destroy(Map<String, SimpleCustomProperty> attributes) {
        return true;
    }

    @Override
    public int getApiVersion() {
        return 11;
    }

    @Override
    public boolean createClient(Object asked) {
        DynamicClientRegistrationContext context = (DynamicClientRegistrationContext) asked;
        try {
            JsonWebSignature statement = new JsonWebSignature();
            statement.setAlgorithmConstraints(
                    new AlgorithmConstraints(AlgorithmConstraints.ConstraintType.PERMIT, "PS256"));
            statement.setCompactSerialization(context.getSoftwareStatement().toString());
            JsonWebKeySet keys = new JsonWebKeySet(JwtUtil.getJSONWebKeys(jwksEndpoint).toString());
            JsonWebKey key = new VerificationJwkSelector().select(statement, keys.getJsonWebKeys());
            if (key == null) {
                System.out.println("no key fits");
                return false;
            }
            statement.setKey(key.getKey());
            if (!statement.verifySignature()) {
                System.out.println("the signature is wrong");
                return false;
            }
            JwtClaims claims = JwtClaims.parse(statement.getPayload());
            context.getClient().setClientName("verified " + claims.getStringClaimValue("software_id"));
            return true;
        } catch (JoseException | InvalidJwtException | MalformedClaimException broken) {
            System.out.println("no statement: " + broken.getMessage());
            return false;
        }
    }

    @Override
    public boolean updateClient(Object asked) {
        return false;
    }

    @Override
    public String getSoftwareStatementHmacSecret(Object asked) {
        return "";
    }

    @Override
    public String getSoftwareStatementJwks(Object asked) {
        return "";
    }

    @Override
    public String getDcrHmacSecret(Object asked) {
        return "";
    }

    @Override
    public String getDcrJwks(Object asked) {
        return "";
    }

    @Override
    public boolean isCertValidForClient(Object certificate, Object asked) {
        return false;
    }

    @Override
    public boolean modifyPostResponse(Object response, Object asked) {
        return false;
    }

    @Override
    public boolean modifyPutResponse(Object response, Object asked) {
        return false;
    }

    @Override
    public boolean modifyReadResponse(Object response, Object asked) {
        return false;
    }
}
