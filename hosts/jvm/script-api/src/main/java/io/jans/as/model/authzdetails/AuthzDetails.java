package io.jans.as.model.authzdetails;

import durward.script.JsonForm;
import durward.script.Plain;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.json.JSONArray;
import org.json.JSONException;

/** The elements of authorization_details. */
public class AuthzDetails implements JsonForm {
    private final List<AuthzDetail> details;

    public AuthzDetails() {
        this(new ArrayList<>());
    }

    public AuthzDetails(List<AuthzDetail> details) {
        this.details = details;
    }

    /** @throws JSONException for what is not an array of objects */
    public static AuthzDetails of(String json) {
        return of(new JSONArray(json));
    }

    /** @throws JSONException when an element is not an object */
    public static AuthzDetails of(JSONArray array) {
        List<AuthzDetail> details = new ArrayList<>();
        for (int index = 0; index < array.length(); index++) {
            details.add(new AuthzDetail(array.getJSONObject(index)));
        }
        return new AuthzDetails(details);
    }

    /** Null for what is not an array of objects. */
    public static AuthzDetails ofSilently(String json) {
        try {
            return of(json);
        } catch (JSONException | NullPointerException notOne) {
            return null;
        }
    }

    public List<AuthzDetail> getDetails() {
        return details;
    }

    public Set<String> getTypes() {
        Set<String> types = new LinkedHashSet<>();
        details.forEach(detail -> types.add(detail.getType()));
        return types;
    }

    public JSONArray asJsonArray() {
        JSONArray array = new JSONArray();
        details.forEach(detail -> array.put(detail.getJsonObject()));
        return array;
    }

    public String asJsonString() {
        return asJsonArray().toString();
    }

    public boolean similar(String json) {
        return similar(asJsonString(), json);
    }

    public static boolean similar(String one, String other) {
        return new JSONArray(one).similar(new JSONArray(other));
    }

    /** The elements of both, one after the other; null when neither has any. */
    public static AuthzDetails simpleMerge(AuthzDetails one, AuthzDetails other) {
        List<AuthzDetail> all = new ArrayList<>();
        if (one != null) {
            all.addAll(one.details);
        }
        if (other != null) {
            all.addAll(other.details);
        }
        return all.isEmpty() ? null : new AuthzDetails(all);
    }

    public static boolean isEmpty(AuthzDetails one) {
        return one == null || one.details.isEmpty();
    }

    @Override
    public Object jsonForm() {
        return Plain.of(asJsonArray());
    }

    @Override
    public String toString() {
        return asJsonString();
    }
}
