package io.jans.as.model.error;

import org.json.JSONObject;

/** Error answers as JSON. */
public class ErrorResponseFactory {
    public String getErrorAsJson(IErrorType type) {
        return new JSONObject().put("error", type.getParameter()).toString();
    }

    /** @param reason told to the client as its error_description; nothing when blank */
    public String getErrorAsJson(IErrorType type, String state, String reason) {
        JSONObject error = new JSONObject().put("error", type.getParameter());
        if (state != null && !state.isBlank()) {
            error.put("state", state);
        }
        if (reason != null && !reason.isBlank()) {
            error.put("error_description", reason);
        }
        return error.toString();
    }
}
