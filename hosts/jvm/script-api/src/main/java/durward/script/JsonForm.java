package durward.script;

/** An object that has a JSON form of its own when it travels back to the server. */
public interface JsonForm {
    /** A value made of maps, lists, text, numbers, truth values and null. */
    Object jsonForm();
}
