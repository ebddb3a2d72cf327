package io.jans;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import durward.script.HostRefused;
import io.jans.as.common.service.common.EncryptionService;
import io.jans.as.common.util.RedirectUri;
import io.jans.as.model.authzdetails.AuthzDetail;
import io.jans.as.model.authzdetails.AuthzDetails;
import io.jans.as.model.common.GrantType;
import io.jans.as.model.common.ResponseMode;
import io.jans.as.model.exception.InvalidJwtException;
import io.jans.as.model.jwt.Jwt;
import io.jans.as.model.jwt.JwtClaims;
import io.jans.as.model.util.JwtUtil;
import io.jans.model.custom.script.CustomScriptType;
import io.jans.util.ArrayHelper;
import io.jans.util.StringHelper;
import io.jans.util.security.StringEncrypter.EncryptionException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.json.JSONException;
import org.json.JSONObject;
import org.junit.jupiter.api.Test;

/** The helper classes that need no server. */
final class HelpersTest {
    @Test
    void textKeepsJanssRules() {
        assertTrue(StringHelper.isEmpty("  "));
        assertTrue(StringHelper.isNotEmptyString(null));
        assertTrue(StringHelper.isEmptyString(null));
        assertArrayEquals(new String[] {"a", "b", "c"}, StringHelper.split(" a, b ,,c", ","));
        assertTrue(StringHelper.equalsIgnoreCase("A", "a"));
        assertTrue(StringHelper.toBoolean("", true));
        assertFalse(StringHelper.toBoolean("yes", true));
        assertNull(StringHelper.toLowerCase(null));
        assertEquals(5, StringHelper.toInteger("x", 5));
        assertThrows(NumberFormatException.class, () -> StringHelper.toInteger("x"));
        assertEquals("a.b-c", StringHelper.replaceLast("a.b.c", ".", "-"));
        assertEquals("a\\\"b", StringHelper.escapeJson("a\"b"));
        assertEquals(12, StringHelper.getRandomString(12).length());
        assertEquals(-1, StringHelper.compare(null, "a"));
    }

    @Test
    void arraysGrow() {
        assertArrayEquals(new String[] {"x"}, ArrayHelper.addItemToStringArray(null, "x"));
        assertArrayEquals(new String[] {"x"}, ArrayHelper.addItemToStringArray(new String[0], "x"));
        assertArrayEquals(new String[] {"a", "x"}, ArrayHelper.addItemToStringArray(new String[] {"a"}, "x"));
        assertTrue(ArrayHelper.isEmpty(new String[0]));
        assertTrue(ArrayHelper.equalsIgnoreOrder(new String[] {"a", "b"}, new String[] {"b", "a"}));
        assertArrayEquals(new String[] {"a", "b"}, ArrayHelper.arrayMerge(new String[] {"a"}, null, new String[] {"b"}));
    }

    @Test
    void redirectUrisKeepTheOrderOfTheirParameters() {
        RedirectUri uri = new RedirectUri("https://op/a?x=1");
        uri.addResponseParameter("b", "c d");
        uri.addResponseParameter("blank", " ");
        uri.addResponseParameter(" ", "v");
        uri.addResponseParameter("n", null);
        assertEquals("https://op/a?x=1&b=c+d", uri.toString());
        assertEquals(3, uri.getResponseParamentersSize());
        assertEquals("https://op/a", new RedirectUri("https://op/a").toString());
        RedirectUri fragment = new RedirectUri("https://rp/cb", null, ResponseMode.FRAGMENT);
        fragment.parseQueryString("a=%C3%A9&b=~*");
        assertEquals("https://rp/cb#a=%C3%A9&b=%7E*", fragment.toString());
    }

    @Test
    void tokensAreTakenApart() throws InvalidJwtException {
        // {"alg":"none","kid":"k1"} . {"iss":"i","n":5,"aud":"a"}
        String text = "eyJhbGciOiJub25lIiwia2lkIjoiazEifQ.eyJpc3MiOiJpIiwibiI6NSwiYXVkIjoiYSJ9.";
        Jwt jwt = Jwt.parse(text);
        assertEquals(List.of("i", 5, "k1", List.of("a"), "", text), List.of(jwt.getClaims().getClaimAsString("iss"),
                jwt.getClaims().getClaim("n"), jwt.getHeader().getKeyId(),
                jwt.getClaims().getClaimAsStringList("aud"), jwt.getEncodedSignature(), jwt.toString()));
        assertEquals(text.substring(0, text.length() - 1), jwt.getSigningInput());
        for (String wrong : new String[] {"", "x", "a.b", "a.b.c.d", "e30.W10"}) {
            assertThrows(InvalidJwtException.class, () -> Jwt.parse(wrong), wrong);
            assertNull(Jwt.parseSilently(wrong));
        }
        JwtClaims claims = new JwtClaims();
        claims.setClaim("exp", new Date(5_000));
        claims.setClaim("list", List.of("a"));
        claims.setNullClaim("none");
        assertFalse(claims.hasClaim("none"));
        assertTrue(claims.toJsonObject().similar(new JSONObject("{\"exp\":5,\"list\":[\"a\"],\"none\":null}")));
        assertEquals(new Date(5_000), claims.getClaimAsDate("exp"));
        assertEquals("0aff", JwtUtil.bytesToHex(new byte[] {10, -1}));
    }

    @Test
    void authorizationDetailsAreElementsOfAnArray() {
        AuthzDetails details = AuthzDetails.of("[{\"type\":\"a\"},{\"type\":\"b\"}]");
        assertEquals("[a, b]", details.getTypes().toString());
        assertNull(AuthzDetails.ofSilently("[1]"));
        assertNull(AuthzDetails.ofSilently(null));
        assertThrows(JSONException.class, () -> AuthzDetails.of("{}"));
        assertTrue(details.similar("[{\"type\":\"a\"},{\"type\":\"b\"}]"));
        assertEquals(2, AuthzDetails.simpleMerge(details, null).getDetails().size());
        AuthzDetail detail = new AuthzDetail("{\"type\":\"a\"}");
        detail.setUiRepresentation("words");
        detail.getJsonObject().put("x", 1);
        assertEquals("words", detail.getUiRepresentation());
        assertEquals(1, detail.getJsonObject().getInt("x"));
    }

    @Test
    void anAnswerIsShapedByAnException() {
        assertEquals(Map.of("status", 409, "entity", "gone"),
                new WebApplicationException(Response.status(409).entity("gone").build()).jsonForm());
        assertEquals(403, new WebApplicationException(Response.Status.FORBIDDEN).getResponse().getStatus());
        assertEquals("text/html", Response.ok("x", "text/html; charset=utf-8").build().getMediaType().toString());
        assertEquals(500, new WebApplicationException(new IllegalStateException()).getResponse().getStatus());
    }

    @Test
    void constantsGoByTheirOAuthNames() {
        assertEquals("urn:openid:params:grant-type:ciba", GrantType.CIBA.toString());
        assertEquals(GrantType.RESOURCE_OWNER_PASSWORD_CREDENTIALS, GrantType.fromString("password"));
        assertNull(GrantType.fromString("none of these"));
        assertEquals("ScimEventHandler", CustomScriptType.getByValue("scim").getClassName());
    }

    @Test
    void withoutAServerEverythingAskedForIsRefused() {
        EncryptionService service = new EncryptionService();
        assertEquals("x", service.decrypt("x", true));
        assertThrows(EncryptionException.class, () -> service.decrypt("x"));
        assertThrows(HostRefused.class, () -> durward.script.Host.ask("http", Map.of()));
    }
}
