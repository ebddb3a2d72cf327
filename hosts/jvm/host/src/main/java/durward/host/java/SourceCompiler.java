package durward.host.java;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.Trees;
import durward.host.program.Problem;
import durward.host.program.Program;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.jar.JarFile;
import javax.tools.Diagnostic;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;

/** Java texts into class files, by the JDK's own compiler, in memory. Runs nothing of them. */
final class SourceCompiler {
    private static final List<String> OPTIONS =
            List.of("-g", "-proc:none", "-implicit:none", "-Xlint:none", "-Xmaxerrs", "100");

    /** More than one, so that a text that the compiler cannot get done with does not stop all others. */
    private static final int AT_ONE_TIME = 2;

    private final Semaphore turns = new Semaphore(AT_ONE_TIME);
    private final JavaCompiler compiler;
    private final ApiClasses api;

    /** @throws IllegalStateException when this Java has no compiler */
    SourceCompiler(Path hostJar) {
        compiler = ToolProvider.getSystemJavaCompiler();
        if (compiler == null) {
            throw new IllegalStateException(
                    "this Java has no compiler: install a JDK (17 to 23) where only a JRE is");
        }
        try {
            api = new ApiClasses(new JarFile(hostJar.toFile()));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** Waits for its turn: each takes some ten megabytes while it works. */
    CompiledScript compile(Program program, List<Path> jars) throws InterruptedException {
        turns.acquire();
        try {
            return compileNow(program, jars);
        } finally {
            turns.release();
        }
    }

    private CompiledScript compileNow(Program program, List<Path> jars) {
        StaleImports imports = new StaleImports(program.source(), api::has);
        Diagnostics diagnostics = new Diagnostics(imports);
        try (StandardJavaFileManager standard =
                compiler.getStandardFileManager(diagnostics, Locale.ROOT, StandardCharsets.UTF_8)) {
            standard.setLocation(StandardLocation.CLASS_PATH, jars.stream().map(Path::toFile).toList());
            standard.setLocation(StandardLocation.ANNOTATION_PROCESSOR_PATH, List.<File>of());
            ScriptFiles files = new ScriptFiles(standard, api);
            JavacTask task = (JavacTask) compiler.getTask(Writer.nullWriter(), files, diagnostics, OPTIONS, null,
                    List.of(new SourceFile(program.fileName(), imports.text())));
            return compiled(program, task, files, diagnostics);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        } catch (StackOverflowError | IllegalStateException failed) {
            if (failed instanceof StackOverflowError || failed.getCause() instanceof StackOverflowError) {
                return new CompiledScript(Map.of(), null, 1, 1,
                        List.of(new Problem(1, 1, "the text is nested too deeply for the compiler")));
            }
            throw failed;
        }
    }

    private static CompiledScript compiled(
            Program program, JavacTask task, ScriptFiles files, Diagnostics diagnostics) throws IOException {
        String wanted = program.contract().className();
        int line = 1;
        int column = 1;
        String className = null;
        for (CompilationUnitTree unit : task.parse()) {
            String prefix = unit.getPackageName() == null ? "" : unit.getPackageName() + ".";
            for (Tree type : unit.getTypeDecls()) {
                if (type instanceof ClassTree one && one.getSimpleName().contentEquals(wanted)) {
                    long start = Trees.instance(task).getSourcePositions().getStartPosition(unit, one);
                    line = (int) unit.getLineMap().getLineNumber(start);
                    column = (int) unit.getLineMap().getColumnNumber(start);
                    className = prefix + wanted;
                }
            }
        }
        if (!diagnostics.hasErrors()) {
            task.analyze();
        }
        if (!diagnostics.hasErrors()) {
            task.generate();
        }
        List<Problem> problems = new ArrayList<>(diagnostics.problems());
        if (className == null && problems.isEmpty()) {
            problems.add(new Problem(1, 1, "the script does not define class " + wanted));
        }
        return new CompiledScript(
                problems.isEmpty() ? files.made() : Map.of(), className, line, column, problems);
    }

    /** Errors, at the author's own lines and columns. Warnings are nobody's business here. */
    private static final class Diagnostics implements javax.tools.DiagnosticListener<JavaFileObject> {
        private final StaleImports imports;
        private final List<Problem> problems = new ArrayList<>();

        Diagnostics(StaleImports imports) {
            this.imports = imports;
        }

        boolean hasErrors() {
            return !problems.isEmpty();
        }

        List<Problem> problems() {
            return problems;
        }

        @Override
        public void report(Diagnostic<? extends JavaFileObject> diagnostic) {
            if (diagnostic.getKind() == Diagnostic.Kind.ERROR) {
                int line = (int) Math.max(diagnostic.getLineNumber(), 1);
                int column = (int) Math.max(diagnostic.getColumnNumber(), 1);
                String message = diagnostic.getMessage(Locale.ROOT).strip();
                problems.add(new Problem(line, imports.column(line, column), message));
            }
        }
    }
}
