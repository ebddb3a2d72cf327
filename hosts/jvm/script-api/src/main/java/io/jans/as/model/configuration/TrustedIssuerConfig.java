package io.jans.as.model.configuration;

import java.util.List;

/** What clients vouched for by a trusted issuer are granted. */
public class TrustedIssuerConfig {
    private final List<String> automaticallyGrantedScopes;

    public TrustedIssuerConfig(List<String> automaticallyGrantedScopes) {
        this.automaticallyGrantedScopes = automaticallyGrantedScopes;
    }

    public List<String> getAutomaticallyGrantedScopes() {
        return automaticallyGrantedScopes;
    }
}
