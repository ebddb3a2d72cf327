package durward.host.session;

import durward.host.program.Failure;
import durward.host.program.Limits;
import durward.host.wire.Frame;
import durward.host.wire.Frames;
import durward.host.wire.JsonWriter;
import durward.host.wire.TooLarge;
import durward.host.wire.WireException;
import durward.script.HostRefused;
import durward.script.Plain;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One connection's end of the wire and the turn that runs: log lines, host calls, the end of the turn.
 *
 * <p>The connection's thread reads between turns. During a turn any thread of the script may log or ask the server;
 * one asks at a time. Once the server has closed the connection, every log line and host call of its script throws
 * {@link ThreadDeath}, so that what still runs comes to an end. Not here: what a turn does.
 */
public final class Session {
    /** Standard output or standard error of a script. */
    public enum Stream {
        OUTPUT("info"),
        ERROR("error");

        private final String level;

        Stream(String level) {
            this.level = level;
        }
    }

    private static final int HOST_CALL_BYTES = 1024 * 1024;
    private static final int MAX_LATE_LINES = 32;

    private final Frames frames;
    /** Held by whoever waits for an answer; the end of a turn waits for it. */
    private final ReentrantLock asking = new ReentrantLock();
    /** Guards what follows it and the writing of frames. */
    private final Object output = new Object();
    private final LogLines lines = new LogLines();
    private final StringBuilder[] partial = {new StringBuilder(), new StringBuilder()};
    private final List<String[]> late = new ArrayList<>();
    private Limits limits;
    private int hostCalls;
    private volatile boolean inTurn;
    private volatile boolean gone;
    private volatile Map<String, Object> snapshot = Map.of();

    public Session(Frames frames) {
        this.frames = frames;
    }

    /** The next frame between turns; null when the server closed the connection. */
    Frame next() throws IOException {
        return frames.read();
    }

    /** Starts a turn. */
    void begin(Limits newLimits) {
        synchronized (output) {
            limits = newLimits;
            hostCalls = 0;
            lines.begin(newLimits);
            inTurn = true;
            snapshot = Map.of();
            late.forEach(line -> lines.add(line[0], line[1]));
            late.clear();
        }
    }

    /** What the server sent as the context of this turn's call. */
    void tell(Map<String, Object> context) {
        snapshot = context;
    }

    /** The context of the running call; empty in other turns. */
    public Map<String, Object> snapshot() {
        return snapshot;
    }

    /** Ends the turn well; {@code content} is the inside of the {@code done} object. */
    void done(JsonWriter content) throws IOException {
        end(() -> {
            JsonWriter frame = new JsonWriter(Frames.MAX_BYTES)
                    .raw("{\"done\":{")
                    .raw(content.array(), content.length())
                    .raw(",\"droppedLogLines\":" + lines.dropped() + "}}");
            send(frame);
        });
    }

    /** Ends the turn badly. */
    void failed(Failure failure) throws IOException {
        end(() -> {
            if (lines.dropped() > 0) {
                lines.put("warn", lines.dropped() + " more log lines were dropped");
            }
            send(new JsonWriter(Frames.MAX_BYTES).raw("{\"failed\":").value(failure.plain()).raw("}"));
        });
    }

    /** Answers on a control connection. */
    void status(Map<String, Object> status) throws IOException {
        synchronized (output) {
            send(new JsonWriter(Frames.MAX_BYTES).raw("{\"status\":").value(status).raw("}"));
        }
    }

    private interface Sending {
        void send() throws IOException;
    }

    private void end(Sending sending) throws IOException {
        // What another thread of the script asks for is answered before the turn ends.
        asking.lock();
        try {
            synchronized (output) {
                for (Stream stream : Stream.values()) {
                    endPartialLine(stream);
                }
                inTurn = false;
                sending.send();
            }
        } finally {
            asking.unlock();
        }
    }

    private void endPartialLine(Stream stream) {
        StringBuilder rest = partial[stream.ordinal()];
        if (rest.length() > 0) {
            lines.add(stream.level, rest.toString());
            rest.setLength(0);
        }
    }

    /** Sends {@code frame}, and before it what waits. With {@code output} held. */
    private void send(JsonWriter frame) throws IOException {
        JsonWriter waiting = lines.take();
        // An interrupt that is pending would close the connection.
        boolean interrupted = Thread.interrupted();
        try {
            if (waiting != null) {
                frames.write(waiting.array(), waiting.length());
            }
            if (frame != null) {
                frames.write(frame.array(), frame.length());
            }
        } catch (IOException broken) {
            gone = true;
            throw broken;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void sendOrDie(JsonWriter frame) {
        try {
            send(frame);
        } catch (IOException broken) {
            throw new ThreadDeath();
        }
    }

    private void dieIfGone() {
        if (gone) {
            throw new ThreadDeath();
        }
    }

    /** A logger's message: a line for each line of it. */
    public void log(String level, String text) {
        dieIfGone();
        synchronized (output) {
            text.lines().forEach(line -> keep(level, line));
        }
    }

    /** Text written to a stream: whole lines are kept at once, the rest when its newline comes or the turn ends. */
    public void write(Stream stream, String text) {
        dieIfGone();
        synchronized (output) {
            StringBuilder rest = partial[stream.ordinal()];
            int from = 0;
            for (int end; (end = text.indexOf('\n', from)) >= 0; from = end + 1) {
                rest.append(text, from, end);
                if (rest.length() > 0 && rest.charAt(rest.length() - 1) == '\r') {
                    rest.setLength(rest.length() - 1);
                }
                keep(stream.level, rest.toString());
                rest.setLength(0);
            }
            // A line is never longer than its limit, so neither is what waits for its end.
            int room = Math.max(0, lines.lineBytes() - rest.length());
            rest.append(text, from, Math.min(text.length(), from + room));
        }
    }

    /** With {@code output} held. */
    private void keep(String level, String line) {
        if (inTurn) {
            if (lines.add(level, line) && !asking.isLocked()) {
                sendOrDie(null);
            }
        } else if (late.size() < MAX_LATE_LINES) {
            // A thread that the script left behind: the server listens again in the next turn.
            late.add(new String[] {level, line});
        }
    }

    /** Sends lines that have waited for {@code nanos}; called by the watcher. */
    void flushIfDue(long nanos) {
        // While the server answers it reads nothing, and writing could block.
        if (!asking.isLocked()) {
            synchronized (output) {
                if (inTurn && lines.due(nanos)) {
                    try {
                        send(null);
                    } catch (IOException broken) {
                        gone = true;
                    }
                }
            }
        }
    }

    /** Whether the server has closed the connection; called by the watcher during a turn. */
    boolean isClosedByPeer() {
        if (!gone && asking.tryLock()) {
            try {
                if (inTurn && frames.isClosedByPeer()) {
                    gone = true;
                }
            } finally {
                asking.unlock();
            }
        }
        return gone;
    }

    /** From here on nothing of the script reaches the server. */
    void leave() {
        gone = true;
    }

    /**
     * The server's answer.
     *
     * @throws HostRefused when it refuses
     * @throws IllegalStateException when the turn has used up its host calls
     */
    public Object ask(String service, Map<String, ?> arguments) {
        Object plain = Plain.of(arguments);
        dieIfGone();
        asking.lock();
        try {
            if (!inTurn) {
                throw new HostRefused("no call is running: the server answers only during one");
            }
            Frame answer;
            synchronized (output) {
                if (hostCalls >= limits.hostCalls()) {
                    throw new IllegalStateException(
                            "more than " + limits.hostCalls() + " host calls in one turn");
                }
                hostCalls++;
                sendOrDie(hostFrame(service, plain));
            }
            answer = awaitAnswer();
            if (answer.content() instanceof Map<?, ?> map && answer.kind().equals("answer")) {
                if (map.containsKey("value")) {
                    return map.get("value");
                }
                if (map.get("refused") instanceof String sentence) {
                    throw new HostRefused(sentence);
                }
            }
            leave();
            throw new ThreadDeath();
        } finally {
            asking.unlock();
        }
    }

    private static JsonWriter hostFrame(String service, Object arguments) {
        Map<String, Object> call = new LinkedHashMap<>();
        call.put("service", service);
        call.put("arguments", arguments);
        try {
            return new JsonWriter(HOST_CALL_BYTES).raw("{\"host\":").value(call).raw("}");
        } catch (TooLarge tooLarge) {
            throw new IllegalArgumentException("what the server is asked with is " + tooLarge.getMessage());
        }
    }

    private Frame awaitAnswer() {
        boolean interrupted = Thread.interrupted();
        try {
            Frame answer = frames.read();
            if (answer == null) {
                throw new WireException("the server closed the connection");
            }
            return answer;
        } catch (IOException broken) {
            leave();
            throw new ThreadDeath();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
