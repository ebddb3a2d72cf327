package durward.host.java;

import durward.host.loader.Loaders;
import durward.host.program.Failure;
import durward.host.program.Problem;
import durward.host.program.Program;
import durward.host.program.Refused;
import durward.host.program.Report;
import durward.host.session.Script;
import durward.host.session.ScriptEngine;
import java.nio.file.Path;
import java.util.List;

/** Java scripts: compiled, held against their contract, made. */
public final class JavaEngine implements ScriptEngine {
    private final Loaders loaders;
    private final Path hostJar;
    private final CompileCache cache = new CompileCache();
    private SourceCompiler compiler;

    public JavaEngine(Loaders loaders, Path hostJar) {
        this.loaders = loaders;
        this.hostJar = hostJar;
    }

    private CompiledScript compiled(Program program, Loaders.Base base) throws InterruptedException {
        CompileCache.Key key = CompileCache.Key.of(
                program.source(), program.fileName(), program.contract().className(), base.key());
        CompiledScript known = cache.find(key);
        if (known == null) {
            known = compiler().compile(program, base.jars());
            cache.put(key, known);
        }
        return known;
    }

    private synchronized SourceCompiler compiler() {
        if (compiler == null) {
            compiler = new SourceCompiler(hostJar);
        }
        return compiler;
    }

    private Class<?> classOf(CompiledScript compiled, Loaders.Base base) throws ClassNotFoundException {
        return Class.forName(compiled.className(), false, loaders.script(base, compiled.classes()));
    }

    @Override
    public Report.Checked check(Program program) throws InterruptedException {
        Loaders.Base base = loaders.base();
        CompiledScript compiled = compiled(program, base);
        List<Problem> problems = compiled.problems();
        if (problems.isEmpty()) {
            problems = contractProblems(program, compiled, base);
        }
        return new Report.Checked(problems, Program.JAVA);
    }

    private List<Problem> contractProblems(Program program, CompiledScript compiled, Loaders.Base base) {
        try {
            return new ScriptClass(classOf(compiled, base))
                    .problems(program.contract(), compiled.line(), compiled.column());
        } catch (ClassNotFoundException | LinkageError | SecurityException unusable) {
            return List.of(new Problem(compiled.line(), compiled.column(), unusable.toString()));
        }
    }

    @Override
    public Script load(Program program) throws Throwable {
        Loaders.Base base = loaders.base();
        CompiledScript compiled = compiled(program, base);
        if (!compiled.problems().isEmpty()) {
            throw new Refused(compiled.problems());
        }
        Class<?> loaded = classOf(compiled, base);
        List<Problem> problems =
                new ScriptClass(loaded).problems(program.contract(), compiled.line(), compiled.column());
        if (!problems.isEmpty()) {
            throw new Refused(problems);
        }
        return new JavaScript(program, loaded);
    }

    @Override
    public Failure describe(Program program, Throwable raised) {
        return JavaTrace.describe(raised);
    }
}
