package io.jans.as.server.service.external.context;

import durward.script.Snapshot;
import io.jans.as.common.model.session.SessionId;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.json.JSONArray;

/** A logout: the session has ended, the page is to be made. */
public class EndSessionContext extends ExternalScriptContext {
    public EndSessionContext(Snapshot snapshot) {
        super(snapshot);
    }

    /** The session as it was. */
    public SessionId getSessionId() {
        return snapshot.bean("sessionId", SessionId::new);
    }

    /** What the page must load so that applications end their sessions; a copy. */
    public Set<String> getFrontchannelLogoutUris() {
        List<String> uris = snapshot.texts("frontchannelLogoutUris");
        return uris == null ? new LinkedHashSet<>() : new LinkedHashSet<>(uris);
    }

    /** Where the browser goes afterwards; empty when nobody said. */
    public String getPostLogoutRedirectUri() {
        String uri = snapshot.text("postLogoutRedirectUri");
        return uri == null ? "" : uri;
    }

    /** Applications that the person was signed in to: clientId, clientName. Not in Jans. */
    public JSONArray getClients() {
        return snapshot.jsonArray("clients");
    }

    /** The frames of {@link #getFrontchannelLogoutUris()} as HTML. Not in Jans. */
    public List<String> getFrames() {
        return snapshot.texts("frames");
    }

    /** What script and style elements of the page must carry. Not in Jans. */
    public String getNonce() {
        return snapshot.text("nonce");
    }

    /** Add https addresses that are to be loaded as well. Not in Jans. */
    public List<String> getExtraLogoutUris() {
        return snapshot.textsOrEmpty("extraLogoutUris");
    }

    /** The same in one go. Not in Jans. */
    public void setExtraLogoutUris(List<String> uris) {
        snapshot.set("extraLogoutUris", uris);
    }
}
