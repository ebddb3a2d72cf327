package io.jans.as.model.authzdetails;

import durward.script.Bean;
import durward.script.Plain;
import durward.script.Snapshot;
import java.util.Map;
import org.json.JSONObject;

/** One element of authorization_details. */
public class AuthzDetail extends Bean {
    private static final String OBJECT = "jsonObject";

    public AuthzDetail(Snapshot snapshot) {
        super(snapshot);
    }

    public AuthzDetail(String json) {
        this(new JSONObject(json));
    }

    public AuthzDetail(JSONObject object) {
        super(Snapshot.alone(Map.of(OBJECT, object)));
    }

    /** The object itself: what is changed in it stays changed. */
    public JSONObject getJsonObject() {
        return snapshot.object(OBJECT);
    }

    /** Another object in its place. */
    public void setJsonObject(JSONObject object) {
        snapshot.set(OBJECT, object);
    }

    /** Empty when there is none. */
    public String getType() {
        JSONObject object = getJsonObject();
        return object == null ? "" : object.optString("type");
    }

    public String getUiRepresentation() {
        return snapshot.find("uiRepresentation") == null ? null : snapshot.text("uiRepresentation");
    }

    public void setUiRepresentation(String uiRepresentation) {
        snapshot.set("uiRepresentation", uiRepresentation);
    }

    @Override
    public Object jsonForm() {
        return Plain.of(getJsonObject());
    }

    @Override
    public String toString() {
        return "AuthzDetail{jsonObject=" + getJsonObject() + ", uiRepresentation='" + getUiRepresentation() + "'}";
    }
}
