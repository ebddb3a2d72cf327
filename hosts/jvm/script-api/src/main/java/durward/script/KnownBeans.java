package durward.script;

import static java.util.Map.entry;

import io.jans.as.client.RegisterRequest;
import io.jans.as.common.model.common.User;
import io.jans.as.common.model.registration.Client;
import io.jans.as.common.model.session.SessionId;
import io.jans.as.model.authzdetails.AuthzDetail;
import io.jans.as.model.configuration.AppConfiguration;
import io.jans.as.model.configuration.CIBAEndUserNotificationConfig;
import io.jans.as.persistence.model.ClientAttributes;
import io.jans.as.server.authorize.ws.rs.AuthzRequest;
import io.jans.as.server.model.common.ExecutionContext;
import io.jans.as.server.service.external.context.DynamicClientRegistrationContext;
import io.jans.as.server.service.external.context.EndSessionContext;
import io.jans.as.server.service.external.context.ExternalCibaEndUserNotificationContext;
import io.jans.as.server.service.external.context.ExternalScriptContext;
import java.util.Map;
import java.util.function.Function;

/** Which class stands for which bean of a contract. */
public final class KnownBeans {
    private static final Map<String, Function<Snapshot, Object>> CONTEXTS = Map.of(
            "ExternalScriptContext", ExternalScriptContext::new,
            "EndSessionContext", EndSessionContext::new,
            "ExternalCibaEndUserNotificationContext", ExternalCibaEndUserNotificationContext::new,
            "DynamicClientRegistrationContext", DynamicClientRegistrationContext::new);

    private static final Map<String, Function<Snapshot, Object>> PARTS = Map.ofEntries(
            entry("AppConfiguration", AppConfiguration::new),
            entry("CIBAEndUserNotificationConfig", CIBAEndUserNotificationConfig::new),
            entry("User", User::new),
            entry("Client", Client::new),
            entry("ClientAttributes", ClientAttributes::new),
            entry("RegisterRequest", RegisterRequest::new),
            entry("SessionId", SessionId::new),
            entry("AuthzDetail", AuthzDetail::new),
            entry("AuthzRequest", AuthzRequest::new),
            entry("ExecutionContext", ExecutionContext::new));

    private KnownBeans() {
    }

    /** Whether a class was written for the context called {@code name}. */
    public static boolean isContext(String name) {
        return CONTEXTS.containsKey(name);
    }

    /** The context object over a call's snapshot. */
    public static ExternalScriptContext context(Snapshot root) {
        return (ExternalScriptContext)
                CONTEXTS.getOrDefault(root.name(), ExternalScriptContext::new).apply(root);
    }

    /** What makes the bean called {@code name}, in these surroundings. */
    static Function<Snapshot, Object> maker(String name, Surroundings surroundings) {
        if (name.equals("HttpServletRequest")) {
            return RequestView::new;
        }
        Function<Snapshot, Object> made = surroundings.typed() ? PARTS.get(name) : null;
        return made == null ? ContractBean::new : made;
    }
}
