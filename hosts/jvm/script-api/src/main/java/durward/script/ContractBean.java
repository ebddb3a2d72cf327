package durward.script;

/**
 * A bean that no class was written for. Python scripts use it like any other:
 * the host serves its getters by the contract. Java scripts ask by name.
 */
public final class ContractBean extends Bean {
    public ContractBean(Snapshot snapshot) {
        super(snapshot);
    }

    /** The property's value. @throws UnsupportedOperationException when there is no such property */
    public Object get(String name) {
        snapshot.value(name);
        return snapshot.byKind(name);
    }

    /** Sets a property. @throws UnsupportedOperationException when it cannot be set */
    public void set(String name, Object value) {
        snapshot.set(name, value);
    }
}
