package durward.host.jython;

import durward.host.loader.JavaPackages;
import durward.script.Packages;
import java.io.File;
import org.python.core.Py;
import org.python.core.PyJavaPackage;
import org.python.core.PyList;
import org.python.core.PyString;
import org.python.core.packagecache.PackageManager;

/** The Java packages and classes that one Python script can import, by its own class loader. */
final class ScriptPackages extends PackageManager {
    private final JavaPackages packages;
    private final ClassLoader loader;

    ScriptPackages(JavaPackages packages, ClassLoader loader) {
        this.packages = packages;
        this.loader = loader;
    }

    /** Whether there is a class of that full name, under a stale spelling too. Runs nothing of it. */
    boolean hasClass(String name) {
        int dot = name.lastIndexOf('.');
        return dot > 0 && find(name.substring(0, dot), name.substring(dot + 1), false) != null;
    }

    JavaPackages packages() {
        return packages;
    }

    @Override
    @SuppressWarnings("rawtypes")
    public Class findClass(String pkg, String name, String reason) {
        return find(pkg, name, true);
    }

    private Class<?> find(String pkg, String name, boolean initialise) {
        Class<?> found = load(pkg, name, initialise);
        if (found == null) {
            String current = Packages.current(pkg);
            return current.equals(pkg) ? null : load(current, name, initialise);
        }
        return found;
    }

    private Class<?> load(String pkg, String name, boolean initialise) {
        if (!packages.exists(pkg)) {
            return null;
        }
        try {
            return Class.forName(pkg + "." + name, initialise, loader);
        } catch (ClassNotFoundException none) {
            return null;
        } catch (LinkageError broken) {
            throw Py.JavaError(broken);
        }
    }

    @Override
    public boolean packageExists(String pkg, String name) {
        return packages.exists(pkg == null || pkg.isEmpty() ? name : pkg + "." + name);
    }

    @Override
    public PyList doDir(PyJavaPackage folder, boolean instantiate, boolean withoutPackages) {
        PyList names = new PyList();
        for (String name : packages.classes(folder.__name__)) {
            if (instantiate && folder.__findattr__(name.intern()) == null) {
                continue;
            }
            names.append(new PyString(name));
        }
        return names;
    }

    @Override
    public void addDirectory(File directory) {
        // What can be imported is what the class loader has.
    }

    @Override
    public void addJarDir(String directory, boolean cache) {
        // What can be imported is what the class loader has.
    }

    @Override
    public void addJar(String jar, boolean cache) {
        // What can be imported is what the class loader has.
    }
}
