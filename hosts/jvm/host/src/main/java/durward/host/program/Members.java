package durward.host.program;

import durward.host.wire.WireException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Members of a JSON object by name and kind; what is missing or of another kind is not of the protocol. */
final class Members {
    @FunctionalInterface
    interface Parse<T> {
        T parse(Members members) throws WireException;
    }

    private final Map<?, ?> map;

    private Members(Map<?, ?> map) {
        this.map = map;
    }

    static Members of(Object value) throws WireException {
        if (value instanceof Map<?, ?> map) {
            return new Members(map);
        }
        throw new WireException("an object is missing");
    }

    private static WireException wrong(String name, String kind) {
        return new WireException("'" + name + "' is not " + kind);
    }

    Object any(String name) {
        return map.get(name);
    }

    String text(String name) throws WireException {
        if (map.get(name) instanceof String text) {
            return text;
        }
        throw wrong(name, "text");
    }

    String textOr(String name, String unless) throws WireException {
        return map.get(name) == null ? unless : text(name);
    }

    long number(String name) throws WireException {
        if (map.get(name) instanceof Long number) {
            return number;
        }
        throw wrong(name, "a whole number");
    }

    /** A number that is not negative, as large as an int if it is larger. */
    int size(String name) throws WireException {
        return (int) Math.max(0, Math.min(number(name), Integer.MAX_VALUE));
    }

    boolean flagOr(String name, boolean unless) throws WireException {
        Object value = map.get(name);
        if (value == null) {
            return unless;
        }
        if (value instanceof Boolean flag) {
            return flag;
        }
        throw wrong(name, "true or false");
    }

    Members object(String name) throws WireException {
        if (map.get(name) instanceof Map<?, ?> inner) {
            return new Members(inner);
        }
        throw wrong(name, "an object");
    }

    /** A plain object's members; empty for null. */
    @SuppressWarnings("unchecked")
    Map<String, Object> plain(String name) throws WireException {
        Object value = map.get(name);
        if (value == null) {
            return new LinkedHashMap<>();
        }
        if (value instanceof Map<?, ?> inner) {
            return (Map<String, Object>) inner;
        }
        throw wrong(name, "an object");
    }

    <T> List<T> list(String name, Parse<T> parse) throws WireException {
        if (!(map.get(name) instanceof List<?> items)) {
            throw wrong(name, "an array");
        }
        List<T> found = new ArrayList<>();
        for (Object item : items) {
            found.add(parse.parse(of(item)));
        }
        return found;
    }

    List<String> texts(String name) throws WireException {
        if (!(map.get(name) instanceof List<?> items)) {
            throw wrong(name, "an array");
        }
        List<String> found = new ArrayList<>();
        for (Object item : items) {
            if (!(item instanceof String text)) {
                throw wrong(name, "an array of texts");
            }
            found.add(text);
        }
        return found;
    }
}
