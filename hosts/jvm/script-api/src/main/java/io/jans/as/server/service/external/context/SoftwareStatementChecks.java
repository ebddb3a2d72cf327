package io.jans.as.server.service.external.context;

import durward.script.Snapshot;
import io.jans.as.client.RegisterRequest;
import io.jans.as.model.configuration.AppConfiguration;
import io.jans.as.model.jwt.Jwt;
import io.jans.as.model.register.RegisterErrorResponseType;
import io.jans.as.model.util.CertUtils;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;

/** The checks of software statements that scripts may ask a registration context for. A failure is thrown as a 400. */
final class SoftwareStatementChecks {
    private final DynamicClientRegistrationContext context;
    private final Snapshot snapshot;

    SoftwareStatementChecks(DynamicClientRegistrationContext context, Snapshot snapshot) {
        this.context = context;
        this.snapshot = snapshot;
    }

    void all() {
        statement();
        redirectUris("software_redirect_uris");
        softwareId();
        subjectAttribute("CN");
        subjectAttribute("OU");
        subjectEqualsClaim("CN", "software_id");
        subjectEqualsClaim("OU", "org_id");
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

    String subjectAttribute(String type) {
        String value = CertUtils.attribute(context.getCertificate(), type);
        if (value.isBlank()) {
            fail("the certificate's subject has no " + type, RegisterErrorResponseType.INVALID_CLIENT_METADATA);
        }
        return value;
    }

    void subjectEqualsClaim(String type, String claimName) {
        if (!subjectAttribute(type).equals(statement().getClaims().getClaimAsString(claimName))) {
            fail(type + " is not the statement's " + claimName, RegisterErrorResponseType.INVALID_CLIENT_METADATA);
        }
    }

    void issuer() {
        AppConfiguration configuration = snapshot.property("appConfiguration") == null ? null
                : snapshot.bean("appConfiguration", AppConfiguration::new);
        Set<String> trusted = configuration == null ? Set.of() : configuration.getTrustedSsaIssuers().keySet();
        if (trusted.isEmpty()) {
            return;
        }
        if (!trusted.contains(statement().getClaims().getClaimAsString("iss"))) {
            fail("the statement's issuer is not trusted", RegisterErrorResponseType.INVALID_SOFTWARE_STATEMENT);
        }
        X509Certificate certificate = context.getCertificate();
        if (certificate != null && !trusted.contains(certificate.getIssuerX500Principal().getName())) {
            fail("the certificate's issuer is not trusted", RegisterErrorResponseType.INVALID_SOFTWARE_STATEMENT);
        }
    }

    private void fail(String message, RegisterErrorResponseType type) {
        context.throwWebApplicationException(message, type);
    }
}
