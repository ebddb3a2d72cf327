package io.jans.as.model.register;

/** Kinds of application. */
public enum ApplicationType {
    NATIVE("native"),
    WEB("web");

    private final String value;

    ApplicationType(String value) {
        this.value = value;
    }

    public String getValue() {
        return value;
    }

    public String getParamName() {
        return value;
    }

    /** The constant of that name, or null. */
    public static ApplicationType fromString(String value) {
        for (ApplicationType one : values()) {
            if (one.value.equals(value)) {
                return one;
            }
        }
        return null;
    }

    /** The constant of that name, or null. */
    public static ApplicationType getByValue(String value) {
        return fromString(value);
    }

    @Override
    public String toString() {
        return value;
    }
}
