package durward.script;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jans.as.model.common.GrantType;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.json.JSONArray;
import org.json.JSONObject;
import org.junit.jupiter.api.Test;

/** What scripts hold, as it travels. */
final class PlainTest {
    @Test
    void whatScriptsHoldHasAPlainValue() {
        assertEquals(Arrays.asList("a", 5L, "password", null, List.of("x"), List.of(1, 2), Map.of("k", List.of(true))),
                Plain.of(Arrays.asList(new StringBuilder("a"), new Date(5),
                        GrantType.RESOURCE_OWNER_PASSWORD_CREDENTIALS, JSONObject.NULL, Set.of("x"), new int[] {1, 2},
                        new JSONObject().put("k", new JSONArray().put(true)))));
        assertThrows(IllegalArgumentException.class, () -> Plain.of(new Object()));
        List<Object> inItself = new ArrayList<>();
        inItself.add(inItself);
        assertThrows(IllegalArgumentException.class, () -> Plain.of(inItself));
    }

    @Test
    void aPlainValueBecomesOrgJsonsAndBack() {
        Map<String, Object> plain = Map.of("a", List.of(1L, "x"), "b", Map.of("c", new BigDecimal("1.5")));
        JSONObject object = (JSONObject) Plain.toJson(plain);
        assertEquals(1, object.getJSONArray("a").get(0));
        assertTrue(Plain.same(plain, Plain.of(object)));
        assertTrue(((JSONArray) Plain.toJson(Arrays.asList((Object) null))).isNull(0));
    }

    @Test
    void sameIsTheSameJson() {
        assertTrue(Plain.same(List.of(1L, Map.of("a", 1.0)), List.of(1, Map.of("a", new BigDecimal("1.00")))));
        assertFalse(Plain.same(List.of(1), List.of(2)));
        assertFalse(Plain.same(Map.of("a", 1), Map.of("b", 1)));
        assertFalse(Plain.same("1", 1));
        assertTrue(Plain.same(null, null));
    }
}
