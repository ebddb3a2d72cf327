/**
 * What the context classes are made of: snapshots of the server's state, the
 * record of what a script changed, and the way to the server's services.
 *
 * <p>Scripts use the {@code io.jans} classes and have no need to name anything
 * here. Not here: the wire, class loaders, anything that runs a script.
 */
package durward.script;
