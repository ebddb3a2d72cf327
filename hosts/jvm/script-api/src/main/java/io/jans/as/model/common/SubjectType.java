package io.jans.as.model.common;

/** What a client knows a user by. */
public enum SubjectType {
    PAIRWISE("pairwise"),
    PUBLIC("public");

    private final String value;

    SubjectType(String value) {
        this.value = value;
    }

    public String getValue() {
        return value;
    }

    public String getParamName() {
        return value;
    }

    /** The constant of that name, or null. */
    public static SubjectType fromString(String value) {
        for (SubjectType one : values()) {
            if (one.value.equals(value)) {
                return one;
            }
        }
        return null;
    }

    /** The constant of that name, or null. */
    public static SubjectType getByValue(String value) {
        return fromString(value);
    }

    @Override
    public String toString() {
        return value;
    }
}
