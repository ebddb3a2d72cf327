package durward.host.jython;

import durward.script.Plain;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.python.core.BaseSet;
import org.python.core.Py;
import org.python.core.PyBoolean;
import org.python.core.PyDictionary;
import org.python.core.PyFloat;
import org.python.core.PyInteger;
import org.python.core.PyList;
import org.python.core.PyLong;
import org.python.core.PyObject;
import org.python.core.PyString;
import org.python.core.PyTuple;
import org.python.core.PyUnicode;

/** Python's values as plain ones, and the results of methods as their contract has them. */
final class PyValues {
    private PyValues() {
    }

    /** @throws org.python.core.PyException {@code TypeError} for what has no JSON form */
    static Object plain(PyObject value) {
        return plain(value, 0);
    }

    private static Object plain(PyObject value, int depth) {
        if (depth > Plain.MAX_DEPTH) {
            throw Py.ValueError("nested deeper than " + Plain.MAX_DEPTH + ", or in itself");
        }
        if (value == null || value == Py.None) {
            return null;
        }
        if (value instanceof PyString text) {
            return text(text);
        }
        if (value instanceof PyBoolean flag) {
            return flag.getBooleanValue();
        }
        if (value instanceof PyInteger number) {
            return (long) number.getValue();
        }
        if (value instanceof PyLong number) {
            return whole(number.getValue());
        }
        if (value instanceof PyFloat number) {
            return number.getValue();
        }
        if (value instanceof PyList || value instanceof PyTuple || value instanceof BaseSet) {
            List<Object> items = new ArrayList<>();
            for (PyObject item : value.asIterable()) {
                items.add(plain(item, depth + 1));
            }
            return items;
        }
        if (value instanceof PyDictionary dictionary) {
            Map<String, Object> members = new LinkedHashMap<>();
            for (PyObject key : dictionary.keys().asIterable()) {
                members.put(key(key), plain(dictionary.__getitem__(key), depth + 1));
            }
            return members;
        }
        return java(value);
    }

    private static Object java(PyObject value) {
        Object object = value.__tojava__(Object.class);
        if (object instanceof PyObject) {
            throw noForm(value);
        }
        try {
            return Plain.of(object);
        } catch (IllegalArgumentException none) {
            throw Py.TypeError(none.getMessage());
        }
    }

    private static RuntimeException noForm(PyObject value) {
        return Py.TypeError("a " + value.getType().fastGetName() + " has no JSON form");
    }

    private static Object whole(BigInteger number) {
        return number.bitLength() < Long.SIZE ? (Object) number.longValue() : number;
    }

    private static String key(PyObject key) {
        return key instanceof PyString text ? text(text) : key.__str__().toString();
    }

    /** Text of either kind; bytes are UTF-8 if they can be. */
    static String text(PyString value) {
        String text = value.getString();
        if (value instanceof PyUnicode || text.chars().allMatch(one -> one < 0x80)) {
            return text;
        }
        try {
            return StandardCharsets.UTF_8.newDecoder()
                    .decode(ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1)))
                    .toString();
        } catch (CharacterCodingException otherBytes) {
            return text;
        }
    }

    /** A method's result. @throws org.python.core.PyException {@code TypeError} for one that cannot be converted */
    static Object result(durward.host.program.Method method, PyObject result) {
        return switch (method.returns()) {
            case BOOLEAN -> result.__nonzero__();
            case STRING -> string(method.name(), result);
            case INTEGER -> integer(method.name(), result);
            case JSON -> plain(result);
            case JSON_TEXT -> result == Py.None || result instanceof PyString
                    ? string(method.name(), result)
                    : Plain.text(plain(result));
            case NONE -> null;
        };
    }

    private static String string(String method, PyObject result) {
        if (result == Py.None) {
            return null;
        }
        if (result instanceof PyString text) {
            return text(text);
        }
        Object object = result.__tojava__(Object.class);
        if (object instanceof PyObject || object instanceof Number || object instanceof Boolean || object == null) {
            throw Py.TypeError(method + " must return text, not " + result.getType().fastGetName());
        }
        return object.toString();
    }

    private static Object integer(String method, PyObject result) {
        if (result instanceof PyInteger || result instanceof PyLong) {
            Object number = plain(result);
            return number instanceof Boolean flag ? (flag ? 1L : 0L) : number;
        }
        Object object = result.__tojava__(Object.class);
        if (object instanceof Integer || object instanceof Long || object instanceof Short) {
            return ((Number) object).longValue();
        }
        throw Py.TypeError(method + " must return an integer, not " + result.getType().fastGetName());
    }
}
