package durward.host.session;

import durward.host.program.Method;
import durward.script.Changes;
import durward.script.Plain;
import io.jans.as.model.util.CertUtils;
import io.jans.as.server.service.external.context.DynamicClientRegistrationContext;
import io.jans.as.server.service.external.context.ExternalScriptContext;
import java.util.List;
import java.util.Map;

/** The arguments of a method's call as Java objects. */
final class CallArguments {
    private CallArguments() {
    }

    /** In the contract's order; JSON that is handed over may be changed in place, and travels back by its name. */
    static Object[] of(
            Method method, ExternalScriptContext context, Map<String, Object> plain, Changes changes) {
        Object[] arguments = new Object[method.parameters().size()];
        for (int index = 0; index < arguments.length; index++) {
            String name = method.parameters().get(index);
            arguments[index] = name.equals("context") || name.equals("executionContext")
                    ? context(method, context)
                    : argument(name, plain.get(name), changes);
        }
        return arguments;
    }

    /** Methods that modify a response are given the request by its other name, in Jans and so here. */
    private static Object context(Method method, ExternalScriptContext context) {
        boolean modifies = context instanceof DynamicClientRegistrationContext && method.name().startsWith("modify");
        return modifies ? context.getExecutionContext() : context;
    }

    private static Object argument(String name, Object value, Changes changes) {
        if (value instanceof String text && (name.equals("cert") || name.equals("certificate"))) {
            return CertUtils.x509CertificateFromPem(text);
        }
        Object live = Plain.toJson(value);
        if (value instanceof Map<?, ?> || value instanceof List<?>) {
            changes.watch(name, live, value);
        }
        return live;
    }
}
