package io.jans.model.custom.script.model;

import java.util.Date;

/** The last error that was recorded for a script. */
public class ScriptError {
    private final Date raisedAt;
    private final String stackTrace;

    public ScriptError(Date raisedAt, String stackTrace) {
        this.raisedAt = raisedAt;
        this.stackTrace = stackTrace;
    }

    public Date getRaisedAt() {
        return raisedAt;
    }

    public String getStackTrace() {
        return stackTrace;
    }
}
