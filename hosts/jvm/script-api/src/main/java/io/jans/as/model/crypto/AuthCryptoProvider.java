package io.jans.as.model.crypto;

import durward.script.Host;
import durward.script.HostRefused;
import io.jans.as.model.crypto.signature.SignatureAlgorithm;
import io.jans.as.model.util.CertUtils;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.json.JSONObject;

/**
 * Signs with a key of a key store that the operator listed. The server opens the store and signs; scripts see
 * certificates and signatures.
 */
public final class AuthCryptoProvider {
    private final Map<String, Object> store;
    private final String dnName;

    /** The server's own keys are not for scripts. @throws UnsupportedOperationException always */
    public AuthCryptoProvider() {
        throw new UnsupportedOperationException(
                "AuthCryptoProvider(keyStoreFile, keyStoreSecret, dnName): the server's own keys are not for scripts");
    }

    public AuthCryptoProvider(String keyStoreFile, String keyStoreSecret, String dnName) {
        this.store = Host.keyStore(keyStoreFile, keyStoreSecret);
        this.dnName = dnName;
    }

    public String getKeyStoreFile() {
        return String.valueOf(store.get("name"));
    }

    public String getDnName() {
        return dnName;
    }

    /** The signature in base64url. A store of one key needs no alias of its own for it. */
    public String sign(String signingInput, String alias, String sharedSecret, SignatureAlgorithm algorithm)
            throws GeneralSecurityException {
        if (sharedSecret != null && !sharedSecret.isEmpty()) {
            throw new IllegalArgumentException("signatures with a shared secret are not made here");
        }
        Map<String, Object> asked = new LinkedHashMap<>();
        asked.put("keyStore", store);
        asked.put("algorithm", String.valueOf(algorithm));
        asked.put("input", signingInput);
        if (alias != null) {
            asked.put("keyId", alias);
        }
        try {
            return String.valueOf(Host.ask("sign", asked).get("signature"));
        } catch (HostRefused refused) {
            throw new GeneralSecurityException(refused.getMessage(), refused);
        }
    }

    /** The certificates of the store; no key is in it. */
    public KeyStore getKeyStore() throws GeneralSecurityException, IOException {
        KeyStore made = KeyStore.getInstance("PKCS12");
        made.load(null, null);
        for (Map<?, ?> entry : entries()) {
            if (entry.get("chain") instanceof List<?> chain && !chain.isEmpty()) {
                made.setCertificateEntry(String.valueOf(entry.get("alias")),
                        CertUtils.x509CertificateFromPem(String.valueOf(chain.get(0))));
            }
        }
        return made;
    }

    private List<Map<?, ?>> entries() throws IOException {
        List<Map<?, ?>> found = new ArrayList<>();
        try {
            if (Host.ask("certificates", Map.of("keyStore", store)).get("entries") instanceof List<?> all) {
                all.forEach(one -> found.add((Map<?, ?>) one));
            }
        } catch (HostRefused refused) {
            throw new IOException(refused.getMessage(), refused);
        }
        return found;
    }

    public List<String> getKeys() throws IOException {
        return entries().stream().map(entry -> String.valueOf(entry.get("alias"))).toList();
    }

    /** Whether there is a private key of that name. */
    public boolean containsKey(String alias) throws IOException {
        return entries().stream().anyMatch(
                entry -> Boolean.TRUE.equals(entry.get("hasKey")) && alias.equals(entry.get("alias")));
    }

    /** @throws IllegalStateException always: private keys stay with the server */
    public PrivateKey getPrivateKey(String alias) {
        throw new IllegalStateException("private keys stay with the server");
    }

    /** @throws IllegalStateException always: the server verifies before it asks a script */
    public boolean verifySignature(
            String signingInput, String signature, String alias, JSONObject jwks, String sharedSecret,
            SignatureAlgorithm algorithm) {
        throw new IllegalStateException("the server verifies statements and requests before it asks a script");
    }
}
