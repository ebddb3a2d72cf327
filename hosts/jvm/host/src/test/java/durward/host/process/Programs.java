package durward.host.process;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Programs and contracts as the server sends them. */
final class Programs {
    private Programs() {
    }

    /** {@code name:kind} of each property; a kind that ends in {@code !} is writable. */
    static Map<String, Object> bean(String name, String... properties) {
        List<Object> all = new ArrayList<>();
        for (String property : properties) {
            int colon = property.indexOf(':');
            String kind = property.substring(colon + 1);
            boolean writable = kind.endsWith("!");
            all.add(Map.of("name", property.substring(0, colon),
                    "kind", writable ? kind.substring(0, kind.length() - 1) : kind, "writable", writable));
        }
        return Map.of("name", name, "properties", all);
    }

    static Map<String, Object> method(String name, String returns, String... parameters) {
        return Map.of("name", name, "parameters", List.of(parameters), "returns", returns, "optional", false);
    }

    private static Map<String, Object> optional(String name, String returns, String... parameters) {
        Map<String, Object> method = new LinkedHashMap<>(method(name, returns, parameters));
        method.put("optional", true);
        return method;
    }

    private static Map<String, Object> contract(
            String type, String className, List<Object> methods, String context, List<Object> beans) {
        return Map.of("scriptType", type, "className", className, "methods", methods, "context", context,
                "beans", beans);
    }

    private static final Map<String, Object> REQUEST = bean("HttpServletRequest",
            "headers:json", "parameters:json", "method:text", "remoteAddr:text");

    /** A contract with one method of every conversion and a bean of every kind, of no type that is known. */
    static final Map<String, Object> PROBE = contract("probe", "Probe",
            List.of(method("run", "json", "context"), optional("flag", "boolean", "context"),
                    optional("text", "string", "context"), optional("number", "integer", "context"),
                    optional("modify", "boolean", "response", "context")),
            "ProbeContext",
            List.of(bean("ProbeContext", "scope:text", "trusted:boolean", "lifetime:integer", "uris:texts",
                            "detail:json", "client:bean:Client", "httpRequest:bean:HttpServletRequest",
                            "encryptionService:service:durward.encryption.CibaEncryptionService",
                            "softwareStatement:service:durward.jwt.Jwt",
                            "claims:service:durward.java_util.LinkedHashMap"),
                    bean("Client", "clientId:text", "trustedClient:boolean!", "scopes:texts!", "jwksUri:text!",
                            "clientSecretExpiresAt:integer!", "attributes:bean:ClientAttributes"),
                    bean("ClientAttributes", "introspectionScripts:texts!", "extra:json!"),
                    REQUEST));

    static final Map<String, Object> END_SESSION = contract("end_session", "EndSession",
            List.of(method("getFrontchannelHtml", "string", "context")),
            "EndSessionContext",
            List.of(bean("EndSessionContext", "frontchannelLogoutUris:texts", "postLogoutRedirectUri:text",
                            "sessionId:bean:SessionId", "httpRequest:bean:HttpServletRequest", "clients:json",
                            "frames:texts", "nonce:text", "extraLogoutUris:texts!", "later:bean:Later"),
                    bean("SessionId", "id:text", "outsideSid:text", "userDn:text", "userId:text",
                            "authenticationTime:integer", "lastUsedAt:integer", "state:text", "sessionAttributes:json",
                            "permissionGrantedMap:json"),
                    bean("Later", "what:text!"),
                    REQUEST));

    static final Map<String, Object> AUTHZ_DETAIL = contract("authz_detail", "AuthzDetail",
            List.of(method("validateDetail", "boolean", "context"),
                    method("getUiRepresentation", "string", "context")),
            "ExternalScriptContext",
            List.of(bean("ExternalScriptContext", "authzDetail:bean:AuthzDetail", "client:bean:Client",
                            "httpRequest:bean:HttpServletRequest"),
                    bean("AuthzDetail", "jsonObject:json!", "type:text", "uiRepresentation:text!"),
                    bean("Client", "clientId:text", "clientName:text"),
                    REQUEST));

    static final Map<String, Object> CIBA = contract("ciba_end_user_notification", "EndUserNotification",
            List.of(method("notifyEndUser", "boolean", "context")),
            "ExternalCibaEndUserNotificationContext",
            List.of(bean("ExternalCibaEndUserNotificationContext", "appConfiguration:bean:AppConfiguration",
                            "encryptionService:service:io.jans.as.server.service.ciba.CibaEncryptionService",
                            "scope:text", "acrValues:text", "authReqId:text", "deviceRegistrationToken:text",
                            "bindingMessage:text", "user:bean:User", "client:bean:Client", "expiresIn:integer"),
                    bean("AppConfiguration", "backchannelClientId:text", "backchannelRedirectUri:text",
                            "authorizationEndpoint:text",
                            "cibaEndUserNotificationConfig:bean:CIBAEndUserNotificationConfig"),
                    bean("CIBAEndUserNotificationConfig", "notificationUrl:text", "notificationKey:text"),
                    bean("User", "inum:text", "userId:text", "displayName:text", "mail:text"),
                    bean("Client", "clientId:text", "clientName:text")));

    static final Map<String, Object> CLIENT_REGISTRATION = contract("client_registration", "ClientRegistration",
            List.of(method("createClient", "boolean", "context"), method("updateClient", "boolean", "context"),
                    optional("getSoftwareStatementHmacSecret", "string", "context"),
                    optional("getSoftwareStatementJwks", "string", "context"),
                    optional("getDcrHmacSecret", "string", "context"), optional("getDcrJwks", "string", "context"),
                    optional("isCertValidForClient", "boolean", "cert", "context"),
                    optional("modifyPutResponse", "boolean", "responseAsJsonObject", "executionContext"),
                    optional("modifyReadResponse", "boolean", "responseAsJsonObject", "executionContext"),
                    optional("modifyPostResponse", "boolean", "responseAsJsonObject", "executionContext")),
            "DynamicClientRegistrationContext",
            List.of(bean("DynamicClientRegistrationContext", "client:bean:Client",
                            "registerRequest:bean:RegisterRequest", "registerRequestJson:json",
                            "softwareStatement:service:io.jans.as.model.jwt.Jwt",
                            "dcr:service:io.jans.as.model.jwt.Jwt", "certificatePem:text",
                            "trustedIssuers:texts", "scopesSupported:texts", "httpRequest:bean:HttpServletRequest"),
                    bean("Client", "dn:text!", "clientId:text!", "clientName:text!", "redirectUris:texts!",
                            "scopes:texts!", "grantTypes:texts!", "trustedClient:boolean!", "jwksUri:text!",
                            "tokenEndpointAuthMethod:text!", "clientSecretExpiresAt:integer!",
                            "persistClientAuthorizations:boolean!", "accessTokenAsJwt:boolean!",
                            "attributes:bean:ClientAttributes"),
                    bean("ClientAttributes", "introspectionScripts:texts!",
                            "runIntrospectionScriptBeforeJwtCreation:boolean!"),
                    bean("RegisterRequest", "redirectUris:texts", "scope:texts", "softwareId:text",
                            "softwareStatement:text", "tlsClientAuthSubjectDn:text", "clientName:text"),
                    REQUEST));

    private static final Map<String, Object> LIMITS = Map.of(
            "wallMs", 5000, "cpuMs", 1000, "memoryBytes", 268435456, "resultBytes", 1048576, "logLines", 256,
            "logLineBytes", 4096, "hostCalls", 32, "recursion", 1000);

    private static Map<String, Object> program(
            String dialect, String fileName, String source, Map<String, Object> contract) {
        Map<String, Object> program = new LinkedHashMap<>();
        program.put("wire", 1);
        program.put("fileName", fileName);
        program.put("source", source);
        program.put("dialect", dialect);
        program.put("contract", contract);
        program.put("customScript", Map.of("inum", "AB-1", "name", "probe", "level", 3, "scriptType", "end_session",
                "programmingLanguage", "java"));
        program.put("attributes", List.of(
                Map.of("value1", "url", "value2", "https://x.test"),
                Map.of("value1", "secret", "value2", "hush", "hide", true)));
        program.put("currentTimeMs", 1_700_000_000_000L);
        program.put("limits", LIMITS);
        return program;
    }

    static Map<String, Object> java(String source, Map<String, Object> contract) {
        return program("java", "probe.java", source, contract);
    }

    static Map<String, Object> python(String source, Map<String, Object> contract) {
        return program("2", "probe.py", source, contract);
    }

    /** The program with another member. */
    static Map<String, Object> with(Map<String, Object> program, String name, Object value) {
        Map<String, Object> changed = new LinkedHashMap<>(program);
        changed.put(name, value);
        return changed;
    }

    /** The program with another limit. */
    static Map<String, Object> limited(Map<String, Object> program, String limit, long value) {
        Map<String, Object> limits = new LinkedHashMap<>(LIMITS);
        limits.put(limit, value);
        return with(program, "limits", limits);
    }

    /** The program with these configuration properties. */
    static Map<String, Object> configured(Map<String, Object> program, Map<String, String> properties) {
        List<Object> attributes = new ArrayList<>();
        properties.forEach((name, value) -> attributes.add(Map.of("value1", name, "value2", value)));
        return with(program, "attributes", attributes);
    }

    /** A Java class of the probe contract: {@code body} in {@code run}, {@code members} beside it. */
    static Map<String, Object> javaProbe(String imports, String body, String members) {
        return java(javaSource(imports, body, members), PROBE);
    }

    static String javaSource(String imports, String body, String members) {
        return imports + """

                import io.jans.as.server.service.external.context.ExternalScriptContext;
                import io.jans.model.SimpleCustomProperty;
                import io.jans.model.custom.script.model.CustomScript;
                import io.jans.model.custom.script.type.BaseExternalType;
                import java.util.*;
                import org.slf4j.LoggerFactory;

                public class Probe implements BaseExternalType {
                    CustomScript script;
                    Map<String, SimpleCustomProperty> attributes;

                    public boolean init(Map<String, SimpleCustomProperty> configurationAttributes) {
                        return false;
                    }

                    public boolean init(CustomScript customScript, Map<String, SimpleCustomProperty> configured) {
                        script = customScript;
                        attributes = configured;
                        return true;
                    }

                    public boolean destroy(Map<String, SimpleCustomProperty> configurationAttributes) {
                        return true;
                    }

                    public int getApiVersion() {
                        return 11;
                    }

                    public Object run(Object given) throws Throwable {
                        ExternalScriptContext context = (ExternalScriptContext) given;
                BODY
                    }
                MEMBERS
                }
                """.replace("BODY", body).replace("MEMBERS", members);
    }

    /** The line, from 1, that {@code text} is in. */
    static long lineOf(String source, String text) {
        return source.substring(0, source.indexOf(text)).chars().filter(one -> one == '\n').count() + 1;
    }

    /** A Python class of the probe contract: {@code head} before it, {@code body} in {@code run}. */
    static Map<String, Object> pythonProbe(String head, String body) {
        return python(pythonSource(head, body), PROBE);
    }

    static String pythonSource(String head, String body) {
        return head + "\n" + """
                class Probe:
                    def __init__(self, now):
                        self.now = now

                    def init(self, script, attributes):
                        self.script = script
                        self.attributes = attributes
                        return True

                    def destroy(self, attributes):
                        return True

                    def getApiVersion(self):
                        return 11

                    def run(self, context):
                """ + body.indent(8);
    }
}
