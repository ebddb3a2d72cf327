package durward.host.jython;

import java.io.File;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;
import org.python.core.Py;
import org.python.core.PyJavaPackage;
import org.python.core.PyList;
import org.python.core.PyObject;
import org.python.core.PySystemState;
import org.python.core.packagecache.PackageManager;

/**
 * Jython keeps one manager of Java packages for the whole process; this one passes every question on to that of the
 * script whose thread asks, so that no script sees, or holds, another's classes.
 */
final class AllPackages extends PackageManager {
    private final Map<PySystemState, ScriptPackages> byState = Collections.synchronizedMap(new WeakHashMap<>());

    void add(PySystemState state, ScriptPackages packages) {
        byState.put(state, packages);
    }

    void remove(PySystemState state) {
        byState.remove(state);
    }

    private PackageManager current() {
        return byState.get(Py.getSystemState());
    }

    @Override
    public PyObject lookupName(String name) {
        PackageManager current = current();
        return current == null ? null : current.lookupName(name);
    }

    @Override
    public PyJavaPackage makeJavaPackage(String name, String classes, String jar) {
        PackageManager current = current();
        return current == null ? super.makeJavaPackage(name, classes, jar) : current.makeJavaPackage(name, classes, jar);
    }

    @Override
    @SuppressWarnings("rawtypes")
    public Class findClass(String pkg, String name, String reason) {
        PackageManager current = current();
        return current == null ? null : current.findClass(pkg, name, reason);
    }

    @Override
    public boolean packageExists(String pkg, String name) {
        PackageManager current = current();
        return current != null && current.packageExists(pkg, name);
    }

    @Override
    public PyList doDir(PyJavaPackage folder, boolean instantiate, boolean withoutPackages) {
        PackageManager current = current();
        return current == null ? new PyList() : current.doDir(folder, instantiate, withoutPackages);
    }

    @Override
    public void addDirectory(File directory) {
        // See ScriptPackages.
    }

    @Override
    public void addJarDir(String directory, boolean cache) {
        // See ScriptPackages.
    }

    @Override
    public void addJar(String jar, boolean cache) {
        // See ScriptPackages.
    }
}
