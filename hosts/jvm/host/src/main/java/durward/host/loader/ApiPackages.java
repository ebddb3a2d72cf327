package durward.host.loader;

import java.util.List;

/** Which packages of the host's jar scripts may use: the script API, and the libraries that it is made of. */
public final class ApiPackages {
    private static final List<String> PREFIXES = List.of(
            "io.jans.",
            "durward.script.",
            "jakarta.servlet.",
            "jakarta.ws.rs.",
            "org.json.",
            "org.slf4j.",
            "org.apache.http.",
            "org.apache.commons.logging.",
            "org.apache.commons.codec.",
            "org.apache.commons.lang3.");

    private ApiPackages() {
    }

    /** Whether the class of that name is offered. */
    public static boolean offers(String className) {
        for (String prefix : PREFIXES) {
            if (className.startsWith(prefix)) {
                return true;
            }
        }
        return false;
    }
}
