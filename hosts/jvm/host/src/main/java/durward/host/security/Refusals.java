package durward.host.security;

import java.io.FilePermission;
import java.net.SocketPermission;
import java.security.Permission;

/** What a script is told when it may not do something. */
final class Refusals {
    private Refusals() {
    }

    static String sentence(Permission permission) {
        String name = permission.getName();
        if (permission instanceof FilePermission) {
            return permission.getActions().contains("execute")
                    ? "a script may not start processes (" + name + ")"
                    : "a script may not " + permission.getActions() + " the file " + name
                            + ": only jars in the libs directories can be read";
        }
        if (permission instanceof SocketPermission) {
            return "a script may not " + permission.getActions() + " " + name
                    + ": the server makes requests for it, see HttpService";
        }
        if (name.startsWith("exitVM")) {
            return "a script may not end the process";
        }
        if (name.startsWith("getenv")) {
            return "a script may not read the environment";
        }
        return "a script may not use " + permission.getClass().getSimpleName() + " " + name
                + (permission.getActions().isEmpty() ? "" : " (" + permission.getActions() + ")");
    }
}
