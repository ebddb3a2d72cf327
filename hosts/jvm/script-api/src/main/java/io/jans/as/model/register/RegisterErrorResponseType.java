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
    ACCESS_DENIED("access_denied");

    private final String parameter;

    RegisterErrorResponseType(String parameter) {
        this.parameter = parameter;
    }

    @Override
    public String getParameter() {
        return parameter;
    }

    @Override
    public String toString() {
        return parameter;
    }
}
