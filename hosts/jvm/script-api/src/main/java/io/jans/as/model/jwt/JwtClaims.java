package io.jans.as.model.jwt;

import org.json.JSONObject;

/** The claims of a token. */
public class JwtClaims extends JwtClaimSet {
    public JwtClaims() {
    }

    public JwtClaims(JSONObject object) {
        super(object);
    }

    public String getIssuer() {
        return getClaimAsString("iss");
    }

    public String getSubjectIdentifier() {
        return getClaimAsString("sub");
    }
}
