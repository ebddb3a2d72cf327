package durward.jython;

import durward.host.security.ScriptThreads;
import org.python.core.FunctionThread;
import org.python.core.Py;
import org.python.core.PyException;
import org.python.core.PyObject;
import org.python.core.PyTuple;
import org.python.modules.thread.thread;

/**
 * Python's module {@code thread}: Jython's own, but for the group that threads are made in. Jython has one for the
 * whole process; here a script's threads lie in the script's group, and are counted and ended with it.
 *
 * <p>In a package of its own: Jython looks the class up on behalf of scripts, and the host's packages are closed to them.
 */
public final class PythonThreads extends thread {
    private PythonThreads() {
    }

    /** Also used by {@code threading}. */
    public static FunctionThread _newFunctionThread(PyObject function, PyTuple arguments) {
        return new FunctionThread(function, arguments.getArray(), 0, ScriptThreads.ownGroup());
    }

    public static void start_new_thread(PyObject function, PyTuple arguments) {
        FunctionThread made = _newFunctionThread(function, arguments);
        made.setDaemon(true);
        try {
            made.start();
        } catch (OutOfMemoryError noMore) {
            throw new PyException(Py.RuntimeError, "can't start new thread");
        }
    }
}
