package durward.host;

import durward.host.java.JavaEngine;
import durward.host.loader.JythonLoader;
import durward.host.loader.Loaders;
import durward.host.security.Confinement;
import durward.host.security.HostPolicy;
import durward.host.security.HostSecurityManager;
import durward.host.session.Connections;
import durward.host.session.Current;
import durward.host.session.Engines;
import durward.host.session.Session;
import durward.log.HostErrors;
import durward.log.JavaLogging;
import durward.log.RoutedStream;
import durward.log.UncaughtExceptions;
import durward.script.Host;
import durward.script.HostRefused;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.StandardProtocolFamily;
import java.net.URISyntaxException;
import java.net.URLConnection;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.Policy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.slf4j.LoggerFactory;

/**
 * The process: sets up confinement and logs, listens, and gives every connection a worker.
 *
 * <p>It prints {@code ready} when it accepts connections, and ends when its standard input does. See README.md for
 * the flags that it must be started with.
 */
public final class Main {
    private static final int USAGE_ERROR = 2;

    private Main() {
    }

    public static void main(String[] words) throws Exception {
        Arguments arguments;
        try {
            arguments = Arguments.parse(words);
        } catch (IllegalArgumentException wrong) {
            System.err.println(wrong.getMessage());
            System.exit(USAGE_ERROR);
            return;
        }
        if (arguments.task() == Arguments.Task.LIST_API) {
            standardOutput().println(ApiListing.json(jar()));
            return;
        }
        Connections connections = prepare(arguments);
        if (arguments.task() == Arguments.Task.TRAIN) {
            Training.run(connections);
            System.exit(0);
        }
        endWithStandardInput(arguments.socket());
        listen(arguments.socket(), connections);
    }

    /** Everything but the socket. */
    private static Connections prepare(Arguments arguments) throws URISyntaxException {
        Path jar = jar();
        // A jar that was replaced must not be read through the handle of the one before.
        URLConnection.setDefaultUseCaches("jar", false);
        System.setProperty("java.util.logging.config.class", JavaLogging.class.getName());
        System.setProperty("slf4j.internal.verbosity", "WARN");
        System.setProperty("slf4j.provider", "durward.log.ScriptLogProvider");
        RoutedStream.install();
        Thread.setDefaultUncaughtExceptionHandler(new UncaughtExceptions());
        // Finds its provider now, and not in the middle of a script's call.
        LoggerFactory.getLogger(Main.class);
        Host.install(new Server());

        List<Path> readable = new ArrayList<>(arguments.libs());
        Confinement confinement = new Confinement(readable, arguments.network());
        Loaders loaders = new Loaders(arguments.libs(), confinement, Main.class.getClassLoader(), jar);
        Engines engines = new Engines(
                new JavaEngine(loaders, jar), () -> JythonLoader.engine(jar, loaders, confinement));
        Connections connections = new Connections(engines, loaders);
        Policy.setPolicy(new HostPolicy());
        System.setSecurityManager(new HostSecurityManager());
        return connections;
    }

    /** The jar that this runs from. */
    private static Path jar() throws URISyntaxException {
        return Path.of(Main.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    }

    /** The process's own, whatever {@code System.out} is. */
    private static PrintStream standardOutput() {
        return new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    }

    /** The server, as whichever script the thread belongs to sees it. */
    private static final class Server implements Host.Services {
        @Override
        public Object ask(String service, Map<String, ?> arguments) {
            Session session = Current.session();
            if (session == null) {
                throw new HostRefused("this thread belongs to no script: ask for " + service + " in the call itself");
            }
            return session.ask(service, arguments);
        }

        @Override
        public Map<String, Object> snapshot() {
            Session session = Current.session();
            return session == null ? Map.of() : session.snapshot();
        }
    }

    /** The server holds the other end: the host never outlives it. */
    private static void endWithStandardInput(Path socket) {
        InputStream input = System.in;
        Thread thread = new Thread(() -> {
            try {
                input.transferTo(java.io.OutputStream.nullOutputStream());
            } catch (IOException gone) {
                // As good as its end.
            }
            try {
                Files.deleteIfExists(socket);
            } catch (IOException already) {
                // The server cleans up as well.
            }
            // Scripts may hold what a shutdown in order would wait for.
            Runtime.getRuntime().halt(0);
        }, "standard input");
        thread.setDaemon(true);
        thread.start();
    }

    private static void listen(Path socket, Connections connections) throws IOException {
        try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            listener.bind(UnixDomainSocketAddress.of(socket));
            Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
            standardOutput().println("ready");
            while (true) {
                SocketChannel accepted = listener.accept();
                try {
                    connections.serve(accepted);
                } catch (OutOfMemoryError tooLittle) {
                    // A script's doing, which costs this connection and not the process.
                    accepted.close();
                    HostErrors.print("a connection could not be served: " + tooLittle);
                }
            }
        }
    }
}
