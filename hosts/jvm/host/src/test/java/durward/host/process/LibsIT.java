package durward.host.process;

import static durward.host.process.Programs.java;
import static durward.host.process.Programs.javaProbe;
import static durward.host.process.Programs.javaSource;
import static durward.host.process.Programs.pythonProbe;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Administrators' jars: visible to both languages, taken in when they change, without a restart. */
final class LibsIT {
    private static final String JOSE4J_JAVA = """
            RsaJsonWebKey key = RsaJwkGenerator.generateJwk(2048);
            JwtClaims claims = new JwtClaims();
            claims.setIssuer("issuer");
            claims.setStringListClaim("scope", "a", "b");
            JsonWebSignature signature = new JsonWebSignature();
            signature.setPayload(claims.toJson());
            signature.setKey(key.getPrivateKey());
            signature.setAlgorithmHeaderValue(AlgorithmIdentifiers.RSA_USING_SHA256);
            signature.getHeaders().setObjectHeaderValue("kid", "k1");
            JsonWebSignature read = new JsonWebSignature();
            read.setCompactSerialization(signature.getCompactSerialization());
            read.setKey(key.getPublicKey());
            return List.of(read.verifySignature(), read.getPayload(), read.getHeader("kid"));
            """;

    private static final String JOSE4J_PYTHON = """
            key = RsaJwkGenerator.generateJwk(2048)
            claims = JwtClaims()
            claims.setIssuer("issuer")
            claims.setStringListClaim("scope", ["a", "b"])
            signature = JsonWebSignature()
            signature.setPayload(claims.toJson())
            signature.setKey(key.getPrivateKey())
            signature.setAlgorithmHeaderValue("RS256")
            signature.getHeaders().setObjectHeaderValue("kid", "k1")
            read = JsonWebSignature()
            read.setCompactSerialization(signature.getCompactSerialization())
            read.setKey(key.getPublicKey())
            return [read.verifySignature(), read.getPayload(), read.getHeader("kid")]
            """;

    private static final List<Object> SIGNED =
            List.of(true, "{\"iss\":\"issuer\",\"scope\":[\"a\",\"b\"]}", "k1");

    @Test
    void jose4jSignsAndVerifiesInJavaAndInPython() {
        try (HostProcess host = HostProcess.start("--libs", System.getProperty("host.libs"))) {
            Worker worker = host.worker();
            String imports = """
                    import org.jose4j.jwk.*;
                    import org.jose4j.jws.*;
                    import org.jose4j.jwt.JwtClaims;
                    """;
            assertEquals(List.of(), worker.check(javaProbe(imports, JOSE4J_JAVA, "")));
            worker.load(javaProbe(imports, JOSE4J_JAVA, ""));
            assertEquals(SIGNED, worker.result("run", Map.of()));
            worker = host.worker();
            String head = """
                    from org.jose4j.jwk import RsaJwkGenerator
                    from org.jose4j.jws import JsonWebSignature
                    from org.jose4j.jwt import JwtClaims
                    """;
            assertEquals(List.of(), worker.check(pythonProbe(head, JOSE4J_PYTHON)));
            worker.load(pythonProbe(head, JOSE4J_PYTHON));
            assertEquals(SIGNED, worker.result("run", Map.of()));
        }
    }

    /** A jar with one class, {@code lib.Answer}, that gives {@code answer}. */
    private static void writeJar(Path jar, String answer) throws IOException {
        Path folder = Files.createTempDirectory("lib");
        Path source = Files.writeString(folder.resolve("Answer.java"),
                "package lib; public class Answer { public static String get() { return \"" + answer + "\"; } }");
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        assertEquals(0, compiler.run(null, null, null, "-d", folder.toString(), source.toString()));
        Path made = folder.resolve("made.jar");
        try (JarOutputStream stream = new JarOutputStream(Files.newOutputStream(made))) {
            stream.putNextEntry(new JarEntry("lib/Answer.class"));
            Files.copy(folder.resolve("lib/Answer.class"), stream);
            stream.closeEntry();
            stream.putNextEntry(new JarEntry("lib/answer.txt"));
            stream.write(answer.getBytes(StandardCharsets.UTF_8));
            stream.closeEntry();
        }
        Files.move(made, jar, StandardCopyOption.REPLACE_EXISTING);
    }

    @Test
    void aJarThatIsAddedOrReplacedCountsForTheNextScriptAndNotForTheOneBefore(@TempDir Path libs) throws IOException {
        try (HostProcess host = HostProcess.start("--libs", libs.toString())) {
            String body = """
                    String resource = new String(
                            lib.Answer.class.getResourceAsStream("/lib/answer.txt").readAllBytes());
                    return lib.Answer.get() + resource;
                    """;
            String python = "return Answer.get()";
            String head = "from lib import Answer";
            assertTrue(host.worker().check(javaProbe("", body, "")).get(0).get("message").toString()
                    .contains("package lib does not exist"));
            assertTrue(host.worker().check(pythonProbe(head, python)).get(0).get("message").toString()
                    .contains("there is no module lib"));

            writeJar(libs.resolve("answer.jar"), "one");
            Worker before = host.worker();
            before.load(javaProbe("", body, ""));
            assertEquals("oneone", before.result("run", Map.of()));
            Worker pythonBefore = host.worker();
            pythonBefore.load(pythonProbe(head, python));
            assertEquals("one", pythonBefore.result("run", Map.of()));

            writeJar(libs.resolve("answer.jar"), "two, and longer");
            Worker after = host.worker();
            after.load(javaProbe("", body, ""));
            assertEquals("two, and longertwo, and longer", after.result("run", Map.of()));
            Worker pythonAfter = host.worker();
            pythonAfter.load(pythonProbe(head, python));
            assertEquals("two, and longer", pythonAfter.result("run", Map.of()));
            assertEquals("oneone", before.result("run", Map.of()));
            assertEquals("one", pythonBefore.result("run", Map.of()));

            Files.delete(libs.resolve("answer.jar"));
            assertTrue(host.worker().check(javaProbe("", body, "")).get(0).get("message").toString()
                    .contains("package lib does not exist"));
        }
    }

    @Test
    void aScriptMayReadTheJarsAndABrokenOneIsNoneOfItsBusiness(@TempDir Path libs) throws IOException {
        writeJar(libs.resolve("answer.jar"), "one");
        Files.writeString(libs.resolve("broken.jar"), "this is no jar");
        try (HostProcess host = HostProcess.start(
                "--libs", libs.resolve("none").toString(), "--libs", libs.toString())) {
            Worker worker = host.worker();
            String path = libs.resolve("answer.jar").toString();
            worker.load(javaProbe("", "return new java.io.FileInputStream(\"" + path
                    + "\").read() + lib.Answer.get();", ""));
            assertEquals("80one", worker.result("run", Map.of()));
            assertTrue(worker.texts("warn").get(0).contains("broken.jar is left out: "));
            worker = host.worker();
            worker.load(pythonProbe("from lib import Answer", "return Answer.get()"));
            assertEquals("one", worker.result("run", Map.of()));
        }
    }

    @Test
    void theHostIsNotSeen() {
        try (HostProcess host = HostProcess.start()) {
            Worker worker = host.worker();
            assertTrue(worker.check(java(javaSource("import durward.host.Main;\n", "return null;", ""), Programs.PROBE))
                    .get(0).get("message").toString().contains("does not exist"));
            assertTrue(worker.check(java(javaSource("import org.python.core.Py;\n", "return null;", ""),
                    Programs.PROBE)).get(0).get("message").toString().contains("does not exist"));
            worker.load(javaProbe("", "return Class.forName(\"durward.host.Main\");", ""));
            assertTrue(worker.callFails("run", Map.of()).get("message").toString()
                    .startsWith("ClassNotFoundException"));
        }
    }
}
