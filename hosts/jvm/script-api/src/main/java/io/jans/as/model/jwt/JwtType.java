package io.jans.as.model.jwt;

/** What a token is, as its header says. */
public enum JwtType {
    JWT("JWT"),
    DPOP_PLUS_JWT("dpop+jwt");

    private final String value;

    JwtType(String value) {
        this.value = value;
    }

    public String getValue() {
        return value;
    }

    public String getParamName() {
        return value;
    }

    /** The constant of that name, or null. */
    public static JwtType fromString(String value) {
        for (JwtType one : values()) {
            if (one.value.equals(value)) {
                return one;
            }
        }
        return null;
    }

    /** The constant of that name, or null. */
    public static JwtType getByValue(String value) {
        return fromString(value);
    }

    @Override
    public String toString() {
        return value;
    }
}
