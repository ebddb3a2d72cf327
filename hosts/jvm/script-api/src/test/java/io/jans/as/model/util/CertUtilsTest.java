package io.jans.as.model.util;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
    }
}
