package io.jans.as.model.error;

import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import java.util.Map;
import org.json.JSONObject;

/** Error answers as JSON. A reason is for logs: clients are told the sentence of the code. */
public class ErrorResponseFactory {
    private static final Map<String, String> SENTENCES = Map.of(
            "invalid_redirect_uri", "a redirect URI is not allowed",
            "invalid_software_statement", "the software statement is not valid",
            "unapproved_software_statement", "the software statement is not approved here",
            "access_denied", "the registration was refused",
            "stale_evidence", "the evidence is too old");

    /** An answer that more may be put into. */
    public static JSONObject entity(String code) {
        return new JSONObject()
                .put("error", code)
                .put("error_description", SENTENCES.getOrDefault(code, "the metadata is not acceptable"));
    }

    public String getErrorAsJson(IErrorType type) {
        return entity(type.getParameter()).toString();
    }

    public String getErrorAsJson(IErrorType type, String state, String reason) {
        JSONObject error = entity(type.getParameter());
        if (state != null && !state.isBlank()) {
            error.put("state", state);
        }
        return error.toString();
    }

    public String errorAsJson(IErrorType type, String reason) {
        return getErrorAsJson(type);
    }

    /** Returned, not thrown. */
    public WebApplicationException createWebApplicationException(int status, IErrorType type, String reason) {
        return new WebApplicationException(
                Response.status(status).entity(getErrorAsJson(type)).build());
    }

    /** Returned, not thrown. */
    public WebApplicationException createWebApplicationException(
            Response.Status status, IErrorType type, String reason) {
        return createWebApplicationException(status.getStatusCode(), type, reason);
    }

    /** Returned, not thrown. */
    public WebApplicationException createBadRequestException(IErrorType type) {
        return createWebApplicationException(400, type, null);
    }

    /** Returned, not thrown. */
    public WebApplicationException createBadRequestException(IErrorType type, String reason) {
        return createWebApplicationException(400, type, reason);
    }
}
