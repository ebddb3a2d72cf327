package durward.host.session;

/**
 * Whose work a thread does: the connection's own thread, and every thread that a script starts from it.
 *
 * <p>Threads of the JDK's common pool belong to nobody: what is printed there goes nowhere.
 */
public final class Current {
    private static final InheritableThreadLocal<Session> SESSION = new InheritableThreadLocal<>();

    private Current() {
    }

    /** The session of this thread, or null. */
    public static Session session() {
        return SESSION.get();
    }

    static void set(Session session) {
        SESSION.set(session);
    }

    static void clear() {
        SESSION.remove();
    }
}
