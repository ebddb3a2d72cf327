package io.jans.as.model.jwt;

import java.util.Date;
import org.json.JSONObject;

/** The claims of a token. */
public class JwtClaims extends JwtClaimSet {
    public JwtClaims() {
    }

    public JwtClaims(JSONObject object) {
        super(object);
    }

    public void setIssuer(String issuer) {
        setClaim("iss", issuer);
    }

    public void setSubjectIdentifier(String subject) {
        setClaim("sub", subject);
    }

    public void setAudience(String audience) {
        setClaim("aud", audience);
    }

    public void setJwtId(Object id) {
        setClaim("jti", String.valueOf(id));
    }

    public void setExpirationTime(Date moment) {
        setClaim("exp", moment);
    }

    public void setIssuedAt(Date moment) {
        setClaim("iat", moment);
    }

    public void setNotBefore(Date moment) {
        setClaim("nbf", moment);
    }

    public String getIssuer() {
        return getClaimAsString("iss");
    }

    public String getSubjectIdentifier() {
        return getClaimAsString("sub");
    }
}
