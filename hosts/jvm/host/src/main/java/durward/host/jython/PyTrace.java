package durward.host.jython;

import durward.host.java.JavaTrace;
import durward.host.program.Failure;
import durward.host.program.Problem;
import durward.host.program.Program;
import durward.host.program.Refused;
import java.util.ArrayList;
import java.util.List;
import org.python.core.Py;
import org.python.core.PyException;
import org.python.core.PyObject;
import org.python.core.PyString;
import org.python.core.PyTraceback;
import org.python.core.PyType;

/** An exception that left a Python script, in words: its type and text, and the author's own lines. */
final class PyTrace {
    /** Frames shown of one traceback, half from each end. */
    private static final int FRAMES = 60;

    private static final int LINE = 200;

    private record Entry(int line, String function) {
    }

    private PyTrace() {
    }

    static Failure describe(Program program, Throwable raised) {
        if (raised instanceof Refused refused) {
            return refused.failure();
        }
        if (!(raised instanceof PyException exception)) {
            return JavaTrace.describe(raised);
        }
        exception.normalize();
        Problem syntax = syntaxProblem(program, exception);
        if (syntax != null) {
            return new Failure(Failure.Kind.RAISED, message(exception), syntax.line(), syntax.column(),
                    message(exception), List.of());
        }
        List<Entry> entries = entries(exception, program.fileName());
        Integer line = entries.isEmpty() ? null : entries.get(entries.size() - 1).line();
        return new Failure(
                Failure.Kind.RAISED, message(exception), line, null, trace(program, exception, entries), List.of());
    }

    /** The Java exception that a Python one stands for, or null. */
    static Throwable javaCause(Throwable raised) {
        if (raised instanceof PyException exception && exception.value != null) {
            Object java = exception.value.__tojava__(Throwable.class);
            return java instanceof Throwable thrown ? thrown : exception.getCause();
        }
        return null;
    }

    /** What a {@code SyntaxError} of the program's own text says; null for any other exception. */
    static Problem syntaxProblem(Program program, PyException exception) {
        if (!exception.match(Py.SyntaxError)) {
            return null;
        }
        exception.normalize();
        PyObject file = exception.value.__findattr__("filename");
        if (file == null || !file.toString().equals(program.fileName())) {
            return null;
        }
        return new Problem(
                number(exception.value, "lineno", 1),
                number(exception.value, "offset", 0) + 1,
                text(exception.value.__findattr__("msg")));
    }

    private static int number(PyObject value, String name, int unless) {
        PyObject found = value.__findattr__(name);
        return found == null || found == Py.None ? unless : found.asInt();
    }

    private static String text(PyObject value) {
        return value instanceof PyString string ? PyValues.text(string) : String.valueOf(value);
    }

    /** {@code Type: text}. */
    static String message(PyException exception) {
        Throwable java = javaCause(exception);
        if (java != null) {
            return JavaTrace.message(java);
        }
        String name = exception.type instanceof PyType type ? type.fastGetName() : text(exception.type.__str__());
        name = name.substring(name.lastIndexOf('.') + 1);
        String words;
        try {
            words = text(exception.value.__str__());
        } catch (RuntimeException itsOwn) {
            words = "(no text: its own __str__ raises)";
        }
        return words.isEmpty() ? name : name + ": " + words;
    }

    private static List<Entry> entries(PyException exception, String fileName) {
        List<Entry> found = new ArrayList<>();
        for (PyObject one = exception.traceback; one instanceof PyTraceback traceback; one = traceback.tb_next) {
            if (traceback.tb_frame != null && traceback.tb_frame.f_code != null
                    && fileName.equals(traceback.tb_frame.f_code.co_filename)) {
                found.add(new Entry(traceback.tb_lineno, traceback.tb_frame.f_code.co_name));
            }
        }
        return found;
    }

    private static String trace(Program program, PyException exception, List<Entry> entries) {
        String[] lines = program.source().split("\r\n|\r|\n", -1);
        StringBuilder text = new StringBuilder();
        if (!entries.isEmpty()) {
            text.append("Traceback (most recent call last):\n");
        }
        int leftOut = entries.size() - FRAMES;
        for (int index = 0; index < entries.size(); index++) {
            if (leftOut > 0 && index == FRAMES / 2) {
                text.append("  ... ").append(leftOut).append(" more frames ...\n");
                index += leftOut;
            }
            Entry entry = entries.get(index);
            text.append("  File \"").append(program.fileName()).append("\", line ").append(entry.line())
                    .append(", in ").append(entry.function()).append('\n');
            String line = entry.line() > 0 && entry.line() <= lines.length ? lines[entry.line() - 1].strip() : "";
            if (!line.isEmpty()) {
                text.append("    ").append(line, 0, Math.min(line.length(), LINE)).append('\n');
            }
        }
        Throwable java = javaCause(exception);
        return text.append(java == null ? message(exception) : JavaTrace.trace(java)).toString();
    }
}
