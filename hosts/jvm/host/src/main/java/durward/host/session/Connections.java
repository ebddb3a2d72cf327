package durward.host.session;

import durward.host.loader.Loaders;
import durward.host.security.ScriptThreads;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The connections of this process, their threads, and what the server may ask about them.
 *
 * <p>A thread is abandoned when it runs on after the server closed its connection: nothing in Java ends it from
 * outside without harm to others. The server counts them and starts another process when they are too many.
 */
public final class Connections {
    /** Python frames are deep; pages of a stack that is not used cost nothing. */
    private static final long STACK_BYTES = 4L * 1024 * 1024;

    private final Engines engines;
    private final Loaders loaders;
    private final Watcher watcher = new Watcher(this);
    private final ThreadGroup workers = new ThreadGroup("workers");
    private final Map<Connection, ScriptThreads> open = new ConcurrentHashMap<>();
    private final Set<Connection> running = ConcurrentHashMap.newKeySet();
    private final Set<Connection> controls = ConcurrentHashMap.newKeySet();
    private final Set<Connection> over = ConcurrentHashMap.newKeySet();
    private final Set<ScriptThreads> abandoned = ConcurrentHashMap.newKeySet();

    public Connections(Engines engines, Loaders loaders) {
        this.engines = engines;
        this.loaders = loaders;
        watcher.start();
    }

    Watcher watcher() {
        return watcher;
    }

    /** Starts the worker of an accepted connection. */
    public void serve(SocketChannel channel) {
        Connection connection = new Connection(channel, this, engines);
        ScriptThreads threads = new ScriptThreads(workers);
        Thread thread = new Thread(workers, () -> {
            threads.enter();
            connection.run();
        }, "worker", STACK_BYTES);
        thread.setDaemon(true);
        threads.setWorker(thread);
        open.put(connection, threads);
        thread.start();
    }

    void running(Connection connection, boolean is) {
        if (is) {
            ScriptThreads threads = open.get(connection);
            if (threads != null) {
                threads.begin();
            }
            running.add(connection);
        } else {
            running.remove(connection);
        }
    }

    Set<Connection> running() {
        return running;
    }

    boolean isBusy() {
        return !running.isEmpty() || !abandoned.isEmpty();
    }

    /** The connection is no worker. */
    void control(Connection connection) {
        controls.add(connection);
    }

    /** The connection is to end after the turn that runs. */
    void end(Connection connection) {
        over.add(connection);
    }

    boolean isOver(Connection connection) {
        return over.contains(connection);
    }

    /** The server closed the connection while its script runs. */
    void abandon(Connection connection) {
        running.remove(connection);
        ScriptThreads threads = open.remove(connection);
        if (threads != null) {
            abandoned.add(threads);
            connection.closeChannel();
            threads.interrupt();
        }
    }

    /** The connection's own thread is at its end; threads that its script started may not be. */
    void ended(Connection connection) {
        running.remove(connection);
        over.remove(connection);
        controls.remove(connection);
        ScriptThreads threads = open.remove(connection);
        if (threads != null) {
            threads.workerEnds();
            if (!threads.destroyIfEnded()) {
                abandoned.add(threads);
                threads.interrupt();
                // Somebody has to see to it that they end.
                watcher.wake();
            }
        }
    }

    /** Interrupts what is abandoned, once more; whether there is any. */
    boolean interruptAbandoned() {
        for (ScriptThreads threads : abandoned) {
            if (threads.destroyIfEnded()) {
                abandoned.remove(threads);
            } else {
                threads.interrupt();
            }
        }
        return !abandoned.isEmpty();
    }

    /** What a control connection is answered. */
    Map<String, Object> status(Object asked) {
        if (asked instanceof Map<?, ?> map && Boolean.TRUE.equals(map.get("collect"))) {
            System.gc();
        }
        Runtime runtime = Runtime.getRuntime();
        Map<String, Object> status = new LinkedHashMap<>();
        status.put("abandonedThreads", abandonedThreads());
        status.put("heapUsed", runtime.totalMemory() - runtime.freeMemory());
        status.put("heapMax", runtime.maxMemory());
        status.put("connections", open.size() - controls.size());
        status.put("classLoaders", loaders.live());
        status.put("metaspaceUsed", metaspaceUsed());
        return status;
    }

    private int abandonedThreads() {
        int count = 0;
        List<ScriptThreads> all = new ArrayList<>(abandoned);
        for (ScriptThreads threads : all) {
            count += threads.alive();
        }
        return count;
    }

    private static long metaspaceUsed() {
        for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
            if (pool.getName().equals("Metaspace")) {
                return pool.getUsage().getUsed();
            }
        }
        return 0;
    }
}
