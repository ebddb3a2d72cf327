package durward.script;

import org.json.JSONArray;
import org.json.JSONObject;

/**
 * An object or array that travels as its text, so that numbers stay as they were written.
 *
 * @param live what the script holds
 */
record JsonText(Object live) implements JsonForm {
    /** What a text says. @throws org.json.JSONException for what is neither an object nor an array */
    static Object parse(String text) {
        return text.stripLeading().startsWith("[") ? new JSONArray(text) : new JSONObject(text);
    }

    @Override
    public Object jsonForm() {
        return live == null ? null : Plain.text(live);
    }
}
