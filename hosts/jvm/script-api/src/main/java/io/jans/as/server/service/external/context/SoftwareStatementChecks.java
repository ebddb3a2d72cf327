package io.jans.as.server.service.external.context;

import io.jans.as.client.RegisterRequest;
import io.jans.as.model.jwt.Jwt;
import io.jans.as.model.register.RegisterErrorResponseType;
import io.jans.as.model.util.CertUtils;
import java.security.cert.X509Certificate;
import java.util.List;

/** The checks of software statements that scripts may ask a registration context for. A failure is thrown as a 400. */
final class SoftwareStatementChecks {
    private final DynamicClientRegistrationContext context;

    SoftwareStatementChecks(DynamicClientRegistrationContext context) {
        this.context = context;
    }

    void all() {
        statement();
        redirectUris("software_redirect_uris");
        softwareId();
        commonName();
        unit();
        commonNameIsSoftwareId();
        unitIsOrganisation();
        issuer();
    }

    Jwt statement() {
        Jwt statement = context.getSoftwareStatement();
        if (statement == null) {
            fail("there is no software statement", RegisterErrorResponseType.INVALID_SOFTWARE_STATEMENT);
        }
        return statement;
    }

    void redirectUris(String claimName) {
        Jwt statement = statement();
        RegisterRequest request = context.getRegisterRequest();
        List<String> asked = request == null ? null : request.getRedirectUris();
        if (statement.getClaims().hasClaim(claimName) && asked != null
                && !statement.getClaims().getClaimAsStringList(claimName).containsAll(asked)) {
            fail("a redirect URI is not in " + claimName, RegisterErrorResponseType.INVALID_REDIRECT_URI);
        }
    }

    void softwareId() {
        RegisterRequest request = context.getRegisterRequest();
        String asked = request == null ? null : request.getSoftwareId();
        if (asked != null && !asked.isBlank()
                && !asked.equals(statement().getClaims().getClaimAsString("software_id"))) {
            fail("software_id is not that of the statement", RegisterErrorResponseType.INVALID_CLIENT_METADATA);
        }
    }

    String commonName() {
        return found("CN", CertUtils.getCN(context.getCertificate()));
    }

    /** OU; of eIDAS certificates, which have none, organizationIdentifier. */
    String unit() {
        X509Certificate certificate = context.getCertificate();
        String unit = CertUtils.getAttr(certificate, CertUtils.ORGANIZATIONAL_UNIT);
        return found("OU", unit.isBlank() ? CertUtils.getAttr(certificate, CertUtils.ORGANIZATION_IDENTIFIER) : unit);
    }

    private String found(String type, String value) {
        if (value.isBlank()) {
            fail("the certificate's subject has no " + type, RegisterErrorResponseType.INVALID_CLIENT_METADATA);
        }
        return value;
    }

    void commonNameIsSoftwareId() {
        if (!commonName().equals(statement().getClaims().getClaimAsString("software_id"))) {
            fail("CN is not the statement's software_id", RegisterErrorResponseType.INVALID_CLIENT_METADATA);
        }
    }

    void unitIsOrganisation() {
        String unit = unit();
        String organisation = statement().getClaims().getClaimAsString("org_id");
        // organizationIdentifier is written like PSDGB-FCA-123456: its last part is the number.
        String[] parts = unit.startsWith("PSD") ? unit.split("-", 3) : new String[] {unit};
        if (organisation == null
                || !(organisation.equals(unit) || organisation.equals(parts[parts.length - 1]))) {
            fail("OU is not the statement's org_id", RegisterErrorResponseType.INVALID_CLIENT_METADATA);
        }
    }

    void issuer() {
        List<String> trusted = context.getTrustedIssuers();
        if (trusted == null || trusted.isEmpty()) {
            return;
        }
        if (!trusted.contains(statement().getClaims().getClaimAsString("iss"))) {
            fail("the statement's issuer is not trusted", RegisterErrorResponseType.INVALID_CLIENT_METADATA);
        }
        X509Certificate certificate = context.getCertificate();
        if (certificate != null && !trusted.contains(certificate.getIssuerX500Principal().getName())) {
            fail("the certificate's issuer is not trusted", RegisterErrorResponseType.INVALID_CLIENT_METADATA);
        }
    }

    private void fail(String message, RegisterErrorResponseType type) {
        context.throwWebApplicationException(message, type);
    }
}
