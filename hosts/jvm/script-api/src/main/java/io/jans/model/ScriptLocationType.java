package io.jans.model;

/** Where a script's text is kept. */
public enum ScriptLocationType {
    LDAP("ldap", "Ldap"),
    DB("db", "Database"),
    FILE("file", "File");

    private final String value;
    private final String displayName;

    ScriptLocationType(String value, String displayName) {
        this.value = value;
        this.displayName = displayName;
    }

    public String getValue() {
        return value;
    }

    public String getDisplayName() {
        return displayName;
    }

    /** The place of that name, or null. */
    public static ScriptLocationType getByValue(String value) {
        for (ScriptLocationType one : values()) {
            if (one.value.equals(value)) {
                return one;
            }
        }
        return null;
    }

    @Override
    public String toString() {
        return value;
    }
}
