package durward.host.wire;

import java.io.IOException;

/** Bytes that are not of the protocol: the connection that they came over is closed. */
public final class WireException extends IOException {
    public WireException(String what) {
        super(what);
    }
}
