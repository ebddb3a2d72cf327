package durward.host.process;

import static durward.host.process.Programs.javaProbe;
import static durward.host.process.Programs.with;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The process and the protocol: start, end, control connection, frames that are none. */
final class WireIT {
    @Test
    void theHostEndsWithItsStandardInput() throws Exception {
        HostProcess host = HostProcess.start();
        Worker worker = host.worker();
        worker.load(javaProbe("", "while (true) { }", ""));
        worker.send(Worker.call("run", Map.of(), Map.of()));
        host.process().getOutputStream().close();
        assertTrue(host.process().waitFor(20, TimeUnit.SECONDS));
        assertEquals(0, host.process().exitValue());
        assertFalse(Files.exists(host.socket()));
        host.close();
    }

    @Test
    void theSocketIsForItsOwnerOnly() throws IOException {
        try (HostProcess host = HostProcess.start()) {
            assertEquals("[OWNER_READ, OWNER_WRITE]",
                    Files.getPosixFilePermissions(host.socket()).stream().sorted().toList().toString());
        }
    }

    @Test
    void theControlConnectionTellsHowItIs() {
        try (HostProcess host = HostProcess.start()) {
            assertEquals(0L, host.statusNumber("connections"));
            Worker worker = host.worker();
            worker.load(javaProbe("", "return 1;", ""));
            Map<String, Object> status = host.status();
            assertEquals(1L, status.get("connections"));
            assertEquals(0L, status.get("abandonedThreads"));
            assertEquals(1L, status.get("classLoaders"));
            assertTrue((Long) status.get("heapUsed") > 0 && (Long) status.get("heapUsed") < (Long) status.get("heapMax"));
            assertTrue((Long) status.get("heapMax") <= 256L << 20);
            assertTrue((Long) status.get("metaspaceUsed") > 0);
            worker.close();
            Deadline.until("the class loader is gone", () ->
                    host.statusAfterCollection().get("classLoaders").equals(0L));
            assertEquals(0L, host.statusNumber("connections"));

            Worker control = host.worker();
            assertTrue(control.exchange(Map.of("status", Map.of())).containsKey("status"));
            assertTrue(control.exchange(Map.of("status", Map.of())).containsKey("status"));
            control.send(Map.of("load", javaProbe("", "return 1;", "")));
            assertNull(control.receive(), "a control connection carries nothing else");
        }
    }

    @Test
    void whatIsNoFrameEndsItsConnectionAndNoOther() throws IOException {
        try (HostProcess host = HostProcess.start()) {
            Worker neighbour = host.worker();
            neighbour.load(javaProbe("", "return 1;", ""));
            byte[][] wrongs = {
                {-1, -1, -1, -1}, {0, 64, 0, 1}, frame("{"), frame("{}"), frame("[]"), frame("5"),
                frame("{\"a\":1,\"b\":2}"), frame("{\"call\":{\"method\":\"run\",\"context\":{}}}"),
                frame("{\"answer\":{\"value\":1}}"), frame("{\"unknown\":{}}"), frame("\"destroy\""),
                frame("{\"load\":{}}"), frame("{\"load\":5}"), frame("{\"check\":{\"wire\":\"1\"}}"),
                frame("{\"call\":" + "[".repeat(200_000) + "]".repeat(200_000) + "}"), frame("{\"a\":tru}"),
                frame("{\"a\":01}"), frame("{\"a\":\"\u0001\"}"), frame("{\"a\":1} {}"), {0, 0, 0, 2, (byte) 0xC3, 0x28},
            };
            for (byte[] wrong : wrongs) {
                Worker worker = host.worker();
                worker.sendRaw(wrong);
                assertNull(worker.receive(), new String(wrong, 0, Math.min(wrong.length, 60), StandardCharsets.UTF_8));
            }
            Worker torn = host.worker();
            torn.sendRaw((byte) 0, (byte) 0, (byte) 0, (byte) 9, (byte) '{');
            torn.close();
            Worker prefix = host.worker();
            prefix.sendRaw((byte) 0, (byte) 0);
            prefix.close();
            Deadline.until("only the neighbour is left", () -> host.statusNumber("connections") == 1);
            assertEquals(1L, neighbour.result("run", Map.of()));
            assertFalse(host.errors().contains("Exception"), host.errors());
        }
    }

    private static byte[] frame(String text) {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        byte[] all = new byte[body.length + 4];
        for (int index = 0; index < 4; index++) {
            all[index] = (byte) (body.length >> 24 - 8 * index);
        }
        System.arraycopy(body, 0, all, 4, body.length);
        return all;
    }

    @Test
    void framesArriveInPiecesAndUnknownFieldsAreIgnored() throws IOException {
        try (HostProcess host = HostProcess.start()) {
            Worker worker = host.worker();
            worker.load(with(javaProbe("", "return context.getIpAddress();", ""), "later", Map.of("a", 1)));
            byte[] call = frame("{\"call\":{\"method\":\"run\",\"later\":[],\"context\":{\"ipAddress\":\"h\\u00e9\"}}}");
            for (byte octet : call) {
                worker.sendRaw(octet);
            }
            assertEquals("hé", worker.take(worker.receive()).done().get("result"));
        }
    }

    @Test
    void aRefusedLoadLeavesTheConnectionUsableAndALoadReplacesTheScript() {
        try (HostProcess host = HostProcess.start()) {
            Worker worker = host.worker();
            Map<String, Object> failure = worker.loadFails(with(javaProbe("", "return 1;", ""), "wire", 99));
            assertEquals("wire version 99 is not 1", failure.get("message"));
            assertEquals("refused", failure.get("kind"));
            assertEquals("NoSuchMethodException: the script has no method run",
                    worker.callFails("run", Map.of()).get("message"));
            worker.load(javaProbe("", "return 1;", ""));
            assertEquals(1L, worker.result("run", Map.of()));
            worker.load(javaProbe("", "return 2;", ""));
            assertEquals(2L, worker.result("run", Map.of()));
            worker.check(javaProbe("", "return 3;", ""));
            assertEquals(2L, worker.result("run", Map.of()), "a check leaves the script as it is");
        }
    }

    @Test
    void aHostThatIsStartedWronglySaysSo() throws Exception {
        Process process = new ProcessBuilder("java", "-jar", System.getProperty("host.jar"), "--sockets", "x")
                .redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(2, process.waitFor());
        assertTrue(said.contains("unknown argument --sockets") && said.contains("usage: "), said);
    }

    @Test
    void theNetworkIsOpenWhenItIsAskedFor() throws IOException {
        String body = """
                try (java.net.Socket socket = new java.net.Socket("127.0.0.1", 1)) {
                    return "open";
                } catch (java.net.ConnectException e) {
                    return "asked";
                }
                """;
        try (HostProcess host = HostProcess.start("--network")) {
            Worker worker = host.worker();
            worker.load(javaProbe("", body, ""));
            assertEquals("asked", worker.result("run", Map.of()));
            worker = host.worker();
            worker.load(Programs.pythonProbe("import socket, ssl", """
                    try:
                        socket.create_connection(('127.0.0.1', 1), 5)
                    except socket.error:
                        return 'asked'
                    """));
            assertEquals("asked", worker.result("run", Map.of()));
        }
    }
}
