package io.jans.as.server.model.common;

import durward.script.Shape;
import durward.script.Snapshot;
import io.jans.as.model.authzdetails.AuthzDetail;

/** The property {@code authzDetail} of a context, which a contract may give as a bean or as the bare object. */
public final class AuthzDetailProperty {
    private static final String NAME = "authzDetail";

    private AuthzDetailProperty() {
    }

    /** Null where there is none. */
    public static AuthzDetail of(Snapshot snapshot) {
        Shape.Property property = snapshot.property(NAME);
        if (property == null) {
            return null;
        }
        return property.bean() == null
                ? snapshot.made(NAME, value -> new AuthzDetail(snapshot.object(NAME)))
                : snapshot.bean(NAME, AuthzDetail::new);
    }
}
