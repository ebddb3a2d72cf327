package durward.host.program;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a turn that ran no method of the type answers. */
public sealed interface Report {
    /** As it travels. */
    Map<String, Object> plain();

    /** The script is compiled, made and initialised. */
    record Loaded(long apiVersion, List<String> methods, String dialect) implements Report {
        @Override
        public Map<String, Object> plain() {
            Map<String, Object> plain = new LinkedHashMap<>();
            plain.put("apiVersion", apiVersion);
            plain.put("methods", methods);
            plain.put("dialect", dialect);
            return plain;
        }
    }

    /** Everything wrong with the text; nothing of it was run. */
    record Checked(List<Problem> problems, String dialect) implements Report {
        @Override
        public Map<String, Object> plain() {
            Map<String, Object> plain = new LinkedHashMap<>();
            plain.put("problems", problems.stream().map(Problem::plain).toList());
            plain.put("dialect", dialect);
            return plain;
        }
    }
}
