package io.jans.as.model.register;

import io.jans.as.model.error.IErrorType;

/** Error codes of client registration. */
public enum RegisterErrorResponseType implements IErrorType {
    INVALID_REDIRECT_URI("invalid_redirect_uri"),
    INVALID_CLAIMS_REDIRECT_URI("invalid_claims_redirect_uri"),
    INVALID_CLIENT_METADATA("invalid_client_metadata"),
    INVALID_SOFTWARE_STATEMENT("invalid_software_statement"),
    UNAPPROVED_SOFTWARE_STATEMENT("unapproved_software_statement"),
    STALE_EVIDENCE("stale_evidence"),
    INVALID_TOKEN("invalid_token"),
    INVALID_LOGOUT_URI("invalid_logout_uri"),
    INVALID_PUBLIC_SUBJECT_IDENTIFIER_ATTRIBUTE("invalid_public_subject_identifier_attribute"),
    ACCESS_DENIED("access_denied");

    private final String parameter;

    RegisterErrorResponseType(String parameter) {
        this.parameter = parameter;
    }

    @Override
    public String getParameter() {
        return parameter;
    }

    public String getValue() {
        return parameter;
    }

    public String getParamName() {
        return parameter;
    }

    /** The constant of that code, or null. */
    public static RegisterErrorResponseType fromString(String code) {
        for (RegisterErrorResponseType one : values()) {
            if (one.parameter.equals(code)) {
                return one;
            }
        }
        return null;
    }

    /** The constant of that code, or null. */
    public static RegisterErrorResponseType getByValue(String code) {
        return fromString(code);
    }

    @Override
    public String toString() {
        return parameter;
    }
}
