package io.jans.as.model.common;

/** How an authorization endpoint answers. */
public enum ResponseMode {
    QUERY("query"),
    FRAGMENT("fragment"),
    FORM_POST("form_post"),
    JWT("jwt"),
    QUERY_JWT("query.jwt"),
    FRAGMENT_JWT("fragment.jwt"),
    FORM_POST_JWT("form_post.jwt");

    private final String value;

    ResponseMode(String value) {
        this.value = value;
    }

    public String getValue() {
        return value;
    }

    public String getParamName() {
        return value;
    }

    /** The constant of that name, or null. */
    public static ResponseMode fromString(String value) {
        for (ResponseMode one : values()) {
            if (one.value.equals(value)) {
                return one;
            }
        }
        return null;
    }

    /** The constant of that name, or null. */
    public static ResponseMode getByValue(String value) {
        return fromString(value);
    }

    @Override
    public String toString() {
        return value;
    }
}
