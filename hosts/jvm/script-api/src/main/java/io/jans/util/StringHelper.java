package io.jans.util;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.StringTokenizer;
import org.json.JSONObject;

/** What scripts do with text. Blank text counts as empty, as in Jans. */
public final class StringHelper {
    private static final String LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private static final SecureRandom RANDOM = new SecureRandom();

    private StringHelper() {
    }

    public static boolean isEmpty(String text) {
        return text == null || text.isBlank();
    }

    public static boolean isNotEmpty(String text) {
        return !isEmpty(text);
    }

    /** Also true for what is not text at all, as in Jans. */
    public static boolean isEmptyString(Object value) {
        return !(value instanceof String text) || isEmpty(text);
    }

    /** Also true for what is not text at all, as in Jans. */
    public static boolean isNotEmptyString(Object value) {
        return !(value instanceof String text) || !isEmpty(text);
    }

    /** Tokens between any of the delimiter's characters, trimmed, without empty ones. */
    public static String[] split(String text, String delimiter) {
        return split(text, delimiter, true);
    }

    public static String[] split(String text, String delimiter, boolean trim) {
        if (text == null) {
            return null;
        }
        StringTokenizer tokenizer = new StringTokenizer(text, delimiter);
        String[] tokens = new String[tokenizer.countTokens()];
        for (int index = 0; index < tokens.length; index++) {
            String token = tokenizer.nextToken();
            tokens[index] = trim ? token.trim() : token;
        }
        return tokens;
    }

    public static boolean equals(String one, String other) {
        return one == null ? other == null : one.equals(other);
    }

    public static boolean equalsIgnoreCase(String one, String other) {
        return one == null ? other == null : one.equalsIgnoreCase(other);
    }

    /** Null comes before everything else. */
    public static int compare(String one, String other) {
        if (one == null || other == null) {
            return (one == null ? 0 : 1) - (other == null ? 0 : 1);
        }
        return one.compareTo(other);
    }

    public static String toLowerCase(String text) {
        return text == null ? null : text.toLowerCase();
    }

    public static String toUpperCase(String text) {
        return text == null ? null : text.toUpperCase();
    }

    /** Null for null. @throws NumberFormatException for what is not a number */
    public static Integer toInteger(String text) {
        return text == null ? null : Integer.valueOf(text);
    }

    public static Integer toInteger(String text, Integer unless) {
        try {
            return text == null ? unless : Integer.valueOf(text);
        } catch (NumberFormatException notOne) {
            return unless;
        }
    }

    public static int toInt(String text, int unless) {
        return toInteger(text, unless);
    }

    public static long toLong(String text, int unless) {
        try {
            return text == null ? unless : Long.parseLong(text);
        } catch (NumberFormatException notOne) {
            return unless;
        }
    }

    public static boolean toBoolean(String text, boolean unless) {
        return isEmpty(text) ? unless : Boolean.parseBoolean(text.trim());
    }

    public static String toString(Object value) {
        return value == null ? null : value.toString();
    }

    public static String toString(Object[] values) {
        return values == null ? null : Arrays.toString(values);
    }

    public static String[] toStringArray(Object[] values) {
        return Arrays.stream(values).map(String::valueOf).toArray(String[]::new);
    }

    public static String trim(String text) {
        return text == null ? null : text.trim();
    }

    /** Without any white space. */
    public static String trimAll(String text) {
        return text == null ? null : text.replaceAll("\\s", "");
    }

    public static String truncate(String text, int length) {
        return text == null || text.length() <= length ? text : text.substring(0, length);
    }

    public static String repeat(String text, int count) {
        return text.repeat(Math.max(count, 0));
    }

    public static String replaceLast(String text, String old, String replacement) {
        int at = text.lastIndexOf(old);
        return at < 0 ? text : text.substring(0, at) + replacement + text.substring(at + old.length());
    }

    public static String removeMultipleSpaces(String text) {
        return text == null ? null : text.trim().replaceAll("\\s+", " ");
    }

    public static String buildColonDelimitedString(String... parts) {
        return String.join(":", parts);
    }

    public static String getRandomString(int length) {
        StringBuilder text = new StringBuilder();
        for (int count = 0; count < length; count++) {
            text.append(LETTERS.charAt(RANDOM.nextInt(LETTERS.length())));
        }
        return text.toString();
    }

    public static byte[] getBytesUtf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    public static String utf8ToString(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** What stands between the quotes of a JSON string. */
    public static String escapeJson(Object value) {
        if (value == null) {
            return null;
        }
        String quoted = JSONObject.quote(value.toString());
        return quoted.substring(1, quoted.length() - 1);
    }
}
