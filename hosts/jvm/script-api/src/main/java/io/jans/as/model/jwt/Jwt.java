package io.jans.as.model.jwt;

import durward.script.JsonForm;
import io.jans.as.model.exception.InvalidJwtException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.json.JSONException;
import org.json.JSONObject;

/** A token taken apart, or put together. Nothing here checks a signature, as in Jans. */
public class Jwt implements JsonForm {
    private final JwtHeader header;
    private final JwtClaims claims;
    private final String text;
    private String signature = "";

    public Jwt() {
        this(new JwtHeader(), new JwtClaims(), "");
    }

    private Jwt(JwtHeader header, JwtClaims claims, String text) {
        this.header = header;
        this.claims = claims;
        this.text = text;
    }

    /** @throws InvalidJwtException for text that is not a token */
    public static Jwt parse(String text) throws InvalidJwtException {
        if (text == null || text.isBlank()) {
            throw new InvalidJwtException("a token is empty");
        }
        String[] parts = text.split("\\.", -1);
        if (parts.length != 2 && parts.length != 3) {
            throw new InvalidJwtException("a token has two or three parts");
        }
        return new Jwt(new JwtHeader(part(parts[0])), new JwtClaims(part(parts[1])), text);
    }

    /** @throws InvalidJwtException for text that is not a token */
    public static Jwt parseOrThrow(String text) throws InvalidJwtException {
        return parse(text);
    }

    /** Null for text that is not a token. */
    public static Jwt parseSilently(String text) {
        try {
            return parse(text);
        } catch (InvalidJwtException notOne) {
            return null;
        }
    }

    private static JSONObject part(String text) throws InvalidJwtException {
        try {
            return new JSONObject(new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException | JSONException notJson) {
            throw new InvalidJwtException("a part of the token is not a JSON object in base64url", notJson);
        }
    }

    public JwtHeader getHeader() {
        return header;
    }

    public JwtClaims getClaims() {
        return claims;
    }

    /** What a signature is made over. */
    public String getSigningInput() {
        if (text.isEmpty()) {
            return header.toBase64JsonObject() + "." + claims.toBase64JsonObject();
        }
        int second = text.indexOf('.', text.indexOf('.') + 1);
        return second < 0 ? text : text.substring(0, second);
    }

    /** Of a token that was put together here. */
    public void setEncodedSignature(String encoded) {
        signature = encoded;
    }

    /** The third part, or nothing. */
    public String getEncodedSignature() {
        if (text.isEmpty()) {
            return signature;
        }
        int second = text.indexOf('.', text.indexOf('.') + 1);
        return second < 0 ? "" : text.substring(second + 1);
    }

    @Override
    public Object jsonForm() {
        return toString();
    }

    @Override
    public String toString() {
        return text.isEmpty() ? getSigningInput() + "." + signature : text;
    }
}
