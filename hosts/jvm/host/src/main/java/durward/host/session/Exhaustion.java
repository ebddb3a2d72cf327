package durward.host.session;

/** Whether an exception says that something ran out, at whatever depth it was wrapped. */
final class Exhaustion {
    private Exhaustion() {
    }

    /** The error that says so, or null. */
    static Throwable of(Throwable raised) {
        Throwable one = raised;
        for (int depth = 0; one != null && depth < 16; depth++) {
            if (one instanceof OutOfMemoryError || one instanceof StackOverflowError || one instanceof ThreadDeath) {
                return one;
            }
            one = one.getCause();
        }
        return null;
    }
}
