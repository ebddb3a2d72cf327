package durward.host.java;

import durward.host.program.Problem;
import java.util.List;
import java.util.Map;

/**
 * What became of a Java text.
 *
 * @param classes class files by binary name; empty when there are problems
 * @param className binary name of the contract's class, or null
 * @param line where that class begins
 * @param column where that class begins
 * @param problems everything that is wrong
 */
record CompiledScript(
        Map<String, byte[]> classes, String className, int line, int column, List<Problem> problems) {
    /** Bytes of the class files, for the bound of the cache. */
    long bytes() {
        return classes.values().stream().mapToLong(one -> one.length).sum();
    }
}
