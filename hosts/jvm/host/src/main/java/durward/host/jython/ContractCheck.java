package durward.host.jython;

import durward.host.program.Contract;
import durward.host.program.Problem;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A Python text's class held against the contract. */
final class ContractCheck {
    private final List<Outline.PythonClass> classes;
    private final Outline.PythonClass type;
    private final List<Problem> problems = new ArrayList<>();
    /** A base that is not in this text may have what is looked for. */
    private boolean unknownBase;

    private ContractCheck(List<Outline.PythonClass> classes, Outline.PythonClass type) {
        this.classes = classes;
        this.type = type;
    }

    static List<Problem> problems(Contract contract, List<Outline.PythonClass> classes) {
        Outline.PythonClass type = find(classes, contract.className());
        if (type == null) {
            return List.of(new Problem(1, 1, "the script does not define class " + contract.className()));
        }
        ContractCheck check = new ContractCheck(classes, type);
        check.method("init", List.of(1, 2),
                "1 (configurationAttributes) or 2 (customScript, configurationAttributes)", true);
        check.method("destroy", List.of(1), "1 (configurationAttributes)", true);
        check.method("__init__", List.of(1, 0), "1 (currentTimeMillis)", false);
        // What published pages show as its parameters is tolerated, so only its absence counts.
        if (check.find("getApiVersion") == null && !check.unknownBase) {
            check.absent("getApiVersion");
        }
        for (durward.host.program.Method method : contract.methods()) {
            check.method(method.name(), List.of(method.parameters().size()), method.words(), !method.optional());
        }
        return check.problems;
    }

    /** The last of that name counts, as when the text is run. */
    private static Outline.PythonClass find(List<Outline.PythonClass> classes, String name) {
        Outline.PythonClass found = null;
        for (Outline.PythonClass one : classes) {
            if (one.name().equals(name)) {
                found = one;
            }
        }
        return found;
    }

    private Outline.Method find(String name) {
        Deque<Outline.PythonClass> waiting = new ArrayDeque<>(List.of(type));
        Set<String> seen = new HashSet<>();
        unknownBase = false;
        while (!waiting.isEmpty()) {
            Outline.PythonClass one = waiting.pop();
            if (!seen.add(one.name())) {
                continue;
            }
            Outline.Method method = one.methods().get(name);
            if (method != null) {
                return method;
            }
            for (String base : one.bases()) {
                Outline.PythonClass inherited = find(classes, base);
                if (inherited != null) {
                    waiting.push(inherited);
                } else {
                    // The interfaces of script types have no methods of their own.
                    unknownBase |= !base.equals("object") && !base.endsWith("Type");
                }
            }
        }
        return null;
    }

    private void absent(String name) {
        problems.add(new Problem(type.line(), type.column(), "class " + type.name() + " has no method " + name));
    }

    private void method(String name, List<Integer> counts, String words, boolean required) {
        Outline.Method method = find(name);
        if (method == null) {
            if (required && !unknownBase) {
                absent(name);
            }
            return;
        }
        if (counts.stream().noneMatch(method::takes)) {
            String takes = method.most() < 0 ? method.fewest() + " or more"
                    : method.fewest() == method.most() ? String.valueOf(method.most())
                            : method.fewest() + " to " + method.most();
            problems.add(new Problem(method.line(), method.column(), type.name() + "." + name + " takes " + takes
                    + " argument(s) after self, but is called with " + words));
        }
    }
}
