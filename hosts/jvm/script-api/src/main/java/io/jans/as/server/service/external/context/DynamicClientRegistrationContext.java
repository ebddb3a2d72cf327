package io.jans.as.server.service.external.context;

import durward.script.ErrorAnswer;
import durward.script.Snapshot;
import io.jans.as.client.RegisterRequest;
import io.jans.as.common.model.registration.Client;
import io.jans.as.model.error.ErrorResponseFactory;
import io.jans.as.model.error.IErrorType;
import io.jans.as.model.jwt.Jwt;
import io.jans.as.model.util.CertUtils;
import jakarta.ws.rs.WebApplicationException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.UUID;
import org.json.JSONObject;
import org.slf4j.LoggerFactory;

/** A client that registers itself, or asks for a change. A part that the question does not have is null. */
public class DynamicClientRegistrationContext extends ExternalScriptContext {
    private final ErrorResponseFactory errorResponseFactory = new ErrorResponseFactory();

    public DynamicClientRegistrationContext(Snapshot snapshot) {
        super(snapshot);
    }

    private boolean has(String name) {
        return snapshot.property(name) != null;
    }

    private Jwt jwt(String name) {
        return has(name) ? snapshot.made(name, value -> Jwt.parseSilently(value.toString())) : null;
    }

    public JSONObject getRegisterRequestJson() {
        return has("registerRequestJson") ? snapshot.object("registerRequestJson") : null;
    }

    public RegisterRequest getRegisterRequest() {
        return has("registerRequest") ? snapshot.bean("registerRequest", RegisterRequest::new) : null;
    }

    /** Not verified. */
    public Jwt getSoftwareStatement() {
        return jwt("softwareStatement");
    }

    /** The signed registration request; not verified. */
    public Jwt getDcr() {
        return jwt("dcr");
    }

    /** Not verified. */
    public Jwt getEvidence() {
        return jwt("evidence");
    }

    public Client getClient() {
        return has("client") ? snapshot.bean("client", Client::new) : null;
    }

    public ErrorResponseFactory getErrorResponseFactory() {
        return errorResponseFactory;
    }

    /** The caller's TLS certificate, or null. */
    public X509Certificate getCertificate() {
        String name = has("certificate") ? "certificate" : "certificatePem";
        return has(name) ? snapshot.made(name, value -> CertUtils.x509CertificateFromPem(value.toString())) : null;
    }

    /** The same as PEM, or null. */
    public String getCertificatePem() {
        return has("certificatePem") ? snapshot.text("certificatePem") : null;
    }

    /** Issuers in trustedSsaIssuers. */
    public List<String> getTrustedIssuers() {
        return snapshot.texts("trustedIssuers");
    }

    /** Scopes that exist. */
    public List<String> getScopesSupported() {
        return snapshot.texts("scopesSupported");
    }

    /** Returned, neither thrown nor kept: 400, the error stale_evidence, and a fresh nonce. */
    public WebApplicationException createStaleEvidenceWebApplicationException() {
        return createStaleEvidenceWebApplicationException(UUID.randomUUID().toString());
    }

    public WebApplicationException createStaleEvidenceWebApplicationException(String nonce) {
        String entity = ErrorAnswer.of("stale_evidence").put("nonce", nonce).toString();
        return new WebApplicationException(
                jakarta.ws.rs.core.Response.status(400).entity(entity).build());
    }

    /** All the checks below, in their order. @throws WebApplicationException at the first that fails */
    public void validateSSA() {
        checks().all();
    }

    public void validateSSANotNull() {
        checks().statement();
    }

    /** Every redirect URI asked for is in the claim software_redirect_uris, if there is one. */
    public void validateSSARedirectUri() {
        validateSSARedirectUri("software_redirect_uris");
    }

    public void validateSSARedirectUri(String claimName) {
        checks().redirectUris(claimName);
    }

    public void validateSoftwareId() {
        checks().softwareId();
    }

    public void validateCertSubjectHasCNAndOU() {
        checks().commonName();
        checks().unit();
    }

    public String validateCNIsNotBlank() {
        return checks().commonName();
    }

    /** OU; of eIDAS certificates, which have none, organizationIdentifier. */
    public String validateOUIsNotBlank() {
        return checks().unit();
    }

    public void validateCNEqualsSoftwareId() {
        checks().commonNameIsSoftwareId();
    }

    public void validateOUEqualsOrgId() {
        checks().unitIsOrganisation();
    }

    public void validateIssuer() {
        checks().issuer();
    }

    private SoftwareStatementChecks checks() {
        return new SoftwareStatementChecks(this);
    }

    /** @param message for the log alone. @throws WebApplicationException always: a kept one, or 400 with the error */
    public void throwWebApplicationException(String message, IErrorType type) {
        LoggerFactory.getLogger(DynamicClientRegistrationContext.class).error(message);
        throwWebApplicationExceptionIfSet();
        throw createWebApplicationException(400, errorResponseFactory.getErrorAsJson(type));
    }
}
