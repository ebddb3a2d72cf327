package io.jans.as.model.common;

/** What an authorization endpoint answers with. */
public enum ResponseType {
    CODE("code"),
    TOKEN("token"),
    ID_TOKEN("id_token");

    private final String value;

    ResponseType(String value) {
        this.value = value;
    }

    public String getValue() {
        return value;
    }

    public String getParamName() {
        return value;
    }

    /** The constant of that name, or null. */
    public static ResponseType fromString(String value) {
        for (ResponseType one : values()) {
            if (one.value.equals(value)) {
                return one;
            }
        }
        return null;
    }

    /** The constant of that name, or null. */
    public static ResponseType getByValue(String value) {
        return fromString(value);
    }

    @Override
    public String toString() {
        return value;
    }
}
