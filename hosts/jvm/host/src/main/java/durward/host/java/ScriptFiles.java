package durward.host.java;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;

/** What the compiler reads and writes: the API from the host's jar, the administrators' jars, class files in memory. */
final class ScriptFiles extends ForwardingJavaFileManager<StandardJavaFileManager> {
    private final ApiClasses api;
    private final Map<String, ClassFile.Made> made = new LinkedHashMap<>();

    /** @param files whose class path is the administrators' jars */
    ScriptFiles(StandardJavaFileManager files, ApiClasses api) {
        super(files);
        this.api = api;
    }

    /** Class files by binary name. */
    Map<String, byte[]> made() {
        Map<String, byte[]> bytes = new LinkedHashMap<>();
        made.forEach((name, file) -> bytes.put(name, file.bytes()));
        return bytes;
    }

    @Override
    public Iterable<JavaFileObject> list(
            JavaFileManager.Location location, String packageName, Set<JavaFileObject.Kind> kinds, boolean recurse)
            throws IOException {
        Iterable<JavaFileObject> others = super.list(location, packageName, kinds, recurse);
        if (location != StandardLocation.CLASS_PATH || !kinds.contains(JavaFileObject.Kind.CLASS)) {
            return others;
        }
        List<JavaFileObject> all = new ArrayList<>(api.in(packageName));
        others.forEach(all::add);
        return all;
    }

    @Override
    public String inferBinaryName(JavaFileManager.Location location, JavaFileObject file) {
        return file instanceof ClassFile known ? known.binaryName() : super.inferBinaryName(location, file);
    }

    @Override
    public boolean isSameFile(FileObject one, FileObject other) {
        return one == other || !(one instanceof ClassFile) && !(other instanceof ClassFile)
                && super.isSameFile(one, other);
    }

    @Override
    public boolean contains(JavaFileManager.Location location, FileObject file) throws IOException {
        return file instanceof ClassFile ? location == StandardLocation.CLASS_PATH : super.contains(location, file);
    }

    @Override
    public JavaFileObject getJavaFileForOutput(
            JavaFileManager.Location location, String className, JavaFileObject.Kind kind, FileObject sibling) {
        ClassFile.Made file = new ClassFile.Made(className);
        made.put(className, file);
        return file;
    }

    /** Annotation processors and compiler plugins would run in the host: there are none. */
    @Override
    public ClassLoader getClassLoader(JavaFileManager.Location location) {
        return null;
    }
}
