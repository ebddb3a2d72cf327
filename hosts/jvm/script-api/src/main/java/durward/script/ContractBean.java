package durward.script;

/**
 * A bean that no class was written for. Python scripts use it like any other: the host serves its getters by the
 * contract. Java scripts ask by name.
 */
public final class ContractBean extends Bean {
    public ContractBean(Snapshot snapshot) {
        super(snapshot);
    }
}
