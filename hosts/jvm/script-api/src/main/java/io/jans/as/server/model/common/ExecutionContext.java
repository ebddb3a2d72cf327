package io.jans.as.server.model.common;

import durward.script.Bean;
import durward.script.RequestView;
import durward.script.Snapshot;
import io.jans.as.common.model.common.User;
import io.jans.as.common.model.registration.Client;
import io.jans.as.common.model.session.SessionId;
import io.jans.as.model.authzdetails.AuthzDetail;
import io.jans.as.model.authzdetails.AuthzDetails;
import io.jans.as.model.configuration.AppConfiguration;
import io.jans.as.server.authorize.ws.rs.AuthzRequest;
import io.jans.model.custom.script.conf.CustomScriptConfiguration;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.json.JSONArray;

/** What is known of the request that a script is asked in. A part that the type of script does not have is null. */
public class ExecutionContext extends Bean {
    private final Map<String, String> attributes = new HashMap<>();

    public ExecutionContext(Snapshot snapshot) {
        super(snapshot);
    }

    private boolean has(String name) {
        return snapshot.names().contains(name);
    }

    private String text(String name) {
        return has(name) ? snapshot.text(name) : null;
    }

    public HttpServletRequest getHttpRequest() {
        return has("httpRequest") ? RequestView.of(snapshot, "httpRequest") : null;
    }

    /** Null: a script answers with its result. */
    public HttpServletResponse getHttpResponse() {
        return null;
    }

    public Client getClient() {
        return has("client") ? snapshot.bean("client", Client::new) : null;
    }

    public User getUser() {
        return has("user") ? snapshot.bean("user", User::new) : null;
    }

    public SessionId getSessionId() {
        return has("sessionId") ? snapshot.bean("sessionId", SessionId::new) : null;
    }

    public AuthzRequest getAuthzRequest() {
        return has("authzRequest") ? snapshot.bean("authzRequest", AuthzRequest::new) : null;
    }

    public AuthzDetails getAuthzDetails() {
        return snapshot.find("authzDetails") == null || !has("authzDetails") ? null
                : snapshot.made("authzDetails", value -> AuthzDetails.of((JSONArray) durward.script.Plain.toJson(value)));
    }

    public AuthzDetail getAuthzDetail() {
        return AuthzDetailProperty.of(snapshot);
    }

    public AppConfiguration getAppConfiguration() {
        return has("appConfiguration") ? snapshot.bean("appConfiguration", AppConfiguration::new) : null;
    }

    public CustomScriptConfiguration getScript() {
        return snapshot.surroundings().script();
    }

    public String getCertAsPem() {
        return text("certificatePem");
    }

    public String getDpop() {
        return text("dpop");
    }

    public String getDeviceSecret() {
        return text("deviceSecret");
    }

    public String getNonce() {
        return text("nonce");
    }

    public String getState() {
        return text("state");
    }

    public String getRequestId() {
        return text("requestId");
    }

    public String getClaimsAsString() {
        return text("claimsAsString");
    }

    /** Never null. */
    public Set<String> getScopes() {
        return has("scopes") && snapshot.texts("scopes") != null ? new LinkedHashSet<>(snapshot.texts("scopes"))
                : new LinkedHashSet<>();
    }

    /** A map of the script's own, for this call. */
    public Map<String, String> getAttributes() {
        return attributes;
    }

    public String getAttribute(String name) {
        return attributes.get(name);
    }
}
