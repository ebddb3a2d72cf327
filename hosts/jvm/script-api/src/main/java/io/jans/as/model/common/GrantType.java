package io.jans.as.model.common;

/** Ways to get a token, by their OAuth names. */
public enum GrantType {
    NONE("none"),
    AUTHORIZATION_CODE("authorization_code"),
    IMPLICIT("implicit"),
    RESOURCE_OWNER_PASSWORD_CREDENTIALS("password"),
    CLIENT_CREDENTIALS("client_credentials"),
    REFRESH_TOKEN("refresh_token"),
    CIBA("urn:openid:params:grant-type:ciba"),
    DEVICE_CODE("urn:ietf:params:oauth:grant-type:device_code"),
    TOKEN_EXCHANGE("urn:ietf:params:oauth:grant-type:token-exchange");

    private final String value;

    GrantType(String value) {
        this.value = value;
    }

    public String getValue() {
        return value;
    }

    public String getParamName() {
        return value;
    }

    /** The constant of that name, or null. */
    public static GrantType fromString(String value) {
        for (GrantType one : values()) {
            if (one.value.equals(value)) {
                return one;
            }
        }
        return null;
    }

    /** The constant of that name, or null. */
    public static GrantType getByValue(String value) {
        return fromString(value);
    }

    @Override
    public String toString() {
        return value;
    }
}
