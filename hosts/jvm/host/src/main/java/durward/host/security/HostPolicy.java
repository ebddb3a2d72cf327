package durward.host.security;

import java.security.AllPermission;
import java.security.CodeSource;
import java.security.Permission;
import java.security.PermissionCollection;
import java.security.Permissions;
import java.security.Policy;
import java.security.ProtectionDomain;

/** The JDK and the host may do everything; the classes of {@link Confined} loaders what they were defined with. */
public final class HostPolicy extends Policy {
    @Override
    public boolean implies(ProtectionDomain domain, Permission permission) {
        return !(domain.getClassLoader() instanceof Confined);
    }

    @Override
    public PermissionCollection getPermissions(CodeSource source) {
        Permissions all = new Permissions();
        all.add(new AllPermission());
        return all;
    }
}
