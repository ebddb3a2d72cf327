package durward.host.program;

import durward.host.wire.WireException;

/**
 * What one turn may use, as far as this host keeps it. The wall clock is the server's; processor time and memory of
 * one script cannot be told from those of another in the same process.
 *
 * @param resultBytes of encoded result and changes
 * @param logLines kept; further ones are counted, not sent
 * @param logLineBytes of one line; the rest is cut
 * @param hostCalls in one turn
 * @param recursion Python frames
 */
public record Limits(int resultBytes, int logLines, int logLineBytes, int hostCalls, int recursion) {
    static Limits of(Members members) throws WireException {
        return new Limits(
                members.size("resultBytes"),
                members.size("logLines"),
                members.size("logLineBytes"),
                members.size("hostCalls"),
                members.size("recursion"));
    }
}
