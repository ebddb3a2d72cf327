package durward.host.program;

import durward.host.wire.WireException;
import java.util.List;

/**
 * One method of a contract.
 *
 * @param parameters in order; {@code context} is the context bean
 * @param returns what the result is converted to
 * @param optional whether a script may leave it out
 */
public record Method(String name, List<String> parameters, Returns returns, boolean optional) {
    /** What a result is converted to. */
    public enum Returns {
        BOOLEAN,
        STRING,
        INTEGER,
        JSON,
        /** The same as its text. */
        JSON_TEXT,
        NONE
    }

    static Method of(Members members) throws WireException {
        Returns returns = switch (members.text("returns")) {
            case "boolean" -> Returns.BOOLEAN;
            case "string" -> Returns.STRING;
            case "integer" -> Returns.INTEGER;
            case "json" -> Returns.JSON;
            case "jsontext" -> Returns.JSON_TEXT;
            case "none" -> Returns.NONE;
            default -> throw new WireException("a method returns " + members.text("returns"));
        };
        return new Method(
                members.text("name"), members.texts("parameters"), returns, members.flagOr("optional", false));
    }

    /** The parameters in words, for a problem. */
    public String words() {
        return parameters.size() + " (" + String.join(", ", parameters) + ")";
    }
}
