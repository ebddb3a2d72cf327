package durward.log;

import durward.host.java.JavaTrace;
import durward.host.session.Current;
import durward.host.session.Session;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/**
 * Sends what is logged by {@code java.util.logging} to the logs of scripts. The JDK makes one when the first logger
 * is asked for: the system property {@code java.util.logging.config.class} names this class.
 */
public final class JavaLogging {
    public JavaLogging() {
        Logger root = LogManager.getLogManager().getLogger("");
        for (Handler handler : root.getHandlers()) {
            root.removeHandler(handler);
        }
        root.setLevel(Level.INFO);
        root.addHandler(new ToScript());
    }

    private static final class ToScript extends Handler {
        // Jython's machinery tells what a script's author cannot do anything about.
        private static final String JYTHON = "org.python";

        private final SimpleFormatter formatter = new SimpleFormatter();

        @Override
        public void publish(LogRecord record) {
            Session session = Current.session();
            String name = record.getLoggerName();
            if (session == null || !isLoggable(record) || name != null && name.startsWith(JYTHON)) {
                return;
            }
            String level = level(record.getLevel());
            session.log(level, String.valueOf(formatter.formatMessage(record)));
            if (record.getThrown() != null) {
                session.log(level, JavaTrace.trace(record.getThrown()));
            }
        }

        private static String level(Level level) {
            int value = level.intValue();
            if (value >= Level.SEVERE.intValue()) {
                return "error";
            }
            if (value >= Level.WARNING.intValue()) {
                return "warn";
            }
            if (value >= Level.INFO.intValue()) {
                return "info";
            }
            return value >= Level.FINE.intValue() ? "debug" : "trace";
        }

        @Override
        public void flush() {
            // The session sends lines by itself.
        }

        @Override
        public void close() {
            // There is nothing to close.
        }
    }
}
