package io.jans.as.persistence.model;

import java.util.List;
import java.util.Map;

/** One scope of the server, for reading. */
public final class Scope {
    private final Map<?, ?> values;

    private Scope(Map<?, ?> values) {
        this.values = values;
    }

    /** Of what the server answered. */
    public static Scope of(Map<?, ?> values) {
        return new Scope(values);
    }

    private String text(String name) {
        Object value = values.get(name);
        return value == null ? null : value.toString();
    }

    public String getDn() {
        return text("dn");
    }

    public String getInum() {
        return text("inum");
    }

    public String getId() {
        return text("id");
    }

    public String getDisplayName() {
        return text("displayName");
    }

    public String getDescription() {
        return text("description");
    }

    public boolean isDefaultScope() {
        return Boolean.TRUE.equals(values.get("defaultScope"));
    }

    public List<String> getClaims() {
        return values.get("claims") instanceof List<?> list ? list.stream().map(String::valueOf).toList() : null;
    }

    @Override
    public String toString() {
        return "Scope{id='" + getId() + "', dn='" + getDn() + "'}";
    }
}
