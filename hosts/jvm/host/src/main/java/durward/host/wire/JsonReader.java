package durward.host.wire;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * JSON text into plain values: strict, bounded in depth, members in their order.
 *
 * <p>org.json is what scripts use; it forgives what is not JSON and forgets the order of members, so frames are
 * read here. Whole numbers are Long or BigInteger, others BigDecimal.
 */
public final class JsonReader {
    private static final int MAX_DEPTH = 128;

    private final byte[] text;
    private int at;

    private JsonReader(byte[] text) {
        this.text = text;
    }

    /** The value that {@code text} is. @throws WireException when it is not JSON in UTF-8, or nests too deeply */
    public static Object read(byte[] text) throws WireException {
        JsonReader reader = new JsonReader(text);
        Object value = reader.value(0);
        reader.space();
        if (reader.at != text.length) {
            throw reader.wrong("more than one value");
        }
        return value;
    }

    private WireException wrong(String what) {
        return new WireException("not JSON at byte " + at + ": " + what);
    }

    private void space() {
        while (at < text.length && (text[at] == ' ' || text[at] == '\n' || text[at] == '\r' || text[at] == '\t')) {
            at++;
        }
    }

    private int peek() throws WireException {
        space();
        if (at == text.length) {
            throw wrong("it ends too early");
        }
        return text[at];
    }

    private Object value(int depth) throws WireException {
        if (depth > MAX_DEPTH) {
            throw wrong("nested deeper than " + MAX_DEPTH);
        }
        return switch (peek()) {
            case '{' -> object(depth);
            case '[' -> array(depth);
            case '"' -> string();
            case 't' -> word("true", Boolean.TRUE);
            case 'f' -> word("false", Boolean.FALSE);
            case 'n' -> word("null", null);
            default -> number();
        };
    }

    private Object word(String word, Object value) throws WireException {
        for (int index = 0; index < word.length(); index++, at++) {
            if (at == text.length || text[at] != word.charAt(index)) {
                throw wrong("a word that is none");
            }
        }
        return value;
    }

    private Map<String, Object> object(int depth) throws WireException {
        Map<String, Object> members = new LinkedHashMap<>();
        at++;
        if (peek() == '}') {
            at++;
            return members;
        }
        while (true) {
            if (peek() != '"') {
                throw wrong("a member's name is missing");
            }
            String name = string();
            if (peek() != ':') {
                throw wrong("a colon is missing");
            }
            at++;
            members.put(name, value(depth + 1));
            if (ends('}')) {
                return members;
            }
        }
    }

    private List<Object> array(int depth) throws WireException {
        List<Object> items = new ArrayList<>();
        at++;
        if (peek() == ']') {
            at++;
            return items;
        }
        while (true) {
            items.add(value(depth + 1));
            if (ends(']')) {
                return items;
            }
        }
    }

    private boolean ends(char close) throws WireException {
        int next = peek();
        at++;
        if (next == close) {
            return true;
        }
        if (next != ',') {
            throw wrong("a comma is missing");
        }
        return false;
    }

    private String string() throws WireException {
        int start = ++at;
        while (at < text.length && text[at] != '"' && text[at] != '\\' && (text[at] & 0xE0) != 0) {
            at++;
        }
        if (at < text.length && text[at] == '"') {
            return utf8(start, at++);
        }
        StringBuilder built = new StringBuilder(utf8(start, at));
        while (true) {
            if (at == text.length) {
                throw wrong("a string does not end");
            }
            byte next = text[at];
            if (next == '"') {
                at++;
                return built.toString();
            }
            if (next == '\\') {
                at++;
                built.append(escape());
                continue;
            }
            start = at;
            while (at < text.length && text[at] != '"' && text[at] != '\\' && (text[at] & 0xE0) != 0) {
                at++;
            }
            if (at == start) {
                throw wrong("a control character in a string");
            }
            built.append(utf8(start, at));
        }
    }

    private String utf8(int from, int to) throws WireException {
        for (int index = from; index < to; index++) {
            if (text[index] < 0) {
                return decoded(from, to);
            }
        }
        return new String(text, from, to - from, StandardCharsets.ISO_8859_1);
    }

    private String decoded(int from, int to) throws WireException {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text, from, to - from)).toString();
        } catch (CharacterCodingException notUtf8) {
            throw wrong("not UTF-8");
        }
    }

    private char escape() throws WireException {
        if (at == text.length) {
            throw wrong("a string does not end");
        }
        return switch (text[at++]) {
            case '"' -> '"';
            case '\\' -> '\\';
            case '/' -> '/';
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> unicode();
            default -> throw wrong("an unknown escape");
        };
    }

    private char unicode() throws WireException {
        int code = 0;
        for (int count = 0; count < 4; count++) {
            int digit = at < text.length ? Character.digit(text[at++], 16) : -1;
            if (digit < 0) {
                throw wrong("four hexadecimal digits are missing");
            }
            code = code << 4 | digit;
        }
        return (char) code;
    }

    private Number number() throws WireException {
        int start = at;
        if (text[at] == '-') {
            at++;
        }
        int digits = digits();
        if (digits == 0 || digits > 1 && text[at - digits] == '0') {
            throw wrong("neither a value nor a number");
        }
        boolean whole = true;
        if (at < text.length && text[at] == '.') {
            at++;
            whole = false;
            if (digits() == 0) {
                throw wrong("digits are missing");
            }
        }
        if (at < text.length && (text[at] == 'e' || text[at] == 'E')) {
            at++;
            whole = false;
            if (at < text.length && (text[at] == '+' || text[at] == '-')) {
                at++;
            }
            if (digits() == 0) {
                throw wrong("digits are missing");
            }
        }
        String written = new String(text, start, at - start, StandardCharsets.ISO_8859_1);
        if (!whole) {
            return new BigDecimal(written);
        }
        // Eighteen digits always fit.
        return digits <= 18 ? (Number) Long.valueOf(written) : big(new BigInteger(written));
    }

    private static Number big(BigInteger number) {
        return number.bitLength() < Long.SIZE ? (Number) number.longValue() : number;
    }

    private int digits() {
        int start = at;
        while (at < text.length && text[at] >= '0' && text[at] <= '9') {
            at++;
        }
        return at - start;
    }
}
