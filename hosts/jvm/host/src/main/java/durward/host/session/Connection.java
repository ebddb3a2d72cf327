package durward.host.session;

import durward.host.program.Call;
import durward.host.program.Failure;
import durward.host.program.Limits;
import durward.host.program.Method;
import durward.host.program.Program;
import durward.host.program.Refused;
import durward.host.program.Report;
import durward.host.wire.Frame;
import durward.host.wire.Frames;
import durward.host.wire.JsonWriter;
import durward.host.wire.TooLarge;
import durward.host.wire.WireException;
import durward.log.HostErrors;
import durward.script.Changes;
import durward.script.KnownBeans;
import durward.script.Surroundings;
import io.jans.as.server.service.external.context.ExternalScriptContext;
import io.jans.model.custom.script.conf.CustomScriptConfiguration;
import io.jans.model.custom.script.model.CustomScript;
import jakarta.ws.rs.WebApplicationException;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One worker: the thread of one connection, the turns that the server asks of it, the script that it has loaded.
 *
 * <p>A connection whose first frame is {@code status} is a control connection and carries nothing else. Not here:
 * languages, frames, who closes what runs too long ({@link Watcher}).
 */
public final class Connection implements Runnable {
    private static final String WEB_EXCEPTION = "webApplicationException";
    private static final int MEMBER_NAMES_BYTES = 20;

    private final SocketChannel channel;
    private final Session session;
    private final Connections connections;
    private final Engines engines;
    private Program program;
    private Script script;
    private CustomScriptConfiguration configuration;

    Connection(SocketChannel channel, Connections connections, Engines engines) {
        this.channel = channel;
        this.session = new Session(new Frames(channel));
        this.connections = connections;
        this.engines = engines;
    }

    Session session() {
        return session;
    }

    /** Serves the wire until either end closes it. */
    @Override
    public void run() {
        Current.set(session);
        try {
            serve();
        } catch (IOException | ThreadDeath closed) {
            // The server is gone, or what it sent was not of the protocol: there is nobody to tell.
        } catch (Throwable defect) {
            // Memory that ran out outside a call, or a defect: the server sees the connection end.
            HostErrors.print("a connection ended: " + defect);
        } finally {
            close();
        }
    }

    private void serve() throws IOException {
        while (true) {
            // What a script left behind must not close the connection.
            Thread.interrupted();
            Frame frame = session.next();
            if (frame == null) {
                return;
            }
            if (frame.kind().equals("status")) {
                serveStatus(frame);
                return;
            }
            turn(frame);
            if (connections.isOver(this)) {
                return;
            }
        }
    }

    private void serveStatus(Frame first) throws IOException {
        for (Frame frame = first; frame != null; frame = session.next()) {
            connections.control(this);
            if (program != null || !frame.kind().equals("status")) {
                throw new WireException("a control connection carries nothing but status");
            }
            session.status(connections.status(frame.content()));
        }
    }

    private void turn(Frame frame) throws IOException {
        switch (frame.kind()) {
            case "load" -> load(Program.of(frame.content()));
            case "check" -> check(Program.of(frame.content()));
            case "call" -> call(Call.of(frame.content()));
            case "destroy" -> destroy();
            default -> throw new WireException("a frame of the kind " + frame.kind());
        }
    }

    /** What one turn does; its answer is the inside of {@code done}. */
    private interface Work {
        JsonWriter run() throws Throwable;
    }

    private interface Description {
        Failure of(Throwable raised);
    }

    private void run(Limits limits, Work work, Description description) throws IOException {
        session.begin(limits);
        connections.watcher().began(this);
        JsonWriter done = null;
        Failure failure = null;
        try {
            done = work.run();
        } catch (Throwable raised) {
            failure = failure(raised, description);
        } finally {
            connections.watcher().ended(this);
        }
        Thread.interrupted();
        if (failure == null) {
            session.done(done);
        } else {
            session.failed(failure);
        }
    }

    private Failure failure(Throwable raised, Description description) {
        if (raised instanceof Refused refused) {
            return refused.failure();
        }
        if (raised instanceof TooLarge tooLarge) {
            return Failure.exhausted("ResultTooLarge: " + tooLarge.getMessage());
        }
        try {
            Failure failure = description.of(raised);
            Throwable root = Exhaustion.of(raised);
            if (root == null) {
                return failure;
            }
            if (root instanceof OutOfMemoryError) {
                // Whatever the script keeps in its fields goes with its connection.
                connections.end(this);
            }
            return new Failure(Failure.Kind.EXHAUSTED, failure.message(), failure.line(), failure.column(),
                    failure.trace(), failure.problems());
        } catch (Throwable again) {
            // Describing runs code of the script, and needs memory.
            connections.end(this);
            return Failure.exhausted(raised.getClass().getSimpleName());
        }
    }

    private void load(Program next) throws IOException {
        closeScript();
        program = next;
        run(next.limits(), () -> {
            ScriptEngine engine = engine(next);
            Script loaded = engine.load(next);
            script = loaded;
            configuration = new CustomScriptConfiguration(
                    new CustomScript(next.customScript(), next.attributes()),
                    loaded.externalType(),
                    next.configurationAttributes());
            return result(Frames.MAX_BYTES / 2, loaded.report().plain(), Map.of());
        }, raised -> engines.describe(next, raised));
    }

    private void check(Program checked) throws IOException {
        run(checked.limits(), () -> {
            Report.Checked report = engine(checked).check(checked);
            return result(Frames.MAX_BYTES / 2, report.plain(), Map.of());
        }, raised -> engines.describe(checked, raised));
    }

    private ScriptEngine engine(Program asked) {
        if (asked.wire() != Program.WIRE) {
            throw new Refused("wire version " + asked.wire() + " is not " + Program.WIRE);
        }
        return engines.of(asked.dialect());
    }

    private void call(Call call) throws IOException {
        if (program == null) {
            throw new WireException("a call before a script was loaded");
        }
        run(program.limits(), () -> {
            Method method = program.contract().method(call.method());
            if (script == null || method == null || !script.report().methods().contains(method.name())) {
                throw new NoSuchMethodException("the script has no method " + call.method());
            }
            return answer(method, call);
        }, this::describe);
    }

    private JsonWriter answer(Method method, Call call) throws Throwable {
        session.tell(call.context());
        Changes changes = new Changes();
        Surroundings surroundings = new Surroundings(
                configuration, program.contract().shapes(), program.contract().typed(), changes);
        ExternalScriptContext context =
                KnownBeans.context(surroundings.root(program.contract().context(), call.context()));
        int limit = program.limits().resultBytes();
        Object result;
        try {
            result = script.call(method, CallArguments.of(method, context, call.arguments(), changes));
        } catch (Throwable raised) {
            WebApplicationException shaped = script.webException(raised);
            if (shaped == null) {
                throw raised;
            }
            Map<String, Object> all = changes.collect();
            all.put(WEB_EXCEPTION, shaped);
            return result(limit, null, all);
        }
        Map<String, Object> all = changes.collect();
        if (context.getWebApplicationException() != null) {
            all.put(WEB_EXCEPTION, context.getWebApplicationException());
        }
        return result(limit, result, all);
    }

    private JsonWriter result(int limit, Object result, Map<String, Object> changes) {
        Map<String, Object> plain = new LinkedHashMap<>();
        changes.forEach((path, value) -> plain.put(path, script == null ? value : script.plain(value)));
        try {
            return new JsonWriter(Math.min(limit + MEMBER_NAMES_BYTES, Frames.MAX_BYTES / 2))
                    .raw("\"result\":").value(result).raw(",\"changes\":").value(plain);
        } catch (TooLarge tooLarge) {
            throw new TooLarge(limit);
        }
    }

    private void destroy() throws IOException {
        if (program == null) {
            throw new WireException("destroy before a script was loaded");
        }
        run(program.limits(), () -> {
            if (script == null) {
                throw new IllegalStateException("no script is loaded");
            }
            if (!script.destroy()) {
                session.log("warn", "destroy did not return True");
            }
            return result(Frames.MAX_BYTES / 2, null, Map.of());
        }, this::describe);
    }

    private Failure describe(Throwable raised) {
        return script == null ? engines.describe(program, raised) : script.describe(raised);
    }

    private void closeScript() {
        if (script != null) {
            script.close();
            script = null;
        }
    }

    private void close() {
        session.leave();
        try {
            closeScript();
        } finally {
            closeChannel();
            Current.clear();
            Thread.currentThread().setContextClassLoader(null);
            program = null;
            configuration = null;
            connections.ended(this);
        }
    }

    /** Closes the channel, from whatever thread. */
    void closeChannel() {
        try {
            channel.close();
        } catch (IOException already) {
            // It is as good as closed.
        }
    }
}
