package durward.host.program;

import durward.host.wire.WireException;
import io.jans.model.SimpleCustomProperty;
import io.jans.model.SimpleExtendedCustomProperty;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A script, with everything that is needed to run it.
 *
 * @param wire version of the wire that the sender speaks
 * @param fileName of the author's text, in traces and problems
 * @param dialect {@code java}, {@code 2} or {@code auto}
 * @param customScript the script's record
 * @param attributes its properties in order
 * @param currentTimeMs handed to Python's {@code __init__}
 */
public record Program(
        long wire,
        String fileName,
        String source,
        String dialect,
        Contract contract,
        Map<String, Object> customScript,
        List<SimpleExtendedCustomProperty> attributes,
        long currentTimeMs,
        Limits limits) {
    /** The version of the wire that this host speaks. */
    public static final long WIRE = 1;

    public static final String JAVA = "java";
    public static final String PYTHON_2 = "2";

    /** @throws WireException for what is no program */
    public static Program of(Object frame) throws WireException {
        Members members = Members.of(frame);
        return new Program(
                members.number("wire"),
                members.text("fileName"),
                members.text("source"),
                members.text("dialect"),
                Contract.of(members.object("contract")),
                members.plain("customScript"),
                members.list("attributes", Program::attribute),
                members.number("currentTimeMs"),
                Limits.of(members.object("limits")));
    }

    private static SimpleExtendedCustomProperty attribute(Members members) throws WireException {
        return new SimpleExtendedCustomProperty(
                members.text("value1"),
                members.text("value2"),
                members.textOr("description", ""),
                members.flagOr("hide", false));
    }

    /** The map that {@code init} and {@code destroy} get: name to property, the last of a name wins. */
    public Map<String, SimpleCustomProperty> configurationAttributes() {
        Map<String, SimpleCustomProperty> map = new LinkedHashMap<>();
        attributes.forEach(one -> map.put(one.getValue1(), one));
        return map;
    }
}
