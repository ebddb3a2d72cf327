package durward.host.loader;

import java.net.URL;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;

/**
 * The classes that scripts may see: the JDK's, and of the host's own jar the script API and what it is made of.
 *
 * <p>Not here: any class definition. It only stands between scripts and the class path.
 */
final class ApiLoader extends ClassLoader {
    static {
        registerAsParallelCapable();
    }

    private final ClassLoader host;

    ApiLoader(ClassLoader host) {
        super("api", ClassLoader.getPlatformClassLoader());
        this.host = host;
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        if (ApiPackages.offers(name)) {
            return host.loadClass(name);
        }
        throw new ClassNotFoundException(name);
    }

    @Override
    protected URL findResource(String name) {
        return ApiPackages.offers(name.replace('/', '.')) ? host.getResource(name) : null;
    }

    @Override
    protected Enumeration<URL> findResources(String name) {
        URL found = findResource(name);
        return found == null ? Collections.emptyEnumeration() : Collections.enumeration(List.of(found));
    }
}
