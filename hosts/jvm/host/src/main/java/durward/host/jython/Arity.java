package durward.host.jython;

import org.python.core.CodeFlag;
import org.python.core.PyBaseCode;
import org.python.core.PyFunction;
import org.python.core.PyMethod;
import org.python.core.PyObject;

/**
 * How many arguments a function takes.
 *
 * @param fewest without which it cannot be called
 * @param most -1 for any number
 */
record Arity(int fewest, int most) {
    /** Of a function or a bound method; anything else takes any number. */
    static Arity of(PyObject callable) {
        int bound = 0;
        PyObject one = callable;
        if (one instanceof PyMethod method) {
            bound = method.__self__ == null ? 0 : 1;
            one = method.__func__;
        }
        if (!(one instanceof PyFunction function) || !(function.__code__ instanceof PyBaseCode code)) {
            return new Arity(0, -1);
        }
        int all = code.co_argcount - bound;
        int defaults = function.__defaults__ == null ? 0 : function.__defaults__.length;
        boolean open = code.co_flags.isFlagSet(CodeFlag.CO_VARARGS);
        return new Arity(Math.max(all - defaults, 0), open ? -1 : Math.max(all, 0));
    }

    boolean takes(int count) {
        return fewest <= count && (most < 0 || count <= most);
    }
}
