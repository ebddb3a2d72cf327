package durward.host.security;

/** A class loader whose classes have the permissions they were defined with, and no more. */
public interface Confined {
}
