package durward.host.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.json.JSONObject;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The contexts of the four types of script, in both languages. */
final class TypesIT {
    private static final String CERTIFICATE = CertificateText.PEM;

    private static HostProcess host;

    @BeforeAll
    static void start() {
        host = HostProcess.start();
    }

    @AfterAll
    static void end() {
        host.close();
    }

    private static final String JAVA = """
            import io.jans.as.client.*;
            import io.jans.as.common.model.common.*;
            import io.jans.as.common.model.registration.*;
            import io.jans.as.common.model.session.*;
            import io.jans.as.model.common.*;
            import io.jans.as.model.util.*;
            import io.jans.as.server.model.common.*;
            import io.jans.as.server.service.external.context.*;
            import io.jans.model.*;
            import io.jans.model.custom.script.model.*;
            import io.jans.model.custom.script.type.*;
            import io.jans.model.custom.script.type.authzdetails.*;
            import io.jans.model.custom.script.type.ciba.*;
            import io.jans.model.custom.script.type.client.*;
            import io.jans.model.custom.script.type.logout.*;
            import java.security.cert.X509Certificate;
            import java.util.*;
            import org.json.*;

            public class CLASS implements TYPE {
                public boolean init(Map<String, SimpleCustomProperty> a) { return true; }
                public boolean init(CustomScript s, Map<String, SimpleCustomProperty> a) { return true; }
                public boolean destroy(Map<String, SimpleCustomProperty> a) { return true; }
                public int getApiVersion() { return 11; }
            BODY
            }
            """;

    private static Worker java(Map<String, Object> contract, String type, String body) {
        Worker worker = host.worker();
        worker.load(Programs.java(JAVA.replace("CLASS", (String) contract.get("className"))
                .replace("TYPE", type).replace("BODY", body), contract));
        return worker;
    }

    private static Worker python(Map<String, Object> contract, String head, String body) {
        Worker worker = host.worker();
        worker.load(Programs.python(head + "\nclass " + contract.get("className") + "(object):\n"
                + "    def __init__(self, now): pass\n    def init(self, s, a): return True\n"
                + "    def destroy(self, a): return True\n    def getApiVersion(self): return 11\n" + body.indent(4),
                contract));
        return worker;
    }

    private static final Map<String, Object> LOGOUT = Map.of(
            "frontchannelLogoutUris", List.of("https://a.test", "https://b.test"),
            "postLogoutRedirectUri", "https://c.test?state=s",
            "sessionId", Map.of("id", "s1", "userId", "ada", "authenticationTime", 5, "state", "authenticated",
                    "sessionAttributes", Map.of("acr", "pw"), "permissionGrantedMap", Map.of("c1", true)),
            "httpRequest", Map.of("parameters", Map.of("state", "s")),
            "clients", List.of(Map.of("clientId", "c1", "clientName", "Shop")),
            "frames", List.of("<iframe>"), "nonce", "n", "extraLogoutUris", List.of(),
            "later", Map.of("what", "something"));

    @Test
    void endSession() {
        String body = """
                public String getFrontchannelHtml(Object asked) {
                    EndSessionContext c = (EndSessionContext) asked;
                    SessionId s = c.getSessionId();
                    c.getExtraLogoutUris().add("https://x.test");
                    return c.getFrontchannelLogoutUris() + c.getPostLogoutRedirectUri() + s.getId()
                            + s.getSessionAttributes().get("acr") + s.getUserId() + c.getRequestParameter("state")
                            + s.getAuthenticationTime().getTime() + s.getState()
                            + s.isPermissionGrantedForClient("c1") + c.getClients().getJSONObject(0).get("clientName")
                            + c.getFrames() + c.getNonce() + c.getScript().getExternalType().getApiVersion();
                }
                """;
        String expected = "[https://a.test, https://b.test]https://c.test?state=ss1pwadas5authenticatedtrueShop[<iframe>]n";
        Worker worker = java(Programs.END_SESSION, "EndSessionType", body);
        Map<String, Object> done = worker.calls("getFrontchannelHtml", LOGOUT, Map.of());
        assertEquals(expected + "11", done.get("result"));
        assertEquals(Map.of("extraLogoutUris", List.of("https://x.test")), done.get("changes"));
        assertEquals("NullPointerException", worker.callFails("getFrontchannelHtml", Map.of()).get("message")
                .toString().split(":")[0]);
        worker = python(Programs.END_SESSION, "", """
                def getFrontchannelHtml(self, c):
                    s = c.sessionId
                    c.extraLogoutUris.append('https://x.test')
                    return '%s%s%s%s%s%s%s%s%s%s%s%s' % (c.frontchannelLogoutUris, c.getPostLogoutRedirectUri(), s.id,
                        s.sessionAttributes['acr'], s.userId, c.getRequestParameter('state'),
                        s.authenticationTime.getTime(), s.state, str(s.isPermissionGrantedForClient('c1')).lower(),
                        ''.join([client['clientName'] for client in c.clients]), c.frames, c.nonce)
                """);
        done = worker.calls("getFrontchannelHtml", LOGOUT, Map.of());
        assertEquals(expected, done.get("result"));
        assertEquals(Map.of("extraLogoutUris", List.of("https://x.test")), done.get("changes"));
    }

    @Test
    void whatAContractHasBeyondTheClassesIsThereByName() {
        String body = """
                public String getFrontchannelHtml(Object asked) {
                    EndSessionContext c = (EndSessionContext) asked;
                    durward.script.Bean later = (durward.script.Bean) c.property("later");
                    later.setProperty("what", later.property("what") + "!");
                    return later.property("what") + c.property("nonce").toString();
                }
                """;
        Map<String, Object> done =
                java(Programs.END_SESSION, "EndSessionType", body).calls("getFrontchannelHtml", LOGOUT, Map.of());
        assertEquals("something!n", done.get("result"));
        assertEquals(Map.of("later.what", "something!"), done.get("changes"));
        done = python(Programs.END_SESSION, "", """
                def getFrontchannelHtml(self, c):
                    c.later.setWhat(c.getLater().what + '!')
                    return c.later.getWhat()
                """).calls("getFrontchannelHtml", LOGOUT, Map.of());
        assertEquals("something!", done.get("result"));
        assertEquals(Map.of("later.what", "something!"), done.get("changes"));
        body = """
                public String getFrontchannelHtml(Object asked) {
                    return ((EndSessionContext) asked).getSessionId().getSessionState();
                }
                """;
        assertEquals("UnsupportedOperationException: SessionId has no 'sessionState' in this type of script",
                java(Programs.END_SESSION, "EndSessionType", body).callFails("getFrontchannelHtml", LOGOUT)
                        .get("message"));
    }

    @Test
    void authorizationDetails() {
        Map<String, Object> context = Map.of(
                "authzDetail", Map.of("type", "t", "jsonObject", Map.of("type", "t", "n", 1.50, "list", List.of(1, 2))),
                "client", Map.of("clientId", "c1"));
        Worker worker = java(Programs.AUTHZ_DETAIL, "AuthzDetailType", """
                public boolean validateDetail(Object asked) {
                    ExternalScriptContext c = (ExternalScriptContext) asked;
                    c.getAuthzDetail().getJsonObject().put("seen", true).getJSONArray("list").put(3);
                    c.getExecutionContext().getAuthzDetail().setUiRepresentation("words");
                    return c.getAuthzDetail().getUiRepresentation().equals("words")
                            && c.getExecutionContext().getClient().getClientId().equals("c1");
                }
                public String getUiRepresentation(Object asked) {
                    ExternalScriptContext c = (ExternalScriptContext) asked;
                    return c.getAuthzDetail().getType() + c.getAuthzDetail().getJsonObject().getBigDecimal("n")
                            + c.getAuthzDetail().getJsonObject().isNull("none");
                }
                """);
        Map<String, Object> done = worker.calls("validateDetail", context, Map.of());
        assertEquals(true, done.get("result"));
        Map<?, ?> changes = (Map<?, ?>) done.get("changes");
        assertEquals("words", changes.get("authzDetail.uiRepresentation"));
        Map<?, ?> object = (Map<?, ?>) changes.get("authzDetail.jsonObject");
        assertEquals(List.of(true, List.of(1L, 2L, 3L), "t"),
                List.of(object.get("seen"), object.get("list"), object.get("type")));
        done = worker.calls("getUiRepresentation", context, Map.of());
        assertEquals(List.of("t1.5true", Map.of()), List.of(done.get("result"), done.get("changes")));
        worker = python(Programs.AUTHZ_DETAIL, "", """
                def validateDetail(self, c):
                    c.authzDetail.jsonObject.put('seen', 'yes')
                    c.getAuthzDetail().setUiRepresentation('words')
                    return c.authzDetail.getType() == 't' and c.client.clientId == 'c1'
                def getUiRepresentation(self, c):
                    return '%s %s' % (c.authzDetail.type, c.authzDetail.jsonObject.optString('n'))
                """);
        done = worker.calls("validateDetail", context, Map.of());
        assertEquals(true, done.get("result"));
        assertEquals("yes", ((Map<?, ?>) ((Map<?, ?>) done.get("changes")).get("authzDetail.jsonObject")).get("seen"));
        assertEquals("t 1.5", worker.result("getUiRepresentation", context));
    }

    private static String token(String claims) {
        Base64.Encoder encoder = Base64.getUrlEncoder().withoutPadding();
        return encoder.encodeToString("{\"alg\":\"RS256\",\"kid\":\"k1\"}".getBytes()) + "."
                + encoder.encodeToString(claims.getBytes()) + ".c2ln";
    }

    private static final Map<String, Object> REGISTRATION = Map.of(
            "client", Map.of("clientId", "c1", "redirectUris", List.of("https://a.test/cb"), "scopes", List.of("s1"),
                    "grantTypes", List.of("authorization_code"), "trustedClient", false,
                    "tokenEndpointAuthMethod", "tls_client_auth", "attributes", Map.of()),
            "registerRequest", Map.of("redirectUris", List.of("https://a.test/cb"), "scope", List.of("openid"),
                    "softwareId", "tpp-1"),
            "softwareStatement", token("{\"iss\":\"directory\",\"software_id\":\"tpp-1\",\"org_id\":\"org-1\","
                    + "\"software_redirect_uris\":[\"https://a.test/cb\"]}"),
            "certificatePem", CERTIFICATE,
            "trustedIssuers", List.of("directory", "CN=directory"),
            "httpRequest", Map.of("headers", Map.of("X-ClientCert", "pem")));

    private static final String REST = """
                public boolean updateClient(Object c) { return true; }
                public String getSoftwareStatementHmacSecret(Object c) { return "secret"; }
                public String getSoftwareStatementJwks(Object c) {
                    var d = (DynamicClientRegistrationContext) c;
                    return d.getSoftwareStatement().getHeader().getKeyId() + d.getSoftwareStatement().getHeader()
                            .getSignatureAlgorithm() + d.getSoftwareStatement().getClaims().getClaimAsStringList("iss")
                            + d.getRegisterRequestJson() + d.getDcr();
                }
                public String getDcrHmacSecret(Object c) { return null; }
                public String getDcrJwks(Object c) { return null; }
                public boolean isCertValidForClient(Object cert, Object c) {
                    return CertUtils.getCN((X509Certificate) cert).equals("tpp-1");
                }
                public boolean modifyPutResponse(Object r, Object e) { return false; }
                public boolean modifyReadResponse(Object r, Object e) { return false; }
                public boolean modifyPostResponse(Object r, Object e) {
                    ((JSONObject) r).put("id", ((ExecutionContext) e).getClient().getClientId());
                    return true;
                }
            """;

    @Test
    void clientRegistrationInJava() {
        String body = """
                public boolean createClient(Object asked) {
                    DynamicClientRegistrationContext c = (DynamicClientRegistrationContext) asked;
                    c.validateSSA();
                    Client client = c.getClient();
                    client.setDn("inum=" + c.validateCNIsNotBlank());
                    client.setTrustedClient(true);
                    client.setScopes(io.jans.util.ArrayHelper.addItemToStringArray(client.getScopes(), "s2"));
                    client.getRedirectUris()[0] += "?x";
                    client.setGrantTypes(new GrantType[] {client.getGrantTypes()[0], GrantType.REFRESH_TOKEN});
                    client.setClientSecretExpiresAt(new Date(5));
                    client.getAttributes().setRunIntrospectionScriptBeforeJwtCreation(true);
                    client.getAttributes().getIntrospectionScripts().add("inum=1");
                    return client.getAuthenticationMethod() == AuthenticationMethod.TLS_CLIENT_AUTH
                            && c.getConfigurationAttibutes().get("certProperty").getValue1().contains("BEGIN")
                            && c.getRegisterRequest().getScope().contains("openid")
                            && client.getAttributes().getIntrospectionScripts().size() == 1;
                }
                """;
        Worker worker = java(Programs.CLIENT_REGISTRATION, "ClientRegistrationType", body + REST);
        Map<String, Object> done = worker.calls("createClient", REGISTRATION, Map.of());
        assertEquals(true, done.get("result"));
        assertEquals(Map.of("client.dn", "inum=tpp-1", "client.trustedClient", true,
                        "client.scopes", List.of("s1", "s2"), "client.redirectUris", List.of("https://a.test/cb?x"),
                        "client.grantTypes", List.of("authorization_code", "refresh_token"),
                        "client.clientSecretExpiresAt", 5L,
                        "client.attributes.runIntrospectionScriptBeforeJwtCreation", true,
                        "client.attributes.introspectionScripts", List.of("inum=1")),
                done.get("changes"));
        assertEquals("secret", worker.result("getSoftwareStatementHmacSecret", REGISTRATION));
        assertEquals("k1RS256[directory]nullnull", worker.result("getSoftwareStatementJwks", REGISTRATION));
        assertNull(worker.result("getDcrJwks", REGISTRATION));
        assertEquals(true, worker.calls("isCertValidForClient", REGISTRATION, Map.of("cert", CERTIFICATE)).get("result"));
        done = worker.calls("modifyPostResponse", REGISTRATION, Map.of("responseAsJsonObject", Map.of("a", 1)));
        assertEquals(Map.of("responseAsJsonObject", Map.of("a", 1L, "id", "c1")), done.get("changes"));
        assertEquals(Map.of(), worker.calls("modifyPutResponse", REGISTRATION,
                Map.of("responseAsJsonObject", Map.of("a", 1))).get("changes"));
    }

    @Test
    void checksOfSoftwareStatementsAnswerWithAnError() {
        String body = """
                public boolean createClient(Object asked) {
                    ((DynamicClientRegistrationContext) asked).validateSSA();
                    return true;
                }
                """;
        Worker worker = java(Programs.CLIENT_REGISTRATION, "ClientRegistrationType", body + REST);
        Object[][] cases = {
            {Programs.with(REGISTRATION, "softwareStatement", null), "invalid_software_statement"},
            {Programs.with(REGISTRATION, "softwareStatement", "x.y"), "invalid_software_statement"},
            {Programs.with(REGISTRATION, "softwareStatement", token("{\"software_redirect_uris\":[]}")),
                "invalid_redirect_uri"},
            {Programs.with(REGISTRATION, "softwareStatement", token("{\"software_id\":\"other\"}")),
                "invalid_client_metadata"},
            {Programs.with(REGISTRATION, "certificatePem", null), "invalid_client_metadata"},
            {Programs.with(REGISTRATION, "trustedIssuers", List.of("x")), "invalid_client_metadata"},
            {Programs.with(REGISTRATION, "trustedIssuers", List.of("directory")), "invalid_client_metadata"},
        };
        for (Object[] each : cases) {
            @SuppressWarnings("unchecked")
            Map<String, Object> done = worker.calls("createClient", (Map<String, Object>) each[0], Map.of());
            assertNull(done.get("result"));
            Map<?, ?> shaped = (Map<?, ?>) ((Map<?, ?>) done.get("changes")).get("webApplicationException");
            assertEquals(400L, shaped.get("status"));
            assertEquals(each[1], new JSONObject((String) shaped.get("entity")).getString("error"));
        }
        assertEquals(true, worker.result("createClient", REGISTRATION));
    }

    @Test
    void settersThatTheContractDoesNotHaveAreNamed() {
        String body = """
                public boolean createClient(Object asked) {
                    ((DynamicClientRegistrationContext) asked).getClient().setLogoUri("x");
                    return true;
                }
                """;
        assertEquals("UnsupportedOperationException: Client.logoUri cannot be set",
                java(Programs.CLIENT_REGISTRATION, "ClientRegistrationType", body + REST)
                        .callFails("createClient", REGISTRATION).get("message"));
    }

    @Test
    void clientRegistrationInPython() {
        Worker worker = python(Programs.CLIENT_REGISTRATION, """
                from io.jans.util import ArrayHelper, StringHelper
                from io.jans.as.model.util import CertUtils
                from java.util import Date, GregorianCalendar, Arrays, HashSet
                """, """
                def createClient(self, context):
                    client = context.getClient()
                    cert = CertUtils.x509CertificateFromPem(context.getConfigurationAttibutes().get("certProperty").getValue1())
                    client.setDn("inum=" + CertUtils.getCN(cert))
                    client.setTrustedClient(True)
                    client.setScopes(ArrayHelper.addItemToStringArray(client.getScopes(), "s2"))
                    if "openid" not in context.getRegisterRequest().getScope(): return False
                    uris = HashSet(Arrays.asList(client.getRedirectUris()))
                    calendar = GregorianCalendar(); calendar.setTimeInMillis(0); calendar.add(1, 10)
                    client.setClientSecretExpiresAt(Date(calendar.getTimeInMillis()))
                    client.getAttributes().getIntrospectionScripts().add("inum=1")
                    client.getAttributes().setRunIntrospectionScriptBeforeJwtCreation(True)
                    for uri in client.getRedirectUris():
                        if not uris.contains(uri): return False
                    return StringHelper.equalsIgnoreCase(str(client.getAuthenticationMethod()), "TLS_client_auth")
                def updateClient(self, context):
                    context.getClient().setScopes(["a", "b"])
                    return len(context.client.scopes) == 2
                def isCertValidForClient(self, cert, context):
                    return CertUtils.getCN(cert) == "tpp-1"
                def modifyPostResponse(self, response, executionContext):
                    response.put("id", executionContext.getClient().getClientId())
                    response.accumulate("key", "value")
                    return True
                """);
        Map<String, Object> done = worker.calls("createClient", REGISTRATION, Map.of());
        assertEquals(true, done.get("result"));
        assertEquals(Map.of("client.dn", "inum=tpp-1", "client.trustedClient", true,
                        "client.scopes", List.of("s1", "s2"), "client.clientSecretExpiresAt", 315532800000L,
                        "client.attributes.introspectionScripts", List.of("inum=1"),
                        "client.attributes.runIntrospectionScriptBeforeJwtCreation", true),
                done.get("changes"));
        done = worker.calls("updateClient", REGISTRATION, Map.of());
        assertEquals(List.of(true, Map.of("client.scopes", List.of("a", "b"))),
                List.of(done.get("result"), done.get("changes")));
        assertEquals(true, worker.calls("isCertValidForClient", REGISTRATION, Map.of("cert", CERTIFICATE)).get("result"));
        done = worker.calls("modifyPostResponse", REGISTRATION, Map.of("responseAsJsonObject", Map.of("a", 1)));
        assertEquals(Map.of("responseAsJsonObject", Map.of("a", 1L, "id", "c1", "key", "value")), done.get("changes"));
    }

    @Test
    void cibaNotification() {
        Map<String, Object> context = Map.of("scope", "openid", "authReqId", "r1", "expiresIn", 120,
                "bindingMessage", "blue fox", "user", Map.of("userId", "ada", "mail", "a@x"),
                "client", Map.of("clientId", "c1", "clientName", "Shop"),
                "appConfiguration", Map.of("authorizationEndpoint", "https://op",
                        "cibaEndUserNotificationConfig", Map.of("notificationUrl", "https://push")));
        Worker worker = java(Programs.CIBA, "EndUserNotificationType", """
                public boolean notifyEndUser(Object asked) {
                    ExternalCibaEndUserNotificationContext c = (ExternalCibaEndUserNotificationContext) asked;
                    System.out.println(Arrays.asList(c.getScope(), c.getAcrValues(), c.getAuthReqId(),
                            c.getDeviceRegistrationToken(), c.getBindingMessage(), c.getExpiresIn(),
                            c.getUser().getMail(), c.getUser().getDisplayName(), c.getClient().getClientName(),
                            c.getAppConfiguration().getCibaEndUserNotificationConfig().getNotificationUrl(),
                            c.getEncryptionService().decrypt("x", true)));
                    return true;
                }
                """).answering((service, arguments) -> Map.of("value", "open"));
        assertEquals(true, worker.result("notifyEndUser", context));
        String expected = "[openid, null, r1, null, blue fox, 120, a@x, null, Shop, https://push, open]";
        assertEquals(List.of(expected), worker.texts("info"));
        worker = python(Programs.CIBA, "from java.util import Arrays", """
                def notifyEndUser(self, c):
                    print Arrays.asList(c.scope, c.getAcrValues(), c.authReqId, c.deviceRegistrationToken,
                        c.bindingMessage, c.expiresIn, c.user.mail, c.user.displayName, c.client.clientName,
                        c.appConfiguration.cibaEndUserNotificationConfig.notificationUrl,
                        c.encryptionService.decrypt('x', True))
                    return True
                """).answering((service, arguments) -> Map.of("value", "open"));
        assertEquals(true, worker.result("notifyEndUser", context));
        assertEquals(List.of(expected), worker.texts("info"));
    }

    @Test
    void aContextDoesNotPrintItsValues() {
        Worker worker = java(Programs.CIBA, "EndUserNotificationType", """
                public boolean notifyEndUser(Object asked) {
                    System.out.println(asked + "" + ((ExternalCibaEndUserNotificationContext) asked).getUser());
                    return true;
                }
                """);
        worker.result("notifyEndUser", Map.of("deviceRegistrationToken", "secret", "user", Map.of("userId", "secret")));
        assertTrue(worker.texts("info").get(0).matches("ExternalCibaEndUserNotificationContext@[0-9a-f]+User@[0-9a-f]+"),
                worker.log.toString());
        assertEquals(Arrays.asList(), worker.texts("error"));
    }
}
