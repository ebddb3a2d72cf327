package jakarta.ws.rs;

import durward.script.JsonForm;
import durward.script.Plain;
import jakarta.ws.rs.core.Response;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.json.JSONArray;
import org.json.JSONObject;

/** Ends the request with an answer of the script's own, where the type of script may shape one. */
public class WebApplicationException extends RuntimeException implements JsonForm {
    private final transient Response response;

    public WebApplicationException() {
        this(Response.serverError().build());
    }

    public WebApplicationException(Response response) {
        this(null, null, response);
    }

    public WebApplicationException(int status) {
        this(Response.status(status).build());
    }

    public WebApplicationException(Response.Status status) {
        this(status.getStatusCode());
    }

    public WebApplicationException(String message) {
        this(message, 500);
    }

    public WebApplicationException(String message, int status) {
        this(message, null, Response.status(status).build());
    }

    public WebApplicationException(String message, Response response) {
        this(message, null, response);
    }

    public WebApplicationException(String message, Response.Status status) {
        this(message, status.getStatusCode());
    }

    public WebApplicationException(Throwable cause) {
        this(null, cause, Response.serverError().build());
    }

    public WebApplicationException(Throwable cause, Response response) {
        this(null, cause, response);
    }

    public WebApplicationException(Throwable cause, int status) {
        this(null, cause, Response.status(status).build());
    }

    public WebApplicationException(String message, Throwable cause, Response response) {
        super(message == null ? "HTTP " + response.getStatus() : message, cause);
        this.response = response;
    }

    public Response getResponse() {
        return response;
    }

    @Override
    public Object jsonForm() {
        Object entity = response.getEntity();
        if (entity instanceof Map<?, ?> || entity instanceof List<?>) {
            Object json = Plain.toJson(Plain.of(entity));
            entity = json instanceof JSONObject || json instanceof JSONArray ? json.toString() : entity;
        }
        Map<String, Object> form = new LinkedHashMap<>();
        form.put("status", response.getStatus());
        form.put("entity", entity == null ? null : entity.toString());
        return form;
    }
}
