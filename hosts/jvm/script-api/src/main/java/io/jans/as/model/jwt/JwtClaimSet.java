package io.jans.as.model.jwt;

import durward.script.JsonForm;
import durward.script.Plain;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.json.JSONArray;
import org.json.JSONObject;

/** Claims by name, in the order in which they were set. */
public class JwtClaimSet implements JsonForm {
    private final Map<String, Object> claims = new LinkedHashMap<>();

    public JwtClaimSet() {
    }

    public JwtClaimSet(JSONObject object) {
        load(object);
    }

    public void load(JSONObject object) {
        for (String name : object.keySet()) {
            claims.put(name, object.get(name));
        }
    }

    public Set<String> keys() {
        return new LinkedHashSet<>(claims.keySet());
    }

    public Object getClaim(String name) {
        Object value = claims.get(name);
        return value == JSONObject.NULL ? null : value;
    }

    /** Whether there is a claim of that name that is not null. */
    public boolean hasClaim(String name) {
        return getClaim(name) != null;
    }

    public String getClaimAsString(String name) {
        Object value = getClaim(name);
        return value == null ? null : value.toString();
    }

    public JSONObject getClaimAsJSON(String name) {
        Object value = getClaim(name);
        return value == null ? null : value instanceof JSONObject object ? object : new JSONObject(value.toString());
    }

    /** The texts of an array, or the one text that stands there; empty without a claim. */
    public List<String> getClaimAsStringList(String name) {
        Object value = getClaim(name);
        List<String> texts = new ArrayList<>();
        if (value instanceof Iterable<?> items) {
            items.forEach(item -> texts.add(String.valueOf(item)));
        } else if (value != null) {
            texts.add(value.toString());
        }
        return texts;
    }

    /** A number as seconds since the epoch. */
    public Date getClaimAsDate(String name) {
        Object value = getClaim(name);
        if (value instanceof Date date) {
            return date;
        }
        Long seconds = getClaimAsLong(name);
        return seconds == null ? null : new Date(seconds * 1000);
    }

    public Integer getClaimAsInteger(String name) {
        Long value = getClaimAsLong(name);
        return value == null ? null : Integer.valueOf(value.intValue());
    }

    public Long getClaimAsLong(String name) {
        Object value = getClaim(name);
        return value == null ? null
                : value instanceof Number number ? Long.valueOf(number.longValue()) : Long.valueOf(value.toString());
    }

    public Character getClaimAsCharacter(String name) {
        String text = getClaimAsString(name);
        return text == null || text.isEmpty() ? null : text.charAt(0);
    }

    public void setClaim(String name, String value) {
        claims.put(name, value);
    }

    public void setClaim(String name, Date value) {
        claims.put(name, value);
    }

    public void setClaim(String name, Boolean value) {
        claims.put(name, value);
    }

    public void setClaim(String name, Integer value) {
        claims.put(name, value);
    }

    public void setClaim(String name, Long value) {
        claims.put(name, value);
    }

    public void setClaim(String name, Character value) {
        claims.put(name, value);
    }

    public void setClaim(String name, List<?> value) {
        claims.put(name, value);
    }

    public void setClaim(String name, JSONObject value) {
        claims.put(name, value);
    }

    public void setClaim(String name, JSONArray value) {
        claims.put(name, value);
    }

    public void setClaimObject(String name, Object value, boolean override) {
        if (override || !hasClaim(name)) {
            claims.put(name, value);
        }
    }

    public void setNullClaim(String name) {
        claims.put(name, null);
    }

    public void setClaimFromJsonObject(String name, Object value) {
        claims.put(name, value);
    }

    public void removeClaim(String name) {
        claims.remove(name);
    }

    /** Dates as seconds since the epoch. */
    public JSONObject toJsonObject() {
        return (JSONObject) Plain.toJson(jsonForm());
    }

    public String toJsonString() {
        return toJsonObject().toString();
    }

    /** The JSON in base64url, as it stands in a token. */
    public String toBase64JsonObject() {
        return Base64.getUrlEncoder().withoutPadding()
                .encodeToString(toJsonString().getBytes(StandardCharsets.UTF_8));
    }

    public Map<String, Object> toMap() {
        return toJsonObject().toMap();
    }

    @Override
    public Object jsonForm() {
        Map<String, Object> form = new LinkedHashMap<>();
        claims.forEach((name, value) ->
                form.put(name, value instanceof Date date ? Long.valueOf(date.getTime() / 1000) : Plain.of(value)));
        return form;
    }

    @Override
    public String toString() {
        return toJsonString();
    }
}
