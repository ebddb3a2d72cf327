package durward.host.jython;

import durward.host.loader.JavaPackages;
import durward.host.loader.Loaders;
import durward.host.loader.ScriptLoader;
import durward.host.program.Failure;
import durward.host.program.Problem;
import durward.host.program.Program;
import durward.host.program.Refused;
import durward.host.program.Report;
import durward.host.session.Script;
import durward.host.session.ScriptEngine;
import durward.jython.PythonThreads;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.jar.JarFile;
import org.python.antlr.base.mod;
import org.python.core.CompileMode;
import org.python.core.CompilerFlags;
import org.python.core.ParserFacade;
import org.python.core.Py;
import org.python.core.PyCode;
import org.python.core.PyException;
import org.python.core.PySystemState;

/** Python scripts on Jython: one state of the interpreter for each. */
public final class JythonEngine implements ScriptEngine {
    private static final String WARM_UP = """
            import thread, weakref
            from io.jans.model.custom.script.type.logout import EndSessionType
            class Probe(EndSessionType):
                def getFrontchannelHtml(self, context):
                    return "%s" % context
            probe = Probe()
            watched = weakref.ref(probe)
            probe.getFrontchannelHtml(None)
            """;

    private final Loaders loaders;
    private final JarFile hostJar;
    private final boolean network;
    private final AllPackages allPackages = new AllPackages();
    private Loaders.Base packagesBase;
    private JavaPackages packages;

    /** Starts Jython, which takes a while. */
    public JythonEngine(Loaders loaders, JarFile hostJar, boolean network) {
        this.loaders = loaders;
        this.hostJar = hostJar;
        this.network = network;
        Properties before = new Properties();
        before.putAll(System.getProperties());
        // Nobody's own settings.
        before.setProperty("user.home", "/nonexistent");
        Properties after = new Properties();
        after.setProperty("python.cachedir.skip", "true");
        after.setProperty("python.import.site", "false");
        after.setProperty("python.console.encoding", "UTF-8");
        after.setProperty("python.modules.builtin", "thread:" + PythonThreads.class.getName());
        PySystemState.initialize(before, after, new String[] {""}, JythonEngine.class.getClassLoader());
        PySystemState.packageManager = allPackages;
        BeanMembers.install();
        JsonMembers.install();
        warmUp();
    }

    /**
     * Runs a few lines, so that what Jython keeps for the whole process is made now, by a thread that belongs to no
     * script: above all the thread that watches weak references.
     */
    private void warmUp() {
        Loaders.Base base = loaders.base();
        ScriptLoader loader = loaders.script(base, Map.of(), JythonEngine.class.getClassLoader());
        CompilerFlags flags = flags();
        mod module = ParserFacade.parse(
                new ByteArrayInputStream(WARM_UP.getBytes(StandardCharsets.UTF_8)), CompileMode.exec, "warm-up", flags);
        try (Interpreter scratch = new Interpreter(
                "warm-up", 1000, new ScriptPackages(packages(base), loader), loader, allPackages, network)) {
            scratch.run(Py.compile_flags(module, "warm-up", CompileMode.exec, flags), "Probe");
        }
    }

    private synchronized JavaPackages packages(Loaders.Base base) {
        if (packagesBase != base) {
            packages = JavaPackages.of(base, hostJar);
            packagesBase = base;
        }
        return packages;
    }

    private static CompilerFlags flags() {
        CompilerFlags flags = new CompilerFlags();
        // Where the text itself does not say.
        flags.encoding = "utf-8";
        return flags;
    }

    /** @throws Refused when the text is not Python 2 */
    private static mod parsed(Program program, CompilerFlags flags) {
        try {
            return ParserFacade.parse(
                    new ByteArrayInputStream(program.source().getBytes(StandardCharsets.UTF_8)),
                    CompileMode.exec, program.fileName(), flags);
        } catch (PyException wrong) {
            throw refused(program, wrong);
        }
    }

    private static PyCode compiled(Program program) {
        CompilerFlags flags = flags();
        mod module = parsed(program, flags);
        try {
            return Py.compile_flags(module, program.fileName(), CompileMode.exec, flags);
        } catch (PyException wrong) {
            throw refused(program, wrong);
        }
    }

    private static RuntimeException refused(Program program, PyException wrong) {
        Problem problem = PyTrace.syntaxProblem(program, wrong);
        return problem == null ? wrong : new Refused(List.of(problem));
    }

    private Interpreter interpreter(Program program) {
        Loaders.Base base = loaders.base();
        ScriptLoader loader = loaders.script(base, Map.of(), JythonEngine.class.getClassLoader());
        return new Interpreter(program.fileName(), program.limits().recursion(),
                new ScriptPackages(packages(base), loader), loader, allPackages, network);
    }

    @Override
    public Report.Checked check(Program program) {
        List<Problem> problems = new ArrayList<>();
        try (Interpreter scratch = interpreter(program)) {
            scratch.enter();
            compiled(program);
            Outline outline = Outline.of(parsed(program, flags()));
            problems.addAll(new ImportCheck(scratch.packages(), scratch.loader()).problems(outline.imports()));
            problems.addAll(ContractCheck.problems(program.contract(), outline.classes()));
            problems.sort(Comparator.comparingInt(Problem::line).thenComparingInt(Problem::column));
        } catch (Refused wrong) {
            problems.addAll(wrong.problems());
        } catch (RuntimeException defect) {
            throw defect;
        } catch (Exception impossible) {
            throw new IllegalStateException(impossible);
        }
        return new Report.Checked(problems, Program.PYTHON_2);
    }

    @Override
    public Script load(Program program) {
        Interpreter interpreter = interpreter(program);
        JythonScript script = new JythonScript(program, interpreter);
        boolean started = false;
        try {
            script.start(compiled(program));
            started = true;
            return script;
        } finally {
            if (!started) {
                interpreter.close();
            }
        }
    }

    @Override
    public Failure describe(Program program, Throwable raised) {
        return PyTrace.describe(program, raised);
    }
}
