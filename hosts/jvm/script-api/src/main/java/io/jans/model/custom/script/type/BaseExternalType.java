package io.jans.model.custom.script.type;

import io.jans.model.SimpleCustomProperty;
import io.jans.model.custom.script.model.CustomScript;
import java.util.Map;

/** What every type of script shares. */
public interface BaseExternalType {
    /** Called once, before anything else but {@link #getApiVersion}, where that answers 10 or less. */
    boolean init(Map<String, SimpleCustomProperty> configurationAttributes);

    /** Called once, before anything else but {@link #getApiVersion}, where that answers more than 10. */
    boolean init(CustomScript customScript, Map<String, SimpleCustomProperty> configurationAttributes);

    /** Called when another version has taken over. */
    boolean destroy(Map<String, SimpleCustomProperty> configurationAttributes);

    /** 11 for new scripts. */
    int getApiVersion();
}
