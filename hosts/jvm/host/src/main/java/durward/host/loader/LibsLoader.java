package durward.host.loader;

import durward.host.security.Confined;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.security.CodeSource;
import java.security.PermissionCollection;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/** The classes of one set of administrators' jars, with the permissions of scripts. */
final class LibsLoader extends URLClassLoader implements Confined {
    static {
        registerAsParallelCapable();
    }

    private final PermissionCollection permissions;
    private final List<JarFile> jars;
    private final ClassLoader api;

    LibsLoader(URL[] urls, List<JarFile> jars, ClassLoader parent, PermissionCollection permissions) {
        super("libs", urls, parent);
        this.jars = jars;
        this.api = parent;
        this.permissions = permissions;
    }

    /** From the jars as they were, whatever lies in their place by now. */
    @Override
    public InputStream getResourceAsStream(String name) {
        if (api.getResource(name) != null) {
            return api.getResourceAsStream(name);
        }
        for (JarFile jar : jars) {
            JarEntry entry = jar.getJarEntry(name);
            if (entry != null) {
                try {
                    return jar.getInputStream(entry);
                } catch (IOException unreadable) {
                    return null;
                }
            }
        }
        return null;
    }

    @Override
    protected PermissionCollection getPermissions(CodeSource source) {
        return permissions;
    }
}
