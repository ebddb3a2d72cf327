package durward.script;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Date;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.json.JSONArray;
import org.json.JSONObject;

/**
 * The values of one bean as the server sent them, and what a script has made of them.
 *
 * <p>Getters of beans read through it. An object that is made of a value is made
 * once, so that changing it in place is seen; what differs at the end of the call
 * travels back by its path.
 */
public final class Snapshot {
    private final Surroundings surroundings;
    private final Shape shape;
    private final Map<String, Object> values;
    private final String path;
    private final Map<String, Object> made = new HashMap<>();
    private final Set<String> replaced = new HashSet<>();

    /** {@code shape} null: the bean stands alone, everything may be read and set and nothing travels back. */
    Snapshot(Surroundings surroundings, Shape shape, Map<String, Object> values, String path) {
        this.surroundings = surroundings;
        this.shape = shape;
        this.values = values;
        this.path = path;
    }

    /** Of an object that a script makes itself. */
    public static Snapshot alone(Map<String, Object> values) {
        return new Snapshot(Surroundings.NOWHERE, null, new LinkedHashMap<>(values), "");
    }

    /** The call and the script that this belongs to. */
    public Surroundings surroundings() {
        return surroundings;
    }

    /** Simple class name in the contract; null for a bean that stands alone. */
    public String name() {
        return shape == null ? null : shape.name();
    }

    /** The contract's entry, or null. */
    public Shape.Property property(String name) {
        return shape == null ? null : shape.properties().get(name);
    }

    /** Names of all properties. */
    public Collection<String> names() {
        return shape == null ? values.keySet() : shape.properties().keySet();
    }

    /** The plain values, for a JSON form. */
    public Map<String, Object> values() {
        Map<String, Object> all = new LinkedHashMap<>(values);
        made.forEach((name, value) -> {
            Shape.Property property = property(name);
            if (property == null || property.service() == null) {
                all.put(name, value);
            }
        });
        return all;
    }

    /** The value if the server sent one, whether or not the contract lists it. */
    public Object find(String name) {
        return values.get(name);
    }

    /**
     * The plain value of a property.
     *
     * @throws UnsupportedOperationException when the contract does not list it: null would hide that it is never there
     */
    public Object value(String name) {
        if (shape != null && !shape.properties().containsKey(name)) {
            throw new UnsupportedOperationException(shape.name() + " has no '" + name + "' in this type of script");
        }
        return values.get(name);
    }

    /** What {@code make} makes of the value, made once; null stays null. */
    @SuppressWarnings("unchecked")
    public synchronized <T> T made(String name, Function<Object, T> make) {
        Object known = made.get(name);
        if (known == null) {
            Object value = value(name);
            known = value == null ? null : make.apply(value);
            if (known != null) {
                made.put(name, known);
            }
        }
        return (T) known;
    }

    private <T> T watched(String name, Function<Object, T> make) {
        return made(name, value -> {
            T live = make.apply(value);
            Shape.Property property = property(name);
            boolean asText = property != null && property.isText();
            if (replaced.contains(name)) {
                // Changed in place after it was set: that state travels.
                surroundings.changes().put(path + name, asText ? new JsonText(live) : live);
            } else if (property != null && property.writable()) {
                if (asText) {
                    JsonText text = new JsonText(live);
                    surroundings.changes().watch(path + name, text, text.jsonForm());
                } else {
                    surroundings.changes().watch(path + name, live, value);
                }
            }
            return live;
        });
    }

    /** Like {@link #watched}, and an empty one where there is no value. */
    private synchronized <T> T watchedOrNew(String name, Function<Object, T> make, Object empty) {
        T live = watched(name, make);
        if (live == null) {
            live = make.apply(empty);
            made.put(name, live);
            Shape.Property property = property(name);
            if (property != null && property.writable()) {
                surroundings.changes().watch(path + name, live, empty);
            }
        }
        return live;
    }

    /**
     * A setter's work.
     *
     * @throws UnsupportedOperationException when the contract does not make the property writable
     */
    public synchronized void set(String name, Object value) {
        if (surroundings != Surroundings.NOWHERE) {
            Shape.Property property = property(name);
            if (property == null || !property.writable()) {
                String where = shape == null ? path.substring(0, path.length() - 1) : shape.name();
                throw new UnsupportedOperationException(where + "." + name + " cannot be set");
            }
            surroundings.changes().put(path + name, property.isText() ? new JsonText(value) : value);
        }
        values.put(name, value);
        made.remove(name);
        replaced.add(name);
    }

    public String text(String name) {
        Object value = value(name);
        return value == null ? null : value.toString();
    }

    public Integer integer(String name) {
        return value(name) instanceof Number number ? Integer.valueOf(number.intValue()) : null;
    }

    public Long longInteger(String name) {
        return value(name) instanceof Number number ? Long.valueOf(number.longValue()) : null;
    }

    /** False where there is no value. */
    public boolean flag(String name) {
        return Boolean.TRUE.equals(value(name));
    }

    /** Null where there is no value. */
    public Boolean flagOrNull(String name) {
        return value(name) instanceof Boolean flag ? flag : null;
    }

    /** Milliseconds since the epoch as a date. */
    public Date date(String name) {
        return made(name, value -> value instanceof Date date ? date : new Date(((Number) value).longValue()));
    }

    public List<String> texts(String name) {
        return watched(name, Snapshot::textList);
    }

    public List<String> textsOrEmpty(String name) {
        return watchedOrNew(name, Snapshot::textList, List.of());
    }

    public String[] array(String name) {
        return watched(name, value -> value instanceof String[] array ? array : textList(value).toArray(String[]::new));
    }

    private static List<String> textList(Object value) {
        List<String> texts = new ArrayList<>();
        if (value instanceof Collection<?> items) {
            items.forEach(item -> texts.add(item == null ? null : item.toString()));
        } else if (value instanceof Object[] items) {
            Arrays.asList(items).forEach(item -> texts.add(String.valueOf(item)));
        } else {
            texts.add(value.toString());
        }
        return texts;
    }

    /** An array of constants; names that {@code parse} does not know are left out. */
    @SuppressWarnings("unchecked")
    public <E> E[] constants(String name, Class<E> kind, Function<String, E> parse) {
        return watched(name, value -> {
            if (kind.arrayType().isInstance(value)) {
                return (E[]) value;
            }
            List<E> found = new ArrayList<>();
            for (String text : textList(value)) {
                E constant = parse.apply(text);
                if (constant != null) {
                    found.add(constant);
                }
            }
            return found.toArray((E[]) java.lang.reflect.Array.newInstance(kind, 0));
        });
    }

    public <E> E constant(String name, Function<String, E> parse) {
        String text = text(name);
        return text == null ? null : parse.apply(text);
    }

    @SuppressWarnings("unchecked")
    public <T> Map<String, T> map(String name) {
        return watchedOrNew(name, value -> new LinkedHashMap<>((Map<String, T>) value), Map.of());
    }

    public JSONObject object(String name) {
        return watched(name, value -> value instanceof JSONObject live ? live
                : value instanceof Map<?, ?> ? (JSONObject) Plain.toJson(value) : new JSONObject(value.toString()));
    }

    /** An object, an array or a plain value. */
    public Object json(String name) {
        Shape.Property property = property(name);
        if (property != null && property.isText()) {
            return watched(name, value -> value instanceof String text ? JsonText.parse(text) : value);
        }
        return watched(name, Plain::toJson);
    }

    public JSONArray jsonArray(String name) {
        return watched(name, value -> value instanceof JSONArray live ? live : (JSONArray) Plain.toJson(value));
    }

    /** A nested bean, made by {@code make} of its own snapshot. */
    public <B> B bean(String name, Function<Snapshot, B> make) {
        return made(name, value -> make.apply(nested(name, value)));
    }

    @SuppressWarnings("unchecked")
    private Snapshot nested(String name, Object value) {
        Shape.Property property = property(name);
        String bean = property == null ? null : property.bean();
        Shape inner = bean == null ? null : surroundings.shape(bean);
        Map<String, Object> members = value instanceof Map<?, ?> map ? (Map<String, Object>) map : Map.of();
        return new Snapshot(surroundings, inner, new LinkedHashMap<>(members), path + name + ".");
    }

    /** The value as its kind in the contract has it, for a bean that no class was written for. */
    public Object byKind(String name) {
        Shape.Property property = property(name);
        String kind = property == null ? "json" : property.kind();
        if (property != null && property.bean() != null) {
            return bean(name, KnownBeans.maker(property.bean(), surroundings));
        }
        if (property != null && property.service() != null) {
            return KnownServices.make(property.service(), this, name);
        }
        if (made.get(name) != null) {
            return made.get(name);
        }
        return switch (kind) {
            case "boolean" -> flag(name);
            case "texts" -> texts(name);
            case "json", Shape.JSON_TEXT -> json(name);
            default -> Plain.toJson(value(name));
        };
    }
}
