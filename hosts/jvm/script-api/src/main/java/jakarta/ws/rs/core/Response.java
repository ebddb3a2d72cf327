package jakarta.ws.rs.core;

/**
 * An answer that a script shapes: status, entity, media type.
 *
 * <p>The part of JAX-RS that scripts use, under its names, without a container behind it.
 */
public class Response {
    private final int status;
    private final Object entity;
    private final MediaType mediaType;

    private Response(int status, Object entity, MediaType mediaType) {
        this.status = status;
        this.entity = entity;
        this.mediaType = mediaType;
    }

    public int getStatus() {
        return status;
    }

    public Object getEntity() {
        return entity;
    }

    public boolean hasEntity() {
        return entity != null;
    }

    public MediaType getMediaType() {
        return mediaType;
    }

    public static ResponseBuilder status(int status) {
        return new ResponseBuilder(status);
    }

    public static ResponseBuilder status(Status status) {
        return new ResponseBuilder(status.getStatusCode());
    }

    public static ResponseBuilder ok() {
        return status(Status.OK);
    }

    public static ResponseBuilder ok(Object entity) {
        return ok().entity(entity);
    }

    public static ResponseBuilder ok(Object entity, String mediaType) {
        return ok(entity).type(mediaType);
    }

    public static ResponseBuilder serverError() {
        return status(Status.INTERNAL_SERVER_ERROR);
    }

    /** {@code Response.status(400).entity(text).type(...).build()} */
    public static class ResponseBuilder {
        private int status;
        private Object entity;
        private MediaType mediaType = MediaType.APPLICATION_JSON_TYPE;

        ResponseBuilder(int status) {
            this.status = status;
        }

        public ResponseBuilder status(int value) {
            status = value;
            return this;
        }

        public ResponseBuilder entity(Object value) {
            entity = value;
            return this;
        }

        public ResponseBuilder type(MediaType value) {
            mediaType = value;
            return this;
        }

        public ResponseBuilder type(String value) {
            String[] parts = value.split("[/;]", 3);
            return type(new MediaType(parts[0].trim(), parts.length > 1 ? parts[1].trim() : "*"));
        }

        /** Ignored: the server sets the headers. */
        public ResponseBuilder header(String name, Object value) {
            return this;
        }

        public Response build() {
            return new Response(status, entity, mediaType);
        }
    }

    /** Status codes by name. */
    public enum Status {
        OK(200),
        CREATED(201),
        ACCEPTED(202),
        NO_CONTENT(204),
        MOVED_PERMANENTLY(301),
        FOUND(302),
        SEE_OTHER(303),
        NOT_MODIFIED(304),
        TEMPORARY_REDIRECT(307),
        BAD_REQUEST(400),
        UNAUTHORIZED(401),
        PAYMENT_REQUIRED(402),
        FORBIDDEN(403),
        NOT_FOUND(404),
        METHOD_NOT_ALLOWED(405),
        NOT_ACCEPTABLE(406),
        REQUEST_TIMEOUT(408),
        CONFLICT(409),
        GONE(410),
        PRECONDITION_FAILED(412),
        UNSUPPORTED_MEDIA_TYPE(415),
        TOO_MANY_REQUESTS(429),
        INTERNAL_SERVER_ERROR(500),
        NOT_IMPLEMENTED(501),
        BAD_GATEWAY(502),
        SERVICE_UNAVAILABLE(503),
        GATEWAY_TIMEOUT(504);

        private final int code;

        Status(int code) {
            this.code = code;
        }

        public int getStatusCode() {
            return code;
        }
    }
}
