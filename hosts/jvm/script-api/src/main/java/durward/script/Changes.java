package durward.script;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a script changed during one call, by dotted path from the context. */
public final class Changes {
    /**
     * A value that was handed out and may have been changed in place.
     *
     * @param path where it stands
     * @param live what the script holds
     * @param before its plain JSON value at that time
     */
    public record Watched(String path, Object live, Object before) {
    }

    private final Map<String, Object> set = new LinkedHashMap<>();
    private final List<Watched> watched = new ArrayList<>();

    /** A setter was called. */
    public synchronized void put(String path, Object value) {
        set.put(path, value);
    }

    /** {@code live} was handed out. */
    public synchronized void watch(String path, Object live, Object before) {
        watched.add(new Watched(path, live, before));
    }

    /** Everything that differs now, live values in their last state. */
    public synchronized Map<String, Object> collect() {
        Map<String, Object> found = new LinkedHashMap<>(set);
        for (Watched one : watched) {
            if (!found.containsKey(one.path)) {
                Object now = Plain.of(one.live);
                if (!Plain.same(now, one.before)) {
                    found.put(one.path, now);
                }
            }
        }
        return found;
    }
}
