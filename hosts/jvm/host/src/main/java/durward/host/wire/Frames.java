package durward.host.wire;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Map;

/**
 * Frames over one connection: four bytes of length, big endian, and that many bytes of JSON.
 *
 * <p>Not thread-safe: who reads and who writes is the session's business, see {@code Session}.
 */
public final class Frames {
    /** Largest frame that either side accepts, bytes of JSON. */
    public static final int MAX_BYTES = 4 * 1024 * 1024;

    private static final int CHUNK = 16 * 1024;

    private final SocketChannel channel;
    private final ByteBuffer input = ByteBuffer.allocateDirect(CHUNK).flip();
    private final ByteBuffer output = ByteBuffer.allocateDirect(CHUNK);

    public Frames(SocketChannel channel) {
        this.channel = channel;
    }

    /**
     * The next frame, an object with one member; null when the other end closed the connection between frames.
     *
     * @throws WireException when what came is no frame
     */
    public Frame read() throws IOException {
        byte[] prefix = new byte[4];
        int first = fill(prefix);
        if (first == 0) {
            return null;
        }
        if (first < 4) {
            throw new WireException("a torn frame");
        }
        int length = ByteBuffer.wrap(prefix).getInt();
        if (length < 0 || length > MAX_BYTES) {
            throw new WireException("frame of " + Integer.toUnsignedString(length) + " bytes is over " + MAX_BYTES);
        }
        byte[] text = new byte[length];
        if (fill(text) < length) {
            throw new WireException("a torn frame");
        }
        Object value = JsonReader.read(text);
        if (value instanceof Map<?, ?> map && map.size() == 1) {
            Map.Entry<?, ?> only = map.entrySet().iterator().next();
            return new Frame((String) only.getKey(), only.getValue());
        }
        // A frame that has no arguments is its kind alone.
        if (value instanceof String kind) {
            return new Frame(kind, null);
        }
        throw new WireException("a frame is an object with one member");
    }

    /** Fills {@code bytes}; how many came before the end. */
    private int fill(byte[] bytes) throws IOException {
        int at = 0;
        while (at < bytes.length) {
            if (!input.hasRemaining()) {
                input.clear();
                int count = channel.read(input);
                input.flip();
                if (count < 0) {
                    return at;
                }
            }
            int take = Math.min(input.remaining(), bytes.length - at);
            input.get(bytes, at, take);
            at += take;
        }
        return at;
    }

    /**
     * Whether the other end has closed the connection, without waiting. Only while nobody reads.
     *
     * <p>The server sends nothing during a turn that was not asked for, so there is nothing to lose; what came all
     * the same stays for the next {@link #read()}.
     */
    public boolean isClosedByPeer() {
        if (input.hasRemaining()) {
            return false;
        }
        try {
            channel.configureBlocking(false);
            try {
                input.clear();
                int count = channel.read(input);
                input.flip();
                return count < 0;
            } finally {
                channel.configureBlocking(true);
            }
        } catch (IOException gone) {
            input.clear().flip();
            return true;
        }
    }

    /** Writes one frame: the first {@code length} bytes of {@code text}. */
    public void write(byte[] text, int length) throws IOException {
        if (length > MAX_BYTES) {
            throw new WireException("frame of " + length + " bytes is over " + MAX_BYTES);
        }
        output.clear();
        output.putInt(length);
        int at = 0;
        do {
            int take = Math.min(output.remaining(), length - at);
            output.put(text, at, take);
            at += take;
            output.flip();
            while (output.hasRemaining()) {
                channel.write(output);
            }
            output.clear();
        } while (at < length);
    }
}
