package durward.host.process;

import static durward.host.process.Programs.javaProbe;
import static durward.host.process.Programs.limited;
import static durward.host.process.Programs.pythonProbe;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.json.JSONObject;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What scripts ask the server for, and how its answers and refusals reach them. */
final class ServicesIT {
    private static HostProcess host;

    @BeforeAll
    static void start() {
        host = HostProcess.start();
    }

    @AfterAll
    static void end() {
        host.close();
    }

    private static Worker java(String imports, String body) {
        Worker worker = host.worker();
        worker.load(javaProbe(imports, body, ""));
        return worker;
    }

    @Test
    void httpGoesThroughTheServer() {
        String imports = """
                import io.jans.as.server.model.net.HttpServiceResponse;
                import io.jans.as.server.service.net.HttpService;
                import io.jans.service.cdi.util.CdiUtil;
                import org.apache.http.client.HttpClient;
                import org.apache.http.client.methods.HttpPost;
                import org.apache.http.entity.ContentType;
                import org.apache.http.entity.StringEntity;
                import org.apache.http.util.EntityUtils;
                """;
        String body = """
                HttpService http = CdiUtil.bean(HttpService.class);
                HttpClient client = http.getHttpsClient();
                HttpServiceResponse one = http.executePost(
                        client, "https://a.test/p", null, Map.of("Content-Type", "application/json"), "{}");
                HttpServiceResponse two = http.executeGet(client, "https://a.test/g", Map.of("X-A", "b"));
                HttpServiceResponse three = http.executePost(
                        client, "https://refused.test", "YTpi", "x=1", ContentType.APPLICATION_FORM_URLENCODED);
                String text = http.convertEntityToString(http.getResponseContent(one.getHttpResponse()));
                boolean ok = http.isResponseStastusCodeOk(one.getHttpResponse());
                one.closeConnection();
                HttpPost post = new HttpPost("https://a.test/q?r=s");
                post.setEntity(new StringEntity("body é", ContentType.TEXT_PLAIN.withCharset("UTF-8")));
                String direct = EntityUtils.toString(client.execute(post).getEntity(), "UTF-8");
                return List.of(one.getHttpResponse().getStatusLine().getStatusCode(), text, ok,
                        two.getHttpResponse().getFirstHeader("ETag").getValue(), three == null, direct);
                """;
        Worker worker = java(imports, body).answering((service, arguments) ->
                arguments.get("url").equals("https://refused.test") ? new Worker.Refusal("not allowed")
                        : Map.of("status", 200, "headers", Map.of("etag", "e1"), "body", "é"));
        assertEquals(List.of(200L, "é", true, "e1", true, "é"), worker.result("run", Map.of()));
        List<Object> sent = worker.hostCalls.stream().map(call -> call.get("arguments")).toList();
        assertEquals(Map.of("method", "POST", "url", "https://a.test/p",
                "headers", Map.of("Content-Type", "application/json"), "body", "{}"), sent.get(0));
        assertEquals(Map.of("method", "GET", "url", "https://a.test/g", "headers", Map.of("X-A", "b")), sent.get(1));
        assertEquals(Map.of("Content-Type", "application/x-www-form-urlencoded; charset=ISO-8859-1",
                "Authorization", "Basic YTpi"), ((Map<?, ?>) sent.get(2)).get("headers"));
        assertEquals(Map.of("method", "POST", "url", "https://a.test/q?r=s", "body", "body é",
                "headers", Map.of("Content-Type", "text/plain; charset=UTF-8")), sent.get(3));
        assertEquals(List.of("POST https://refused.test: not allowed"), worker.texts("error"));
    }

    @Test
    void httpGoesThroughTheServerFromPython() {
        Worker worker = host.worker().answering((service, arguments) ->
                Map.of("status", 200, "headers", Map.of("etag", List.of("e1")), "body", "é"));
        worker.load(pythonProbe("""
                from io.jans.as.server.service.net import HttpService
                from io.jans.service.cdi.util import CdiUtil
                """, """
                http = CdiUtil.bean(HttpService)
                one = http.executePost(http.getHttpsClient(), 'https://a.test/p', None, {'X-A': 'b'}, '{}')
                response = one.getHttpResponse()
                text = http.convertEntityToString(http.getResponseContent(response))
                return [response.getStatusLine().getStatusCode(), text, response.getFirstHeader('ETag').value]
                """));
        assertEquals(List.of(200L, "é", "e1"), worker.result("run", Map.of()));
        assertEquals(Map.of("X-A", "b", "Content-Type", "text/plain"),
                ((Map<?, ?>) worker.hostCalls.get(0).get("arguments")).get("headers"));
    }

    @Test
    void encryptionAsksTheServer() {
        String imports = """
                import io.jans.as.common.service.common.EncryptionService;
                import io.jans.service.cdi.util.CdiUtil;
                import io.jans.util.security.StringEncrypter.EncryptionException;
                """;
        String body = """
                EncryptionService s = CdiUtil.bean(EncryptionService.class);
                List<Object> r = new ArrayList<>(Arrays.asList(s.decrypt("sealed"), s.decrypt("bad", true),
                        s.decrypt("bad", false), s.decrypt(null, true), s.decrypt(" "), s.encrypt("open"), s.encrypt("")));
                try {
                    s.decrypt("bad");
                } catch (EncryptionException e) {
                    r.add(e.getMessage());
                }
                Properties p = new Properties();
                p.setProperty("keyPassword", "sealed");
                p.setProperty("other", "sealed");
                r.add(s.decryptProperties(p).getProperty("keyPassword") + s.decryptProperties(p).getProperty("other"));
                r.add(s.decryptAllProperties(p).getProperty("other"));
                return r;
                """;
        Worker worker = java(imports, body).answering((service, arguments) -> switch (service + arguments) {
            case "decrypt{value=sealed}" -> Map.of("value", "plain");
            case "encrypt{value=open}" -> Map.of("value", "closed");
            default -> new Worker.Refusal("cannot");
        });
        assertEquals(Arrays.asList("plain", "bad", null, null, null, "closed", null, "cannot", "plainsealed", "plain"),
                worker.result("run", Map.of()));
    }

    @Test
    void firebaseSpeaksTheProtocolOfItsAddress() {
        String imports = """
                import io.jans.as.client.ciba.fcm.*;
                """;
        String body = """
                FirebaseCloudMessagingClient client = new FirebaseCloudMessagingClient(
                        "https://fcm.googleapis.com/v1/projects/p-1/messages:send");
                client.setRequest(new FirebaseCloudMessagingRequest(
                        "{\\"type\\": \\"service_account\\"}", "device", "title", "body", "https://link"));
                int current = client.exec().getStatus();
                FirebaseCloudMessagingResponse legacy = new FirebaseCloudMessagingClient("https://fcm.test/send")
                        .execFirebaseCloudMessaging("key", "device", "title", " ", null);
                return List.of(current, legacy.getStatus(), legacy.getEntity());
                """;
        Worker worker = java(imports, body).answering((service, arguments) -> service.equals("serviceAccountToken")
                ? Map.of("accessToken", "token-1") : Map.of("status", 201, "headers", Map.of(), "body", "ok"));
        assertEquals(List.of(201L, 201L, "ok"), worker.result("run", Map.of()));
        assertEquals(Map.of("key", "{\"type\": \"service_account\"}",
                "scope", "https://www.googleapis.com/auth/firebase.messaging"), worker.hostCalls.get(0).get("arguments"));
        Map<?, ?> sent = (Map<?, ?>) worker.hostCalls.get(1).get("arguments");
        assertEquals("Bearer token-1", ((Map<?, ?>) sent.get("headers")).get("Authorization"));
        JSONObject message = new JSONObject((String) sent.get("body")).getJSONObject("message");
        assertEquals("device", message.getString("token"));
        assertEquals("https://link", message.getJSONObject("webpush").getJSONObject("fcm_options").getString("link"));
        sent = (Map<?, ?>) worker.hostCalls.get(2).get("arguments");
        assertTrue(new JSONObject((String) sent.get("body"))
                .similar(new JSONObject("{\"to\": \"device\", \"notification\": {\"title\": \"title\"}}")));
    }

    @Test
    void scopesAreThoseOfTheCallAndKeysAreAskedFor() {
        String imports = """
                import io.jans.as.model.util.JwtUtil;
                import io.jans.as.server.service.ScopeService;
                import io.jans.service.cdi.util.CdiUtil;
                """;
        String body = """
                ScopeService scopes = CdiUtil.bean(ScopeService.class);
                return Arrays.asList(scopes.getScopeById("openid").getDn(), scopes.getScopeById("none"),
                        scopes.getScopeIdsByDns(List.of("inum=profile,ou=scopes,o=jans")), JwtUtil.getJSONWebKeys("https://k.test").optString("a"),
                        JwtUtil.getJSONWebKeys("https://missing.test"));
                """;
        Worker worker = java(imports, body).answering((service, arguments) -> {
            return Map.of("status", arguments.get("url").equals("https://k.test") ? 200 : 404, "headers", Map.of(),
                    "body", "{\"a\": \"b\"}");
        });
        assertEquals(Arrays.asList("inum=openid,ou=scopes,o=jans", null, List.of("profile"), "b", null),
                worker.result("run", Map.of("scopesSupported", List.of("openid", "profile"))));
        assertTrue(worker.callFails("run", Map.of()).get("message").toString().contains("NullPointerException"));
    }

    @Test
    void aServiceThatIsNotOfferedIsNamed() {
        String body = "return io.jans.service.cdi.util.CdiUtil.bean(StringBuilder.class);";
        assertEquals("IllegalArgumentException: CdiUtil.bean(StringBuilder): no such service for scripts; there are "
                        + "HttpService, EncryptionService, CibaEncryptionService, ScopeService, CacheService, ErrorResponseFactory",
                java("", body).callFails("run", Map.of()).get("message"));
        body = "return new io.jans.as.model.crypto.AuthCryptoProvider();";
        assertTrue(java("", body).callFails("run", Map.of()).get("message").toString()
                .contains("are not for scripts"));
    }

    @Test
    void keysAreNamedAndStayWithTheServer() {
        String imports = """
                import io.jans.as.model.crypto.AuthCryptoProvider;
                import io.jans.as.model.crypto.signature.SignatureAlgorithm;
                import io.jans.as.model.jwt.Jwt;
                import io.jans.as.model.jwt.JwtType;
                import io.jans.as.server.service.net.HttpService;
                import io.jans.service.CacheService;
                import io.jans.service.cdi.util.CdiUtil;
                """;
        String body = """
                try {
                    Jwt jwt = new Jwt();
                    jwt.getHeader().setType(JwtType.JWT);
                    jwt.getHeader().setAlgorithm(SignatureAlgorithm.PS256);
                    jwt.getClaims().setIssuer("bank");
                    AuthCryptoProvider signer = new AuthCryptoProvider("/keys/a.p12", "one", null);
                    jwt.setEncodedSignature(signer.sign(jwt.getSigningInput(), "k", null, SignatureAlgorithm.PS256));
                    HttpService http = CdiUtil.bean(HttpService.class);
                    int status = http.executeGet(http.getHttpsClient("PKCS12", "/keys/t.p12", "two", "PKCS12", "/keys/a.p12", "one"),
                            "https://a.test/", null).getHttpResponse().getStatusLine().getStatusCode();
                    CacheService cache = CdiUtil.bean(CacheService.class);
                    cache.put(30, "token", "abc");
                    return Arrays.asList(Jwt.parse(jwt.toString()).getEncodedSignature(), String.valueOf(status),
                            cache.get("token"), String.valueOf(signer.getKeyStore().size()));
                } catch (Exception failed) {
                    throw new IllegalStateException(failed);
                }
                """;
        Map<String, Object> one = Map.of("name", "/keys/a.p12", "password", "one");
        Map<String, Object> two = Map.of("name", "/keys/t.p12", "password", "two");
        Worker worker = java(imports, body).answering((service, arguments) -> switch (service) {
            case "sign" -> {
                assertEquals(List.of(one, "k", "PS256"), List.of(
                        arguments.get("keyStore"), arguments.get("keyId"), arguments.get("algorithm")));
                yield Map.of("signature", "c2ln");
            }
            case "http" -> {
                assertEquals(List.of(one, two), List.of(arguments.get("keyStore"), arguments.get("trustStore")));
                yield Map.of("status", 204, "headers", Map.of(), "body", "");
            }
            case "cachePut" -> {
                assertEquals("token \"abc\" 30",
                        arguments.get("key") + " " + arguments.get("value") + " " + arguments.get("seconds"));
                yield Map.of();
            }
            case "cacheGet" -> Map.of("value", "\"abc\"");
            default -> Map.of("entries", List.of(Map.of("alias", "k", "hasKey", true, "chain", List.of())));
        });
        assertEquals(Arrays.asList("c2ln", "204", "abc", "0"), worker.result("run", Map.of()));
    }

    @Test
    void hostCallsAreBoundedInNumberAndSize() {
        String imports = "import io.jans.as.common.service.common.EncryptionService;\n";
        String body = "int n = 0; while (true) { new EncryptionService().decrypt(\"x\" + n++, true); }";
        Worker worker = host.worker().answering((service, arguments) -> Map.of("value", "v"));
        worker.load(limited(javaProbe(imports, body, ""), "hostCalls", 3));
        assertEquals("IllegalStateException: more than 3 host calls in one turn",
                worker.callFails("run", Map.of()).get("message"));
        assertEquals(3, worker.hostCalls.size());
        body = "return new EncryptionService().decrypt(\"x\".repeat(2_000_000), true);";
        assertTrue(java(imports, body).callFails("run", Map.of()).get("message").toString()
                .contains("what the server is asked with is over 1048576 bytes"));
    }
}
