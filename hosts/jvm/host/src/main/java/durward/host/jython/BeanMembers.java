package durward.host.jython;

import durward.script.Bean;
import durward.script.Shape;
import durward.script.Snapshot;
import java.util.Set;
import java.util.TreeSet;
import org.python.core.Py;
import org.python.core.PyBuiltinMethodNarrow;
import org.python.core.PyObject;
import org.python.core.PyType;

/**
 * What a contract gives a bean beyond the methods of its Java class: {@code bean.scope}, {@code getScope()},
 * {@code setScope(x)}, and a sentence for what it does not have.
 */
final class BeanMembers {
    private BeanMembers() {
    }

    /** Adds them to all beans, once. */
    static void install() {
        PyType type = PyType.fromClass(Bean.class);
        type.addMethod(new PyBuiltinMethodNarrow("__getattr__", 1) {
            @Override
            public PyObject __call__(PyObject name) {
                return find((Bean) self.__tojava__(Bean.class), self, name.toString());
            }
        });
        type.addMethod(new PyBuiltinMethodNarrow("__setattr__", 2) {
            @Override
            public PyObject __call__(PyObject name, PyObject value) {
                set((Bean) self.__tojava__(Bean.class), name.toString(), value);
                return Py.None;
            }
        });
    }

    private static PyObject find(Bean bean, PyObject self, String name) {
        Snapshot snapshot = Bean.snapshotOf(bean);
        if (snapshot.property(name) != null) {
            return Py.java2py(snapshot.byKind(name));
        }
        for (String prefix : new String[] {"get", "is", "set"}) {
            if (name.length() > prefix.length() && name.startsWith(prefix)) {
                String property = Character.toLowerCase(name.charAt(prefix.length()))
                        + name.substring(prefix.length() + 1);
                Shape.Property known = snapshot.property(property);
                if (known != null && (!prefix.equals("is") || known.kind().equals("boolean"))
                        && (!prefix.equals("set") || known.writable())) {
                    return new Accessor(snapshot, property, prefix.equals("set"));
                }
            }
        }
        throw Py.AttributeError(missing(bean, self, name));
    }

    private static void set(Bean bean, String name, PyObject value) {
        Snapshot snapshot = Bean.snapshotOf(bean);
        Shape.Property property = snapshot.property(name);
        if (property == null || !property.writable()) {
            throw Py.AttributeError(property == null ? missing(bean, null, name)
                    : snapshot.name() + "." + name + " cannot be set");
        }
        snapshot.set(name, live(value));
    }

    /** A Java object as it is, everything of Python's as a plain value. */
    private static Object live(PyObject value) {
        Object object = value.__tojava__(Object.class);
        return object instanceof java.util.Date ? object : PyValues.plain(value);
    }

    private static String missing(Bean bean, PyObject self, String name) {
        Snapshot snapshot = Bean.snapshotOf(bean);
        String known = snapshot.name() == null ? bean.getClass().getSimpleName() : snapshot.name();
        Set<String> members = new TreeSet<>();
        for (String property : snapshot.names()) {
            members.add(property);
            String capital = Character.toUpperCase(property.charAt(0)) + property.substring(1);
            members.add("get" + capital);
            Shape.Property shape = snapshot.property(property);
            if (shape != null && shape.writable()) {
                members.add("set" + capital);
            }
        }
        for (java.lang.reflect.Method method : bean.getClass().getMethods()) {
            members.add(method.getName());
        }
        String near = Nearest.of(name, members);
        return known + " has no member '" + name + "'" + (near == null ? "" : "; did you mean '" + near + "'?");
    }

    /** {@code bean.getScope}, before it is called. */
    private static final class Accessor extends PyObject {
        private static final long serialVersionUID = 1L;

        private final transient Snapshot snapshot;
        private final String property;
        private final boolean sets;

        Accessor(Snapshot snapshot, String property, boolean sets) {
            this.snapshot = snapshot;
            this.property = property;
            this.sets = sets;
        }

        @Override
        public PyObject __call__(PyObject[] arguments, String[] keywords) {
            if (arguments.length != (sets ? 1 : 0)) {
                throw Py.TypeError(property + ": " + (sets ? "one argument is" : "no arguments are") + " expected");
            }
            if (sets) {
                snapshot.set(property, live(arguments[0]));
                return Py.None;
            }
            return Py.java2py(snapshot.byKind(property));
        }
    }
}
