package durward.host.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The built host as the server starts it, and its control connection. */
final class HostProcess implements AutoCloseable {
    /** As README.md says. */
    static final List<String> FLAGS = List.of(
            "-Xlog:disable", "-Xlog:all=error:stderr",
            "-Xms16m", "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
            "-XX:MinHeapFreeRatio=20", "-XX:MaxHeapFreeRatio=50", "-XX:ReservedCodeCacheSize=64m",
            "-Djava.security.manager=allow", "-Duser.timezone=UTC", "-Dfile.encoding=UTF-8", "-Duser.language=en");

    private final Path directory;
    private final Path socket;
    private final Process process;
    private final List<Worker> workers = new ArrayList<>();

    private HostProcess(List<String> arguments) {
        try {
            directory = Files.createTempDirectory("host");
            socket = directory.resolve("socket");
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString()));
            command.addAll(FLAGS);
            command.addAll(List.of("-jar", System.getProperty("host.jar"), "--socket", socket.toString()));
            command.addAll(arguments);
            ProcessBuilder builder = new ProcessBuilder(command);
            builder.environment().clear();
            builder.directory(directory.toFile());
            builder.redirectError(ProcessBuilder.Redirect.appendTo(directory.resolve("errors").toFile()));
            process = builder.start();
            String first = new BufferedReader(
                    new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)).readLine();
            if (!"ready".equals(first)) {
                throw new IllegalStateException("the host said " + first + "\n" + errors());
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** A host with these arguments beside its socket. */
    static HostProcess start(String... arguments) {
        return new HostProcess(List.of(arguments));
    }

    Path socket() {
        return socket;
    }

    Process process() {
        return process;
    }

    String errors() throws IOException {
        Path file = directory.resolve("errors");
        return Files.exists(file) ? Files.readString(file) : "";
    }

    /** A new connection. */
    Worker worker() {
        Worker worker = new Worker(socket);
        workers.add(worker);
        return worker;
    }

    /** Closes the server's end of all connections. */
    void closeWorkers() {
        workers.forEach(Worker::close);
        workers.clear();
    }

    /** What a control connection says. */
    Map<String, Object> status() {
        return status(Map.of());
    }

    /** The same after a garbage collection. */
    Map<String, Object> statusAfterCollection() {
        return status(Map.of("collect", true));
    }

    @SuppressWarnings("unchecked")
    private Map<String, Object> status(Map<String, Object> asked) {
        try (Worker control = new Worker(socket)) {
            return (Map<String, Object>) control.exchange(Map.of("status", asked)).get("status");
        }
    }

    long statusNumber(String name) {
        return ((Number) status().get(name)).longValue();
    }

    /** Memory in main memory, bytes; Linux only, else 0. */
    long residentBytes() throws IOException {
        Path status = Path.of("/proc", String.valueOf(process.pid()), "status");
        if (!Files.exists(status)) {
            return 0;
        }
        for (String line : Files.readAllLines(status)) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
            }
        }
        return 0;
    }

    @Override
    public void close() {
        closeWorkers();
        try {
            // Its standard input ends, and with it the host.
            process.getOutputStream().close();
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException("the host outlived its standard input");
            }
            Files.deleteIfExists(directory.resolve("errors"));
            Files.deleteIfExists(socket);
            Files.deleteIfExists(directory);
        } catch (IOException | InterruptedException failed) {
            throw new IllegalStateException(failed);
        }
    }
}
