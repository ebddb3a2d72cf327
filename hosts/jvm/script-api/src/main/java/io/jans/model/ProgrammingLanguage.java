package io.jans.model;

/** What a script is written in. */
public enum ProgrammingLanguage {
    PYTHON("python", "Jython"),
    JAVA("java", "Java");

    private final String value;
    private final String displayName;

    ProgrammingLanguage(String value, String displayName) {
        this.value = value;
        this.displayName = displayName;
    }

    public String getValue() {
        return value;
    }

    public String getDisplayName() {
        return displayName;
    }

    /** The language of that name, or null. */
    public static ProgrammingLanguage getByValue(String value) {
        for (ProgrammingLanguage one : values()) {
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
