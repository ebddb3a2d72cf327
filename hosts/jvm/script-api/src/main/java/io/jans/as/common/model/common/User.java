package io.jans.as.common.model.common;

import durward.script.Bean;
import durward.script.Snapshot;
import java.util.Map;

/** A user. */
public class User extends Bean {
    public User(Snapshot snapshot) {
        super(snapshot);
    }

    public String getDn() {
        return snapshot.text("dn");
    }

    public String getInum() {
        return snapshot.text("inum");
    }

    public String getUserId() {
        return snapshot.text("userId");
    }

    public String getDisplayName() {
        return snapshot.text("displayName");
    }

    public String getMail() {
        return snapshot.text("mail");
    }

    /** The first value of an attribute, where the contract has attributes; else null. */
    public String getAttribute(String name) {
        Object value = snapshot.find("attributes") instanceof Map<?, ?> map ? map.get(name) : null;
        if (value instanceof Iterable<?> values) {
            value = values.iterator().hasNext() ? values.iterator().next() : null;
        }
        return value == null ? null : value.toString();
    }
}
