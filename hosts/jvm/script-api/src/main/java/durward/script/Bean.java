package durward.script;

/** Base of the classes that contexts are made of: typed views of a snapshot. */
public abstract class Bean implements JsonForm {
    protected final Snapshot snapshot;

    protected Bean(Snapshot snapshot) {
        this.snapshot = snapshot;
    }

    /** The snapshot that a bean is a view of. */
    public static Snapshot snapshotOf(Bean bean) {
        return bean.snapshot;
    }

    /**
     * Any property of the contract by its name, also one that no getter was written for.
     *
     * @throws UnsupportedOperationException when there is no such property
     */
    public Object property(String name) {
        snapshot.value(name);
        return snapshot.byKind(name);
    }

    /** Sets any property of the contract. @throws UnsupportedOperationException when it cannot be set */
    public void setProperty(String name, Object value) {
        snapshot.set(name, value);
    }

    @Override
    public Object jsonForm() {
        return snapshot.values();
    }

    @Override
    public String toString() {
        // Values are left out: contexts hold tokens, and printing one is common.
        String name = snapshot.name();
        return (name == null ? getClass().getSimpleName() : name) + "@" + Integer.toHexString(hashCode());
    }
}
