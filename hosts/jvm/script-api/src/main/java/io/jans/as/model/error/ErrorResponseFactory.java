package io.jans.as.model.error;

import durward.script.ErrorAnswer;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import org.json.JSONObject;

/** Error answers as JSON. A reason is for logs: clients are told the sentence of the code. */
public class ErrorResponseFactory {
    public String getErrorAsJson(IErrorType type) {
        return ErrorAnswer.of(type.getParameter()).toString();
    }

    public String getErrorAsJson(IErrorType type, String state, String reason) {
        JSONObject error = ErrorAnswer.of(type.getParameter());
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
