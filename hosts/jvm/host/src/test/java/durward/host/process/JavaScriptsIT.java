package durward.host.process;

import static durward.host.process.Programs.PROBE;
import static durward.host.process.Programs.java;
import static durward.host.process.Programs.javaProbe;
import static durward.host.process.Programs.javaSource;
import static durward.host.process.Programs.lineOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Java scripts: what is accepted, what is refused and how, what they see and what comes back. */
final class JavaScriptsIT {
    private static HostProcess host;

    @BeforeAll
    static void start() {
        host = HostProcess.start();
    }

    @AfterAll
    static void end() {
        host.close();
    }

    private static Worker loaded(String imports, String body, String members) {
        Worker worker = host.worker();
        worker.load(javaProbe(imports, body, members));
        return worker;
    }

    private static Object run(String imports, String body) {
        return loaded(imports, body, "").result("run", Map.of());
    }

    @Test
    void loadingSaysWhatTheScriptIs() {
        Worker worker = host.worker();
        Map<String, Object> report = worker.load(javaProbe("", "return null;", ""));
        assertEquals(11L, report.get("apiVersion"));
        assertEquals(List.of("run"), report.get("methods"));
        assertEquals("java", report.get("dialect"));
        assertNull(worker.result("run", Map.of()));
        worker.destroys();
    }

    @Test
    void innerAnonymousAndNestedClassesAndLambdasWork() {
        String members = """
                static class Nested { String name() { return "nested"; } }
                class Inner { String name() { return "inner of " + script.getName(); } }
                enum Colour { RED }
                record Pair(String one, int two) { }
                interface Shape { default String name() { return "shape"; } }
                """;
        String body = """
                Runnable[] ran = new Runnable[1];
                Comparator<String> byLength = new Comparator<String>() {
                    public int compare(String a, String b) { return a.length() - b.length(); }
                };
                List<String> words = new ArrayList<>(List.of("ccc", "a", "bb"));
                words.sort(byLength);
                String joined = words.stream().map(word -> word.toUpperCase()).reduce("", String::concat);
                return List.of(new Nested().name(), new Inner().name(), Colour.RED, new Pair("p", 2).toString(),
                        new Shape() { }.name(), joined);
                """;
        assertEquals(List.of("nested", "inner of probe", "RED", "Pair[one=p, two=2]", "shape", "ABBCCC"),
                loaded("", body, members).result("run", Map.of()));
    }

    @Test
    void aPackageAndAnyFileNameAreAccepted() {
        String source = "package com.example.scripts;\n" + javaSource("", "return getClass().getName();", "");
        Worker worker = host.worker();
        worker.load(Programs.with(java(source, PROBE), "fileName", "my script.java"));
        assertEquals("com.example.scripts.Probe", worker.result("run", Map.of()));
    }

    @Test
    void whatDoesNotCompileIsRefusedWithLinesAndColumns() {
        String source = javaSource("", "int x = \"a\";\n        retrun 1;", "");
        Worker worker = host.worker();
        Map<String, Object> failure = worker.loadFails(java(source, PROBE));
        assertEquals("refused", failure.get("kind"));
        assertFalse(((List<?>) failure.get("problems")).isEmpty());

        source = javaSource("", "int x = \"a\";\n        Strin y = null;\n        return x;", "");
        List<Map<String, Object>> problems = host.worker().check(java(source, PROBE));
        long line = lineOf(source, "int x");
        assertEquals(2, problems.size(), problems.toString());
        assertEquals(line, problems.get(0).get("line"));
        assertEquals(9L, problems.get(0).get("column"));
        assertTrue(problems.get(0).get("message").toString().contains("String cannot be converted to int"));
        assertEquals(line + 1, problems.get(1).get("line"));
        assertTrue(problems.get(1).get("message").toString().contains("Strin"));
        worker.load(javaProbe("", "return 1;", ""));
    }

    @Test
    void aCheckFindsWhatTheContractMissesAndRunsNothing() {
        Worker worker = host.worker();
        String source = """
                public class Probe {
                    static { System.out.println("ran"); }
                    private Probe(int x) { }
                    public int getApiVersion() { return 11; }
                    public Object run(Object a, Object b) { return null; }
                    public boolean flag() { return true; }
                }
                """;
        List<String> messages = worker.check(java(source, PROBE)).stream()
                .map(problem -> problem.get("line") + ":" + problem.get("column") + " " + problem.get("message"))
                .toList();
        assertEquals(List.of(
                "1:1 class Probe has no constructor without arguments",
                "1:1 class Probe has no method init",
                "1:1 class Probe has no method destroy",
                "1:1 Probe.run takes 2 argument(s), but is called with 1 (context)",
                "1:1 Probe.flag takes 0 argument(s), but is called with 1 (context)"), messages);
        assertEquals(List.of(), worker.log);
        assertEquals("the script does not define class Probe",
                worker.check(java("class Other { }", PROBE)).get(0).get("message"));
        assertEquals("refused", worker.loadFails(java("class Other { }", PROBE)).get("kind"));
        assertEquals(List.of(), worker.check(javaProbe("", "return 1;", "static { System.exit(1); }")));
    }

    @Test
    void initIsCalledAsTheVersionSaysOrAsItIsWritten() {
        String one = "public boolean init(java.util.Map<String, io.jans.model.SimpleCustomProperty> a) "
                + "{ got = 1; return true; }";
        String two = "public boolean init(io.jans.model.custom.script.model.CustomScript s, "
                + "java.util.Map<String, io.jans.model.SimpleCustomProperty> a) { got = 2; return true; }";
        Object[][] cases = {
            {one + two, 1, 1L, false}, {one + two, 10, 1L, false}, {one + two, 11, 2L, false},
            {one, 11, 1L, true}, {two, 1, 2L, true},
        };
        for (Object[] each : cases) {
            String source = "public class Probe { int got; " + each[0]
                    + " public boolean destroy(java.util.Map<String, io.jans.model.SimpleCustomProperty> a)"
                    + " { return false; } public int getApiVersion() { return " + each[1] + "; }"
                    + " public Object run(Object c) { return got; } }";
            Worker worker = host.worker();
            worker.load(java(source, PROBE));
            assertEquals(each[2], worker.result("run", Map.of()));
            assertEquals(each[3], !worker.texts("warn").isEmpty(), Arrays.toString(each));
            worker.destroys();
            assertTrue(worker.texts("warn").contains("destroy did not return True"));
        }
    }

    @Test
    void aScriptThatSaysNoIsRefused() {
        String source = javaSource("", "return 1;", "").replace("configured;\n        return true;",
                "configured;\n        return false;");
        Map<String, Object> failure = host.worker().loadFails(java(source, PROBE));
        assertEquals("refused", failure.get("kind"));
        assertEquals("init did not return True", failure.get("message"));
    }

    @Test
    void anExceptionShowsTheAuthorsLinesAndNoOthers() {
        String members = """
                Object inner(List<Integer> values) { return new ArrayList<>(values).get(7); }
                """;
        String body = """
                try {
                    return inner(List.of(1));
                } catch (IndexOutOfBoundsException e) {
                    throw new IllegalStateException("no such value", e);
                }
                """;
        String source = javaSource("", body, members);
        Worker worker = host.worker();
        worker.load(java(source, PROBE));
        Map<String, Object> failure = worker.callFails("run", Map.of());
        assertEquals("raised", failure.get("kind"));
        assertEquals("IllegalStateException: no such value", failure.get("message"));
        long line = lineOf(source, "throw new Illegal");
        assertEquals(line, failure.get("line"));
        String trace = failure.get("trace").toString();
        long innerLine = lineOf(source, "(values).get(7)");
        assertEquals("IllegalStateException: no such value\n\tat Probe.run(probe.java:" + line + ")\n"
                + "Caused by: IndexOutOfBoundsException: Index 7 out of bounds for length 1"
                + "\n\tat Probe.inner(probe.java:" + innerLine + ")\n\tat Probe.run(probe.java:" + (line - 2) + ")",
                trace);
        assertEquals(line, worker.callFails("run", Map.of()).get("line"), "the worker lives on");
    }

    @Test
    void anExceptionWhileLoadingNamesItsLine() {
        String source = javaSource("", "return 1;", "static final int X = Integer.parseInt(\"x\");");
        Map<String, Object> failure = host.worker().loadFails(java(source, PROBE));
        assertEquals("raised", failure.get("kind"));
        assertEquals("NumberFormatException: For input string: \"x\"", failure.get("message"));
        assertEquals(lineOf(source, "static final int X"), failure.get("line"));
    }

    @Test
    void everyWayToPrintAndLogLandsInTheLogWithItsLevel() {
        String body = """
                System.out.println("out");
                System.out.print("half"); System.out.printf(" %d%n", 1);
                System.err.println("err");
                System.out.write("bytes é\\n".getBytes("UTF-8"));
                org.slf4j.Logger log = LoggerFactory.getLogger("any.name");
                log.trace("t"); log.debug("d {}", 1); log.info("i {} {}", "a", null); log.warn("w");
                log.error("e", new IllegalStateException("why"));
                LoggerFactory.getLogger(io.jans.service.custom.script.CustomScriptManager.class).info("manager");
                context.getLog().info("two\\nlines");
                java.util.logging.Logger.getLogger("jul").warning("jul");
                org.apache.commons.logging.LogFactory.getLog("jcl").info("jcl");
                System.out.print("tail");
                return null;
                """;
        Worker worker = loaded("", body, "");
        worker.result("run", Map.of());
        String source = javaSource("", body, "");
        long line = lineOf(source, "log.error");
        assertEquals(List.of("info out", "info half 1", "error err", "info bytes é", "trace t", "debug d 1",
                        "info i a null", "warn w", "error e", "error IllegalStateException: why",
                        "error \tat Probe.run(probe.java:" + line + ")", "info manager", "info two", "info lines",
                        "warn jul", "info jcl", "info tail"),
                worker.log.stream().map(one -> one.level() + " " + one.text()).toList());
    }

    @Test
    void threadsOfAScriptLogAndAskForIt() {
        String body = """
                List<String> found = Collections.synchronizedList(new ArrayList<>());
                Thread thread = new Thread(() -> {
                    System.out.println("from a thread");
                    found.add(new io.jans.as.common.service.common.EncryptionService().decrypt("x", true));
                });
                thread.start();
                thread.join();
                var pool = java.util.concurrent.Executors.newFixedThreadPool(2);
                found.add(pool.submit(() -> "pooled").get());
                pool.shutdown();
                return found;
                """;
        Worker worker = loaded("", body, "").answering((service, arguments) -> Map.of("value", "open"));
        assertEquals(List.of("open", "pooled"), worker.result("run", Map.of()));
        assertEquals(List.of("from a thread"), worker.texts("info"));
    }

    @Test
    void whatOrdinaryJavaDoesWorks() {
        String body = """
                return List.of(java.util.stream.IntStream.range(0, 100000).parallel().map(x -> x % 2).sum(),
                        java.util.concurrent.CompletableFuture.supplyAsync(() -> 5).get(),
                        new java.text.SimpleDateFormat("yyyy").format(new Date(0)),
                        java.time.ZonedDateTime.of(2024, 7, 1, 0, 0, 0, 0, java.time.ZoneId.of("Europe/Berlin"))
                                .getOffset().getId(),
                        java.text.NumberFormat.getInstance(Locale.GERMANY).format(1234.5),
                        Currency.getInstance("EUR").getSymbol(Locale.GERMANY),
                        javax.crypto.Mac.getInstance("HmacSHA256").getAlgorithm(),
                        java.security.KeyPairGenerator.getInstance("EC").generateKeyPair().getPublic().getFormat(),
                        javax.xml.parsers.DocumentBuilderFactory.newInstance().newDocumentBuilder()
                                .parse(new java.io.ByteArrayInputStream("<a/>".getBytes())).getDocumentElement()
                                .getTagName(),
                        java.lang.reflect.Proxy.newProxyInstance(getClass().getClassLoader(),
                                new Class<?>[] {Runnable.class}, (p, m, a) -> "proxy").toString(),
                        String.format("%,d", 10000), "é".matches("\\\\p{L}"), UUID.randomUUID().version());
                """;
        assertEquals(List.of(50000L, 5L, "1970", "+02:00", "1.234,5", "€", "HmacSHA256", "X.509", "a", "proxy",
                "10,000", true, 4L), run("", body));
    }

    @Test
    void resultsAreConvertedAsTheContractSays() {
        String members = """
                Object of(Object given) {
                    String scope = (String) ((durward.script.Bean) given).jsonForm().toString();
                    return scope.contains("1") ? 1 : scope.contains("2") ? "" : scope.contains("3") ? null
                            : scope.contains("4") ? List.of(0) : scope.contains("5") ? new StringBuilder("b") : 2.5;
                }
                public Object flag(Object given) { return of(given); }
                public Object text(Object given) { return of(given); }
                public Object number(Object given) { return of(given); }
                """;
        Worker worker = loaded("", "return 1;", members);
        Object[][] cases = {
            {"1", true, "1", 1L}, {"2", false, "", null}, {"3", false, null, null}, {"4", true, "[0]", null},
            {"5", true, "b", null}, {"6", true, "2.5", null},
        };
        for (Object[] each : cases) {
            Map<String, Object> context = Map.of("scope", each[0]);
            assertEquals(each[1], worker.result("flag", context));
            assertEquals(each[2], worker.result("text", context));
            if (each[3] != null) {
                assertEquals(each[3], worker.result("number", context));
            } else {
                assertTrue(worker.callFails("number", context).get("message").toString()
                        .contains("number must return an integer, not "));
            }
        }
        assertEquals("NoSuchMethodException: the script has no method modify",
                worker.callFails("modify", Map.of()).get("message"));
    }

    @Test
    void stateLivesAcrossCallsAndScriptsShareNone() {
        String body = "return List.of(++count, ++all);";
        String members = "int count; static int all;";
        Worker one = loaded("", body, members);
        one.result("run", Map.of());
        assertEquals(List.of(2L, 2L), one.result("run", Map.of()));
        assertEquals(List.of(1L, 1L), loaded("", body, members).result("run", Map.of()));
    }

    @Test
    void configurationComesAsAMapAndHiddenValuesAreMaskedInPrint() {
        String body = """
                return List.of(attributes.get("url").getValue2(), attributes.containsKey("x"), attributes.keySet(),
                        attributes.get("secret").getValue2(), attributes.get("secret").toString(), script.getName(),
                        script.getLevel(), script.getScriptType(), context.getScript().getInum(),
                        script.getConfigurationProperties().get(1).getHideValue());
                """;
        assertEquals(List.of("https://x.test", false, List.of("url", "secret"), "hush",
                        "SimpleExtendedCustomProperty{value1='secret', value2='***', description='', hide=true}",
                        "probe", 3L, "end_session", "AB-1", true),
                run("", body));
    }

    @Test
    void stalePackagesAreReadAsTheOnesThatAreMeant() {
        String imports = """
                import io.jans.as.client.fcm.FirebaseCloudMessagingClient;
                import org.gluu.oxauth.util.RedirectUri;
                import  io.jans.orm.util.*;
                import io.jans.as.server.model.common.SessionIdState;
                import io.jans.as.server.model.common.ExecutionContext;
                import static io.jans.orm.util.StringHelper.isEmpty;
                """;
        String body = """
                return List.of(FirebaseCloudMessagingClient.class.getName(), RedirectUri.class.getName(),
                        StringHelper.class.getName(), SessionIdState.class.getName(),
                        ExecutionContext.class.getName(), isEmpty(" "));
                """;
        assertEquals(List.of("io.jans.as.client.ciba.fcm.FirebaseCloudMessagingClient",
                        "io.jans.as.common.util.RedirectUri", "io.jans.util.StringHelper",
                        "io.jans.as.common.model.session.SessionIdState",
                        "io.jans.as.server.model.common.ExecutionContext", true),
                run(imports, body));
        String source = "import io.jans.as.client.fcm.FirebaseCloudMessagingCleint;\n"
                + javaSource("", "return 1;", "");
        Map<String, Object> problem = host.worker().check(java(source, PROBE)).get(0);
        assertEquals(1L, problem.get("line"));
        assertEquals((long) "import io.jans.as.client.fcm".length() + 1, problem.get("column"));
    }

    @Test
    void aScriptShapesAnAnswerByStoringOrByThrowingIt() {
        Map<String, Object> done = loaded("",
                "context.createWebApplicationException(401, \"{}\"); return true;", "").calls("run", Map.of(), Map.of());
        assertEquals(true, done.get("result"));
        assertEquals(Map.of("webApplicationException", Map.of("status", 401L, "entity", "{}")), done.get("changes"));
        String imports = "import jakarta.ws.rs.WebApplicationException;\nimport jakarta.ws.rs.core.Response;\n";
        done = loaded(imports,
                "throw new WebApplicationException(Response.status(Response.Status.CONFLICT)"
                        + ".entity(Map.of(\"a\", 1)).build());", "").calls("run", Map.of(), Map.of());
        assertNull(done.get("result"));
        assertEquals(Map.of("webApplicationException", Map.of("status", 409L, "entity", "{\"a\":1}")),
                done.get("changes"));
    }

    @Test
    void everyContextKnowsItsRequest() {
        String body = """
                return context.getRequestParameter("state") + context.getIpAddress()
                        + context.isInNetwork("10.0.0.0/8") + context.isInNetwork("fd00::/8")
                        + context.getHttpRequest().getHeader("x-a");
                """;
        assertEquals("s110.1.2.3truefalse1", loaded("", body, "").result("run", Map.of("httpRequest", Map.of(
                "headers", Map.of("X-A", "1"), "parameters", Map.of("state", List.of("s1", "s2")),
                "remoteAddr", "10.1.2.3"))));
        String refused = "context.getHttpRequest().getSession(); return 1;";
        assertEquals("UnsupportedOperationException: HttpServletRequest.getSession is not offered to scripts",
                loaded("", refused, "").callFails("run", Map.of("httpRequest", Map.of())).get("message"));
    }
}
