package durward.host.process;

import durward.host.wire.Frame;
import durward.host.wire.Frames;
import durward.host.wire.JsonWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Assertions;

/** The server's end of one connection: turns, what the script said meanwhile, and answers to what it asked. */
final class Worker implements AutoCloseable {
    /** A line of the script's log. */
    record Line(String level, String text) {
    }

    /** How a turn ended; both are null when the connection ended. */
    record End(Map<String, Object> done, Map<String, Object> failed) {
    }

    /** A refusal of the server's. */
    record Refusal(String sentence) {
    }

    final List<Line> log = new ArrayList<>();
    final List<Map<String, Object>> hostCalls = new ArrayList<>();
    private final SocketChannel channel;
    private final Frames frames;
    private BiFunction<String, Map<String, Object>, Object> services =
            (service, arguments) -> new Refusal("no " + service + " here");

    Worker(Path socket) {
        try {
            channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
            frames = new Frames(channel);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** What the server answers from here on: a value, or a {@link Refusal}. */
    Worker answering(BiFunction<String, Map<String, Object>, Object> answers) {
        services = answers;
        return this;
    }

    void send(Object frame) {
        JsonWriter text = new JsonWriter(Frames.MAX_BYTES).value(frame);
        try {
            frames.write(text.array(), text.length());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Bytes as they are. */
    void sendRaw(byte... bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    /** The next frame; null when the host closed the connection. */
    Frame receive() {
        try {
            return frames.read();
        } catch (IOException reset) {
            return null;
        }
    }

    /** Sends a frame; the next one that comes, as an object of one member. */
    Map<String, Object> exchange(Object frame) {
        send(frame);
        Frame answer = receive();
        Assertions.assertNotNull(answer, "the host closed the connection");
        Map<String, Object> one = new LinkedHashMap<>();
        one.put(answer.kind(), answer.content());
        return one;
    }

    /** Does a turn to its end. */
    End turn(Object frame) {
        try {
            send(frame);
        } catch (UncheckedIOException gone) {
            return new End(null, null);
        }
        while (true) {
            Frame answer = receive();
            if (answer == null) {
                return new End(null, null);
            }
            End end = take(answer);
            if (end != null) {
                return end;
            }
        }
    }

    /** Takes in a frame; how the turn ended, if it did. */
    @SuppressWarnings("unchecked")
    End take(Frame frame) {
        switch (frame.kind()) {
            case "log" -> ((List<Map<String, Object>>) frame.content())
                    .forEach(line -> log.add(new Line((String) line.get("level"), (String) line.get("text"))));
            case "host" -> {
                Map<String, Object> call = (Map<String, Object>) frame.content();
                hostCalls.add(call);
                Object answer = services.apply(
                        (String) call.get("service"), (Map<String, Object>) call.get("arguments"));
                send(Map.of("answer", answer instanceof Refusal refusal
                        ? Map.of("refused", refusal.sentence()) : Map.of("value", answer)));
            }
            case "done" -> {
                return new End((Map<String, Object>) frame.content(), null);
            }
            case "failed" -> {
                return new End(null, (Map<String, Object>) frame.content());
            }
            default -> Assertions.fail("an unknown frame " + frame);
        }
        return null;
    }

    private static Map<String, Object> done(End end) {
        Assertions.assertNotNull(end.done(), () -> end.failed() == null ? "the connection ended"
                : end.failed().get("message") + "\n" + end.failed().get("trace"));
        return end.done();
    }

    private static Map<String, Object> failed(End end) {
        Assertions.assertNotNull(end.failed(), () -> end.done() == null ? "the connection ended"
                : "it did not fail: " + end.done());
        return end.failed();
    }

    @SuppressWarnings("unchecked")
    Map<String, Object> load(Map<String, Object> program) {
        return (Map<String, Object>) done(turn(Map.of("load", program))).get("result");
    }

    Map<String, Object> loadFails(Map<String, Object> program) {
        return failed(turn(Map.of("load", program)));
    }

    @SuppressWarnings("unchecked")
    List<Map<String, Object>> check(Map<String, Object> program) {
        Map<String, Object> report = (Map<String, Object>) done(turn(Map.of("check", program))).get("result");
        return (List<Map<String, Object>>) report.get("problems");
    }

    static Map<String, Object> call(String method, Map<String, Object> context, Map<String, Object> arguments) {
        return Map.of("call", Map.of("method", method, "context", context, "arguments", arguments));
    }

    /** The whole {@code done}. */
    Map<String, Object> calls(String method, Map<String, Object> context, Map<String, Object> arguments) {
        return done(turn(call(method, context, arguments)));
    }

    Object result(String method, Map<String, Object> context) {
        return calls(method, context, Map.of()).get("result");
    }

    Map<String, Object> callFails(String method, Map<String, Object> context) {
        return failed(turn(call(method, context, Map.of())));
    }

    Map<String, Object> destroys() {
        return done(turn("destroy"));
    }

    List<String> texts(String level) {
        return log.stream().filter(line -> line.level().equals(level)).map(Line::text).toList();
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
