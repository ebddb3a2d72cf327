package io.jans.as.model.crypto;

/** Scripts import it; signing with the server's keys is not offered to them. */
public final class AuthCryptoProvider {
    public AuthCryptoProvider() {
        throw new UnsupportedOperationException(
                "AuthCryptoProvider is not offered to scripts: sign with a library in the libs directory");
    }
}
