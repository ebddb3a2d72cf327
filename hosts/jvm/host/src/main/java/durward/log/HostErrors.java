package durward.log;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** What the host itself has to say, on the process's standard error: it belongs into no script's log. */
public final class HostErrors {
    private static final PrintStream STREAM =
            new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);

    private HostErrors() {
    }

    public static void print(String line) {
        STREAM.println("durward-jvm-host: " + line);
    }

    static PrintStream stream() {
        return STREAM;
    }
}
