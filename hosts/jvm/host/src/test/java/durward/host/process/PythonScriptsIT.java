package durward.host.process;

import static durward.host.process.Programs.PROBE;
import static durward.host.process.Programs.lineOf;
import static durward.host.process.Programs.python;
import static durward.host.process.Programs.pythonProbe;
import static durward.host.process.Programs.pythonSource;
import static durward.host.process.Programs.with;
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

/** Python scripts on Jython, as the native engine's own tests have them. */
final class PythonScriptsIT {
    private static HostProcess host;

    @BeforeAll
    static void start() {
        host = HostProcess.start();
    }

    @AfterAll
    static void end() {
        host.close();
    }

    private static Worker loaded(String head, String body) {
        Worker worker = host.worker();
        worker.load(pythonProbe(head, body));
        return worker;
    }

    private static Object run(String head, String body) {
        return loaded(head, body).result("run", Map.of());
    }

    @Test
    void beansAnswerByGetterAndByProperty() {
        String body = """
                return [context.getScope(), context.scope, context.isTrusted(), context.trusted, context.getLifetime(),
                    context.uris.size(), context.getUris()[1], list(context.uris), context.detail.getString('type'),
                    context.getClient().getClientId(), context.client.attributes, context.getHttpRequest().getHeader('x-a'),
                    context.getRequestParameter('state'), context.httpRequest.getParameter('none'), context.getIpAddress()]
                """;
        Map<String, Object> context = Map.of(
                "scope", "openid", "trusted", true, "lifetime", 60, "uris", List.of("https://a", "https://b"),
                "detail", Map.of("type", "payment"), "client", Map.of("clientId", "c1"),
                "httpRequest", Map.of("headers", Map.of("X-A", "1"), "parameters", Map.of("state", List.of("s1", "s2")),
                        "remoteAddr", "10.1.2.3"));
        assertEquals(Arrays.asList("openid", "openid", true, true, 60L, 2L, "https://b",
                        List.of("https://a", "https://b"), "payment", "c1", null, "1", "s1", null, "10.1.2.3"),
                loaded("", body).result("run", context));
    }

    @Test
    void whatIsNotInTheSnapshotIsNoneAndWhatIsNotInTheContractIsNamed() {
        assertEquals(Arrays.asList(null, null, null, false),
                run("", "return [context.getScope(), context.uris, context.client, context.isTrusted()]"));
        assertEquals("AttributeError: ProbeContext has no member 'getScopes'; did you mean 'getScope'?",
                loaded("", "return context.getScopes()").callFails("run", Map.of()).get("message"));
        assertEquals("AttributeError: ProbeContext.scope cannot be set",
                loaded("", "context.scope = 'x'").callFails("run", Map.of()).get("message"));
    }

    @Test
    void whatSettersDoTravelsBackByPath() {
        String body = """
                client = context.getClient()
                client.setTrustedClient(True)
                client.jwksUri = 'https://k'
                client.setClientSecretExpiresAt(Date(5))
                client.getScopes().add('s2')
                client.getAttributes().getIntrospectionScripts().add('inum=1')
                client.attributes.extra.put('a', 1)
                return [client.trustedClient, client.getJwksUri(), list(client.scopes)]
                """;
        Map<String, Object> context = Map.of("client", Map.of("trustedClient", false, "scopes", List.of("s1"),
                "attributes", Map.of("introspectionScripts", List.of(), "extra", Map.of())));
        Map<String, Object> done = loaded("from java.util import Date", body).calls("run", context, Map.of());
        assertEquals(List.of(true, "https://k", List.of("s1", "s2")), done.get("result"));
        assertEquals(Map.of("client.trustedClient", true, "client.jwksUri", "https://k",
                        "client.clientSecretExpiresAt", 5L, "client.scopes", List.of("s1", "s2"),
                        "client.attributes.introspectionScripts", List.of("inum=1"),
                        "client.attributes.extra", Map.of("a", 1L)),
                done.get("changes"));
        body = "return [list(context.client.scopes), context.client.attributes.extra.length()]";
        assertEquals(Map.of(), loaded("", body).calls("run", context, Map.of()).get("changes"));
        body = "context.client.setScopes(['a']); context.client.getScopes().add('b')";
        assertEquals(Map.of("client.scopes", List.of("a", "b")),
                loaded("", body).calls("run", context, Map.of()).get("changes"));
    }

    @Test
    void resultsAreConvertedAsTheContractSays() {
        String source = pythonSource("# -*- coding: utf-8 -*-", "return None") + """

                    def flag(self, context):
                        return {'1': 1, '2': '', '3': None, '4': [0]}[context.scope]

                    def text(self, context):
                        return {'1': 'a', '2': None, '3': 5, '4': 'é', '5': u'é'}[context.scope]

                    def number(self, context):
                        return {'1': 1, '2': True, '3': 'x', '4': None, '5': 5L}[context.scope]
                """;
        Worker worker = host.worker();
        worker.load(python(source, PROBE));
        assertEquals(List.of(true, false, false, true), List.of("1", "2", "3", "4").stream()
                .map(one -> worker.result("flag", Map.of("scope", one))).toList());
        assertEquals("a", worker.result("text", Map.of("scope", "1")));
        assertNull(worker.result("text", Map.of("scope", "2")));
        assertEquals("TypeError: text must return text, not int",
                worker.callFails("text", Map.of("scope", "3")).get("message"));
        assertEquals("é", worker.result("text", Map.of("scope", "4")));
        assertEquals("é", worker.result("text", Map.of("scope", "5")));
        assertEquals(1L, worker.result("number", Map.of("scope", "1")));
        assertEquals(1L, worker.result("number", Map.of("scope", "2")));
        assertEquals(5L, worker.result("number", Map.of("scope", "5")));
        assertEquals("TypeError: number must return an integer, not str",
                worker.callFails("number", Map.of("scope", "3")).get("message"));
        assertTrue(worker.callFails("modify", Map.of()).get("message").toString().contains("no method modify"));
    }

    @Test
    void otherArgumentsArriveAndWhatIsDoneToThemReturns() {
        String source = pythonSource("", "return None") + """

                    def modify(self, response, context):
                        response.put('added', context.getScope())
                        response.accumulate('list', 1)
                        return True
                """;
        Worker worker = host.worker();
        worker.load(python(source, PROBE));
        Map<String, Object> done =
                worker.calls("modify", Map.of("scope", "s"), Map.of("response", Map.of("a", 1)));
        assertEquals(true, done.get("result"));
        assertEquals(Map.of("response", Map.of("a", 1L, "added", "s", "list", 1L)), done.get("changes"));
    }

    @Test
    void aScriptShapesAnAnswerByStoringOrByRaisingIt() {
        Map<String, Object> done = loaded("", """
                context.createWebApplicationException(401, '{"error":"x"}')
                return True
                """).calls("run", Map.of(), Map.of());
        assertEquals(true, done.get("result"));
        assertEquals(Map.of("webApplicationException", Map.of("status", 401L, "entity", "{\"error\":\"x\"}")),
                done.get("changes"));
        done = loaded("", "raise context.createWebApplicationException(403, None)").calls("run", Map.of(), Map.of());
        assertNull(done.get("result"));
        assertTrue(done.get("changes").toString().contains("status=403"));
        done = loaded("from jakarta.ws.rs import WebApplicationException\nfrom jakarta.ws.rs.core import Response",
                "raise WebApplicationException(Response.status(409).entity('gone').build())")
                .calls("run", Map.of(), Map.of());
        assertEquals(Map.of("webApplicationException", Map.of("status", 409L, "entity", "gone")), done.get("changes"));
    }

    @Test
    void anExceptionShowsTheAuthorsLinesAndNoneOfOurs() {
        String head = """
                from java.util import ArrayList
                def inner(values):
                    return ArrayList(values).get(7)
                """;
        Worker worker = loaded(head, """
                try:
                    {}['k']
                except KeyError:
                    return inner([1])
                """);
        Map<String, Object> failure = worker.callFails("run", Map.of());
        assertEquals("IndexOutOfBoundsException: Index 7 out of bounds for length 1", failure.get("message"));
        assertEquals(3L, failure.get("line"));
        String trace = failure.get("trace").toString();
        assertTrue(trace.contains("  File \"probe.py\", line 3, in inner\n    return ArrayList(values).get(7)\n"), trace);
        assertFalse(trace.contains("durward") || trace.contains("org.python"), trace);
        assertEquals(3L, worker.callFails("run", Map.of()).get("line"), "the worker lives on");
        assertEquals("SystemExit: 3", loaded("", "raise SystemExit(3)").callFails("run", Map.of()).get("message"));
        assertEquals("Odd: (no text: its own __str__ raises)",
                loaded("class Odd(Exception):\n    def __str__(self):\n        raise ValueError('no')",
                        "raise Odd()").callFails("run", Map.of()).get("message"));
    }

    @Test
    void outputGoesToTheLogLineByLine() {
        Worker worker = loaded("# coding: utf-8", """
                import sys, logging
                from java.lang import System
                print 'one\\ntwo',
                print 'three', u'é', 'é'
                sys.stdout.write('half')
                sys.stdout.write(' line\\n')
                print >>sys.stderr, 'bad'
                System.out.println('java')
                context.getLog().warn('{} of {}', 1, None)
                logging.getLogger('x').error('e %d', 5)
                sys.stdout.write('tail')
                """);
        worker.result("run", Map.of());
        assertEquals(List.of("info one", "info two three é é", "info half line", "error bad", "info java",
                        "warn 1 of null", "info tail"),
                worker.log.stream().map(one -> one.level() + " " + one.text())
                        .filter(one -> !one.startsWith("error No handlers could be found")).toList());
    }

    @Test
    void stateLivesAcrossCallsAndScriptsShareNone() {
        String head = "import __builtin__\ncalls = []";
        String body = """
                calls.append(1)
                self.count = getattr(self, 'count', 0) + 1
                seen = hasattr(__builtin__, 'mark')
                __builtin__.mark = 1
                return [len(calls), self.count, self.now, seen]
                """;
        Worker worker = loaded(head, body);
        worker.result("run", Map.of());
        assertEquals(List.of(2L, 2L, 1_700_000_000_000L, true), worker.result("run", Map.of()));
        worker.destroys();
        assertEquals(List.of(1L, 1L, 1_700_000_000_000L, false), loaded(head, body).result("run", Map.of()));
    }

    @Test
    void configurationComesAsAJavaMapAndAsADictionary() {
        String body = """
                a = self.attributes
                return [a.get('url').getValue2(), a['url'].value2, a.containsKey('x'), 'url' in a, a.get('x'), a.size(),
                    list(a.keySet()), a.get('secret').getHideValue(), str(a.get('secret')), self.script.getName(),
                    self.script.level, [e.getKey() for e in a.entrySet()], context.getScript().getInum()]
                """;
        assertEquals(Arrays.asList("https://x.test", "https://x.test", false, true, null, 2L, List.of("url", "secret"),
                        true, "SimpleExtendedCustomProperty{value1='secret', value2='***', description='', hide=true}",
                        "probe", 3L, List.of("url", "secret"), "AB-1"),
                run("", body));
    }

    private static String shaped(String init, String version) {
        return """
                class Probe(object):
                    def __init__(self, now):
                        self.now = now
                    def INIT:
                        self.got = 1
                        return True
                    def destroy(self, attributes):
                        return True
                    def getApiVersion(self):
                        return VERSION
                    def run(self, context):
                        return self.now
                """.replace("INIT", init).replace("VERSION", version);
    }

    @Test
    void initIsCalledAsTheVersionSaysOrAsItIsWritten() {
        Object[][] cases = {
            {"init(self, attributes)", "1", false}, {"init(self, script, attributes)", "11", false},
            {"init(self, attributes)", "11", true}, {"init(self, script, attributes)", "1", true},
            {"init(self, *arguments)", "11", false}, {"init(self, attributes, more=None)", "1", false},
        };
        for (Object[] each : cases) {
            Worker worker = host.worker();
            Map<String, Object> report =
                    worker.load(python(shaped((String) each[0], (String) each[1]), PROBE));
            assertEquals(each[1], report.get("apiVersion").toString());
            assertEquals(each[2], !worker.texts("warn").isEmpty(), Arrays.toString(each));
        }
    }

    @Test
    void lenientShapesLoad() {
        String text = shaped("init(self, a)", "1")
                .replace("def getApiVersion(self)", "def getApiVersion(self, configurationAttributes, customScript)")
                .replace("def __init__(self, now):\n        self.now = now",
                        "def __init__(self):\n        self.now = 5");
        Worker worker = host.worker();
        worker.load(python(text, PROBE));
        assertEquals(5L, worker.result("run", Map.of()));
        text = text.replace("    def __init__(self):\n        self.now = 5\n", "    now = 7\n");
        worker = host.worker();
        worker.load(python(text, PROBE));
        assertEquals(7L, worker.result("run", Map.of()));
        worker = host.worker();
        worker.load(python(text.replace("class Probe(object)", "class Probe"), PROBE));
        assertEquals(7L, worker.result("run", Map.of()));
    }

    @Test
    void whatMayNotRunIsRefusedWithAReason() {
        String[][] cases = {
            {"x = 1\n", "the script does not define class Probe"},
            {"Probe = 5\n", "Probe is not a class"},
            {shaped("init(self, a)", "1").replace("def run", "def walk"), "class Probe has no run"},
            {shaped("init(self, a)", "1").replaceFirst("return True", "return False"), "init did not return True"},
            {shaped("init(self, a)", "1").replaceFirst("        return True\n", ""), "init did not return True"},
            {shaped("init(self, a)", "'1'"), "getApiVersion must return an integer, not str"},
        };
        for (String[] each : cases) {
            Map<String, Object> failure = host.worker().loadFails(python(each[0], PROBE));
            assertEquals("refused", failure.get("kind"), failure.toString());
            assertTrue(failure.get("message").toString().contains(each[1]), failure.toString());
        }
        Map<String, Object> failure = host.worker().loadFails(python("x = 1\ny = = 2\n", PROBE));
        assertEquals(List.of("refused", 2L), List.of(failure.get("kind"), failure.get("line")));
        assertEquals(1, ((List<?>) failure.get("problems")).size());
    }

    @Test
    void anExceptionWhileLoadingNamesItsLine() {
        String text = shaped("init(self, a)", "1").replace("self.got = 1", "self.got = {}['x']");
        Map<String, Object> failure = host.worker().loadFails(python(text, PROBE));
        assertEquals(List.of("raised", lineOf(text, "{}['x']")), List.of(failure.get("kind"), failure.get("line")));
        failure = host.worker().loadFails(python("\n\nraise ValueError('top')\n", PROBE));
        assertEquals(List.of("ValueError: top", 3L), List.of(failure.get("message"), failure.get("line")));
    }

    @Test
    void aCheckFindsEverythingAtOnceAndRunsNothing() {
        String text = """
                import json, nothing_here
                from java.util import ArrayList, ArrayLst
                from io.jans.nowhere import Thing
                try:
                    import simplejson
                except ImportError:
                    pass
                from java.lang import *
                raise SystemExit('ran')
                class Probe(object):
                    def __init__(self, a, b):
                        pass
                    def init(self):
                        return True
                    def run(self, context, more):
                        from io.jans.util import StringHelpr
                        return 1
                    def getApiVersion(self, a, b):
                        return 11
                """;
        Worker worker = host.worker();
        List<String> found = worker.check(python(text, PROBE)).stream()
                .map(one -> one.get("line") + " " + one.get("message")).toList();
        assertEquals(List.of(
                "1 there is no module nothing_here: neither Python's library nor a jar in the libs directories has it",
                "2 there is no java.util.ArrayLst; the nearest is java.util.ArrayList",
                "3 there is no io.jans.nowhere: neither Python's library nor a jar in the libs directories has it",
                "10 class Probe has no method destroy",
                "11 Probe.__init__ takes 2 argument(s) after self, but is called with 1 (currentTimeMillis)",
                "13 Probe.init takes 0 argument(s) after self, but is called with 1 (configurationAttributes) or "
                        + "2 (customScript, configurationAttributes)",
                "15 Probe.run takes 2 argument(s) after self, but is called with 1 (context)",
                "16 there is no io.jans.util.StringHelpr; the nearest is io.jans.util.StringHelper"), found);
        assertEquals(List.of(), worker.log);
        Map<String, Object> syntax = worker.check(python("x = 1\nif x\n    pass\n", PROBE)).get(0);
        assertEquals(2L, syntax.get("line"));
        assertEquals("the script does not define class Probe",
                worker.check(python("print 1\n", PROBE)).get(0).get("message"));
        String inherited = shaped("init(self, a)", "1").replace("class Probe(object)", "class Base(object)")
                + "class Probe(Base):\n    def run(self, context):\n        return 2\n";
        assertEquals(List.of(), worker.check(python(inherited, PROBE)));
        worker.load(python(inherited, PROBE));
        assertEquals(2L, worker.result("run", Map.of()));
    }

    @Test
    void packagesComeInAllTheirSpellings() {
        String head = """
                from io.jans.as.client.fcm import FirebaseCloudMessagingClient as A
                from org.gluu.oxauth.client.fcm import FirebaseCloudMessagingClient as B
                from io.jans.as.client.ciba.fcm import FirebaseCloudMessagingClient as C
                from io.jans.as.util import RedirectUri as D
                from io.jans.as.server.util import RedirectUri as E
                from io.jans.as.common.util import RedirectUri as F
                import java
                import java.util.Date as Date
                import io
                from javax.crypto import *
                from io.jans.as.model.common import *
                """;
        String body = """
                return [A is B, B is C, D is E, E is F, java.util.Date is Date, io.StringIO(u'x').read(),
                    Cipher.getName(), str(GrantType.CIBA)]
                """.replace("Cipher.getName()", "Cipher is not None");
        assertEquals(List.of(true, true, true, true, true, "x", true, "urn:openid:params:grant-type:ciba"),
                run(head, body));
    }

    @Test
    void theStandardLibraryIsThere() {
        String head = "import json, re, time, datetime, random, uuid, hashlib, hmac, base64, calendar, string, traceback"
                + ", ast, collections, itertools, urllib, urllib2, httplib, smtplib, email, decimal, threading, os, sys";
        String body = """
                made = []
                thread = threading.Thread(target=lambda: made.append(1))
                thread.start()
                thread.join()
                return [json.loads(json.dumps({'a': [1, None]})), re.sub('a+', 'b', 'caat'), len(str(uuid.uuid4())),
                    hashlib.sha256('a').hexdigest()[:8], urllib.urlencode({'a': 'b c'}), base64.b64encode('x'),
                    str(datetime.date(2020, 1, 2)), str(decimal.Decimal('1.10')), made, dict(os.environ)]
                """;
        assertEquals(List.of(Map.of("a", Arrays.asList(1L, null)), "cbt", 36L, "ca978112", "a=b+c", "eA==",
                        "2020-01-02", "1.10", List.of(1L), Map.of()),
                run(head, body));
    }

    @Test
    void anyDialectButPython3IsRead() {
        Worker worker = host.worker();
        assertEquals("2", worker.load(with(pythonProbe("", "print 'x'"), "dialect", "auto")).get("dialect"));
        Map<String, Object> failure = host.worker().loadFails(with(pythonProbe("", "return 1"), "dialect", "3"));
        assertEquals("refused", failure.get("kind"));
        assertTrue(failure.get("message").toString().contains("Java and Python 2, not dialect '3'"));
    }
}
