package durward.script;

import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.json.JSONArray;
import org.json.JSONObject;

/**
 * Plain JSON values and the Java objects that stand for them in scripts.
 *
 * <p>A plain value is null, a Boolean, a Number, a String, a List of plain values
 * or a Map from String to them. Not here: JSON text, sizes and other limits.
 */
public final class Plain {
    /** Deepest nesting that travels: the server accepts a little more. */
    public static final int MAX_DEPTH = 60;

    private Plain() {
    }

    /** The plain value for {@code value}. @throws IllegalArgumentException when it has none */
    public static Object of(Object value) {
        return of(value, 0);
    }

    private static Object of(Object value, int depth) {
        if (depth > MAX_DEPTH) {
            throw new IllegalArgumentException("nested deeper than " + MAX_DEPTH + ", or in itself");
        }
        if (value == null || value == JSONObject.NULL) {
            return null;
        }
        if (value instanceof String || value instanceof Boolean || value instanceof Number) {
            return value;
        }
        if (value instanceof CharSequence || value instanceof Character || value instanceof Enum<?>) {
            return value.toString();
        }
        if (value instanceof JsonForm form) {
            return of(form.jsonForm(), depth + 1);
        }
        if (value instanceof Date date) {
            return date.getTime();
        }
        if (value instanceof JSONObject object) {
            Map<String, Object> plain = new LinkedHashMap<>();
            for (String key : object.keySet()) {
                plain.put(key, of(object.opt(key), depth + 1));
            }
            return plain;
        }
        if (value instanceof Map<?, ?> map) {
            Map<String, Object> plain = new LinkedHashMap<>();
            map.forEach((key, item) -> plain.put(String.valueOf(key), of(item, depth + 1)));
            return plain;
        }
        if (value instanceof JSONArray array) {
            return list(array, depth);
        }
        if (value instanceof Collection<?> collection) {
            return list(collection, depth);
        }
        if (value.getClass().isArray()) {
            List<Object> plain = new ArrayList<>();
            for (int index = 0; index < Array.getLength(value); index++) {
                plain.add(of(Array.get(value, index), depth + 1));
            }
            return plain;
        }
        throw new IllegalArgumentException("a " + value.getClass().getSimpleName() + " has no JSON form");
    }

    private static List<Object> list(Iterable<?> items, int depth) {
        List<Object> plain = new ArrayList<>();
        for (Object item : items) {
            plain.add(of(item, depth + 1));
        }
        return plain;
    }

    /** The JSON text of what has a plain value. */
    public static String text(Object value) {
        return JSONObject.valueToString(toJson(of(value)));
    }

    /** A map or list as org.json's object or array; anything else as it is, null as null. */
    public static Object toJson(Object plain) {
        if (plain instanceof Map<?, ?> map) {
            JSONObject object = new JSONObject();
            map.forEach((key, item) -> object.put((String) key, item == null ? JSONObject.NULL : toJson(item)));
            return object;
        }
        if (plain instanceof List<?> list) {
            JSONArray array = new JSONArray();
            list.forEach(item -> array.put(item == null ? JSONObject.NULL : toJson(item)));
            return array;
        }
        // As org.json's own parser does: small whole numbers are Integer.
        if (plain instanceof Long number && number == number.intValue()) {
            return number.intValue();
        }
        return plain;
    }

    /** Whether two plain values are the same JSON; 1 and 1.0 are. */
    public static boolean same(Object one, Object other) {
        if (one instanceof Number a && other instanceof Number b) {
            return decimal(a).compareTo(decimal(b)) == 0;
        }
        if (one instanceof Map<?, ?> a && other instanceof Map<?, ?> b) {
            return a.size() == b.size()
                    && a.entrySet().stream().allMatch(entry ->
                            b.containsKey(entry.getKey()) && same(entry.getValue(), b.get(entry.getKey())));
        }
        if (one instanceof List<?> a && other instanceof List<?> b) {
            if (a.size() != b.size()) {
                return false;
            }
            for (int index = 0; index < a.size(); index++) {
                if (!same(a.get(index), b.get(index))) {
                    return false;
                }
            }
            return true;
        }
        return one == null ? other == null : one.equals(other);
    }

    private static BigDecimal decimal(Number number) {
        if (number instanceof BigDecimal decimal) {
            return decimal;
        }
        if (number instanceof BigInteger integer) {
            return new BigDecimal(integer);
        }
        return new BigDecimal(number.toString());
    }
}
