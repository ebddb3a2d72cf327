package io.jans.as.model.configuration;

import durward.script.Bean;
import durward.script.Snapshot;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The configuration of the server, as far as the type of script is shown it. */
public class AppConfiguration extends Bean {
    public AppConfiguration(Snapshot snapshot) {
        super(snapshot);
    }

    public String getIssuer() {
        return snapshot.text("issuer");
    }

    public String getBaseEndpoint() {
        return snapshot.text("baseEndpoint");
    }

    public String getAuthorizationEndpoint() {
        return snapshot.text("authorizationEndpoint");
    }

    public String getTokenEndpoint() {
        return snapshot.text("tokenEndpoint");
    }

    public String getUserInfoEndpoint() {
        return snapshot.text("userInfoEndpoint");
    }

    public String getEndSessionEndpoint() {
        return snapshot.text("endSessionEndpoint");
    }

    public String getRegistrationEndpoint() {
        return snapshot.text("registrationEndpoint");
    }

    public String getJwksUri() {
        return snapshot.text("jwksUri");
    }

    public String getBackchannelClientId() {
        return snapshot.text("backchannelClientId");
    }

    public String getBackchannelRedirectUri() {
        return snapshot.text("backchannelRedirectUri");
    }

    public String getBackchannelAuthenticationEndpoint() {
        return snapshot.text("backchannelAuthenticationEndpoint");
    }

    public Integer getBackchannelAuthenticationResponseExpiresIn() {
        return snapshot.integer("backchannelAuthenticationResponseExpiresIn");
    }

    public Integer getBackchannelAuthenticationResponseInterval() {
        return snapshot.integer("backchannelAuthenticationResponseInterval");
    }

    public CIBAEndUserNotificationConfig getCibaEndUserNotificationConfig() {
        return snapshot.bean("cibaEndUserNotificationConfig", CIBAEndUserNotificationConfig::new);
    }

    /** Issuers of software statements; empty when every issuer will do. */
    public Map<String, TrustedIssuerConfig> getTrustedSsaIssuers() {
        Map<String, TrustedIssuerConfig> issuers = new LinkedHashMap<>();
        if (snapshot.find("trustedSsaIssuers") instanceof Map<?, ?> map) {
            map.forEach((issuer, settings) -> issuers.put(String.valueOf(issuer), new TrustedIssuerConfig(
                    settings instanceof Map<?, ?> all && all.get("automaticallyGrantedScopes") instanceof List<?> scopes
                            ? scopes.stream().map(String::valueOf).toList() : List.of())));
        }
        return issuers;
    }
}
