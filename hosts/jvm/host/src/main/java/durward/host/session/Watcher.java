package durward.host.session;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Looks after turns that take long: sends log lines that have waited, and notices when the server has closed a
 * connection whose script still runs.
 *
 * <p>It wakes twenty times a second while turns run, and not at all when none have run for a while.
 */
final class Watcher implements Runnable {
    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final int IDLE_TICKS = 40;

    private final Connections connections;
    private volatile Thread thread;
    private volatile boolean asleep;

    Watcher(Connections connections) {
        this.connections = connections;
    }

    void start() {
        Thread made = new Thread(this, "watcher");
        made.setDaemon(true);
        thread = made;
        made.start();
    }

    void began(Connection connection) {
        connections.running(connection, true);
        wake();
    }

    /** Makes it look again. */
    void wake() {
        if (asleep) {
            LockSupport.unpark(thread);
        }
    }

    void ended(Connection connection) {
        connections.running(connection, false);
    }

    @Override
    public void run() {
        int idle = 0;
        while (true) {
            if (idle >= IDLE_TICKS) {
                asleep = true;
                if (!connections.isBusy()) {
                    LockSupport.park(this);
                }
                asleep = false;
            }
            LockSupport.parkNanos(this, TICK_NANOS);
            try {
                idle = tick() ? 0 : idle + 1;
            } catch (OutOfMemoryError tooLittle) {
                // A script's: the next tick will find more.
                idle = 0;
            }
        }
    }

    /** Whether there was anything to look after. */
    private boolean tick() {
        boolean busy = false;
        for (Connection connection : connections.running()) {
            busy = true;
            connection.session().flushIfDue(TICK_NANOS);
            if (connection.session().isClosedByPeer()) {
                connections.abandon(connection);
            }
        }
        return connections.interruptAbandoned() || busy;
    }
}
