package durward.host.wire;

/**
 * One frame.
 *
 * @param kind such as {@code call}
 * @param content a plain value, or null
 */
public record Frame(String kind, Object content) {
}
