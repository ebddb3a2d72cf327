package durward.log;

import durward.host.session.Current;
import durward.host.session.Session;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * {@code System.out} and {@code System.err} of the process: what a script prints goes to its log, what is
 * printed by anybody else to standard error.
 */
public final class RoutedStream extends PrintStream {
    private final Session.Stream stream;
    private final PrintStream host;

    private RoutedStream(Session.Stream stream, PrintStream host) {
        super(new Bytes(stream, host), false, StandardCharsets.UTF_8);
        this.stream = stream;
        this.host = host;
    }

    /** Puts routed streams in the place of both. */
    public static void install() {
        System.setOut(new RoutedStream(Session.Stream.OUTPUT, HostErrors.stream()));
        System.setErr(new RoutedStream(Session.Stream.ERROR, HostErrors.stream()));
    }

    private void text(String text) {
        Session session = Current.session();
        if (session == null) {
            host.print(text);
        } else {
            session.write(stream, text);
        }
    }

    // Text takes no lock and no detour over bytes: a script that never returns must not hold what others print with.

    @Override
    public void print(String value) {
        text(String.valueOf(value));
    }

    @Override
    public void print(Object value) {
        text(String.valueOf(value));
    }

    @Override
    public void print(char value) {
        text(String.valueOf(value));
    }

    @Override
    public void print(char[] value) {
        text(new String(value));
    }

    @Override
    public void print(boolean value) {
        text(String.valueOf(value));
    }

    @Override
    public void print(int value) {
        text(String.valueOf(value));
    }

    @Override
    public void print(long value) {
        text(String.valueOf(value));
    }

    @Override
    public void print(float value) {
        text(String.valueOf(value));
    }

    @Override
    public void print(double value) {
        text(String.valueOf(value));
    }

    @Override
    public void println() {
        text("\n");
    }

    @Override
    public void println(String value) {
        text(value + "\n");
    }

    @Override
    public void println(Object value) {
        text(value + "\n");
    }

    @Override
    public void println(char value) {
        text(value + "\n");
    }

    @Override
    public void println(char[] value) {
        text(new String(value) + "\n");
    }

    @Override
    public void println(boolean value) {
        text(value + "\n");
    }

    @Override
    public void println(int value) {
        text(value + "\n");
    }

    @Override
    public void println(long value) {
        text(value + "\n");
    }

    @Override
    public void println(float value) {
        text(value + "\n");
    }

    @Override
    public void println(double value) {
        text(value + "\n");
    }

    @Override
    public PrintStream printf(String format, Object... arguments) {
        text(String.format(format, arguments));
        return this;
    }

    @Override
    public PrintStream format(String format, Object... arguments) {
        return printf(format, arguments);
    }

    @Override
    public PrintStream append(CharSequence value) {
        text(String.valueOf(value));
        return this;
    }

    @Override
    public void close() {
        // It is everybody's.
    }

    /** What is written as bytes: UTF-8, of which a character may come in pieces. */
    private static final class Bytes extends OutputStream {
        private final Session.Stream stream;
        private final PrintStream host;
        private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder()
                .onMalformedInput(CodingErrorAction.REPLACE)
                .onUnmappableCharacter(CodingErrorAction.REPLACE);

        Bytes(Session.Stream stream, PrintStream host) {
            this.stream = stream;
            this.host = host;
        }

        @Override
        public void write(int octet) {
            write(new byte[] {(byte) octet}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int count) {
            Session session = Current.session();
            if (session == null) {
                host.write(bytes, from, count);
                return;
            }
            CharBuffer text = CharBuffer.allocate(count);
            decoder.reset().decode(ByteBuffer.wrap(bytes, from, count), text, true);
            session.write(stream, text.flip().toString());
        }

        @Override
        public void flush() {
            host.flush();
        }
    }
}
