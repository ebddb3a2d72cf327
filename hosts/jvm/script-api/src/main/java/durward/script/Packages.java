package durward.script;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Spellings of packages that Jans no longer has, or never had, and that published scripts import from. */
public final class Packages {
    private static final Map<String, String> STALE = read();

    private Packages() {
    }

    private static Map<String, String> read() {
        Map<String, String> stale = new LinkedHashMap<>();
        try (InputStream stream = Packages.class.getResourceAsStream("stale-packages.txt");
                BufferedReader lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            for (String line; (line = lines.readLine()) != null; ) {
                if (!line.isBlank() && !line.startsWith("#")) {
                    String[] words = line.trim().split("\\s+");
                    stale.put(words[0], words[1]);
                }
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return stale;
    }

    /** The package that is meant: {@code name} itself unless it is a stale spelling. */
    public static String current(String name) {
        return STALE.getOrDefault(name, name);
    }

    /** All stale spellings. */
    public static Set<String> stale() {
        return STALE.keySet();
    }
}
