package durward.host.java;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Class files of texts that were compiled lately, so that the second connection of a script need not wait.
 *
 * <p>Bytes, not classes: every connection defines its own. Bounded by number and size, the least used go first.
 */
final class CompileCache {
    private static final int MAX_SCRIPTS = 64;
    private static final long MAX_BYTES = 8L * 1024 * 1024;

    /**
     * @param text hash of the source
     * @param fileName stack frames carry it
     * @param className the contract's
     * @param base the jars it was compiled against
     */
    record Key(String text, String fileName, String className, Object base) {
        static Key of(String source, String fileName, String className, Object base) {
            try {
                byte[] hash = MessageDigest.getInstance("SHA-256").digest(source.getBytes(StandardCharsets.UTF_8));
                return new Key(HexFormat.of().formatHex(hash), fileName, className, base);
            } catch (NoSuchAlgorithmException impossible) {
                throw new IllegalStateException(impossible);
            }
        }
    }

    private final Map<Key, CompiledScript> scripts = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;

    synchronized CompiledScript find(Key key) {
        return scripts.get(key);
    }

    /** Keeps what compiled; what did not is not asked for again and again. */
    synchronized void put(Key key, CompiledScript script) {
        if (!script.problems().isEmpty() || script.bytes() > MAX_BYTES) {
            return;
        }
        CompiledScript before = scripts.put(key, script);
        bytes += script.bytes() - (before == null ? 0 : before.bytes());
        var oldest = scripts.entrySet().iterator();
        while (scripts.size() > MAX_SCRIPTS || bytes > MAX_BYTES) {
            bytes -= oldest.next().getValue().bytes();
            oldest.remove();
        }
    }
}
