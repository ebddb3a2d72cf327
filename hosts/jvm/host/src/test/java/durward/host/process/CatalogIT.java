package durward.host.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.json.JSONObject;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Our own samples in Java, as an operator would use them. */
final class CatalogIT {
    private static final Path REPOSITORY = Path.of(System.getProperty("host.repository")).normalize();
    private static final Path CATALOG = REPOSITORY.resolve("catalog");
    private static final List<String> TESTED = List.of(
            "authz_detail/PaymentInitiation.java", "ciba_end_user_notification/FirebasePush.java",
            "client_registration/SoftwareStatements.java", "end_session/LogoutPage.java");

    private static HostProcess host;

    @BeforeAll
    static void start() {
        host = HostProcess.start();
    }

    @AfterAll
    static void end() {
        host.close();
    }

    private static Map<String, Object> sample(String name, Map<String, Object> contract, Map<String, String> properties)
            throws IOException {
        Map<String, Object> program = Programs.java(Files.readString(CATALOG.resolve(name)), contract);
        return Programs.configured(Programs.with(program, "fileName", Path.of(name).getFileName().toString()), properties);
    }

    private static Worker loaded(String name, Map<String, Object> contract, Map<String, String> properties)
            throws IOException {
        Worker worker = host.worker();
        Map<String, Object> program = sample(name, contract, properties);
        assertEquals(List.of(), worker.check(program));
        assertEquals(11L, worker.load(program).get("apiVersion"));
        return worker;
    }

    @Test
    void everySampleIsTested() throws IOException {
        try (Stream<Path> files = Files.walk(CATALOG)) {
            assertEquals(TESTED, files.map(file -> CATALOG.relativize(file).toString())
                    .filter(name -> name.endsWith(".java")).sorted().toList());
        }
    }

    private static Map<String, Object> login(String device, String binding) {
        return Map.of("scope", "openid", "authReqId", "r1", "deviceRegistrationToken", device,
                "bindingMessage", binding, "user", Map.of("userId", "ada"),
                "client", Map.of("clientId", "c1", "clientName", "Shop"),
                "appConfiguration", Map.of("authorizationEndpoint", "https://op.test/authorize",
                        "backchannelClientId", "approval", "backchannelRedirectUri", "https://op.test/cb",
                        "cibaEndUserNotificationConfig",
                        Map.of("notificationUrl", "https://fcm.test/send", "notificationKey", "sealed")));
    }

    @Test
    void firebasePush() throws IOException {
        Worker worker = loaded("ciba_end_user_notification/FirebasePush.java", Programs.CIBA, Map.of());
        worker.answering((service, arguments) -> service.equals("decrypt") ? Map.of("value", "key")
                : Map.of("status", 200, "headers", Map.of(), "body", "{}"));
        assertEquals(true, worker.result("notifyEndUser", login("device", "blue fox")));
        assertEquals(List.of("ready to send login requests to phones", "told ada: the push service answered 200"),
                worker.texts("info"));
        Map<?, ?> sent = (Map<?, ?>) worker.hostCalls.get(1).get("arguments");
        JSONObject notification = new JSONObject((String) sent.get("body")).getJSONObject("notification");
        assertEquals("Shop", notification.getString("title"));
        assertEquals("Words to compare: blue fox", notification.getString("body"));
        assertTrue(notification.getString("click_action").startsWith(
                "https://op.test/authorize?client_id=approval&response_type=id_token&scope=openid&redirect_uri="));
        assertEquals(false, worker.result("notifyEndUser", login("", "")));
        assertEquals(List.of("ada has no registered device: nobody was told"), worker.texts("warn"));
        worker.answering((service, arguments) -> new Worker.Refusal("not now"));
        assertEquals(false, worker.result("notifyEndUser", login("device", "")));

        worker = loaded("ciba_end_user_notification/FirebasePush.java", Programs.CIBA, Map.of("title", "Bank"));
        worker.answering((service, arguments) -> service.equals("decrypt") ? Map.of("value", "key")
                : Map.of("status", 500, "headers", Map.of(), "body", ""));
        assertEquals(false, worker.result("notifyEndUser", login("device", "")));
        assertTrue(((Map<?, ?>) worker.hostCalls.get(1).get("arguments")).get("body").toString().contains("\"Bank\""));
    }

    @Test
    void logoutPage() throws IOException {
        Worker worker = loaded("end_session/LogoutPage.java", Programs.END_SESSION,
                Map.of("heading", "Bye & thanks", "text", "Not you? Call us."));
        String page = (String) worker.result("getFrontchannelHtml", Map.of(
                "frontchannelLogoutUris", List.of("https://a.test/out?sid=1&iss=x", "https://b.test/\"><script>"),
                "postLogoutRedirectUri", "https://c.test/?a=1&b=2"));
        assertTrue(page.contains("<h1>Bye &amp; thanks</h1>\n<p>Not you? Call us.</p>"), page);
        assertTrue(page.contains("<iframe hidden src=\"https://a.test/out?sid=1&amp;iss=x\">"), page);
        assertTrue(page.contains("<a href=\"https://c.test/?a=1&amp;b=2\">Continue</a>"), page);
        assertFalse(page.contains("<script>"), page);
        worker = loaded("end_session/LogoutPage.java", Programs.END_SESSION, Map.of());
        page = (String) worker.result("getFrontchannelHtml", Map.of());
        assertTrue(page.contains("<h1>You are signed out</h1>\n<p>You can close this page.</p>"), page);
    }

    private static Map<String, Object> payment(String amount, String currency, String iban) {
        return Map.of("authzDetail", Map.of("type", "payment_initiation", "jsonObject", Map.of(
                "type", "payment_initiation", "instructedAmount", Map.of("currency", currency, "amount", amount),
                "creditorName", "Merchant A", "creditorAccount", Map.of("iban", iban))));
    }

    @Test
    void paymentInitiation() throws IOException {
        Worker worker = loaded("authz_detail/PaymentInitiation.java", Programs.AUTHZ_DETAIL,
                Map.of("maxAmount", "1000", "currencies", "EUR CHF"));
        String iban = "DE02100100109307118603";
        Map<String, Object> good = payment("123.5", "EUR", iban);
        assertEquals(true, worker.result("validateDetail", good));
        assertEquals("Pay 123.50 EUR\nto account " + iban + "\nwhose owner the application calls “Merchant A”",
                worker.result("getUiRepresentation", good));
        Object[][] cases = {
            {payment("1000.01", "EUR", iban), "instructedAmount.amount is over the limit"},
            {payment("0", "EUR", iban), "instructedAmount.amount is nothing"},
            {payment("1e3", "EUR", iban), "instructedAmount.amount is not an amount"},
            {payment("-1", "EUR", iban), "instructedAmount.amount is not an amount"},
            {payment("1", "USD", iban), "instructedAmount.currency is not accepted"},
            {payment("1", "EUR", "DE02100100109307118604"), "creditorAccount.iban is not an IBAN"},
            {Map.of("authzDetail", Map.of("jsonObject", Map.of("type", "payment_initiation"))),
                "instructedAmount or creditorAccount is incomplete"},
        };
        for (Object[] each : cases) {
            @SuppressWarnings("unchecked")
            Map<String, Object> done = worker.calls("validateDetail", (Map<String, Object>) each[0], Map.of());
            assertEquals(false, done.get("result"));
            Map<?, ?> shaped = (Map<?, ?>) ((Map<?, ?>) done.get("changes")).get("webApplicationException");
            assertEquals(400L, shaped.get("status"));
            JSONObject entity = new JSONObject((String) shaped.get("entity"));
            assertEquals("invalid_authorization_details", entity.getString("error"));
            assertEquals(each[1], entity.getString("error_description"));
        }
        assertEquals("init did not return True", host.worker().loadFails(
                sample("authz_detail/PaymentInitiation.java", Programs.AUTHZ_DETAIL, Map.of())).get("message"));
    }

    private static Map<String, Object> registration(String claims, String redirectUri) {
        Base64.Encoder encoder = Base64.getUrlEncoder().withoutPadding();
        String statement = encoder.encodeToString("{\"alg\":\"RS256\"}".getBytes()) + "."
                + encoder.encodeToString(claims.getBytes()) + ".c2ln";
        return Map.of("client", Map.of("clientId", "c1", "clientName", "old", "attributes", Map.of()),
                "registerRequest", Map.of("redirectUris", List.of(redirectUri)), "softwareStatement", statement);
    }

    @Test
    void softwareStatements() throws IOException {
        Worker worker = loaded("client_registration/SoftwareStatements.java", Programs.CLIENT_REGISTRATION,
                Map.of("jwks_uri", "https://directory.test/jwks", "introspection_script", "inum=1"));
        worker.answering((service, arguments) -> Map.of("status", 200, "headers", Map.of(), "body", "{\"keys\":[]}"));
        assertEquals("{\"keys\":[]}", worker.result("getSoftwareStatementJwks", Map.of()));
        String claims = "{\"iss\":\"directory\",\"software_id\":\"s1\",\"software_client_name\":\"Shop\","
                + "\"software_redirect_uris\":[\"https://a.test/cb\"]}";
        Map<String, Object> done = worker.calls("createClient", registration(claims, "https://a.test/cb"), Map.of());
        assertEquals(true, done.get("result"));
        assertEquals(Map.of("client.clientName", "Shop",
                        "client.attributes.runIntrospectionScriptBeforeJwtCreation", true,
                        "client.attributes.introspectionScripts", List.of("inum=1")), done.get("changes"));
        assertEquals(true, worker.result("updateClient", registration(claims, "https://a.test/cb")));
        done = worker.calls("createClient", registration(claims, "https://evil.test/cb"), Map.of());
        assertNull(done.get("result"));
        assertTrue(done.get("changes").toString().contains("invalid_redirect_uri"), done.toString());
        done = worker.calls("createClient", Map.of("client", Map.of()), Map.of());
        assertTrue(done.get("changes").toString().contains("invalid_software_statement"), done.toString());
        done = worker.calls("modifyPostResponse", Map.of("client", Map.of("clientName", "Shop")),
                Map.of("responseAsJsonObject", Map.of("client_id", "c1")));
        assertEquals(true, done.get("result"));
        assertEquals(Map.of("responseAsJsonObject", Map.of("client_id", "c1", "software_client_name", "Shop")),
                done.get("changes"));
        worker.answering((service, arguments) -> new Worker.Refusal("not now"));
        assertEquals("", worker.result("getSoftwareStatementJwks", Map.of()));
        assertEquals(List.of("", "", false), Stream.of("getDcrJwks", "getDcrHmacSecret", "isCertValidForClient")
                .map(method -> worker.result(method, Map.of())).toList());
        assertEquals("init did not return True", host.worker().loadFails(sample(
                "client_registration/SoftwareStatements.java", Programs.CLIENT_REGISTRATION,
                Map.of("jwks_uri", "http://directory.test"))).get("message"));
    }
}
