package durward.host;

import durward.host.session.Connections;
import durward.host.wire.Frame;
import durward.host.wire.Frames;
import durward.host.wire.JsonWriter;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * One script of each language, loaded and called as the server would: the classes that this takes are what an archive
 * of classes should hold.
 */
final class Training {
    private static final String JAVA = """
            import io.jans.as.server.service.external.context.EndSessionContext;
            import io.jans.model.SimpleCustomProperty;
            import io.jans.model.custom.script.model.CustomScript;
            import io.jans.model.custom.script.type.logout.EndSessionType;
            import io.jans.service.custom.script.CustomScriptManager;
            import java.util.Map;
            import org.slf4j.Logger;
            import org.slf4j.LoggerFactory;

            public class EndSession implements EndSessionType {
                private static final Logger log = LoggerFactory.getLogger(CustomScriptManager.class);

                public boolean init(Map<String, SimpleCustomProperty> attributes) {
                    return true;
                }

                public boolean init(CustomScript script, Map<String, SimpleCustomProperty> attributes) {
                    log.info("init {}", script.getName());
                    return true;
                }

                public boolean destroy(Map<String, SimpleCustomProperty> attributes) {
                    return true;
                }

                public int getApiVersion() {
                    return 11;
                }

                public String getFrontchannelHtml(Object context) {
                    StringBuilder html = new StringBuilder();
                    ((EndSessionContext) context).getFrontchannelLogoutUris().forEach(uri -> html.append(uri));
                    return html.toString();
                }
            }
            """;

    private static final String PYTHON = """
            import json
            from io.jans.model.custom.script.type.logout import EndSessionType
            from java.util import UUID
            class EndSession(EndSessionType):
                def __init__(self, now):
                    self.now = now
                def init(self, script, attributes):
                    print "init", script.getName()
                    return True
                def destroy(self, attributes):
                    return True
                def getApiVersion(self):
                    return 11
                def getFrontchannelHtml(self, context):
                    return json.dumps([uri for uri in context.getFrontchannelLogoutUris()])
            """;

    private Training() {
    }

    static void run(Connections connections) throws IOException {
        Path directory = Files.createTempDirectory("durward");
        Path socket = directory.resolve("socket");
        try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            UnixDomainSocketAddress address = UnixDomainSocketAddress.of(socket);
            listener.bind(address);
            for (String[] script : new String[][] {{"java", JAVA}, {"2", PYTHON}}) {
                try (SocketChannel channel = SocketChannel.open(address)) {
                    connections.serve(listener.accept());
                    Frames frames = new Frames(channel);
                    turn(frames, Map.of("load", program(script[0], script[1])));
                    turn(frames, Map.of("call", Map.of(
                            "method", "getFrontchannelHtml",
                            "context", Map.of("frontchannelLogoutUris", List.of("https://one.test")))));
                    turn(frames, "destroy");
                }
            }
        } finally {
            Files.deleteIfExists(socket);
            Files.deleteIfExists(directory);
        }
    }

    private static Map<String, Object> program(String dialect, String source) {
        Map<String, Object> contract = Map.of(
                "scriptType", "end_session",
                "className", "EndSession",
                "context", "EndSessionContext",
                "methods", List.of(Map.of("name", "getFrontchannelHtml", "parameters", List.of("context"),
                        "returns", "string", "optional", false)),
                "beans", List.of(Map.of("name", "EndSessionContext", "properties", List.of(
                        Map.of("name", "frontchannelLogoutUris", "kind", "texts", "writable", false)))));
        return Map.of(
                "wire", 1L, "fileName", "training", "source", source, "dialect", dialect, "contract", contract,
                "customScript", Map.of("name", "training"), "attributes", List.of(), "currentTimeMs", 0L,
                "limits", Map.of("resultBytes", 65536L, "logLines", 64L, "logLineBytes", 4096L, "hostCalls", 0L,
                        "recursion", 1000L));
    }

    private static void turn(Frames frames, Object frame) throws IOException {
        JsonWriter text = new JsonWriter(Frames.MAX_BYTES).value(frame);
        frames.write(text.array(), text.length());
        while (true) {
            Frame answer = frames.read();
            if (answer == null || answer.kind().equals("failed")) {
                throw new IOException("the host does not run its own sample: "
                        + (answer == null ? "the connection ended" : answer.content()));
            }
            if (answer.kind().equals("done")) {
                return;
            }
        }
    }
}
