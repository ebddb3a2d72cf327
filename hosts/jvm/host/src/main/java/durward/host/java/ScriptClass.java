package durward.host.java;

import durward.host.program.Contract;
import durward.host.program.Problem;
import io.jans.model.custom.script.model.CustomScript;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The class of a script, held against its contract by looking at it; nothing of it is run. */
final class ScriptClass {
    private final Class<?> type;

    ScriptClass(Class<?> type) {
        this.type = type;
    }

    /** What the contract asks for and the class does not have. */
    List<Problem> problems(Contract contract, int line, int column) {
        List<String> messages = new ArrayList<>();
        if (type.isInterface() || Modifier.isAbstract(type.getModifiers())) {
            messages.add(type.getSimpleName() + " is not a class that can be made");
        } else if (!hasConstructor()) {
            messages.add("class " + type.getSimpleName() + " has no constructor without arguments");
        }
        if (find("init", 1) == null && find("init", 2) == null) {
            messages.add(absent("init"));
        }
        if (find("destroy", 1) == null) {
            messages.add(absent("destroy"));
        }
        if (find("getApiVersion", 0) == null) {
            messages.add(absent("getApiVersion"));
        }
        for (durward.host.program.Method method : contract.methods()) {
            if (find(method.name(), method.parameters().size()) != null) {
                continue;
            }
            Method other = named(method.name());
            if (other != null) {
                messages.add(type.getSimpleName() + "." + method.name() + " takes " + other.getParameterCount()
                        + " argument(s), but is called with " + method.words());
            } else if (!method.optional()) {
                messages.add(absent(method.name()));
            }
        }
        return messages.stream().map(message -> new Problem(line, column, message)).toList();
    }

    private String absent(String name) {
        return "class " + type.getSimpleName() + " has no method " + name;
    }

    private boolean hasConstructor() {
        try {
            type.getDeclaredConstructor();
            return true;
        } catch (NoSuchMethodException none) {
            return false;
        }
    }

    /** The contract's methods that the class has. */
    Map<String, Method> methods(Contract contract) {
        Map<String, Method> found = new LinkedHashMap<>();
        for (durward.host.program.Method method : contract.methods()) {
            Method own = find(method.name(), method.parameters().size());
            if (own != null) {
                found.put(method.name(), own);
            }
        }
        return found;
    }

    /** The public method of that name with so many parameters, or null. The interface's comes before overloads of it. */
    Method find(String name, int parameters) {
        Method found = null;
        for (Method method : type.getMethods()) {
            if (method.getName().equals(name) && method.getParameterCount() == parameters && !method.isBridge()
                    && !Modifier.isAbstract(method.getModifiers())
                    && (found == null || takesObjects(method))) {
                found = method;
            }
        }
        if (found != null) {
            // The class itself need not be public.
            found.setAccessible(true);
        }
        return found;
    }

    private Method named(String name) {
        for (Method method : type.getMethods()) {
            if (method.getName().equals(name)) {
                return method;
            }
        }
        return null;
    }

    private static boolean takesObjects(Method method) {
        for (Class<?> parameter : method.getParameterTypes()) {
            if (parameter != Object.class) {
                return false;
            }
        }
        return true;
    }
}
