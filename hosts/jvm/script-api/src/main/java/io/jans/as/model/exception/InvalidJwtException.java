package io.jans.as.model.exception;

/** Text that is not a token. */
public class InvalidJwtException extends Exception {
    public InvalidJwtException(String message) {
        super(message);
    }

    public InvalidJwtException(String message, Throwable cause) {
        super(message, cause);
    }
}
