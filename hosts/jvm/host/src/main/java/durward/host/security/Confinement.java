package durward.host.security;

import java.io.File;
import java.io.FilePermission;
import java.net.MalformedURLException;
import java.net.SocketPermission;
import java.net.URL;
import java.nio.file.Path;
import java.security.CodeSource;
import java.security.Permissions;
import java.security.PermissionCollection;
import java.security.ProtectionDomain;
import java.security.SecurityPermission;
import java.security.cert.Certificate;
import java.util.List;
import java.util.PropertyPermission;

/**
 * What scripts, administrators' jars and Jython may do: read properties and the jars, reflect on what is public, and
 * use the network if the process was started so. Everything else that the JDK asks a security manager about is
 * refused to them: files, sockets, processes, the environment, ending the process, access checks, threads of others.
 */
public final class Confinement {
    private final List<Path> readable;
    private final boolean network;

    /**
     * @param readable directories and files that may be read
     * @param network whether sockets may be opened
     */
    public Confinement(List<Path> readable, boolean network) {
        this.readable = List.copyOf(readable);
        this.network = network;
    }

    /** Whether sockets may be opened. */
    public boolean network() {
        return network;
    }

    /** Permissions of a script and of the jars it uses. */
    public PermissionCollection ofScripts() {
        Permissions permissions = new Permissions();
        permissions.add(new PropertyPermission("*", "read"));
        permissions.add(new RuntimePermission("accessDeclaredMembers"));
        permissions.add(new RuntimePermission("getStackTrace"));
        permissions.add(new RuntimePermission("setContextClassLoader"));
        permissions.add(new SecurityPermission("getProperty.*"));
        // For shutting down executors; which threads may be touched, the security manager looks at itself.
        permissions.add(new RuntimePermission("modifyThread"));
        for (Path path : readable) {
            permissions.add(new FilePermission(path.toString(), "read"));
            permissions.add(new FilePermission(path + File.separator + "-", "read"));
        }
        if (network) {
            permissions.add(new SocketPermission("*", "connect,resolve"));
            // A port of the system's choice, as Python binds one before it connects.
            permissions.add(new SocketPermission("localhost:0", "listen"));
            permissions.add(new RuntimePermission("getProxySelector"));
        }
        return permissions;
    }

    /** Permissions of Jython's classes, and so of Python code: what its machinery needs besides. */
    public PermissionCollection ofJython(Path hostJar) {
        PermissionCollection permissions = ofScripts();
        // Its standard library is in there.
        permissions.add(new FilePermission(hostJar.toString(), "read"));
        // Which loader, the security manager looks at itself.
        permissions.add(new RuntimePermission("createClassLoader"));
        permissions.add(new RuntimePermission("getClassLoader"));
        permissions.add(new RuntimePermission("getProtectionDomain"));
        // Made when a module of the standard library is imported; adds nothing to what providers there are.
        permissions.add(new SecurityPermission("putProviderProperty.BC"));
        if (network) {
            // What Python's module ssl is made of.
            permissions.add(new SecurityPermission("insertProvider.BC"));
        }
        // Jython looks for modules in folders of these names before it asks its class loader. There are none.
        for (String name : List.of("__pyclasspath__", "__classpath__")) {
            String path = new File(name).getAbsolutePath();
            permissions.add(new FilePermission(path, "read"));
            permissions.add(new FilePermission(path + File.separator + "-", "read"));
        }
        return permissions;
    }

    /** A domain that has exactly {@code permissions}, whatever the policy says. */
    public static ProtectionDomain domain(Path source, PermissionCollection permissions) {
        try {
            URL location = source.toUri().toURL();
            return new ProtectionDomain(new CodeSource(location, (Certificate[]) null), permissions);
        } catch (MalformedURLException impossible) {
            throw new IllegalArgumentException(impossible);
        }
    }
}
