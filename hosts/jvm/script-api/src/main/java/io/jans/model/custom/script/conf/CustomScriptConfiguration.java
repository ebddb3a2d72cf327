package io.jans.model.custom.script.conf;

import io.jans.model.SimpleCustomProperty;
import io.jans.model.custom.script.model.CustomScript;
import io.jans.model.custom.script.type.BaseExternalType;
import java.util.Map;

/** What {@code context.getScript()} answers: the script's record, its object and its properties. */
public class CustomScriptConfiguration {
    private final CustomScript customScript;
    private final BaseExternalType externalType;
    private final Map<String, SimpleCustomProperty> configurationAttributes;

    public CustomScriptConfiguration(
            CustomScript customScript,
            BaseExternalType externalType,
            Map<String, SimpleCustomProperty> configurationAttributes) {
        this.customScript = customScript;
        this.externalType = externalType;
        this.configurationAttributes = configurationAttributes;
    }

    public String getInum() {
        return customScript.getInum();
    }

    public String getName() {
        return customScript.getName();
    }

    public int getLevel() {
        return customScript.getLevel();
    }

    public CustomScript getCustomScript() {
        return customScript;
    }

    /** The loaded object; null where it is not a Java object. */
    public BaseExternalType getExternalType() {
        return externalType;
    }

    public Map<String, SimpleCustomProperty> getConfigurationAttributes() {
        return configurationAttributes;
    }
}
