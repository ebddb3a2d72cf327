package durward.host.program;

import durward.host.wire.WireException;
import java.util.Map;

/**
 * A call of one method.
 *
 * @param context the context bean's snapshot
 * @param arguments the others, by the parameter's name
 */
public record Call(String method, Map<String, Object> context, Map<String, Object> arguments) {
    /** @throws WireException for what is no call */
    public static Call of(Object frame) throws WireException {
        Members members = Members.of(frame);
        return new Call(members.text("method"), members.plain("context"), members.plain("arguments"));
    }
}
