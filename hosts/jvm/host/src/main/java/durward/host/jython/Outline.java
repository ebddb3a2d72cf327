package durward.host.jython;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.python.antlr.PythonTree;
import org.python.antlr.Visitor;
import org.python.antlr.ast.Attribute;
import org.python.antlr.ast.ClassDef;
import org.python.antlr.ast.ExceptHandler;
import org.python.antlr.ast.FunctionDef;
import org.python.antlr.ast.Import;
import org.python.antlr.ast.ImportFrom;
import org.python.antlr.ast.Name;
import org.python.antlr.ast.Tuple;
import org.python.antlr.ast.TryExcept;
import org.python.antlr.ast.alias;
import org.python.antlr.ast.arguments;
import org.python.antlr.base.excepthandler;
import org.python.antlr.base.expr;
import org.python.antlr.base.mod;
import org.python.antlr.base.stmt;

/** What a check needs to know of a Python text: its imports, its classes and their methods. */
final class Outline extends Visitor {
    /**
     * @param names empty for {@code import module}
     * @param level dots in front of the module
     */
    record Imported(String module, List<String> names, int level, int line, int column) {
    }

    /**
     * @param fewest arguments after self
     * @param most arguments after self; -1 for any number
     */
    record Method(String name, int fewest, int most, int line, int column) {
        boolean takes(int count) {
            return fewest <= count && (most < 0 || count <= most);
        }
    }

    record PythonClass(String name, List<String> bases, Map<String, Method> methods, int line, int column) {
    }

    private final List<Imported> imports = new ArrayList<>();
    private final List<PythonClass> classes = new ArrayList<>();
    private int guarded;

    static Outline of(mod module) throws Exception {
        Outline outline = new Outline();
        outline.visit(module);
        return outline;
    }

    /** Those whose failure the text does not provide for. */
    List<Imported> imports() {
        return imports;
    }

    /** Those of the module's own level. */
    List<PythonClass> classes() {
        return classes;
    }

    @Override
    protected Object unhandled_node(PythonTree node) {
        // The visitor goes on to what is in the node by itself.
        return null;
    }

    @Override
    public Object visitImport(Import node) {
        if (guarded == 0) {
            for (alias one : node.getInternalNames()) {
                imports.add(new Imported(one.getInternalName(), List.of(), 0, node.getLineno(), column(node)));
            }
        }
        return null;
    }

    @Override
    public Object visitImportFrom(ImportFrom node) {
        if (guarded == 0) {
            List<String> names = node.getInternalNames().stream().map(alias::getInternalName).toList();
            int level = node.getInternalLevel() == null ? 0 : node.getInternalLevel();
            imports.add(new Imported(node.getInternalModule(), names, level, node.getLineno(), column(node)));
        }
        return null;
    }

    @Override
    public Object visitTryExcept(TryExcept node) throws Exception {
        boolean guards = node.getInternalHandlers().stream().anyMatch(Outline::catchesImportErrors);
        guarded += guards ? 1 : 0;
        for (stmt one : node.getInternalBody()) {
            visit(one);
        }
        guarded -= guards ? 1 : 0;
        for (excepthandler one : node.getInternalHandlers()) {
            visit(one);
        }
        if (node.getInternalOrelse() != null) {
            for (stmt one : node.getInternalOrelse()) {
                visit(one);
            }
        }
        return null;
    }

    private static boolean catchesImportErrors(excepthandler handler) {
        return handler instanceof ExceptHandler one && (one.getInternalType() == null || names(one.getInternalType()));
    }

    private static boolean names(expr type) {
        if (type instanceof Tuple tuple) {
            return tuple.getInternalElts().stream().anyMatch(Outline::names);
        }
        String name = type instanceof Name one ? one.getInternalId() : "";
        return List.of("ImportError", "Exception", "BaseException", "StandardError").contains(name);
    }

    @Override
    public Object visitClassDef(ClassDef node) throws Exception {
        Map<String, Method> methods = new LinkedHashMap<>();
        for (stmt one : node.getInternalBody()) {
            if (one instanceof FunctionDef function) {
                methods.put(function.getInternalName(), method(function));
            }
        }
        List<String> bases = new ArrayList<>();
        for (expr base : node.getInternalBases()) {
            bases.add(base instanceof Name name ? name.getInternalId()
                    : base instanceof Attribute attribute ? attribute.getInternalAttr() : "?");
        }
        classes.add(new PythonClass(node.getInternalName(), bases, methods, node.getLineno(), column(node)));
        traverse(node);
        return null;
    }

    private static Method method(FunctionDef function) {
        arguments taken = function.getInternalArgs();
        boolean unbound = function.getInternalDecorator_list() != null && function.getInternalDecorator_list().stream()
                .anyMatch(one -> one instanceof Name name && name.getInternalId().equals("staticmethod"));
        int all = taken.getInternalArgs().size() - (unbound ? 0 : 1);
        int defaults = taken.getInternalDefaults() == null ? 0 : taken.getInternalDefaults().size();
        int most = taken.getInternalVararg() == null ? Math.max(all, 0) : -1;
        return new Method(function.getInternalName(), Math.max(all - defaults, 0), most, function.getLineno(),
                column(function));
    }

    private static int column(PythonTree node) {
        return node.getCol_offset() + 1;
    }
}
