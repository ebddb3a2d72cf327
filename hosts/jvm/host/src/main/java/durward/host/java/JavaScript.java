package durward.host.java;

import durward.host.program.Failure;
import durward.host.program.Program;
import durward.host.program.Refused;
import durward.host.program.Report;
import durward.host.session.Script;
import durward.script.Plain;
import io.jans.model.SimpleCustomProperty;
import io.jans.model.custom.script.model.CustomScript;
import io.jans.model.custom.script.type.BaseExternalType;
import jakarta.ws.rs.WebApplicationException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Map;
import org.slf4j.LoggerFactory;

/** A loaded Java script: its object and the methods that the contract calls. */
final class JavaScript implements Script {
    private static final int TWO_ARGUMENTS_ABOVE = 10;

    private final Map<String, SimpleCustomProperty> attributes;
    private final ScriptClass type;
    private final Map<String, Method> methods;
    private final Report.Loaded report;
    private Object instance;

    /** Makes the object and initialises it. @throws Refused when it says no */
    JavaScript(Program program, Class<?> loaded) throws Throwable {
        attributes = program.configurationAttributes();
        type = new ScriptClass(loaded);
        methods = type.methods(program.contract());
        instance = made(loaded);
        long version = version();
        initialise(program, version);
        report = new Report.Loaded(version, new ArrayList<>(methods.keySet()), Program.JAVA);
    }

    private static Object made(Class<?> loaded) throws Throwable {
        var constructor = loaded.getDeclaredConstructor();
        constructor.setAccessible(true);
        try {
            return constructor.newInstance();
        } catch (InvocationTargetException raised) {
            throw raised.getCause();
        }
    }

    private long version() throws Throwable {
        Object version = invoke(type.find("getApiVersion", 0));
        if (version instanceof Number number) {
            return number.longValue();
        }
        throw new Refused("getApiVersion must return an integer, not "
                + (version == null ? "null" : version.getClass().getSimpleName()));
    }

    private void initialise(Program program, long version) throws Throwable {
        CustomScript record = new CustomScript(program.customScript(), program.attributes());
        int asked = version > TWO_ARGUMENTS_ABOVE ? 2 : 1;
        Method init = type.find("init", asked);
        if (init == null) {
            init = type.find("init", 3 - asked);
            LoggerFactory.getLogger(JavaScript.class).warn(
                    "init takes {} argument(s) where API version {} asks for {}; called as it is written",
                    3 - asked, version, asked);
        }
        Object answer = init.getParameterCount() == 2 ? invoke(init, record, attributes) : invoke(init, attributes);
        if (!Boolean.TRUE.equals(answer)) {
            throw new Refused("init did not return True");
        }
    }

    private Object invoke(Method method, Object... arguments) throws Throwable {
        Thread thread = Thread.currentThread();
        thread.setContextClassLoader(method.getDeclaringClass().getClassLoader());
        try {
            return method.invoke(instance, arguments);
        } catch (InvocationTargetException raised) {
            throw raised.getCause();
        }
    }

    @Override
    public Report.Loaded report() {
        return report;
    }

    @Override
    public BaseExternalType externalType() {
        return instance instanceof BaseExternalType known ? known : null;
    }

    @Override
    public Object call(durward.host.program.Method method, Object[] arguments) throws Throwable {
        return JavaResults.convert(method, invoke(methods.get(method.name()), arguments));
    }

    @Override
    public boolean destroy() throws Throwable {
        return Boolean.TRUE.equals(invoke(type.find("destroy", 1), attributes));
    }

    @Override
    public Object plain(Object value) {
        return Plain.of(value);
    }

    @Override
    public WebApplicationException webException(Throwable raised) {
        return raised instanceof WebApplicationException shaped ? shaped : null;
    }

    @Override
    public Failure describe(Throwable raised) {
        return JavaTrace.describe(raised);
    }

    @Override
    public void close() {
        instance = null;
        methods.clear();
    }
}
