package durward.host.loader;

import durward.script.Packages;
import java.io.IOException;
import java.net.URI;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.AccessController;
import java.security.PrivilegedAction;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;

/**
 * Which Java packages there are, and which classes in them: Python must know before it can import one.
 *
 * <p>The JDK's exported packages, those of the host's jar but for the host's own, those of the administrators' jars,
 * and the stale spellings.
 */
public final class JavaPackages {
    private static final String EXTENSION = ".class";

    /** Of the JDK and the host's jar: they do not change. Packages to the names of their classes, where known. */
    private static Map<String, Set<String>> fixed;

    private final Map<String, Set<String>> known = new HashMap<>();
    private final Set<String> all = new HashSet<>();

    private JavaPackages() {
    }

    /** Those that a script over {@code base} may import. */
    public static JavaPackages of(Loaders.Base base, JarFile hostJar) {
        JavaPackages packages = new JavaPackages();
        fixed(hostJar).forEach((name, classes) -> packages.known.put(name, new TreeSet<>(classes)));
        for (Path jar : base.jars()) {
            try (JarFile file = new JarFile(jar.toFile())) {
                index(file, packages.known);
            } catch (IOException unreadable) {
                // It is no jar, and no class of it can be loaded either.
                continue;
            }
        }
        Packages.stale().forEach(name -> packages.known.putIfAbsent(name, new TreeSet<>()));
        packages.known.keySet().forEach(packages::addWithParents);
        return packages;
    }

    private static synchronized Map<String, Set<String>> fixed(JarFile hostJar) {
        if (fixed == null) {
            Map<String, Set<String>> found = new HashMap<>();
            ModuleLayer.boot().modules().stream()
                    .flatMap(module -> module.getDescriptor().exports().stream())
                    .filter(exports -> !exports.isQualified())
                    .forEach(exports -> found.put(exports.source(), Set.of()));
            index(hostJar, found);
            fixed = found;
        }
        return fixed;
    }

    private static void index(JarFile jar, Map<String, Set<String>> into) {
        jar.stream().map(entry -> entry.getName()).forEach(entry -> {
            // The Python library imports from Jython's own packages.
            boolean ofJython = entry.startsWith(JythonLoader.FOLDER);
            String path = ofJython ? entry.substring(JythonLoader.FOLDER.length()) : entry;
            int slash = path.lastIndexOf('/');
            if (!path.endsWith(EXTENSION) || slash < 0 || path.startsWith("META-INF/") || path.startsWith("Lib/")
                    || path.startsWith("durward/host/")) {
                return;
            }
            String simple = path.substring(slash + 1, path.length() - EXTENSION.length());
            Set<String> classes =
                    into.computeIfAbsent(path.substring(0, slash).replace('/', '.'), key -> new TreeSet<>());
            // Names of Jython's classes are of no interest to scripts, and there are twenty thousand.
            if (!ofJython && simple.indexOf('$') < 0 && !simple.equals("package-info")) {
                classes.add(simple);
            }
        });
    }

    private void addWithParents(String name) {
        for (String one = name; all.add(one); ) {
            int dot = one.lastIndexOf('.');
            if (dot < 0) {
                return;
            }
            one = one.substring(0, dot);
        }
    }

    /** Whether there is a package of that name, or one below it. */
    public boolean exists(String name) {
        return all.contains(name);
    }

    /** Simple names of the classes in a package. */
    public List<String> classes(String name) {
        Set<String> found = new TreeSet<>(known.getOrDefault(name, Collections.emptySet()));
        if (found.isEmpty()) {
            found.addAll(ofJdk(name));
        }
        String current = Packages.current(name);
        if (!current.equals(name)) {
            found.addAll(classes(current));
        }
        return new ArrayList<>(found);
    }

    /** Full names of classes called {@code simpleName}, in the API and the administrators' jars. */
    public List<String> called(String simpleName) {
        List<String> found = new ArrayList<>();
        known.forEach((name, classes) -> {
            if (classes.contains(simpleName)) {
                found.add(name + "." + simpleName);
            }
        });
        Collections.sort(found);
        return found;
    }

    private static List<String> ofJdk(String name) {
        // Scripts are on the stack when they import everything of a package.
        return AccessController.doPrivileged((PrivilegedAction<List<String>>) () -> {
            List<String> found = new ArrayList<>();
            for (Module module : ModuleLayer.boot().modules()) {
                if (module.getDescriptor().exports().stream()
                        .anyMatch(exports -> !exports.isQualified() && exports.source().equals(name))) {
                    Path folder = FileSystems.getFileSystem(URI.create("jrt:/"))
                            .getPath("modules", module.getName(), name.replace('.', '/'));
                    found.addAll(classFiles(folder));
                }
            }
            return found;
        });
    }

    private static List<String> classFiles(Path folder) {
        List<String> found = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + EXTENSION)) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                if (name.indexOf('$') < 0) {
                    found.add(name.substring(0, name.length() - EXTENSION.length()));
                }
            }
        } catch (IOException unreadable) {
            return found;
        }
        return found;
    }
}
