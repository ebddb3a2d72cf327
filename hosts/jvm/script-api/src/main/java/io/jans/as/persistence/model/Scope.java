package io.jans.as.persistence.model;

import java.util.List;

/** A scope. Its name in Jans's directory is made of its id. */
public final class Scope {
    private final String id;

    public Scope(String id) {
        this.id = id;
    }

    public String getDn() {
        return "inum=" + id + ",ou=scopes,o=jans";
    }

    public String getInum() {
        return id;
    }

    public String getId() {
        return id;
    }

    public String getDisplayName() {
        return id;
    }

    public boolean isDefaultScope() {
        return false;
    }

    public List<String> getClaims() {
        return List.of();
    }

    @Override
    public String toString() {
        return "Scope{id='" + id + "', dn='" + getDn() + "'}";
    }
}
