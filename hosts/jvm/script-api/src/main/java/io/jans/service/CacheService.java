package io.jans.service;

import durward.script.Host;
import durward.script.HostRefused;
import durward.script.Plain;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.json.JSONObject;
import org.json.JSONTokener;
import org.slf4j.LoggerFactory;

/** What a script keeps between calls, on this node, for a while. Values are JSON; each script has a shelf of its own. */
public class CacheService {
    private static final int DEFAULT_SECONDS = 60;

    /** What was put, or null. */
    public Object get(String key) {
        Object kept = Host.ask("cacheGet", Map.of("key", key)).get("value");
        return kept == null || kept == JSONObject.NULL ? null : new JSONTokener(kept.toString()).nextValue();
    }

    public void put(String key, Object object) {
        put(DEFAULT_SECONDS, key, object);
    }

    public void put(int expirationInSeconds, String key, Object object) {
        Map<String, Object> asked = new LinkedHashMap<>();
        asked.put("key", key);
        asked.put("value", Plain.text(object));
        asked.put("seconds", expirationInSeconds);
        try {
            Host.ask("cachePut", asked);
        } catch (HostRefused refused) {
            // As Jans: what cannot be kept is not kept.
            LoggerFactory.getLogger(CacheService.class).error("cache: {}", refused.getMessage());
        }
    }

    public void remove(String key) {
        Host.ask("cacheRemove", Map.of("key", key));
    }

    public void clear() {
        Host.ask("cacheClear", Map.of());
    }

    public boolean hasKey(String key) {
        return get(key) != null;
    }

    /** What is kept, or what {@code load} makes and is kept from now on. */
    @SuppressWarnings("unchecked")
    public <T> T getWithPut(String key, Supplier<T> load, int expirationInSeconds) {
        Object found = get(key);
        if (found == null) {
            found = load.get();
            if (found != null) {
                put(expirationInSeconds, key, found);
            }
        }
        return (T) found;
    }
}
