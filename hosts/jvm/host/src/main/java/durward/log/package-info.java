/**
 * Where scripts' lines come from: slf4j, {@code java.util.logging}, the standard streams.
 *
 * <p>Not below {@code durward.host}: scripts hold objects of these classes, and that package is closed to them.
 */
package durward.log;
