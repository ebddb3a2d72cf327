package durward.host.security;

import java.security.AccessControlException;
import java.security.AccessController;
import java.security.Permission;
import java.security.PrivilegedAction;
import java.util.Set;

/**
 * Java's own access control, with words for script authors, and with what it leaves open closed: threads of others,
 * class loaders that would define classes as they please, packages of the host.
 */
public final class HostSecurityManager extends SecurityManager {
    private static final RuntimePermission HOST = new RuntimePermission("durward.host");
    /** What the JDK gives itself where it makes threads on behalf of others, and no script has. */
    private static final RuntimePermission ALL_THREADS = new RuntimePermission("modifyThreadGroup");

    private static final String HOST_PACKAGES = "durward.host";
    private static final ClassLoader HOST_LOADER = HostSecurityManager.class.getClassLoader();
    private static final Set<String> DANGEROUS_PACKAGES = Set.of("sun.misc", "sun.reflect");

    /** Jython's own, which give their classes no more than Jython has. */
    private static final Set<String> JYTHON_LOADERS =
            Set.of("org.python.core.BytecodeLoader$Loader", "org.python.core.SyspathJavaLoader");

    private static final Set<String> LOADER_BASES = Set.of(
            "java.lang.ClassLoader", "java.security.SecureClassLoader", "java.net.URLClassLoader");

    /** Loads what it needs itself, so that it need not be loaded in the middle of a check. */
    public HostSecurityManager() {
        isAllowed(HOST);
        isAskedByScript();
        isOfJython();
        Refusals.sentence(HOST);
    }

    @Override
    public void checkPermission(Permission permission) {
        try {
            super.checkPermission(permission);
        } catch (AccessControlException refused) {
            throw new AccessControlException(Refusals.sentence(permission), permission);
        }
    }

    private boolean isAllowed(Permission permission) {
        try {
            super.checkPermission(permission);
            return true;
        } catch (AccessControlException confined) {
            return false;
        }
    }

    @Override
    public void checkCreateClassLoader() {
        super.checkCreateClassLoader();
        if (!isAllowed(HOST) && !isOfJython()) {
            throw new AccessControlException("a script may not make class loaders");
        }
    }

    // No lambdas here: linking one asks this class again.

    /** Whether the class loader that is made is one of Jython's own. */
    private boolean isOfJython() {
        for (Class<?> one : getClassContext()) {
            String name = one.getName();
            if (one != HostSecurityManager.class && !LOADER_BASES.contains(name)) {
                return JYTHON_LOADERS.contains(name);
            }
        }
        return false;
    }

    @Override
    public void checkPackageAccess(String name) {
        boolean ofHost = name.equals(HOST_PACKAGES) || name.startsWith(HOST_PACKAGES + ".");
        if ((ofHost || DANGEROUS_PACKAGES.contains(name)) && !isAllowed(HOST) && isAskedByScript()) {
            throw new AccessControlException("a script may not use the package " + name);
        }
    }

    /**
     * Whether a confined class asks, and not the host, which is needed by scripts and loads its classes late. Jython's
     * loader passes on what others ask.
     */
    private boolean isAskedByScript() {
        for (Class<?> one : getClassContext()) {
            if (one != HostSecurityManager.class && !HostClasses.class.isAssignableFrom(one)
                    && loaderOf(one) != null) {
                return !isHostClass(one);
            }
        }
        return true;
    }

    private static boolean isHostClass(Class<?> one) {
        ClassLoader loader = loaderOf(one);
        return one.getName().startsWith("durward.")
                && (loader == HOST_LOADER || loader instanceof HostClasses);
    }

    /** Asked for by the host, whoever else is on the stack. */
    private static ClassLoader loaderOf(Class<?> one) {
        return AccessController.doPrivileged(new PrivilegedAction<ClassLoader>() {
            @Override
            public ClassLoader run() {
                return one.getClassLoader();
            }
        });
    }

    @Override
    public void checkAccess(Thread thread) {
        ScriptThreads own = ScriptThreads.current();
        ThreadGroup group = thread.getThreadGroup();
        // A thread that has ended has no group, and there is nothing to be done to it.
        boolean isOwn = group == null || own != null && group == own.group();
        if (!isOwn && !isAllowed(ALL_THREADS)) {
            throw new AccessControlException("a script may not touch threads that are not its own");
        }
    }

    @Override
    public void checkAccess(ThreadGroup group) {
        if (isAllowed(ALL_THREADS)) {
            return;
        }
        ScriptThreads own = ScriptThreads.current();
        if (own == null || group != own.group()) {
            throw new AccessControlException("a script may not touch threads that are not its own");
        }
        // The JDK asks this once for each thread that is made.
        own.count();
    }

    @Override
    public ThreadGroup getThreadGroup() {
        ScriptThreads own = ScriptThreads.current();
        return own == null ? super.getThreadGroup() : own.group();
    }
}
