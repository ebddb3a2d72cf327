package durward.host.jython;

import durward.host.session.Session;
import java.io.ByteArrayInputStream;
import org.python.core.Py;
import org.python.core.PyCode;
import org.python.core.PyFile;
import org.python.core.PyList;
import org.python.core.PyModule;
import org.python.core.PyObject;
import org.python.core.PyString;
import org.python.core.PyStringMap;
import org.python.core.PySystemState;

/** The Python state of one script: its modules, builtins, streams and Java packages. Nothing of it is shared. */
final class Interpreter implements AutoCloseable {
    /** The standard library by way of the class loader, and Java packages. */
    private static final String[] PATH = {"__pyclasspath__/Lib", "__classpath__"};

    private static final int FEWEST_FRAMES = 50;

    private final PySystemState state;
    private final AllPackages allPackages;
    private final ScriptPackages packages;
    private final ClassLoader loader;
    private final PyStringMap globals = new PyStringMap();

    Interpreter(String fileName, int recursion, ScriptPackages packages, ClassLoader loader, AllPackages allPackages,
            boolean network) {
        this.loader = loader;
        this.packages = packages;
        this.allPackages = allPackages;
        state = new PySystemState();
        state.setClassLoader(loader);
        state.dont_write_bytecode = true;
        state.path = new PyList();
        for (String entry : PATH) {
            state.path.append(new PyString(entry));
        }
        state.argv = new PyList();
        state.argv.append(Py.newStringOrUnicode(fileName));
        state.stdin = state.__stdin__ = new PyFile(new ByteArrayInputStream(new byte[0]));
        state.stdout = state.__stdout__ = new LogStream(Session.Stream.OUTPUT);
        state.stderr = state.__stderr__ = new LogStream(Session.Stream.ERROR);
        limitRecursion(Math.max(recursion, FEWEST_FRAMES));
        // Jython shares one dictionary of builtins: what a script puts there must stay its own.
        state.setBuiltins(((PyStringMap) PySystemState.getDefaultBuiltins()).copy());
        allPackages.add(state, packages);
        enter();
        if (!network) {
            // It cannot be used, and cannot be loaded; urllib2 and its like do without it.
            state.modules.__setitem__("ssl", Py.None);
        }
        state.modules.__setitem__("__main__", new PyModule("__main__", globals));
        globals.__setitem__("__file__", Py.newStringOrUnicode(fileName));
    }

    /** A script may ask for less, and not for more than its stack can hold. */
    private void limitRecursion(int most) {
        state.setrecursionlimit(most);
        state.__dict__.__setitem__("setrecursionlimit", new PyObject() {
            private static final long serialVersionUID = 1L;

            @Override
            public PyObject __call__(PyObject[] arguments, String[] keywords) {
                int asked = arguments.length == 1 ? arguments[0].asInt() : 0;
                if (asked < FEWEST_FRAMES || asked > most) {
                    throw Py.ValueError("the recursion limit must be from " + FEWEST_FRAMES + " to " + most);
                }
                state.setrecursionlimit(asked);
                return Py.None;
            }
        });
    }

    ScriptPackages packages() {
        return packages;
    }

    ClassLoader loader() {
        return loader;
    }

    /** Makes this the state of the current thread. */
    void enter() {
        Py.setSystemState(state);
        Thread.currentThread().setContextClassLoader(loader);
    }

    /** Runs the script's text; what it has under {@code name} then, or null. */
    PyObject run(PyCode code, String name) {
        enter();
        Py.exec(code, globals, globals);
        return globals.__finditem__(name.intern());
    }

    @Override
    public void close() {
        allPackages.remove(state);
        globals.clear();
        state.modules = new PyStringMap();
        state.close();
        Py.setSystemState(Py.defaultSystemState);
    }
}
