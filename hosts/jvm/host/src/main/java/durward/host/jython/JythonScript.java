package durward.host.jython;

import durward.host.program.Contract;
import durward.host.program.Failure;
import durward.host.program.Method;
import durward.host.program.Program;
import durward.host.program.Refused;
import durward.host.program.Report;
import durward.host.session.Script;
import durward.script.Plain;
import io.jans.model.SimpleCustomProperty;
import io.jans.model.custom.script.model.CustomScript;
import io.jans.model.custom.script.type.BaseExternalType;
import jakarta.ws.rs.WebApplicationException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.python.core.Py;
import org.python.core.PyBoolean;
import org.python.core.PyCode;
import org.python.core.PyInteger;
import org.python.core.PyLong;
import org.python.core.PyObject;
import org.python.core.PyType;
import org.slf4j.LoggerFactory;

/** A loaded Python script: its object and the methods that the contract calls. */
final class JythonScript implements Script {
    private static final int TWO_ARGUMENTS_ABOVE = 10;

    private final Program program;
    private final Interpreter interpreter;
    private final PyObject attributes;
    private final Map<String, PyObject> methods = new LinkedHashMap<>();
    private PyObject instance;
    private Report.Loaded report;

    /** The interpreter is the script's own from here on. */
    JythonScript(Program program, Interpreter interpreter) {
        this.program = program;
        this.interpreter = interpreter;
        Map<String, SimpleCustomProperty> map = program.configurationAttributes();
        this.attributes = Py.java2py(map);
    }

    /** Runs the text, makes the object and initialises it. @throws Refused when it may not run */
    void start(PyCode code) {
        Contract contract = program.contract();
        PyObject type = classOf(interpreter.run(code, contract.className()), contract);
        instance = made(type);
        long version = version();
        initialise(version);
        List<String> names = new ArrayList<>();
        for (Method method : contract.methods()) {
            PyObject bound = instance.__findattr__(method.name().intern());
            if (bound != null && bound.isCallable()) {
                methods.put(method.name(), bound);
                names.add(method.name());
            }
        }
        report = new Report.Loaded(version, names, Program.PYTHON_2);
    }

    private static PyObject classOf(PyObject type, Contract contract) {
        String name = contract.className();
        if (type == null) {
            throw new Refused("the script does not define class " + name);
        }
        if (!(type instanceof PyType) && !(type.getType().fastGetName().equals("classobj"))) {
            throw new Refused(name + " is not a class");
        }
        List<String> absent = new ArrayList<>();
        for (Method method : contract.methods()) {
            if (!method.optional() && !has(type, method.name())) {
                absent.add(method.name());
            }
        }
        for (String one : List.of("init", "destroy", "getApiVersion")) {
            if (!has(type, one)) {
                absent.add(one);
            }
        }
        if (!absent.isEmpty()) {
            throw new Refused("class " + name + " has no " + String.join(", ", absent));
        }
        return type;
    }

    /** Whether the text defines it: the interface that a class extends has all of them, and they do nothing. */
    private static boolean has(PyObject type, String name) {
        PyObject found = type.__findattr__(name.intern());
        return found != null && found.isCallable() && !found.getType().fastGetName().equals("reflectedfunction")
                && !found.getType().fastGetName().equals("java function");
    }

    private PyObject made(PyObject type) {
        PyObject constructor = type.__findattr__("__init__");
        boolean takesTime = constructor != null && Arity.of(constructor).takes(2)
                && constructor instanceof org.python.core.PyMethod;
        return takesTime ? type.__call__(new PyLong(program.currentTimeMs())) : type.__call__();
    }

    private long version() {
        PyObject method = instance.__getattr__("getApiVersion");
        // Some published pages show parameters here; nothing is passed for them but None.
        PyObject[] nothing = new PyObject[Arity.of(method).fewest()];
        java.util.Arrays.fill(nothing, Py.None);
        PyObject version = method.__call__(nothing);
        boolean whole = version instanceof PyInteger || version instanceof PyLong;
        if (!whole || version instanceof PyBoolean) {
            throw new Refused("getApiVersion must return an integer, not " + version.getType().fastGetName());
        }
        return version.asLong();
    }

    private void initialise(long version) {
        PyObject init = instance.__getattr__("init");
        Arity arity = Arity.of(init);
        int asked = version > TWO_ARGUMENTS_ABOVE ? 2 : 1;
        int given = asked;
        if (!arity.takes(asked) && arity.takes(3 - asked)) {
            given = 3 - asked;
            LoggerFactory.getLogger(JythonScript.class).warn(
                    "init takes {} argument(s) where API version {} asks for {}; called as it is written",
                    given, version, asked);
        }
        PyObject record = Py.java2py(new CustomScript(program.customScript(), program.attributes()));
        PyObject answer = given == 2 ? init.__call__(record, attributes) : init.__call__(attributes);
        if (!answer.__nonzero__()) {
            throw new Refused("init did not return True");
        }
    }

    @Override
    public Report.Loaded report() {
        return report;
    }

    @Override
    public BaseExternalType externalType() {
        Object java = instance.__tojava__(BaseExternalType.class);
        return java instanceof BaseExternalType known ? known : null;
    }

    @Override
    public Object call(Method method, Object[] arguments) {
        interpreter.enter();
        PyObject[] converted = new PyObject[arguments.length];
        for (int index = 0; index < arguments.length; index++) {
            converted[index] = Py.java2py(arguments[index]);
        }
        return PyValues.result(method, methods.get(method.name()).__call__(converted));
    }

    @Override
    public boolean destroy() {
        interpreter.enter();
        return instance.__getattr__("destroy").__call__(attributes).__nonzero__();
    }

    @Override
    public Object plain(Object value) {
        return value instanceof PyObject object ? PyValues.plain(object) : Plain.of(value);
    }

    @Override
    public WebApplicationException webException(Throwable raised) {
        Throwable java = raised instanceof WebApplicationException ? raised : PyTrace.javaCause(raised);
        return java instanceof WebApplicationException shaped ? shaped : null;
    }

    @Override
    public Failure describe(Throwable raised) {
        return PyTrace.describe(program, raised);
    }

    @Override
    public void close() {
        instance = null;
        methods.clear();
        interpreter.close();
    }
}
