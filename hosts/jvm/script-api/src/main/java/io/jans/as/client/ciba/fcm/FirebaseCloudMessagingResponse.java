package io.jans.as.client.ciba.fcm;

import java.util.Map;

/** What Google answered; status 0 and a message where it was not asked. */
public class FirebaseCloudMessagingResponse {
    private final int status;
    private final String entity;
    private final Map<String, Object> headers;
    private final String errorMessage;

    FirebaseCloudMessagingResponse(int status, String entity, Map<String, Object> headers, String errorMessage) {
        this.status = status;
        this.entity = entity;
        this.headers = headers;
        this.errorMessage = errorMessage;
    }

    public int getStatus() {
        return status;
    }

    public String getEntity() {
        return entity;
    }

    public Map<String, Object> getHeaders() {
        return headers;
    }

    /** Why there is no answer of Google's, when the status is 0. */
    public String getErrorMessage() {
        return errorMessage;
    }
}
