package io.jans.as.model.util;

import java.io.ByteArrayInputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/** X.509 certificates as text, and the names in them. */
public final class CertUtils {
    private CertUtils() {
    }

    public static X509Certificate x509CertificateFromBytes(byte[] der) {
        try {
            return (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(der));
        } catch (CertificateException notOne) {
            return null;
        }
    }

    /** Of PEM, with or without its first and last line, or URL-encoded as proxies send it; null for anything else. */
    public static X509Certificate x509CertificateFromPem(String pem) {
        if (pem == null || pem.isBlank()) {
            return null;
        }
        X509Certificate certificate = decoded(pem);
        if (certificate != null) {
            return certificate;
        }
        try {
            return decoded(URLDecoder.decode(pem, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException notEncoded) {
            return null;
        }
    }

    private static X509Certificate decoded(String pem) {
        String base64 = pem.replaceAll("-----(BEGIN|END) CERTIFICATE-----", "").replaceAll("\\s", "");
        try {
            return x509CertificateFromBytes(Base64.getDecoder().decode(base64));
        } catch (IllegalArgumentException notBase64) {
            return null;
        }
    }

    /** The subject's first common name; empty when there is none. */
    public static String getCN(X509Certificate certificate) {
        return attribute(certificate, "CN");
    }

    /** The subject's first attribute of that type, such as {@code OU}; empty when there is none. */
    public static String attribute(X509Certificate certificate, String type) {
        if (certificate == null) {
            return "";
        }
        for (Rdn rdn : names(certificate.getSubjectX500Principal().getName())) {
            if (rdn.getType().equalsIgnoreCase(type)) {
                return String.valueOf(rdn.getValue());
            }
        }
        return "";
    }

    private static List<Rdn> names(String name) {
        try {
            List<Rdn> rdns = new ArrayList<>(new LdapName(name).getRdns());
            Collections.reverse(rdns);
            return rdns;
        } catch (InvalidNameException notOne) {
            return List.of();
        }
    }

    /** Whether two distinguished names have the same parts, in whatever order. */
    public static boolean equalsRdn(String one, String other) {
        List<Rdn> a = names(one);
        List<Rdn> b = names(other);
        return !a.isEmpty() && a.size() == b.size() && a.containsAll(b);
    }

    public static String getSignatureAlgorithm(X509Certificate certificate) {
        return certificate.getSigAlgName();
    }

    /** The certificate among {@code issuers} that issued {@code certificate}, or null. */
    public static X509Certificate getIssuer(X509Certificate certificate, List<X509Certificate> issuers) {
        return issuers.stream()
                .filter(issuer -> issuer.getSubjectX500Principal().equals(certificate.getIssuerX500Principal()))
                .findFirst()
                .orElse(null);
    }

    /** Base64url of the SHA-256 of the certificate; empty for what is none. */
    public static String confirmationMethodHashS256(String pem) {
        X509Certificate certificate = x509CertificateFromPem(pem);
        if (certificate == null) {
            return "";
        }
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
            return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
        } catch (GeneralSecurityException unusable) {
            return "";
        }
    }
}
