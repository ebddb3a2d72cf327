package durward.host.java;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** Imports of packages that no longer exist. */
final class StaleImportsTest {
    private static StaleImports of(String source) {
        return new StaleImports(source, (name, type) -> type.equals("Known"));
    }

    @Test
    void onlyImportsAreRewrittenAndLinesStay() {
        String source = "// import io.jans.orm.util.X;\r\nimport io.jans.orm.util.StringHelper;\r\n"
                + "  import static  org.gluu.util.StringHelper.*; // kept\r\nimport io.jans.orm.util.Known;\r\n"
                + "import java.util.*;\r\nString s = \"import io.jans.orm.util.X;\";\r\nimport io.jans.orm.util.*;";
        String expected = "// import io.jans.orm.util.X;\r\nimport io.jans.util.StringHelper;\r\n"
                + "  import static  io.jans.util.StringHelper.*; // kept\r\nimport io.jans.orm.util.Known;\r\n"
                + "import java.util.*;\r\nString s = \"import io.jans.orm.util.X;\";\r\nimport io.jans.util.*;";
        assertEquals(expected, of(source).text());
    }

    @Test
    void columnsAreTheAuthors() {
        StaleImports imports = of("import io.jans.as.client.fcm.Wrong;\nint x;");
        String written = "import io.jans.as.client.ciba.fcm.Wrong;";
        assertEquals("import io.jans.as.client.fcm.".length() + 1,
                imports.column(1, written.indexOf("Wrong") + 1));
        assertEquals(3, imports.column(1, 3));
        assertEquals(30, imports.column(2, 30));
    }

    @Test
    void anEmptyTextStaysEmpty() {
        assertEquals("", of("").text());
        assertEquals("\n", of("\n").text());
    }
}
