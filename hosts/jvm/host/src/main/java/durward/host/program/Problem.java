package durward.host.program;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Something wrong with a script's text.
 *
 * @param line from 1, of the author's text
 * @param column from 1, in characters
 */
public record Problem(int line, int column, String message) {
    Map<String, Object> plain() {
        Map<String, Object> plain = new LinkedHashMap<>();
        plain.put("line", Math.max(line, 1));
        plain.put("column", Math.max(column, 1));
        plain.put("message", message);
        return plain;
    }
}
