package durward.host.wire;

/** A value whose JSON text would be over its limit. */
public final class TooLarge extends RuntimeException {
    public TooLarge(int limit) {
        super("over " + limit + " bytes");
    }
}
