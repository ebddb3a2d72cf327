package durward.host.session;

import durward.host.java.JavaTrace;
import durward.host.program.Failure;
import durward.host.program.Program;
import durward.host.program.Refused;
import java.util.function.Supplier;

/** The languages of this host. Python's is made when it is first needed: it takes a second and fifty megabytes. */
public final class Engines {
    private final ScriptEngine java;
    private final Supplier<ScriptEngine> makePython;
    private ScriptEngine python;

    public Engines(ScriptEngine java, Supplier<ScriptEngine> makePython) {
        this.java = java;
        this.makePython = makePython;
    }

    /** @throws Refused for a dialect that no engine here reads */
    public ScriptEngine of(String dialect) {
        return switch (dialect) {
            case Program.JAVA -> java;
            case Program.PYTHON_2, "auto" -> python();
            default -> throw new Refused("the JVM host runs Java and Python 2, not dialect '" + dialect
                    + "': leave the script to the native engine, or write it in Python 2");
        };
    }

    private synchronized ScriptEngine python() {
        if (python == null) {
            python = OwnThread.call("jython", makePython);
        }
        return python;
    }

    /** An exception out of loading or checking. */
    Failure describe(Program program, Throwable raised) {
        ScriptEngine engine = program.dialect().equals(Program.JAVA) ? java : known();
        return engine == null ? JavaTrace.describe(raised) : engine.describe(program, raised);
    }

    private synchronized ScriptEngine known() {
        return python;
    }
}
