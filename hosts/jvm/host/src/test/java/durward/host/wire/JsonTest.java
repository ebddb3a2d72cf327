package durward.host.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** JSON text to plain values and back. */
final class JsonTest {
    private static Object read(String text) throws WireException {
        return JsonReader.read(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String written(Object value) {
        JsonWriter writer = new JsonWriter(1 << 20).value(value);
        return new String(writer.array(), 0, writer.length(), StandardCharsets.UTF_8);
    }

    @Test
    void everyKindOfValueIsRead() throws WireException {
        assertEquals(Arrays.asList(true, false, null, "a", 1L, -5L, 0L), read("[true,false,null,\"a\",1,-5,0]"));
        assertEquals(Map.of("a", Map.of("b", List.of())), read(" { \"a\" : { \"b\" : [ ] } } "));
        assertEquals(Long.MAX_VALUE, read("9223372036854775807"));
        assertEquals(new BigInteger("9223372036854775808"), read("9223372036854775808"));
        assertEquals(List.of(new BigDecimal("1.50"), new BigDecimal("-1E+3")), read("[1.50, -1e+3]"));
        assertEquals("é ü \uD83D\uDE00 \" \\ / \b \f \n \r \t \u0001",
                read("\"é \\u00fc \\uD83D\\uDE00 \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u0001\""));
        assertEquals(List.of("z", "a"), List.copyOf(((Map<?, ?>) read("{\"z\":1,\"a\":2}")).keySet()));
    }

    @Test
    void whatIsNotJsonIsRefused() {
        for (String wrong : new String[] {
            "", " ", "{", "[", "[1", "[1,]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}", "'a'", "\"a", "\"\\x\"", "\"\\u12\"",
            "tru", "nulll", "01", "1.", ".5", "-", "+1", "1e", "1 2", "\"\n\"", "NaN", "// x", "[1 2]", "\"\\", "\u00e9",
        }) {
            assertThrows(WireException.class, () -> read(wrong), wrong);
        }
        assertThrows(WireException.class, () -> JsonReader.read(new byte[] {'"', (byte) 0xC3, '"'}));
        assertThrows(WireException.class, () -> read("[".repeat(200) + "]".repeat(200)));
        assertThrows(WireException.class, () -> read("[".repeat(1_000_000)));
    }

    @Test
    void whatIsWrittenIsReadAgain() throws WireException {
        Map<String, Object> value = new LinkedHashMap<>();
        value.put("text", "é \uD83D\uDE00 \" \\ / \u0001 \u007f \n\t\r");
        value.put("numbers", Arrays.asList(1L, -2L, new BigDecimal("1.5"), new BigInteger("18446744073709551615")));
        value.put("others", Arrays.asList(true, null, Map.of(), List.of()));
        assertEquals(value, read(written(value)));
        assertEquals("[1,2,1.5,3]", written(List.of(1, (short) 2, 1.5, (byte) 3)));
        assertEquals("\"\uFFFD\"", written("\uD83D"));
    }

    @Test
    void whatCannotBeWrittenIsSaid() {
        assertThrows(IllegalArgumentException.class, () -> written(Double.NaN));
        assertThrows(IllegalArgumentException.class, () -> written(Double.POSITIVE_INFINITY));
        assertThrows(IllegalArgumentException.class, () -> written(BigInteger.ONE.shiftLeft(64)));
        assertThrows(IllegalArgumentException.class, () -> written(new Object()));
    }

    @Test
    void aWriterKeepsItsLimit() {
        for (int limit = 0; limit < 40; limit++) {
            int bytes = limit;
            JsonWriter writer = new JsonWriter(bytes);
            List<Object> value = new ArrayList<>(List.of("abc é \u0001", Map.of("k", true), 12345L));
            if (limit < written(value).getBytes(StandardCharsets.UTF_8).length) {
                assertThrows(TooLarge.class, () -> writer.value(value), () -> "limit " + bytes);
            }
            assertTrue(writer.length() <= limit);
        }
        assertEquals(6, new JsonWriter(6).value("abcd").length());
    }
}
