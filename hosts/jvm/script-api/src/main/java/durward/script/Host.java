package durward.script;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The server, as far as the classes of this artifact ask it for anything.
 *
 * <p>The host installs the way to it before any script runs. Without a host, as
 * in a unit test of a script, everything asked for is refused.
 */
public final class Host {
    /** What the server tells, asked or of itself. */
    public interface Services {
        /**
         * The value that the server answers.
         *
         * @throws HostRefused when it does not
         */
        Object ask(String service, Map<String, ?> arguments);

        /** The context of the running call as the server sent it; empty between calls. */
        Map<String, Object> snapshot();
    }

    private static volatile Services services;

    private Host() {
    }

    /** Makes {@code one} the way to the server. Only the first call counts, so no script can come between. */
    public static synchronized void install(Services one) {
        if (services != null) {
            throw new IllegalStateException("the server's services are already there");
        }
        services = one;
    }

    /** How a key store is named to the server. */
    public static Map<String, Object> keyStore(String name, String password) {
        Map<String, Object> named = new LinkedHashMap<>();
        named.put("name", name);
        if (password != null && !password.isEmpty()) {
            named.put("password", password);
        }
        return named;
    }

    /** The context of the running call as the server sent it; empty where no call runs. */
    public static Map<String, Object> snapshot() {
        Services known = services;
        return known == null ? Map.of() : known.snapshot();
    }

    /**
     * The members of the server's answer.
     *
     * @throws HostRefused when the server refuses, or there is no server
     */
    @SuppressWarnings("unchecked")
    public static Map<String, Object> ask(String service, Map<String, ?> arguments) {
        return (Map<String, Object>) value(service, arguments);
    }

    /**
     * The server's answer, of whatever kind the service answers with.
     *
     * @throws HostRefused when the server refuses, or there is no server
     */
    public static Object value(String service, Map<String, ?> arguments) {
        Services known = services;
        if (known == null) {
            throw new HostRefused("no server is here to ask for " + service + ": this class runs in Durward's host");
        }
        return known.ask(service, arguments);
    }
}
