package durward.log;

import durward.host.java.JavaTrace;
import durward.host.session.Current;
import durward.host.session.Session;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;

/** A logger of any name: its lines go to the log of the script whose thread it is called on. */
final class ScriptLogger extends LegacyAbstractLogger {
    private static final long serialVersionUID = 1L;

    /** What Jython's own machinery has to say is nothing that a script's author could act on. */
    private static final String JYTHON = "org.python.";

    private final boolean silent;

    ScriptLogger(String name) {
        this.name = name;
        this.silent = name.startsWith(JYTHON);
    }

    @Override
    public boolean isTraceEnabled() {
        return !silent;
    }

    @Override
    public boolean isDebugEnabled() {
        return !silent;
    }

    @Override
    public boolean isInfoEnabled() {
        return !silent;
    }

    @Override
    public boolean isWarnEnabled() {
        return !silent;
    }

    @Override
    public boolean isErrorEnabled() {
        return !silent;
    }

    @Override
    protected String getFullyQualifiedCallerName() {
        return null;
    }

    @Override
    protected void handleNormalizedLoggingCall(
            Level level, Marker marker, String pattern, Object[] arguments, Throwable thrown) {
        Session session = Current.session();
        if (session == null || silent) {
            return;
        }
        String message = MessageFormatter.basicArrayFormat(pattern, arguments);
        String word = level.name().toLowerCase(java.util.Locale.ROOT);
        session.log(word, message == null ? "null" : message);
        if (thrown != null) {
            session.log(word, JavaTrace.trace(thrown));
        }
    }
}
