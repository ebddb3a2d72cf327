package durward.host.jython;

import durward.script.Plain;
import java.util.List;
import java.util.Map;
import org.json.JSONArray;
import org.json.JSONObject;
import org.python.core.Py;
import org.python.core.PyBuiltinMethodNarrow;
import org.python.core.PyObject;
import org.python.core.PyString;
import org.python.core.PyType;

/**
 * org.json's classes for Python: {@code put}, and what Python's own dictionaries and lists have, as on the native engine.
 *
 * <p>Left to itself Jython takes {@code put}'s overload for collections when it is given text, and makes an array of
 * letters.
 */
final class JsonMembers {
    private JsonMembers() {
    }

    /** Adds them, once. */
    static void install() {
        PyType.fromClass(JSONObject.class).addMethod(new PyBuiltinMethodNarrow("put", 2) {
            @Override
            public PyObject __call__(PyObject key, PyObject value) {
                JSONObject object = (JSONObject) self.__tojava__(JSONObject.class);
                return Py.java2py(object.put(text(key), java(value)));
            }
        });
        objects(PyType.fromClass(JSONObject.class));
        arrays(PyType.fromClass(JSONArray.class));
        PyType.fromClass(JSONArray.class).addMethod(new PyBuiltinMethodNarrow("put", 1, 2) {
            @Override
            public PyObject __call__(PyObject value) {
                JSONArray array = (JSONArray) self.__tojava__(JSONArray.class);
                return Py.java2py(array.put(java(value)));
            }

            @Override
            public PyObject __call__(PyObject index, PyObject value) {
                JSONArray array = (JSONArray) self.__tojava__(JSONArray.class);
                return Py.java2py(array.put(index.asInt(), java(value)));
            }
        });
    }

    private static void objects(PyType type) {
        type.addMethod(new PyBuiltinMethodNarrow("__getitem__", 1) {
            @Override
            public PyObject __call__(PyObject key) {
                JSONObject object = (JSONObject) self.__tojava__(JSONObject.class);
                if (!object.has(text(key))) {
                    throw Py.KeyError(key);
                }
                return python(object.get(text(key)));
            }
        });
        type.addMethod(new PyBuiltinMethodNarrow("__contains__", 1) {
            @Override
            public PyObject __call__(PyObject key) {
                return Py.newBoolean(((JSONObject) self.__tojava__(JSONObject.class)).has(text(key)));
            }
        });
        type.addMethod(new PyBuiltinMethodNarrow("__len__") {
            @Override
            public PyObject __call__() {
                return Py.newInteger(((JSONObject) self.__tojava__(JSONObject.class)).length());
            }
        });
        type.addMethod(new PyBuiltinMethodNarrow("__iter__") {
            @Override
            public PyObject __call__() {
                return Py.java2py(((JSONObject) self.__tojava__(JSONObject.class)).keySet()).__iter__();
            }
        });
    }

    private static void arrays(PyType type) {
        type.addMethod(new PyBuiltinMethodNarrow("__getitem__", 1) {
            @Override
            public PyObject __call__(PyObject index) {
                JSONArray array = (JSONArray) self.__tojava__(JSONArray.class);
                int at = index.asInt() < 0 ? index.asInt() + array.length() : index.asInt();
                if (at < 0 || at >= array.length()) {
                    throw Py.IndexError("index out of range: " + index);
                }
                return python(array.get(at));
            }
        });
        type.addMethod(new PyBuiltinMethodNarrow("__len__") {
            @Override
            public PyObject __call__() {
                return Py.newInteger(((JSONArray) self.__tojava__(JSONArray.class)).length());
            }
        });
    }

    private static PyObject python(Object value) {
        return value == JSONObject.NULL ? Py.None : Py.java2py(value);
    }

    private static String text(PyObject key) {
        return key instanceof PyString string ? PyValues.text(string) : key.__str__().toString();
    }

    /** A Java object as it is, everything of Python's as org.json has it. */
    private static Object java(PyObject value) {
        Object object = value.__tojava__(Object.class);
        if (value instanceof PyString string) {
            return PyValues.text(string);
        }
        return object instanceof PyObject || object instanceof List<?> || object instanceof Map<?, ?>
                ? Plain.toJson(PyValues.plain(value)) : object;
    }
}
