package durward.script;

import io.jans.model.SimpleCustomProperty;
import io.jans.model.custom.script.conf.CustomScriptConfiguration;
import io.jans.model.custom.script.model.CustomScript;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the beans of one call have in common: the script they are for, the
 * contract's beans and the changes.
 *
 * @param script the script's record, its properties and its object
 * @param shapes the contract's beans by name
 * @param typed whether the contract is of a type that classes were written for; otherwise beans follow it blindly
 * @param changes of this call
 */
public record Surroundings(
        CustomScriptConfiguration script, Map<String, Shape> shapes, boolean typed, Changes changes) {
    static final Surroundings NOWHERE = new Surroundings(
            new CustomScriptConfiguration(new CustomScript(), null, new LinkedHashMap<>()), Map.of(), false,
            new Changes());

    Shape shape(String name) {
        return shapes.get(name);
    }

    /** The script's properties. */
    public Map<String, SimpleCustomProperty> attributes() {
        return script.getConfigurationAttributes();
    }

    /** A call's context snapshot: {@code values} for the bean called {@code bean}. */
    public Snapshot root(String bean, Map<String, Object> values) {
        return new Snapshot(this, shapes.get(bean), values, "");
    }
}
