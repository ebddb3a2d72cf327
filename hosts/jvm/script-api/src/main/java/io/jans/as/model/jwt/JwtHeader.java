package io.jans.as.model.jwt;

import io.jans.as.model.crypto.signature.SignatureAlgorithm;
import org.json.JSONObject;

/** The header of a token. */
public class JwtHeader extends JwtClaimSet {
    public JwtHeader() {
    }

    public JwtHeader(JSONObject object) {
        super(object);
    }

    public void setAlgorithm(SignatureAlgorithm algorithm) {
        setClaim("alg", algorithm.toString());
    }

    public void setKeyId(String keyId) {
        setClaim("kid", keyId);
    }

    public void setType(JwtType type) {
        setClaim("typ", type.toString());
    }

    /** Null when there is none, or an unknown one. */
    public SignatureAlgorithm getSignatureAlgorithm() {
        return SignatureAlgorithm.fromString(getAlgorithm());
    }

    /** The algorithm's name as it stands there. */
    public String getAlgorithm() {
        return getClaimAsString("alg");
    }

    public String getKeyId() {
        return getClaimAsString("kid");
    }

    public String getType() {
        return getClaimAsString("typ");
    }
}
