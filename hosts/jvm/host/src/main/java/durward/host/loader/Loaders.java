package durward.host.loader;

import durward.host.security.Confinement;
import durward.log.HostErrors;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.MalformedURLException;
import java.net.URL;
import java.nio.file.Path;
import java.security.ProtectionDomain;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.JarFile;
import org.slf4j.LoggerFactory;

/**
 * Makes the class loaders of scripts: one for each loaded script, over one for the jars as they are now, over the API.
 *
 * <p>When a jar was added or changed, the next script gets a new loader for the jars; those that run keep theirs.
 */
public final class Loaders {
    /** What a script is compiled and loaded against. */
    public static final class Base {
        private final Libs libs;
        private final ClassLoader loader;

        private final List<Path> jars;

        private Base(Libs libs, List<Path> jars, ClassLoader loader) {
            this.libs = libs;
            this.jars = jars;
            this.loader = loader;
        }

        /** The administrators' jars that can be read. */
        public List<Path> jars() {
            return jars;
        }

        /** Equal for equal jars. */
        public Object key() {
            return libs;
        }

        ClassLoader loader() {
            return loader;
        }
    }

    private final List<Path> directories;
    private final Confinement confinement;
    private final ClassLoader api;
    private final ProtectionDomain scripts;
    private final List<WeakReference<ScriptLoader>> made = new ArrayList<>();
    private int atLastCount;
    private Base latest;

    /** @param host the class loader of the host itself */
    public Loaders(List<Path> directories, Confinement confinement, ClassLoader host, Path hostJar) {
        this.directories = directories;
        this.confinement = confinement;
        this.api = new ApiLoader(host);
        this.scripts = Confinement.domain(hostJar, confinement.ofScripts());
    }

    /** For the jars as they are now. */
    public synchronized Base base() {
        Libs now = Libs.in(directories);
        if (latest == null || !latest.libs.equals(now)) {
            List<JarFile> jars = opened(now);
            List<Path> paths = jars.stream().map(jar -> Path.of(jar.getName())).toList();
            latest = new Base(
                    now, paths, new LibsLoader(urls(paths), jars, api, confinement.ofScripts()));
        }
        return latest;
    }

    /** Without those that are broken, or half copied: they must not keep every script from compiling. */
    private static List<JarFile> opened(Libs libs) {
        List<JarFile> jars = new ArrayList<>();
        for (Path path : libs.paths()) {
            try {
                jars.add(new JarFile(path.toFile()));
            } catch (IOException broken) {
                LoggerFactory.getLogger(Loaders.class).warn("{} is left out: {}", path, broken.getMessage());
                HostErrors.print(path + " is left out: " + broken.getMessage());
            }
        }
        return jars;
    }

    private static URL[] urls(List<Path> jars) {
        List<URL> urls = new ArrayList<>();
        for (Path path : jars) {
            try {
                urls.add(path.toUri().toURL());
            } catch (MalformedURLException impossible) {
                throw new IllegalArgumentException(impossible);
            }
        }
        return urls.toArray(URL[]::new);
    }

    /** A loader for the classes of one Java script. */
    public ScriptLoader script(Base base, Map<String, byte[]> classes) {
        return script(base, classes, null);
    }

    /** A loader that also finds what {@code fallback} has: for Python, Jython. */
    public ScriptLoader script(Base base, Map<String, byte[]> classes, ClassLoader fallback) {
        ScriptLoader loader = new ScriptLoader(classes, base.loader(), fallback, scripts);
        synchronized (made) {
            if (made.size() >= 2 * atLastCount + 64) {
                live();
            }
            made.add(new WeakReference<>(loader));
        }
        return loader;
    }

    /** Loaders of scripts that are not collected yet. */
    public int live() {
        synchronized (made) {
            made.removeIf(one -> one.get() == null);
            atLastCount = made.size();
            return atLastCount;
        }
    }
}
