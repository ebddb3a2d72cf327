package io.jans.as.common.model.session;

/** Whether the user of a session has logged in. */
public enum SessionIdState {
    UNAUTHENTICATED("unauthenticated"),
    AUTHENTICATED("authenticated");

    private final String value;

    SessionIdState(String value) {
        this.value = value;
    }

    public String getValue() {
        return value;
    }

    public String getParamName() {
        return value;
    }

    /** The constant of that name, or null. */
    public static SessionIdState fromString(String value) {
        for (SessionIdState one : values()) {
            if (one.value.equals(value)) {
                return one;
            }
        }
        return null;
    }

    /** The constant of that name, or null. */
    public static SessionIdState getByValue(String value) {
        return fromString(value);
    }

    @Override
    public String toString() {
        return value;
    }
}
