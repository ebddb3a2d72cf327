package durward.script;

import java.util.Map;
import org.json.JSONObject;

/** What a client is told about an error code, as JSON. */
public final class ErrorAnswer {
    private static final Map<String, String> SENTENCES = Map.of(
            "invalid_redirect_uri", "a redirect URI is not allowed",
            "invalid_software_statement", "the software statement is not valid",
            "unapproved_software_statement", "the software statement is not approved here",
            "access_denied", "the registration was refused",
            "stale_evidence", "the evidence is too old");

    private ErrorAnswer() {
    }

    /** An answer that more may be put into. */
    public static JSONObject of(String code) {
        return new JSONObject()
                .put("error", code)
                .put("error_description", SENTENCES.getOrDefault(code, "the metadata is not acceptable"));
    }
}
