package durward.host.wire;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Plain values into JSON text, never more of it than the limit. */
public final class JsonWriter {
    private static final byte[] HEX = "0123456789abcdef".getBytes(java.nio.charset.StandardCharsets.US_ASCII);

    private final int limit;
    private byte[] text = new byte[512];
    private int length;

    /** A writer of at most {@code limit} bytes; a further byte throws {@link TooLarge}. */
    public JsonWriter(int limit) {
        this.limit = limit;
    }

    public int length() {
        return length;
    }

    /** The bytes written so far; only the first {@link #length()} of them count. */
    public byte[] array() {
        return text;
    }

    private void room(int more) {
        // Written so that it cannot overflow.
        if (more > limit - length) {
            throw new TooLarge(limit);
        }
        if (length + more > text.length) {
            text = Arrays.copyOf(text, Math.max(length + more, Math.min(text.length * 2, limit)));
        }
    }

    /** Bytes as they are. */
    public JsonWriter raw(byte[] bytes, int count) {
        room(count);
        System.arraycopy(bytes, 0, text, length, count);
        length += count;
        return this;
    }

    /** Text of ASCII characters as it is. */
    public JsonWriter raw(String ascii) {
        room(ascii.length());
        for (int index = 0; index < ascii.length(); index++) {
            text[length++] = (byte) ascii.charAt(index);
        }
        return this;
    }

    /** A plain value. @throws IllegalArgumentException for anything else */
    public JsonWriter value(Object value) {
        if (value == null) {
            return raw("null");
        }
        if (value instanceof String string) {
            return string(string);
        }
        if (value instanceof Number number) {
            return raw(number(number));
        }
        if (value instanceof Boolean flag) {
            return raw(flag ? "true" : "false");
        }
        if (value instanceof Map<?, ?> map) {
            return object(map);
        }
        if (value instanceof List<?> list) {
            raw("[");
            String separator = "";
            for (Object item : list) {
                raw(separator).value(item);
                separator = ",";
            }
            return raw("]");
        }
        throw new IllegalArgumentException("a " + value.getClass().getSimpleName() + " has no JSON form");
    }

    private JsonWriter object(Map<?, ?> map) {
        raw("{");
        String separator = "";
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            raw(separator).string((String) entry.getKey()).raw(":").value(entry.getValue());
            separator = ",";
        }
        return raw("}");
    }

    private static String number(Number number) {
        if (number instanceof Double || number instanceof Float) {
            double value = number.doubleValue();
            if (Double.isNaN(value) || Double.isInfinite(value)) {
                throw new IllegalArgumentException("not a number, or infinite");
            }
            return number.toString();
        }
        if (number instanceof BigInteger big && big.bitLength() > 64) {
            throw new IllegalArgumentException("an integer of more than 64 bits");
        }
        if (number instanceof Integer || number instanceof Long || number instanceof Short || number instanceof Byte
                || number instanceof BigInteger || number instanceof BigDecimal) {
            return number.toString();
        }
        return Long.toString(number.longValue());
    }

    private JsonWriter string(String string) {
        room(string.length() + 2);
        text[length++] = '"';
        for (int index = 0; index < string.length(); index++) {
            char next = string.charAt(index);
            if (next >= ' ' && next < 0x7F && next != '"' && next != '\\') {
                room(1);
                text[length++] = (byte) next;
            } else {
                index += special(string, index, next);
            }
        }
        room(1);
        text[length++] = '"';
        return this;
    }

    /** How many characters more than one were used. */
    private int special(String string, int index, char next) {
        if (next < ' ' || next == '"' || next == '\\') {
            escape(next);
            return 0;
        }
        int code = next;
        int used = 0;
        if (Character.isSurrogate(next)) {
            boolean pair = Character.isHighSurrogate(next) && index + 1 < string.length()
                    && Character.isLowSurrogate(string.charAt(index + 1));
            // Half a character has no form in UTF-8.
            code = pair ? Character.toCodePoint(next, string.charAt(index + 1)) : 0xFFFD;
            used = pair ? 1 : 0;
        }
        utf8(code);
        return used;
    }

    private void escape(char next) {
        room(6);
        text[length++] = '\\';
        switch (next) {
            case '"', '\\' -> text[length++] = (byte) next;
            case '\n' -> text[length++] = 'n';
            case '\r' -> text[length++] = 'r';
            case '\t' -> text[length++] = 't';
            default -> {
                text[length++] = 'u';
                text[length++] = '0';
                text[length++] = '0';
                text[length++] = HEX[next >> 4];
                text[length++] = HEX[next & 15];
            }
        }
    }

    private void utf8(int code) {
        room(4);
        if (code < 0x80) {
            text[length++] = (byte) code;
        } else if (code < 0x800) {
            text[length++] = (byte) (0xC0 | code >> 6);
            text[length++] = (byte) (0x80 | code & 0x3F);
        } else if (code < 0x10000) {
            text[length++] = (byte) (0xE0 | code >> 12);
            text[length++] = (byte) (0x80 | code >> 6 & 0x3F);
            text[length++] = (byte) (0x80 | code & 0x3F);
        } else {
            text[length++] = (byte) (0xF0 | code >> 18);
            text[length++] = (byte) (0x80 | code >> 12 & 0x3F);
            text[length++] = (byte) (0x80 | code >> 6 & 0x3F);
            text[length++] = (byte) (0x80 | code & 0x3F);
        }
    }
}
