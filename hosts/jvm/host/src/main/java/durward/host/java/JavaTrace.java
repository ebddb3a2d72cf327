package durward.host.java;

import durward.host.loader.ScriptLoader;
import durward.host.program.Failure;
import durward.host.program.Refused;
import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.List;

/** An exception in words: its type and message, the frames of the author's own classes, and what it came from. */
public final class JavaTrace {
    /** Frames shown of one exception, half from each end. */
    private static final int FRAMES = 60;

    private static final int CAUSES = 5;
    private static final int MESSAGE = 2000;

    private JavaTrace() {
    }

    /** The failure for an exception that left a script. */
    public static Failure describe(Throwable raised) {
        Throwable own = unwrapped(raised);
        if (own instanceof Refused refused) {
            return refused.failure();
        }
        List<StackTraceElement> frames = framesOf(own);
        Integer line = frames.isEmpty() ? null : frames.get(0).getLineNumber();
        return new Failure(Failure.Kind.RAISED, message(own), line, null, trace(own), List.of());
    }

    private static Throwable unwrapped(Throwable raised) {
        Throwable one = raised;
        while ((one instanceof InvocationTargetException || one instanceof ExceptionInInitializerError)
                && one.getCause() != null) {
            one = one.getCause();
        }
        return one;
    }

    /** {@code Type: text}. */
    public static String message(Throwable raised) {
        String name = raised.getClass().getSimpleName();
        if (name.isEmpty()) {
            name = raised.getClass().getSuperclass().getSimpleName();
        }
        String text;
        try {
            text = raised.getMessage();
        } catch (RuntimeException itsOwn) {
            text = "(no text: its own getMessage throws)";
        }
        if (text == null || text.isEmpty()) {
            return name;
        }
        return name + ": " + (text.length() > MESSAGE ? text.substring(0, MESSAGE) : text);
    }

    /** The exception and its causes, with the author's frames. */
    public static String trace(Throwable raised) {
        StringBuilder text = new StringBuilder();
        Throwable one = raised;
        for (int depth = 0; one != null && depth <= CAUSES; depth++) {
            text.append(depth == 0 ? "" : "\nCaused by: ").append(message(one));
            append(text, framesOf(one));
            one = one.getCause() == one ? null : one.getCause();
        }
        return text.toString();
    }

    private static void append(StringBuilder text, List<StackTraceElement> frames) {
        int leftOut = frames.size() - FRAMES;
        for (int index = 0; index < frames.size(); index++) {
            if (leftOut > 0 && index == FRAMES / 2) {
                text.append("\n\t... ").append(leftOut).append(" more frames ...");
                index += leftOut;
            }
            StackTraceElement frame = frames.get(index);
            text.append("\n\tat ").append(frame.getClassName()).append('.').append(frame.getMethodName())
                    .append('(').append(frame.getFileName()).append(':').append(frame.getLineNumber()).append(')');
        }
    }

    private static List<StackTraceElement> framesOf(Throwable raised) {
        List<StackTraceElement> own = new ArrayList<>();
        for (StackTraceElement frame : raised.getStackTrace()) {
            if (ScriptLoader.NAME.equals(frame.getClassLoaderName()) && frame.getLineNumber() > 0) {
                own.add(frame);
            }
        }
        return own;
    }
}
