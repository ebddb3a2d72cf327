package io.jans.as.server.service.external.context;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/** Whether an address lies in a network. IPv4 and IPv6; network and broadcast addresses count in, unlike in Jans. */
final class Network {
    // Anything else would be looked up as a name, and a script has no network.
    private static final Pattern LITERAL = Pattern.compile("[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

    private Network() {
    }

    /** @throws IllegalArgumentException for what is no address or no network */
    static boolean contains(String cidr, String address) {
        int slash = cidr.indexOf('/');
        byte[] base = octets(slash < 0 ? cidr : cidr.substring(0, slash));
        int bits = base.length * 8;
        int length = slash < 0 ? bits : prefix(cidr, slash, bits);
        byte[] asked = octets(address);
        if (asked.length != base.length) {
            return false;
        }
        int rest = bits - length;
        return new BigInteger(1, base).shiftRight(rest).equals(new BigInteger(1, asked).shiftRight(rest));
    }

    private static int prefix(String cidr, int slash, int bits) {
        int length = Integer.parseInt(cidr.substring(slash + 1));
        if (length < 0 || length > bits) {
            throw new IllegalArgumentException(cidr + " is not a network");
        }
        return length;
    }

    private static byte[] octets(String text) {
        if (!LITERAL.matcher(text).matches()) {
            throw new IllegalArgumentException("'" + text + "' is not an IP address");
        }
        try {
            return InetAddress.getByName(text).getAddress();
        } catch (UnknownHostException notOne) {
            throw new IllegalArgumentException("'" + text + "' is not an IP address", notOne);
        }
    }
}
