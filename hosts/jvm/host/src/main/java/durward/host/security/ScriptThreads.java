package durward.host.security;

/**
 * The threads of one connection: its worker, and those that its script starts, which lie in a group of their own.
 *
 * <p>The security manager counts them, and lets a script touch no others.
 */
public final class ScriptThreads {
    /** Running at one time, of one script. */
    private static final int MAX_ALIVE = 16;

    /** Made in one turn: a thread that is not started yet does not count as running. */
    private static final int MAX_MADE = 64;

    private static final InheritableThreadLocal<ScriptThreads> CURRENT = new InheritableThreadLocal<>();

    /** For the host's own use of Jython: the group of the process's first thread, and no bounds. */
    private static final ScriptThreads HOST = new ScriptThreads(Thread.currentThread().getThreadGroup(), true);

    private final ThreadGroup group;
    private final boolean unbounded;
    private Thread worker;
    private int made;

    public ScriptThreads(ThreadGroup parent) {
        this(new ThreadGroup(parent, "script"), false);
    }

    private ScriptThreads(ThreadGroup group, boolean unbounded) {
        this.group = group;
        this.unbounded = unbounded;
    }

    /** Those of the host itself. */
    public static ScriptThreads host() {
        return HOST;
    }

    /** Those that the current thread belongs to, or null. */
    static ScriptThreads current() {
        return CURRENT.get();
    }

    /** The group for threads that the current thread's script makes; null for none of its own. */
    public static ThreadGroup ownGroup() {
        ScriptThreads own = CURRENT.get();
        return own == null ? null : own.group;
    }

    /** The worker's own thread. */
    public synchronized void setWorker(Thread thread) {
        worker = thread;
    }

    /** Called on the worker's thread. */
    public void enter() {
        CURRENT.set(this);
    }

    /** Where its threads lie. */
    public ThreadGroup group() {
        return group;
    }

    /** A turn begins: what its script may make is counted anew. */
    public synchronized void begin() {
        made = 0;
    }

    /** A script makes a thread. @throws SecurityException when it has enough of them */
    synchronized void count() {
        made++;
        if (!unbounded && (made > MAX_MADE || group.activeCount() >= MAX_ALIVE)) {
            throw new SecurityException("a script may make " + MAX_MADE + " threads in one call, and have "
                    + MAX_ALIVE + " at one time");
        }
    }

    /** The worker's thread has nothing more to do. */
    public synchronized void workerEnds() {
        worker = null;
        CURRENT.remove();
    }

    /** Threads that still run. */
    public synchronized int alive() {
        int count = worker != null && worker.isAlive() ? 1 : 0;
        return group.isDestroyed() ? count : count + group.activeCount();
    }

    /** Lets go of the group when no thread runs any more; whether that is so. */
    public synchronized boolean destroyIfEnded() {
        if (alive() > 0) {
            return false;
        }
        if (!group.isDestroyed()) {
            try {
                group.destroy();
            } catch (IllegalThreadStateException oneIsLeft) {
                return false;
            }
        }
        return true;
    }

    public synchronized void interrupt() {
        if (worker != null) {
            worker.interrupt();
        }
        if (!group.isDestroyed()) {
            group.interrupt();
        }
    }
}
