package io.jans.as.model.common;

/** How a client of CIBA gets its tokens. */
public enum BackchannelTokenDeliveryMode {
    POLL("poll"),
    PING("ping"),
    PUSH("push");

    private final String value;

    BackchannelTokenDeliveryMode(String value) {
        this.value = value;
    }

    public String getValue() {
        return value;
    }

    public String getParamName() {
        return value;
    }

    /** The constant of that name, or null. */
    public static BackchannelTokenDeliveryMode fromString(String value) {
        for (BackchannelTokenDeliveryMode one : values()) {
            if (one.value.equals(value)) {
                return one;
            }
        }
        return null;
    }

    /** The constant of that name, or null. */
    public static BackchannelTokenDeliveryMode getByValue(String value) {
        return fromString(value);
    }

    @Override
    public String toString() {
        return value;
    }
}
