package io.jans.util.security;

/** Holds the exception of the encryption services. The server encrypts; scripts never see a key. */
public final class StringEncrypter {
    private StringEncrypter() {
    }

    /** A value that cannot be encrypted or decrypted. */
    public static class EncryptionException extends Exception {
        public EncryptionException(String message) {
            super(message);
        }
    }
}
