package io.jans.as.model.crypto.signature;

/** Algorithms of token signatures, by their JOSE names. */
public enum SignatureAlgorithm {
    NONE("none"),
    HS256("HS256"),
    HS384("HS384"),
    HS512("HS512"),
    RS256("RS256"),
    RS384("RS384"),
    RS512("RS512"),
    ES256("ES256"),
    ES384("ES384"),
    ES512("ES512"),
    PS256("PS256"),
    PS384("PS384"),
    PS512("PS512"),
    EDDSA("EdDSA");

    private final String value;

    SignatureAlgorithm(String value) {
        this.value = value;
    }

    public String getValue() {
        return value;
    }

    public String getParamName() {
        return value;
    }

    /** The constant of that name, or null. */
    public static SignatureAlgorithm fromString(String value) {
        for (SignatureAlgorithm one : values()) {
            if (one.value.equals(value)) {
                return one;
            }
        }
        return null;
    }

    /** The constant of that name, or null. */
    public static SignatureAlgorithm getByValue(String value) {
        return fromString(value);
    }

    @Override
    public String toString() {
        return value;
    }
}
