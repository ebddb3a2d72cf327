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
import java.util.List;
import java.util.Map;
import javax.naming.InvalidNameException;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.security.auth.x500.X500Principal;

/** X.509 certificates as text, and the names in them. */
public final class CertUtils {
    /** Attribute types of subjects, as object identifiers. */
    public static final String COMMON_NAME = "2.5.4.3";
    public static final String ORGANIZATIONAL_UNIT = "2.5.4.11";
    public static final String ORGANIZATION_IDENTIFIER = "2.5.4.97";

    private static final String WANTED = "wanted";

    /** The type of eIDAS certificates that Java has no word for. */
    private static final String WITHOUT_NAME = "ORGANIZATIONIDENTIFIER";

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
        return getAttr(certificate, COMMON_NAME);
    }

    /** The subject's first attribute of the type that {@code oid} writes with dots; empty when there is none. */
    public static String getAttr(X509Certificate certificate, Object oid) {
        if (certificate == null) {
            return "";
        }
        // A type without a name of its own would be written as hexadecimal octets.
        String subject = certificate.getSubjectX500Principal()
                .getName(X500Principal.RFC2253, Map.of(String.valueOf(oid), WANTED));
        for (Rdn rdn : names(subject)) {
            Attribute found = rdn.toAttributes().get(WANTED);
            if (found != null) {
                return firstOf(found);
            }
        }
        return "";
    }

    private static String firstOf(Attribute attribute) {
        try {
            return String.valueOf(attribute.get());
        } catch (NamingException empty) {
            return "";
        }
    }

    private static List<Rdn> names(String name) {
        try {
            // Counted from the right: as they stand in the certificate.
            return new LdapName(name).getRdns();
        } catch (InvalidNameException notOne) {
            return List.of();
        }
    }

    /** Whether two distinguished names have the same parts, in whatever order. */
    public static boolean equalsRdn(String one, String other) {
        List<Rdn> a = names(plain(one));
        List<Rdn> b = names(plain(other));
        List<Rdn> left = new ArrayList<>(b);
        return !a.isEmpty() && a.size() == b.size() && a.stream().allMatch(left::remove);
    }

    /** The name with every type and value as text, however it was written; itself when it is none. */
    private static String plain(String name) {
        try {
            return new X500Principal(name, Map.of(WITHOUT_NAME, ORGANIZATION_IDENTIFIER))
                    .getName(X500Principal.RFC2253, Map.of(ORGANIZATION_IDENTIFIER, WITHOUT_NAME));
        } catch (IllegalArgumentException notOne) {
            return name;
        }
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
