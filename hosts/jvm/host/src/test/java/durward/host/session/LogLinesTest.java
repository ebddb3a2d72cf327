package durward.host.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import durward.host.program.Limits;
import durward.host.wire.JsonWriter;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Lines that wait to be sent. */
final class LogLinesTest {
    private static LogLines begun(int lines, int lineBytes) {
        LogLines all = new LogLines();
        all.begin(new Limits(0, lines, lineBytes, 0, 0));
        return all;
    }

    private static String frame(LogLines lines) {
        JsonWriter frame = lines.take();
        return new String(frame.array(), 0, frame.length(), StandardCharsets.UTF_8);
    }

    @Test
    void linesShareAFrame() {
        LogLines lines = begun(10, 100);
        assertNull(lines.take());
        lines.add("info", "one");
        lines.add("warn", "tw\"o");
        assertTrue(lines.due(0));
        assertEquals("{\"log\":[{\"level\":\"info\",\"text\":\"one\"},{\"level\":\"warn\",\"text\":\"tw\\\"o\"}]}", frame(lines));
        assertNull(lines.take());
        assertFalse(lines.due(0));
    }

    @Test
    void linesOverTheLimitAreCounted() {
        LogLines lines = begun(2, 100);
        for (int count = 0; count < 5; count++) {
            lines.add("info", "x");
        }
        assertEquals(3, lines.dropped());
        lines.put("warn", "more");
        assertTrue(frame(lines).endsWith("{\"level\":\"warn\",\"text\":\"more\"}]}"));
        lines.begin(new Limits(0, 2, 100, 0, 0));
        assertEquals(0, lines.dropped());
    }

    @Test
    void aLineIsCutBetweenCharacters() {
        assertEquals("a", LogLines.cut("aé", 2));
        assertEquals("aé", LogLines.cut("aé", 3));
        assertEquals("abc", LogLines.cut("abc", 10));
        assertEquals("", LogLines.cut("\uD83D\uDE00", 3));
        assertEquals("\uD83D\uDE00", LogLines.cut("\uD83D\uDE00x", 4));
    }

    @Test
    void muchIsSentAtOnceAndNothingOutgrowsAFrame() {
        LogLines lines = begun(100_000, 100_000);
        assertFalse(lines.add("info", "x".repeat(1000)));
        assertTrue(lines.add("info", "x".repeat(20_000)));
        for (int count = 0; count < 1000; count++) {
            lines.add("info", "\u0001".repeat(20_000));
        }
        assertTrue(lines.take().length() <= 4 << 20);
        assertTrue(lines.dropped() > 0);
    }
}
