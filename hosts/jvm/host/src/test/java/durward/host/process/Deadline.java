package durward.host.process;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Assertions;

/** Waiting for something that comes true by itself. */
final class Deadline {
    private static final Duration LONGEST = Duration.ofSeconds(60);
    private static final Duration BETWEEN = Duration.ofMillis(20);

    private Deadline() {
    }

    /** Looks until the condition is true, and fails when it takes too long. */
    static void until(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + LONGEST.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                Assertions.fail("not within " + LONGEST.toSeconds() + " s: " + what);
            }
            LockSupport.parkNanos(BETWEEN.toNanos());
        }
    }
}
