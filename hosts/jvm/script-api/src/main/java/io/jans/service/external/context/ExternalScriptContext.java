package io.jans.service.external.context;

import durward.script.Bean;
import durward.script.RequestView;
import durward.script.Snapshot;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What every context has, whatever product asks the script. */
public class ExternalScriptContext extends Bean {
    private final Map<String, Object> contextVariables = new HashMap<>();

    public ExternalScriptContext(Snapshot snapshot) {
        super(snapshot);
    }

    /** The script's own log. */
    public Logger getLog() {
        String name = snapshot.surroundings().script().getName();
        return LoggerFactory.getLogger(name == null ? "script" : name);
    }

    /** Null where the type of script has none. */
    public HttpServletRequest getHttpRequest() {
        return snapshot.property("httpRequest") == null ? null : RequestView.of(snapshot, "httpRequest");
    }

    /** Null: a script answers with its result. */
    public HttpServletResponse getHttpResponse() {
        return null;
    }

    /** Where the request came from; empty when that is unknown. */
    public String getIpAddress() {
        Object value = snapshot.find("ipAddress");
        if (value == null && snapshot.find("httpRequest") instanceof Map<?, ?> request) {
            value = request.get("remoteAddr");
        }
        return value == null ? "" : value.toString();
    }

    /** A map of the script's own, for this call. */
    public Map<String, Object> getContextVariables() {
        return contextVariables;
    }
}
