package durward.host.session;

import durward.host.program.Limits;
import durward.host.wire.Frames;
import durward.host.wire.JsonWriter;
import durward.host.wire.TooLarge;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The log lines of one turn that wait for the next frame, kept as the bytes that they are sent as.
 *
 * <p>Not here: who may write to the connection when. Not thread-safe.
 */
final class LogLines {
    private static final int ROOM = 64 * 1024;
    private static final byte[] HEAD = "{\"log\":[".getBytes(StandardCharsets.US_ASCII);

    /** Lines go out at the latest when they have come to this size, bytes. */
    private static final int ENOUGH = 16 * 1024;

    private Limits limits = new Limits(0, 0, 0, 0, 0);
    private JsonWriter waiting;
    private long since;
    private int kept;
    private long dropped;

    void begin(Limits newLimits) {
        limits = newLimits;
        kept = 0;
        dropped = 0;
    }

    long dropped() {
        return dropped;
    }

    int lineBytes() {
        return limits.logLineBytes();
    }

    /** Keeps a line, cut to its limit, or counts it. Whether it is time to send. */
    boolean add(String level, String text) {
        if (kept >= limits.logLines()) {
            dropped++;
            return false;
        }
        kept++;
        return put(level, cut(text, limits.logLineBytes()));
    }

    /** Keeps a line whatever the limits say. */
    boolean put(String level, String text) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("level", level);
        line.put("text", text);
        JsonWriter encoded = new JsonWriter(ROOM);
        try {
            encoded.value(line);
        } catch (TooLarge escapes) {
            // Control characters only: six bytes each.
            return put(level, cut(text, text.length() / 8));
        }
        if (waiting == null) {
            waiting = new JsonWriter(Frames.MAX_BYTES).raw(HEAD, HEAD.length);
            since = System.nanoTime();
        } else if (waiting.length() > Frames.MAX_BYTES - ROOM - 8) {
            // Nothing may be sent while the server answers a host call, and this is all that a frame holds.
            dropped++;
            return false;
        } else {
            waiting.raw(",");
        }
        waiting.raw(encoded.array(), encoded.length());
        return waiting.length() >= ENOUGH;
    }

    /** Whether lines have waited for {@code nanos}. */
    boolean due(long nanos) {
        return waiting != null && System.nanoTime() - since >= nanos;
    }

    /** The waiting lines as a frame, or null; none wait then. */
    JsonWriter take() {
        JsonWriter frame = waiting;
        waiting = null;
        return frame == null ? null : frame.raw("]}");
    }

    /** {@code text} cut to at most {@code bytes} of UTF-8, between characters. */
    static String cut(String text, int bytes) {
        if (text.length() * 3L <= bytes) {
            return text;
        }
        int used = 0;
        for (int index = 0; index < text.length(); ) {
            int code = text.codePointAt(index);
            used += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
            if (used > bytes) {
                return text.substring(0, index);
            }
            index += Character.charCount(code);
        }
        return text;
    }
}
