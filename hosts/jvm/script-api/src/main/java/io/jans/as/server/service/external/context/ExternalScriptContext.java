package io.jans.as.server.service.external.context;

import durward.script.Snapshot;
import io.jans.as.model.authzdetails.AuthzDetail;
import io.jans.as.model.authzdetails.AuthzDetails;
import io.jans.as.server.authorize.ws.rs.AuthzRequest;
import io.jans.as.server.model.common.AuthzDetailProperty;
import io.jans.as.server.model.common.ExecutionContext;
import io.jans.model.SimpleCustomProperty;
import io.jans.model.custom.script.conf.CustomScriptConfiguration;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The context of a script that is asked on behalf of a request. */
public class ExternalScriptContext extends io.jans.service.external.context.ExternalScriptContext {
    private WebApplicationException webApplicationException;
    private Map<String, SimpleCustomProperty> attributes;
    private ExecutionContext executionContext;

    public ExternalScriptContext(Snapshot snapshot) {
        super(snapshot);
    }

    /** First value of a parameter of the request, or null. */
    public String getRequestParameter(String name) {
        HttpServletRequest request = getHttpRequest();
        return request == null ? null : request.getParameter(name);
    }

    /** The same request by another name: its parts are those of this context. */
    public ExecutionContext getExecutionContext() {
        if (executionContext == null) {
            executionContext = snapshot.property("executionContext") == null
                    ? new ExecutionContext(snapshot)
                    : snapshot.bean("executionContext", ExecutionContext::new);
        }
        return executionContext;
    }

    /** Null where the type of script has none. */
    public AuthzRequest getAuthzRequest() {
        return snapshot.property("authzRequest") == null ? null : snapshot.bean("authzRequest", AuthzRequest::new);
    }

    /** Null where the type of script has none. */
    public AuthzDetail getAuthzDetail() {
        return AuthzDetailProperty.of(snapshot);
    }

    /** All elements of the request; null where the type of script has none. Not in Jans. */
    public AuthzDetails getAuthzDetails() {
        return snapshot.property("authzDetails") == null ? null : (AuthzDetails) snapshot.byKind("authzDetails");
    }

    /** The element that was granted before; null where there is none. Not in Jans. */
    public AuthzDetail getGrantedAuthzDetail() {
        return snapshot.property("grantedAuthzDetail") == null
                ? null
                : snapshot.bean("grantedAuthzDetail", AuthzDetail::new);
    }

    /** What the asking resource server is called; empty where nobody asks. Not in Jans. */
    public List<String> getResourceServer() {
        return snapshot.property("resourceServer") == null ? List.of() : snapshot.textsOrEmpty("resourceServer");
    }

    /** The script's record, object and properties. */
    public CustomScriptConfiguration getScript() {
        return snapshot.surroundings().script();
    }

    /** Spelled as in Jans. A copy for this call: what is put in does not outlive it. */
    public Map<String, SimpleCustomProperty> getConfigurationAttibutes() {
        if (attributes == null) {
            attributes = new LinkedHashMap<>(snapshot.surroundings().attributes());
            Object pem = snapshot.find("certificatePem");
            if (pem != null && !pem.toString().isBlank()) {
                attributes.put("certProperty", new SimpleCustomProperty(pem.toString(), ""));
            }
        }
        return attributes;
    }

    public Map<String, SimpleCustomProperty> getConfigurationAttributes() {
        return getConfigurationAttibutes();
    }

    /** False when the address is unknown. @throws IllegalArgumentException for what is no network */
    public boolean isInNetwork(String cidr) {
        String address = getIpAddress();
        return !address.isEmpty() && cidr != null && !cidr.isBlank() && Network.contains(cidr, address);
    }

    /** An answer of the script's own, which is kept here as well: it counts unless it is taken back. */
    public WebApplicationException createWebApplicationException(int status, String entity) {
        webApplicationException = new WebApplicationException(Response.status(status).entity(entity).build());
        return webApplicationException;
    }

    /** The exception alone; nothing is kept here. */
    public WebApplicationException createWebApplicationException(Response response) {
        return new WebApplicationException(response);
    }

    public WebApplicationException getWebApplicationException() {
        return webApplicationException;
    }

    public void setWebApplicationException(WebApplicationException exception) {
        webApplicationException = exception;
    }

    public void throwWebApplicationExceptionIfSet() {
        if (webApplicationException != null) {
            throw webApplicationException;
        }
    }
}
