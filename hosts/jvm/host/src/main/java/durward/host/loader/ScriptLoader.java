package durward.host.loader;

import durward.host.security.Confined;
import java.net.URL;
import java.security.ProtectionDomain;
import java.util.Enumeration;
import java.util.Map;

/** The classes of one loaded script, defined from bytes. It is dropped with its connection. */
public final class ScriptLoader extends ClassLoader implements Confined {
    /** Name of every such loader: stack frames carry it, and by it the author's frames are known. */
    public static final String NAME = "script";

    private static final String HOST = "durward.host.";

    static {
        registerAsParallelCapable();
    }

    private final Map<String, byte[]> classes;
    private final ProtectionDomain domain;
    private final ClassLoader fallback;

    /**
     * @param classes class files by binary name
     * @param fallback asked for classes that neither the parent nor the script has, or null
     */
    ScriptLoader(Map<String, byte[]> classes, ClassLoader parent, ClassLoader fallback, ProtectionDomain domain) {
        super(NAME, parent);
        this.classes = classes;
        this.domain = domain;
        this.fallback = fallback;
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        byte[] bytes = classes.get(name);
        if (bytes != null) {
            return defineClass(name, bytes, 0, bytes.length, domain);
        }
        if (fallback != null && !name.startsWith(HOST)) {
            return fallback.loadClass(name);
        }
        throw new ClassNotFoundException(name);
    }

    @Override
    protected URL findResource(String name) {
        return fallback == null ? null : fallback.getResource(name);
    }

    @Override
    protected Enumeration<URL> findResources(String name) throws java.io.IOException {
        return fallback == null ? super.findResources(name) : fallback.getResources(name);
    }
}
