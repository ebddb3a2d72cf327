package durward.host.process;

import static durward.host.process.Programs.javaProbe;
import static durward.host.process.Programs.pythonProbe;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** Versions of a script that come and go leave nothing behind. */
final class LeakIT {
    private static final int RELOADS = Integer.getInteger("host.reloads");
    private static final int WARM_UP = 300;

    private record Level(long classLoaders, long metaspace, long heap) {
        static Level of(HostProcess host) {
            Map<String, Object> status = host.statusAfterCollection();
            return new Level((Long) status.get("classLoaders"), (Long) status.get("metaspaceUsed"),
                    (Long) status.get("heapUsed"));
        }
    }

    private static void java(HostProcess host, int number) {
        try (Worker worker = new Worker(host.socket())) {
            // A few texts, so that most come out of the cache of compiled ones.
            worker.load(javaProbe("", "log.info(\"x\"); Runnable r = () -> kept.add(new Nested()); r.run(); return "
                    + number % 7 + ";", """
                    static final List<Object> kept = new ArrayList<>();
                    static final org.slf4j.Logger log = LoggerFactory.getLogger(Probe.class);
                    static final ThreadLocal<Object> local = ThreadLocal.withInitial(Nested::new);
                    class Nested { Object held = local.get(); }
                    """.replace("Nested::new", "Object::new")));
            assertEquals((long) number % 7, worker.result("run", Map.of()));
            worker.destroys();
        }
    }

    private static void python(HostProcess host, int number) {
        try (Worker worker = new Worker(host.socket())) {
            worker.load(pythonProbe("""
                    import json
                    from java.util import ArrayList
                    from io.jans.model.custom.script.type.logout import EndSessionType
                    class Other(EndSessionType):
                        def getFrontchannelHtml(self, context):
                            return str(context)
                    kept = ArrayList()
                    """, """
                    kept.add(Other())
                    print json.dumps([1])
                    return %d
                    """.formatted(number)));
            assertEquals((long) number, worker.result("run", Map.of()));
            worker.destroys();
        }
    }

    private static void staysLevel(Level before, Level after) {
        assertTrue(after.classLoaders <= before.classLoaders + 2, before + " " + after);
        assertTrue(after.metaspace < before.metaspace + (4 << 20), before + " " + after);
        assertTrue(after.heap < before.heap + (8 << 20), before + " " + after);
    }

    @Test
    void javaReloadsLeakNothing() {
        try (HostProcess host = HostProcess.start()) {
            for (int number = 0; number < WARM_UP; number++) {
                java(host, number);
            }
            Level before = Level.of(host);
            for (int number = 0; number < RELOADS; number++) {
                java(host, number);
            }
            Deadline.until("no connection is left", () -> host.statusNumber("connections") == 0);
            staysLevel(before, Level.of(host));
        }
    }

    @Test
    void pythonReloadsLeakNothing() {
        try (HostProcess host = HostProcess.start()) {
            for (int number = 0; number < WARM_UP / 3; number++) {
                python(host, number);
            }
            Level before = Level.of(host);
            for (int number = 0; number < RELOADS / 5; number++) {
                python(host, number);
            }
            Deadline.until("no connection is left", () -> host.statusNumber("connections") == 0);
            staysLevel(before, Level.of(host));
        }
    }
}
