package durward.host.program;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A turn that the script itself ended badly.
 *
 * @param message {@code Type: text}
 * @param line of the author's text, or null
 * @param column of the author's text, or null
 * @param trace the author's frames only
 */
public record Failure(
        Kind kind, String message, Integer line, Integer column, String trace, List<Problem> problems) {
    private static final int MAX_MESSAGE = 4000;
    private static final int MAX_TRACE = 32 * 1024;
    private static final int MAX_PROBLEMS = 100;

    /** Why. */
    public enum Kind {
        /** The script raised. */
        RAISED,
        /** The script may not run at all. */
        REFUSED,
        /** A limit was passed. */
        EXHAUSTED
    }

    public Failure {
        message = cut(message, MAX_MESSAGE);
        trace = cut(trace, MAX_TRACE);
        problems = problems.size() > MAX_PROBLEMS ? problems.subList(0, MAX_PROBLEMS) : problems;
    }

    private static String cut(String text, int length) {
        return text == null ? "" : text.length() <= length ? text : text.substring(0, length);
    }

    public static Failure exhausted(String message) {
        return new Failure(Kind.EXHAUSTED, message, null, null, "", List.of());
    }

    /** As it travels. */
    public Map<String, Object> plain() {
        Map<String, Object> plain = new LinkedHashMap<>();
        plain.put("kind", kind.name().toLowerCase(java.util.Locale.ROOT));
        plain.put("message", message);
        plain.put("line", line == null || line < 1 ? null : line);
        plain.put("column", column == null || column < 1 ? null : column);
        plain.put("trace", trace);
        plain.put("problems", problems.stream().map(Problem::plain).toList());
        return plain;
    }
}
