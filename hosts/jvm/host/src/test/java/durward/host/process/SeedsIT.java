package durward.host.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.json.JSONObject;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The published sample scripts, verbatim. */
final class SeedsIT {
    private static HostProcess host;

    @BeforeAll
    static void start() {
        host = HostProcess.start();
    }

    @AfterAll
    static void end() {
        host.close();
    }

    private static String seed(String name) throws IOException {
        Path path = Path.of(System.getProperty("host.repository"), "../shared/seeds/scripts", name).normalize();
        assumeTrue(Files.exists(path), () -> "skipped: " + name + " is not beside the checkout");
        return Files.readString(path);
    }

    @Test
    void endSessionInJava() throws IOException {
        Worker worker = host.worker();
        Map<String, Object> program =
                Programs.with(Programs.java(seed("EndSession.java"), Programs.END_SESSION), "fileName", "end_session.java");
        assertEquals(List.of(), worker.check(program));
        assertEquals(11L, worker.load(program).get("apiVersion"));
        assertEquals("", worker.result("getFrontchannelHtml", Map.of()));
        worker.destroys();
        assertEquals(List.of("ROPC Script. Initializing...", "ROPC Script. Initialized",
                "ROPC Script. Destroying...", "ROPC Script. Destroyed."), worker.texts("info"));
    }

    @Test
    void authzDetailInJava() throws IOException {
        Worker worker = host.worker();
        Map<String, Object> program = Programs.java(seed("AuthzDetail.java"), Programs.AUTHZ_DETAIL);
        assertEquals(List.of(), worker.check(program));
        assertEquals(List.of("validateDetail", "getUiRepresentation"), worker.load(program).get("methods"));
        Map<String, Object> context = Map.of("authzDetail", Map.of("type", "demo", "jsonObject",
                Map.of("type", "demo", "ui_representation", "Read balances")));
        assertEquals(true, worker.result("validateDetail", context));
        assertEquals("Read balances", worker.result("getUiRepresentation", context));
        assertEquals(false, worker.result("validateDetail", Map.of()));
    }

    @Test
    void endSessionInPython() throws IOException {
        Worker worker = host.worker();
        Map<String, Object> program = Programs.python(seed("end_session.py"), Programs.END_SESSION);
        assertEquals(List.of(), worker.check(program));
        assertEquals(11L, worker.load(program).get("apiVersion"));
        assertEquals("", worker.result("getFrontchannelHtml", Map.of()));
        worker.destroys();
        assertEquals(4, worker.texts("info").size());
    }

    private static Map<String, Object> cibaContext(String url) {
        return Map.of("scope", "openid profile", "authReqId", "req-1", "deviceRegistrationToken", "device-1",
                "appConfiguration", Map.of("backchannelClientId", "client-1",
                        "backchannelRedirectUri", "https://rp.test/cb",
                        "authorizationEndpoint", "https://op.test/authorize",
                        "cibaEndUserNotificationConfig",
                        Map.of("notificationUrl", url, "notificationKey", "sealed")));
    }

    @Test
    void endUserNotificationInPython() throws IOException {
        Worker worker = host.worker().answering((service, arguments) -> service.equals("decrypt")
                ? Map.of("value", "server-key") : Map.of("status", 200, "headers", Map.of(), "body", "{}"));
        Map<String, Object> program = Programs.python(seed("end_user_notification.py"), Programs.CIBA);
        assertEquals(List.of(), worker.check(program));
        Map<String, Object> report = worker.load(program);
        assertEquals(List.of(1L, "2", List.of("notifyEndUser")),
                List.of(report.get("apiVersion"), report.get("dialect"), report.get("methods")));
        assertEquals(true, worker.result("notifyEndUser", cibaContext("https://fcm.test/send")));
        assertEquals(Map.of("service", "decrypt", "arguments", Map.of("value", "sealed")), worker.hostCalls.get(0));
        Map<?, ?> sent = (Map<?, ?>) worker.hostCalls.get(1).get("arguments");
        assertEquals("key=server-key", ((Map<?, ?>) sent.get("headers")).get("Authorization"));
        JSONObject body = new JSONObject((String) sent.get("body"));
        assertEquals("device-1", body.getString("to"));
        String link = body.getJSONObject("notification").getString("click_action");
        assertTrue(link.startsWith("https://op.test/authorize?client_id=client-1&response_type=id_token"
                + "&scope=openid+profile&redirect_uri=https%3A%2F%2Frp.test%2Fcb&state="), link);
        assertTrue(link.endsWith("&prompt=consent&auth_req_id=req-1"), link);
        assertFalse(link.contains("acr_values"), link);
        assertEquals("CIBA: firebase cloud messaging result status 200", worker.texts("info").get(3));
    }

    @Test
    void endUserNotificationInPythonSurvivesARefusedRequest() throws IOException {
        Worker worker = host.worker();
        worker.load(Programs.python(seed("end_user_notification.py"), Programs.CIBA));
        assertEquals(false, worker.result("notifyEndUser", cibaContext("http://10.0.0.1/")));
        assertEquals(List.of("Firebase Cloud Messaging: no http here"), worker.texts("error"));
    }
}
