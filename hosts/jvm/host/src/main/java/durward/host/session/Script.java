package durward.host.session;

import durward.host.program.Failure;
import durward.host.program.Method;
import durward.host.program.Report;
import io.jans.model.custom.script.type.BaseExternalType;
import jakarta.ws.rs.WebApplicationException;

/** A loaded script, whatever it is written in. One thread at a time. */
public interface Script extends AutoCloseable {
    /** What loading it found. */
    Report.Loaded report();

    /** The script's object where it is a Java object of its type, else null. */
    BaseExternalType externalType();

    /** Calls a method; the result is converted to what the contract says, as a plain value. */
    Object call(Method method, Object[] arguments) throws Throwable;

    /** Calls {@code destroy}; whether it answered true. */
    boolean destroy() throws Throwable;

    /** The plain value of something that the script left behind in a context. */
    Object plain(Object value);

    /** The answer that the script shaped by raising an exception, or null for any other. */
    WebApplicationException webException(Throwable raised);

    /** An exception that left the script, with the author's lines. */
    Failure describe(Throwable raised);

    /** Lets go of everything that holds the script's classes. */
    @Override
    void close();
}
