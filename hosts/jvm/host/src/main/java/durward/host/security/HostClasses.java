package durward.host.security;

/** A class loader of the host that has classes of others beside the host's own. */
public interface HostClasses {
}
