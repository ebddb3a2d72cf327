package durward.host.java;

import durward.host.program.Method;
import durward.script.Plain;
import java.math.BigDecimal;
import java.util.Collection;
import java.util.Map;

/** A Java method's result as the plain value that the contract asks for. */
final class JavaResults {
    private JavaResults() {
    }

    static Object convert(Method method, Object result) {
        return switch (method.returns()) {
            case BOOLEAN -> truth(result);
            case STRING -> result == null ? null : result.toString();
            case INTEGER -> integer(method, result);
            case JSON -> Plain.of(result);
            case JSON_TEXT -> result == null || result instanceof String ? result : Plain.text(result);
            case NONE -> null;
        };
    }

    /** As Python has it: nothing, zero and what is empty are false. */
    private static boolean truth(Object result) {
        if (result instanceof Boolean flag) {
            return flag;
        }
        if (result instanceof Number number) {
            return new BigDecimal(number.toString()).signum() != 0;
        }
        if (result instanceof CharSequence text) {
            return !text.isEmpty();
        }
        if (result instanceof Collection<?> items) {
            return !items.isEmpty();
        }
        return result instanceof Map<?, ?> map ? !map.isEmpty() : result != null;
    }

    private static Object integer(Method method, Object result) {
        if (result instanceof Number number && Math.rint(number.doubleValue()) == number.doubleValue()) {
            return number.longValue();
        }
        throw new IllegalArgumentException(method.name() + " must return an integer, not "
                + (result == null ? "null" : result.getClass().getSimpleName()));
    }
}
