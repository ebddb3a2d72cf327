/*
 * Registers only applications that a directory vouches for: each must bring a
 * software statement, and may ask for no redirect URI that is not in it.
 *
 * Properties:
 *   jwks_uri               the directory's keys, with which the server verifies statements; required
 *   introspection_script   DN of a script that introspects tokens of such clients; optional
 *
 * The server verifies the statement's signature before it asks createClient.
 * A client that is refused is told why: invalid_software_statement or
 * invalid_redirect_uri. One that is registered gets the name in its statement,
 * and its answer says which software it is.
 */

import io.jans.as.common.model.registration.Client;
import io.jans.as.model.jwt.JwtClaims;
import io.jans.as.model.util.JwtUtil;
import io.jans.as.server.model.common.ExecutionContext;
import io.jans.as.server.service.external.context.DynamicClientRegistrationContext;
import io.jans.model.SimpleCustomProperty;
import io.jans.model.custom.script.model.CustomScript;
import io.jans.model.custom.script.type.client.ClientRegistrationType;
import io.jans.service.custom.script.CustomScriptManager;
import java.util.List;
import java.util.Map;
import org.json.JSONObject;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

public class ClientRegistration implements ClientRegistrationType {
    private static final Logger log = LoggerFactory.getLogger(CustomScriptManager.class);

    private String jwksUri;
    private String introspectionScript;

    @Override
    public boolean init(Map<String, SimpleCustomProperty> configurationAttributes) {
        jwksUri = value(configurationAttributes, "jwks_uri");
        introspectionScript = value(configurationAttributes, "introspection_script");
        if (jwksUri == null || !jwksUri.startsWith("https://")) {
            log.error("jwks_uri must be the https address of the directory's keys");
            return false;
        }
        return true;
    }

    private static String value(Map<String, SimpleCustomProperty> properties, String name) {
        SimpleCustomProperty property = properties.get(name);
        return property == null || property.getValue2().isBlank() ? null : property.getValue2().trim();
    }

    @Override
    public boolean init(CustomScript customScript, Map<String, SimpleCustomProperty> configurationAttributes) {
        return init(configurationAttributes);
    }

    @Override
    public boolean destroy(Map<String, SimpleCustomProperty> configurationAttributes) {
        return true;
    }

    @Override
    public int getApiVersion() {
        return 11;
    }

    @Override
    public boolean createClient(Object asked) {
        return vouchedFor((DynamicClientRegistrationContext) asked);
    }

    @Override
    public boolean updateClient(Object asked) {
        return vouchedFor((DynamicClientRegistrationContext) asked);
    }

    private boolean vouchedFor(DynamicClientRegistrationContext context) {
        context.validateSSANotNull();
        context.validateSSARedirectUri();
        context.validateSoftwareId();

        JwtClaims statement = context.getSoftwareStatement().getClaims();
        List<String> redirectUris = context.getRegisterRequest().getRedirectUris();
        if (redirectUris != null && !redirectUris.isEmpty() && !statement.hasClaim("software_redirect_uris")) {
            log.warn("the statement names no redirect URIs, which allows none");
            return false;
        }
        Client client = context.getClient();
        if (statement.hasClaim("software_client_name")) {
            client.setClientName(statement.getClaimAsString("software_client_name"));
        }
        if (introspectionScript != null) {
            client.getAttributes().setRunIntrospectionScriptBeforeJwtCreation(true);
            if (!client.getAttributes().getIntrospectionScripts().contains(introspectionScript)) {
                client.getAttributes().getIntrospectionScripts().add(introspectionScript);
            }
        }
        log.info("registered {} of {}", statement.getClaimAsString("software_id"), statement.getIssuer());
        return true;
    }

    @Override
    public String getSoftwareStatementJwks(Object asked) {
        JSONObject keys = JwtUtil.getJSONWebKeys(jwksUri);
        return keys == null ? "" : keys.toString();
    }

    @Override
    public String getSoftwareStatementHmacSecret(Object asked) {
        // Statements are signed with the directory's private key, never with a shared secret.
        return "";
    }

    @Override
    public String getDcrJwks(Object asked) {
        return "";
    }

    @Override
    public String getDcrHmacSecret(Object asked) {
        return "";
    }

    @Override
    public boolean isCertValidForClient(Object certificate, Object asked) {
        return false;
    }

    @Override
    public boolean modifyPostResponse(Object response, Object asked) {
        return sayWhichSoftware((JSONObject) response, (ExecutionContext) asked);
    }

    @Override
    public boolean modifyPutResponse(Object response, Object asked) {
        return sayWhichSoftware((JSONObject) response, (ExecutionContext) asked);
    }

    @Override
    public boolean modifyReadResponse(Object response, Object asked) {
        return false;
    }

    private static boolean sayWhichSoftware(JSONObject response, ExecutionContext context) {
        if (context.getClient() == null || response.has("software_client_name")) {
            return false;
        }
        response.put("software_client_name", context.getClient().getClientName());
        return true;
    }
}
