package durward.host.java;

import durward.script.Packages;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Imports from packages that Jans no longer has, written as the ones it has: published scripts use both.
 *
 * <p>Lines stay where they are; what moves is the rest of an import's own line. Names that are written out in full
 * elsewhere in the text are left as they are.
 */
final class StaleImports {
    private static final Pattern IMPORT =
            Pattern.compile("(?s)^(\\s*import\\s+(?:static\\s+)?)([a-z][a-z0-9_.]*)\\.([A-Z]\\w*|\\*)(.*)$");

    /** By line: where the name begins, and how much longer it has become. */
    private final Map<Integer, int[]> shifts = new HashMap<>();
    private final BiPredicate<String, String> known;
    private final String text;

    /** @param known tells whether the API has a class of that full name, or of that package for {@code *} */
    StaleImports(String source, BiPredicate<String, String> known) {
        this.known = known;
        StringBuilder built = new StringBuilder(source.length() + 64);
        int number = 1;
        int from = 0;
        while (from <= source.length()) {
            int end = source.indexOf('\n', from);
            String line = source.substring(from, end < 0 ? source.length() : end);
            built.append(current(line, number));
            if (end < 0) {
                break;
            }
            built.append('\n');
            from = end + 1;
            number++;
        }
        text = built.toString();
    }

    private String current(String line, int number) {
        if (!line.contains("import")) {
            return line;
        }
        Matcher matcher = IMPORT.matcher(line);
        if (!matcher.matches()) {
            return line;
        }
        String before = matcher.group(2);
        String after = Packages.current(before);
        if (after.equals(before) || known.test(before, matcher.group(3))) {
            return line;
        }
        shifts.put(number, new int[] {matcher.end(2) + 1, after.length() - before.length()});
        return matcher.group(1) + after + "." + matcher.group(3) + matcher.group(4);
    }

    /** What the compiler is given. */
    String text() {
        return text;
    }

    /** The author's column for one of the compiler's. */
    int column(int line, int column) {
        int[] shift = shifts.get(line);
        return shift == null || column < shift[0] + Math.min(shift[1], 0) ? column : Math.max(1, column - shift[1]);
    }
}
