package durward.script;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The properties of one bean as a script type's contract lists them.
 *
 * @param name simple class name
 * @param properties by name, in the contract's order
 */
public record Shape(String name, Map<String, Property> properties) {
    static final String JSON_TEXT = "jsontext";

    /**
     * @param kind {@code text}, {@code integer}, {@code boolean}, {@code texts}, {@code json}, {@code jsontext},
     *     {@code bean:Name} or {@code service:package.Class}
     * @param writable whether what a setter sets travels back
     */
    public record Property(String kind, boolean writable) {
        private static final String BEAN = "bean:";
        private static final String SERVICE = "service:";

        /** Whether it is JSON that travels as its text. */
        boolean isText() {
            return kind.equals(JSON_TEXT);
        }

        /** Name of the nested bean, or null. */
        public String bean() {
            return kind.startsWith(BEAN) ? kind.substring(BEAN.length()) : null;
        }

        /** Class path of the host's own object, or null. */
        public String service() {
            return kind.startsWith(SERVICE) ? kind.substring(SERVICE.length()) : null;
        }
    }

    public Shape {
        properties = new LinkedHashMap<>(properties);
    }
}
