package io.jans.as.model.util;

import durward.script.Host;
import durward.script.HostRefused;
import io.jans.as.model.jwt.JwtClaims;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import org.json.JSONArray;
import org.json.JSONException;
import org.json.JSONObject;
import org.slf4j.LoggerFactory;

/** Keys and claims as JSON. Not here: signatures. */
public final class JwtUtil {
    private JwtUtil() {
    }

    /** The key set at {@code url}, fetched by the server; null, with its reason in the log, when it is not to be had. */
    public static JSONObject getJSONWebKeys(String url) {
        try {
            Map<String, Object> answer = Host.ask("http",
                    Map.of("method", "GET", "url", String.valueOf(url), "headers", Map.of()));
            int status = ((Number) answer.get("status")).intValue();
            if (status == 200) {
                return new JSONObject(String.valueOf(answer.get("body")));
            }
            LoggerFactory.getLogger(JwtUtil.class).error("keys at {}: status {}", url, status);
        } catch (HostRefused | JSONException failed) {
            LoggerFactory.getLogger(JwtUtil.class).error("keys at {}: {}", url, failed.getMessage());
        }
        return null;
    }

    /** The key called {@code keyId}, of {@code jwks} or, where that is blank, of what is at {@code url}; or null. */
    public static JSONObject getJsonKey(String url, String jwks, String keyId) {
        JSONObject set = jwks == null || jwks.isBlank() ? getJSONWebKeys(url) : new JSONObject(jwks);
        JSONArray keys = set == null ? null : set.optJSONArray("keys");
        if (keys == null) {
            return null;
        }
        for (int index = 0; index < keys.length(); index++) {
            JSONObject key = keys.optJSONObject(index);
            if (key != null && (keyId == null || keyId.equals(key.optString("kid", null)))) {
                return key;
            }
        }
        return null;
    }

    public static JSONObject fromJson(String text) {
        return new JSONObject(text);
    }

    public static void transferIntoJwtClaims(JSONObject object, JwtClaims claims) {
        claims.load(object);
    }

    public static String bytesToHex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    public static byte[] getMessageDigestSHA256(String text) throws NoSuchAlgorithmException {
        return digest("SHA-256", text);
    }

    public static byte[] getMessageDigestSHA384(String text) throws NoSuchAlgorithmException {
        return digest("SHA-384", text);
    }

    public static byte[] getMessageDigestSHA512(String text) throws NoSuchAlgorithmException {
        return digest("SHA-512", text);
    }

    private static byte[] digest(String algorithm, String text) throws NoSuchAlgorithmException {
        return MessageDigest.getInstance(algorithm).digest(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
}
