package durward.log;

import durward.host.java.JavaTrace;
import durward.host.session.Current;
import durward.host.session.Session;

/** What ended a thread that a script started: a line in the script's log, if anybody still reads it. */
public final class UncaughtExceptions implements Thread.UncaughtExceptionHandler {
    @Override
    public void uncaughtException(Thread thread, Throwable thrown) {
        Session session = Current.session();
        if (session == null || thrown instanceof ThreadDeath) {
            return;
        }
        try {
            session.log("error", "thread " + thread.getName() + " ended: " + JavaTrace.trace(thrown));
        } catch (ThreadDeath nobodyReads) {
            // The connection is closed, and the thread ends in any case.
        }
    }
}
