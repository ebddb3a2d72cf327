package durward.host.process;

import static durward.host.process.Programs.javaProbe;
import static durward.host.process.Programs.limited;
import static durward.host.process.Programs.pythonProbe;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Scripts that mean harm or are badly wrong: each costs its own call, and others do not notice. */
final class HostileIT {
    private static HostProcess host;
    private Worker neighbour;

    @BeforeAll
    static void start() {
        host = HostProcess.start("--libs", System.getProperty("host.libs"));
    }

    @AfterAll
    static void end() {
        host.close();
    }

    @BeforeEach
    void haveANeighbour() {
        neighbour = host.worker();
        neighbour.load(javaProbe("", "return 1;", ""));
    }

    @AfterEach
    void theNeighbourDoesNotNotice() {
        assertEquals(1L, neighbour.result("run", Map.of()));
        host.closeWorkers();
        assertTrue(host.process().isAlive());
    }

    private static Worker java(String body) {
        Worker worker = host.worker();
        worker.load(javaProbe("", body, ""));
        return worker;
    }

    private static Worker python(String body) {
        Worker worker = host.worker();
        worker.load(pythonProbe("", body));
        return worker;
    }

    static Stream<Arguments> forbiddenInJava() {
        return Stream.of(
                Arguments.of("System.exit(3);", "a script may not end the process"),
                Arguments.of("Runtime.getRuntime().halt(3);", "a script may not end the process"),
                Arguments.of("Runtime.getRuntime().exec(\"id\");", "a script may not start processes"),
                Arguments.of("new ProcessBuilder(\"id\").start();", "a script may not start processes"),
                Arguments.of("ProcessHandle.current().destroy();", "manageProcess"),
                Arguments.of("new java.io.FileInputStream(\"/etc/passwd\");", "may not read the file /etc/passwd"),
                Arguments.of("java.nio.file.Files.readString(java.nio.file.Path.of(\"/etc/passwd\"));",
                        "may not read the file /etc/passwd"),
                Arguments.of("new java.io.File(\"/etc\").list();", "may not read the file /etc"),
                Arguments.of("new java.io.FileOutputStream(\"/tmp/x\");", "may not write the file /tmp/x"),
                Arguments.of("java.io.File.createTempFile(\"abc\", \"b\");", "Unable to create temporary file"),
                Arguments.of("new java.net.Socket(\"127.0.0.1\", 9);", "may not connect,resolve 127.0.0.1:9"),
                Arguments.of("new java.net.ServerSocket(0);", "may not listen"),
                Arguments.of("java.net.InetAddress.getByName(\"example.org\");", "may not resolve example.org"),
                Arguments.of("new java.net.URL(\"http://127.0.0.1:1/\").openStream();", "may not connect"),
                Arguments.of("java.nio.channels.SocketChannel.open(java.net.UnixDomainSocketAddress.of(\"/x\"));",
                        "accessUnixDomainSocket"),
                Arguments.of("System.getenv(\"PATH\");", "may not read the environment"),
                Arguments.of("System.getenv();", "may not read the environment"),
                Arguments.of("System.setProperty(\"a\", \"b\");", "PropertyPermission a (write)"),
                Arguments.of("System.setSecurityManager(null);", "setSecurityManager"),
                Arguments.of("java.security.Policy.setPolicy(null);", "setPolicy"),
                Arguments.of("System.setOut(null);", "setIO"),
                Arguments.of("System.load(\"/tmp/x.so\");", "loadLibrary"),
                Arguments.of("Locale.setDefault(Locale.FRANCE);", "write"),
                Arguments.of("TimeZone.setDefault(null);", "write"),
                Arguments.of("Runtime.getRuntime().addShutdownHook(new Thread());", "shutdownHooks"),
                Arguments.of("Thread.setDefaultUncaughtExceptionHandler(null);", "setDefaultUncaughtExceptionHandler"),
                Arguments.of("new java.net.URLClassLoader(new java.net.URL[0]);", "createClassLoader"),
                Arguments.of("new ClassLoader() { };", "createClassLoader"),
                Arguments.of("ClassLoader.getSystemClassLoader();", "getClassLoader"),
                Arguments.of("durward.script.Host.class.getClassLoader();", "getClassLoader"),
                Arguments.of("durward.script.Host.install(null);", "are already there"),
                Arguments.of("durward.script.Host.class.getDeclaredFields()[0].setAccessible(true);",
                        "suppressAccessChecks"),
                Arguments.of("java.lang.invoke.MethodHandles.privateLookupIn(durward.script.Host.class, "
                        + "java.lang.invoke.MethodHandles.lookup());", "suppressAccessChecks"),
                Arguments.of("Thread.currentThread().getThreadGroup().interrupt();", "not its own"),
                Arguments.of("Thread.getAllStackTraces();", "modifyThreadGroup"),
                Arguments.of("java.security.AccessController.doPrivileged((java.security.PrivilegedAction<Object>) "
                        + "() -> { System.exit(4); return null; });", "a script may not end the process"),
                Arguments.of("sun.misc.Signal.raise(new sun.misc.Signal(\"TERM\"));", "sun.misc"),
                Arguments.of("java.util.stream.IntStream.of(5).parallel().forEach(Runtime.getRuntime()::exit);",
                        "a script may not end the process"),
                Arguments.of("Class.forName(\"sun.misc.Unsafe\");", "may not use the package sun.misc"),
                Arguments.of("java.security.Security.addProvider(new java.security.Provider(\"x\", \"1\", \"x\") { });",
                        "insertProvider"),
                Arguments.of("java.lang.management.ManagementFactory.getPlatformMBeanServer();", "a script may not"));
    }

    @ParameterizedTest
    @MethodSource("forbiddenInJava")
    void whatJavaMayNotDoCostsOneCall(String statement, String words) {
        Worker worker = java(statement + " return 1;");
        Map<String, Object> failure = worker.callFails("run", Map.of());
        assertEquals("raised", failure.get("kind"));
        assertTrue(failure.get("message").toString().contains(words), failure.toString());
        assertNotNull(failure.get("line"));
    }

    static Stream<Arguments> forbiddenInPython() {
        return Stream.of(
                Arguments.of("from java.lang import System\nSystem.exit(3)", "a script may not end the process"),
                Arguments.of("import os\nos._exit(3)", "a script may not end the process"),
                Arguments.of("import os\nos.system('id')", "sun.misc"),
                Arguments.of("from java.lang import Runtime\nRuntime.getRuntime().exec('id')", "start processes"),
                Arguments.of("open('/etc/passwd')", "may not read the file /etc/passwd"),
                Arguments.of("open('/tmp/x', 'w')", "may not write the file"),
                Arguments.of("import os\nos.listdir('/')", "may not read the file /"),
                Arguments.of("import os\nos.remove('/tmp/x')", "a script may not"),
                Arguments.of("from java.net import Socket\nSocket('127.0.0.1', 9)", "may not connect"),
                Arguments.of("import socket\nsocket.create_connection(('127.0.0.1', 9))", "may not"),
                Arguments.of("from java.lang import System\nSystem.getenv('PATH')", "environment"),
                Arguments.of("import os\nos.kill(1, 9)", "kill"),
                Arguments.of("import os\nos.fork()", "fork"),
                Arguments.of("import ctypes\nctypes.cdll.LoadLibrary('libc.so.6')", ""),
                Arguments.of("from java.security import AccessController, PrivilegedAction\n"
                        + "from java.lang import System\n"
                        + "class Act(PrivilegedAction):\n    def run(self): System.exit(4)\n"
                        + "AccessController.doPrivileged(Act())", "a script may not end the process"),
                Arguments.of("from java.net import URLClassLoader\nURLClassLoader([])", "may not make class loaders"),
                Arguments.of("from java.lang import ClassLoader\nclass L(ClassLoader): pass\nL()",
                        "may not make class loaders"),
                Arguments.of("from java.lang import Class\nClass.forName('durward.host.Main')",
                        "may not use the package durward.host"),
                Arguments.of("from java.lang import ClassLoader\n"
                        + "ClassLoader.getSystemClassLoader().loadClass('durward.host.Main')",
                        "may not use the package durward.host"),
                Arguments.of("from java.lang import Thread\n"
                        + "Thread.currentThread().getContextClassLoader().loadClass('durward.host.Main')", "durward.host"),
                Arguments.of("from java.lang import ClassLoader\n"
                        + "ClassLoader.getSystemClassLoader().loadClass('org.python.core.Py')", "ClassNotFound"),
                Arguments.of("import durward.host.session.Connection", ""),
                Arguments.of("from sun.misc import Unsafe", "may not use the package sun.misc"),
                Arguments.of("from java.lang import Thread\nThread.currentThread().getThreadGroup().interrupt()",
                        "not its own"),
                Arguments.of("from durward.script import Host\nHost.install(None)", "are already there"),
                Arguments.of("import sys\nsys.exit(3)", "SystemExit: 3"));
    }

    @ParameterizedTest
    @MethodSource("forbiddenInPython")
    void whatPythonMayNotDoCostsOneCall(String statements, String words) {
        Worker worker = python(statements + "\nreturn 1");
        Map<String, Object> failure = worker.callFails("run", Map.of());
        assertEquals("raised", failure.get("kind"));
        assertTrue(failure.get("message").toString().contains(words), failure.toString());
    }

    static Stream<Arguments> exhausting() {
        return Stream.of(
                Arguments.of("java", "List<byte[]> all = new ArrayList<>(); while (true) all.add(new byte[1 << 20]);"),
                Arguments.of("java", "return new long[Integer.MAX_VALUE - 8];"),
                Arguments.of("java", "StringBuilder b = new StringBuilder(\"x\"); while (true) b.append(b);"),
                Arguments.of("python", "x = [0]\nwhile True: x = x + x"),
                Arguments.of("python", "x = 'ab'\nwhile True: x += x"));
    }

    @ParameterizedTest
    @MethodSource("exhausting")
    void aMemoryBombIsOneFailedTurnAndItsConnectionEnds(String language, String body) {
        Worker worker = language.equals("java") ? java(body) : python(body);
        Map<String, Object> failure = worker.callFails("run", Map.of());
        assertEquals("exhausted", failure.get("kind"), failure.toString());
        assertTrue(failure.get("message").toString().startsWith("OutOfMemoryError"), failure.toString());
        // What it keeps in its fields goes with it.
        Deadline.until("the connection ends", () -> worker.receive() == null);
    }

    @Test
    void whatAScriptKeepsIsFreedWithItsConnection() {
        Worker worker = host.worker();
        worker.load(javaProbe("", "while (true) kept.add(new byte[1 << 20]);",
                "static final List<byte[]> kept = new ArrayList<>();"));
        assertEquals("exhausted", worker.callFails("run", Map.of()).get("kind"));
        Deadline.until("the heap is free again", () ->
                ((Number) host.statusAfterCollection().get("heapUsed")).longValue() < 100 << 20);
    }

    @Test
    void deepRecursionIsAFailedTurnAndTheWorkerLives() {
        Worker worker = host.worker();
        worker.load(javaProbe("", "return down(0);", "int down(int n) { return down(n + 1) + 1; }"));
        for (int count = 0; count < 3; count++) {
            Map<String, Object> failure = worker.callFails("run", Map.of());
            assertEquals(List.of("exhausted", "StackOverflowError"),
                    List.of(failure.get("kind"), failure.get("message")));
            assertTrue(failure.get("trace").toString().length() < 16 * 1024);
        }
        worker = host.worker();
        worker.load(pythonProbe("def down(n):\n    return down(n + 1)\n", "return down(0)"));
        for (int count = 0; count < 3; count++) {
            Map<String, Object> failure = worker.callFails("run", Map.of());
            assertEquals("RuntimeError: maximum recursion depth exceeded", failure.get("message"));
        }
    }

    @Test
    void aThreadFloodIsStopped() {
        Map<String, Object> failure =
                java("while (true) new Thread(() -> { while (true) { try { Thread.sleep(1000); } "
                        + "catch (InterruptedException e) { } } }).start();").callFails("run", Map.of());
        assertEquals("SecurityException: a script may make 64 threads in one call, and have 16 at one time",
                failure.get("message"));
        failure = java("List<Thread> made = new ArrayList<>(); while (true) made.add(new Thread());")
                .callFails("run", Map.of());
        assertTrue(failure.get("message").toString().contains("64 threads in one call"));
        failure = python("""
                import threading, time
                def wait():
                    while True: time.sleep(1)
                while True: threading.Thread(target=wait).start()
                """).callFails("run", Map.of());
        assertTrue(failure.get("message").toString().contains("16 at one time"), failure.toString());
        // A thousand ordinary calls with a thread each are no flood.
        Worker worker = java("Thread t = new Thread(() -> { }); t.start(); t.join(); return 1;");
        for (int count = 0; count < 1000; count++) {
            assertEquals(1L, worker.result("run", Map.of()));
        }
    }

    @Test
    void aLogFloodIsCutAndCounted() {
        Worker worker = host.worker();
        worker.load(limited(javaProbe("", "for (int i = 0; i < 1000; i++) System.out.println(\"é\" + i); return 1;", ""),
                "logLines", 10));
        Map<String, Object> done = worker.calls("run", Map.of(), Map.of());
        assertEquals(990L, done.get("droppedLogLines"));
        assertEquals(10, worker.log.size());
        worker = host.worker();
        worker.load(limited(javaProbe("", "System.out.println(\"é\".repeat(10)); System.err.print(\"x\".repeat(100000000));"
                + " throw new IllegalStateException();", ""), "logLineBytes", 5));
        worker.callFails("run", Map.of());
        assertEquals(List.of("éé", "xxxxx"), worker.log.stream().map(Worker.Line::text).toList());
        worker = host.worker();
        worker.load(limited(pythonProbe("", "for i in range(20): print i\nraise ValueError()"), "logLines", 10));
        worker.callFails("run", Map.of());
        assertEquals("10 more log lines were dropped", worker.log.get(10).text());
        // Control characters take six bytes each as JSON.
        worker = java("System.out.println(\"\\u0001\".repeat(5000)); return 1;");
        worker.result("run", Map.of());
        assertEquals(1, worker.log.size());
    }

    @Test
    void aResultOverItsLimitIsAFailedTurn() {
        for (Worker worker : List.of(java("return \"x\".repeat(2_000_000);"), python("return 'x' * 2000000"),
                java("List<Object> a = new ArrayList<>(); a.add(\"x\".repeat(1000)); "
                        + "for (int i = 0; i < 12; i++) a = List.of(a, a); return a;"))) {
            Map<String, Object> failure = worker.callFails("run", Map.of());
            assertEquals(List.of("exhausted", "ResultTooLarge: over 1048576 bytes"),
                    List.of(failure.get("kind"), failure.get("message")));
            assertEquals("exhausted", worker.callFails("run", Map.of()).get("kind"), "the worker lives on");
        }
        assertTrue(java("List<Object> a = new ArrayList<>(); a.add(a); return a;").callFails("run", Map.of())
                .get("message").toString().contains("nested deeper than 60, or in itself"));
        assertTrue(python("a = []\na.append(a)\nreturn a").callFails("run", Map.of())
                .get("message").toString().contains("nested deeper than 60, or in itself"));
        assertTrue(java("return 0.0 / 0;").callFails("run", Map.of()).get("message").toString()
                .contains("not a number"));
    }

    static Stream<Arguments> endless() {
        return Stream.of(
                Arguments.of("java", "while (true) { }", false),
                Arguments.of("java", "while (true) { try { Thread.sleep(100000); } catch (Throwable t) { } }", false),
                Arguments.of("java", "Object lock = new Object(); synchronized (lock) { lock.wait(); } return 1;", true),
                Arguments.of("java", "while (true) System.out.println(1);", true),
                Arguments.of("python", "while True: pass", true),
                Arguments.of("python", "import time\ntime.sleep(100000)", true));
    }

    /** The server closes a connection when its time is over. */
    @ParameterizedTest
    @MethodSource("endless")
    void whatNeverEndsIsAbandonedAndOthersGoOn(String language, String body, boolean endsByItself) {
        // Those of the tests before may still be ending.
        Deadline.until("only the neighbour is left", () -> host.statusNumber("connections") == 1);
        long before = host.statusNumber("abandonedThreads");
        Worker worker = language.equals("java") ? java(body) : python(body);
        worker.send(Worker.call("run", Map.of(), Map.of()));
        worker.close();
        if (endsByItself) {
            Deadline.until("the thread ends", () -> host.statusNumber("abandonedThreads") <= before);
        } else {
            Deadline.until("the thread is counted", () -> host.statusNumber("abandonedThreads") > before);
        }
        for (int count = 0; count < 100; count++) {
            assertEquals(1L, neighbour.result("run", Map.of()));
        }
        Deadline.until("its connection is no longer counted", () -> host.statusNumber("connections") == 1);
    }

    @Test
    void whatWasSaidBeforeAnEndlessLoopIsSent() {
        Worker worker = java("System.out.println(\"said\"); System.out.println(\"both\"); while (true) { }");
        worker.send(Worker.call("run", Map.of(), Map.of()));
        Deadline.until("the lines come", () -> {
            worker.take(worker.receive());
            return worker.log.size() == 2;
        });
        assertEquals(List.of("said", "both"), worker.texts("info"));
        worker.close();
    }

    @Test
    void anInterruptOfItsOwnHarmsNobody() {
        Worker worker = java("Thread.currentThread().interrupt(); System.out.println(1); "
                + "new io.jans.as.common.service.common.EncryptionService().decrypt(\"x\", true);"
                + " return Thread.currentThread().isInterrupted();");
        assertEquals(true, worker.result("run", Map.of()));
        assertEquals(true, worker.result("run", Map.of()));
    }

    @Test
    void aClassThatCannotBeMadeAndAThrownErrorAreFailedTurns() {
        assertEquals("AssertionError: no",
                java("throw new AssertionError(\"no\");").callFails("run", Map.of()).get("message"));
        Map<String, Object> death = java("throw new ThreadDeath();").callFails("run", Map.of());
        assertEquals(List.of("exhausted", "ThreadDeath"), List.of(death.get("kind"), death.get("message")));
        assertTrue(java("return Class.forName(\"lib.None\");").callFails("run", Map.of()).get("message").toString()
                .startsWith("ClassNotFoundException"));
        String odd = "throw new RuntimeException() { public String getMessage() { throw new IllegalStateException(); } };";
        assertEquals("RuntimeException: (no text: its own getMessage throws)",
                java(odd).callFails("run", Map.of()).get("message"));
    }
}
