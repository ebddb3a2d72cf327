package durward.host.jython;

import durward.host.program.Problem;
import java.util.ArrayList;
import java.util.List;
import org.python.core.PySystemState;

/**
 * Whether what a text imports can be had. Python modules are looked for and not run, so a name that a module does not
 * have is found only when the script is loaded.
 */
final class ImportCheck {
    private final ScriptPackages packages;
    private final ClassLoader loader;

    ImportCheck(ScriptPackages packages, ClassLoader loader) {
        this.packages = packages;
        this.loader = loader;
    }

    List<Problem> problems(List<Outline.Imported> imports) {
        List<Problem> problems = new ArrayList<>();
        for (Outline.Imported one : imports) {
            for (String message : messages(one)) {
                problems.add(new Problem(one.line(), one.column(), message));
            }
        }
        return problems;
    }

    private List<String> messages(Outline.Imported one) {
        if (one.level() > 0) {
            return List.of("a script is not part of a package, so nothing can be imported with leading dots");
        }
        String module = one.module();
        if (isPython(module)) {
            return List.of();
        }
        boolean isPackage = packages.packages().exists(module);
        if (!isPackage && !packages.hasClass(module)) {
            return List.of(unknown(module));
        }
        List<String> messages = new ArrayList<>();
        for (String name : one.names()) {
            String full = module + "." + name;
            if (isPackage && !name.equals("*") && !packages.hasClass(full) && !packages.packages().exists(full)) {
                messages.add(unknown(full));
            }
        }
        return messages;
    }

    private boolean isPython(String module) {
        if (module.equals("sys") || PySystemState.getBuiltin(module) != null || module.equals("__future__")) {
            return true;
        }
        String path = "Lib/" + module.replace('.', '/');
        for (String ending : new String[] {".py", "$py.class", "/__init__.py", "/__init__$py.class"}) {
            if (loader.getResource(path + ending) != null) {
                return true;
            }
        }
        return false;
    }

    private String unknown(String name) {
        String simple = name.substring(name.lastIndexOf('.') + 1);
        List<String> places = packages.packages().called(simple);
        if (!places.isEmpty()) {
            return "there is no " + name + "; " + simple + " is "
                    + String.join(", ", places.subList(0, Math.min(places.size(), 3)));
        }
        int dot = name.lastIndexOf('.');
        String near = dot < 0 ? null : Nearest.of(simple, packages.packages().classes(name.substring(0, dot)));
        return (dot < 0 ? "there is no module " : "there is no ") + name
                + (near == null ? ": neither Python's library nor a jar in the libs directories has it"
                        : "; the nearest is " + name.substring(0, dot + 1) + near);
    }
}
