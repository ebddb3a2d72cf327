package io.jans.as.model.util;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.cert.X509Certificate;
import org.junit.jupiter.api.Test;

class CertUtilsTest {
    @Test
    void namesAreComparedByTheirPartsHoweverTheyAreWritten() {
        assertTrue(CertUtils.equalsRdn("CN=a,OU=b", "ou=b, cn=a"));
        assertTrue(CertUtils.equalsRdn(
                "organizationIdentifier=PSDGB-FCA-1,O=Bank", "2.5.4.97=#0c0b50534447422d4643412d31,O=Bank"));
        assertFalse(CertUtils.equalsRdn(
                "organizationIdentifier=PSDGB-FCA-2,O=Bank", "2.5.4.97=#0c0b50534447422d4643412d31,O=Bank"));
        assertFalse(CertUtils.equalsRdn("no name", "no name"));
        assertFalse(CertUtils.equalsRdn("", ""));
        assertFalse(CertUtils.equalsRdn("OU=a,OU=b", "OU=a,OU=a"));
        assertTrue(CertUtils.equalsRdn("OU=a+CN=b\\2C c", "cn=B\\, C+ou=A"));
    }

    @Test
    void theFirstOfSeveralIsTheFirstInTheCertificate() {
        X509Certificate certificate = CertUtils.x509CertificateFromPem(TWO_OF_EACH);
        assertEquals("first", CertUtils.getAttr(certificate, "2.5.4.11"));
        assertEquals("one", CertUtils.getCN(certificate));
    }

    /** C=GB, OU=first, OU=second, CN=one, CN=two. */
    private static final String TWO_OF_EACH = """
            -----BEGIN CERTIFICATE-----
            MIIB6zCCAZGgAwIBAgIUGIW0jkM/R0fKPjKF+AbBlqvdTTwwCgYIKoZIzj0EAwIw
            SjELMAkGA1UEBhMCR0IxDjAMBgNVBAsMBWZpcnN0MQ8wDQYDVQQLDAZzZWNvbmQx
            DDAKBgNVBAMMA29uZTEMMAoGA1UEAwwDdHdvMCAXDTI2MTEyMTIxMTExNloYDzIx
            MjYxMDI4MjExMTE2WjBKMQswCQYDVQQGEwJHQjEOMAwGA1UECwwFZmlyc3QxDzAN
            BgNVBAsMBnNlY29uZDEMMAoGA1UEAwwDb25lMQwwCgYDVQQDDAN0d28wWTATBgcq
            hkjOPQIBBggqhkjOPQMBBwNCAAT1lNuF4tWV8DVVEV+dfdGBj0g5/frFh0KXV7LF
            116h2EPBhwSX0uCP7PgSaCmSV7FVxsjRxiSe9Yv/bxqLnylBo1MwUTAdBgNVHQ4E
            FgQUxI7ngAnytTHJneOkVAAMSqWG0B0wHwYDVR0jBBgwFoAUxI7ngAnytTHJneOk
            VAAMSqWG0B0wDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiBh+umk
            gvJVNqdwCEeXpI1Z0z2NPXqLaqrZQf7bvQXiuwIhAOOS2sPCWyjIy4G6OGf+fBiR
            IeigADXlFxO1WhkLhTwv
            -----END CERTIFICATE-----
            """;
}
