package durward.host.loader;

import durward.host.security.Confinement;
import durward.host.security.HostClasses;
import durward.host.session.ScriptEngine;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.nio.file.Path;
import java.security.ProtectionDomain;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/**
 * Loads Jython from its folder in the host's jar, confined like the Python code that it makes classes of, and beside
 * it the part of the host that drives it, which is as trusted as the rest of the host.
 */
public final class JythonLoader extends ClassLoader implements HostClasses {
    static {
        registerAsParallelCapable();
    }

    /** Where Jython lies in the host's jar. */
    static final String FOLDER = "jython/";
    private static final String ADAPTER = "durward.host.jython.";
    private static final String ADAPTER_FOR_SCRIPTS = "durward.jython.";

    private final JarFile jar;
    private final String location;
    private final ProtectionDomain confined;
    private final ProtectionDomain host;

    private JythonLoader(Path hostJar, Confinement confinement) throws IOException {
        super("jython", JythonLoader.class.getClassLoader());
        jar = new JarFile(hostJar.toFile());
        location = "jar:" + hostJar.toUri() + "!/" + FOLDER;
        confined = Confinement.domain(hostJar, confinement.ofJython(hostJar));
        host = JythonLoader.class.getProtectionDomain();
    }

    /** The engine for Python, made in its own class loader. */
    public static ScriptEngine engine(Path hostJar, Loaders loaders, Confinement confinement) {
        try {
            JythonLoader loader = new JythonLoader(hostJar, confinement);
            return (ScriptEngine) Class.forName(ADAPTER + "JythonEngine", true, loader)
                    .getDeclaredConstructor(Loaders.class, JarFile.class, boolean.class)
                    .newInstance(loaders, loader.jar, confinement.network());
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalStateException("Jython cannot be started: " + impossible, impossible);
        }
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (name.startsWith("java.")) {
            return super.loadClass(name, resolve);
        }
        boolean adapter = name.startsWith(ADAPTER) || name.startsWith(ADAPTER_FOR_SCRIPTS);
        String path = name.replace('.', '/') + ".class";
        JarEntry entry = jar.getJarEntry(adapter ? path : FOLDER + path);
        if (entry == null) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> known = findLoadedClass(name);
            if (known != null) {
                return known;
            }
            try (InputStream stream = jar.getInputStream(entry)) {
                byte[] bytes = stream.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length, adapter ? host : confined);
            } catch (IOException unreadable) {
                throw new ClassNotFoundException(name, unreadable);
            }
        }
    }

    @Override
    public URL getResource(String name) {
        if (jar.getJarEntry(FOLDER + name) == null) {
            return super.getResource(name);
        }
        try {
            return new URL(location + name);
        } catch (MalformedURLException impossible) {
            throw new IllegalArgumentException(impossible);
        }
    }

    @Override
    public Enumeration<URL> getResources(String name) throws IOException {
        return jar.getJarEntry(FOLDER + name) == null ? super.getResources(name)
                : Collections.enumeration(List.of(getResource(name)));
    }

    @Override
    public InputStream getResourceAsStream(String name) {
        JarEntry entry = jar.getJarEntry(FOLDER + name);
        try {
            return entry == null ? super.getResourceAsStream(name) : jar.getInputStream(entry);
        } catch (IOException unreadable) {
            return null;
        }
    }
}
