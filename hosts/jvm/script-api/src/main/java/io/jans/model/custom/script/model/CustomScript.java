package io.jans.model.custom.script.model;

import durward.script.JsonForm;
import io.jans.model.ProgrammingLanguage;
import io.jans.model.ScriptLocationType;
import io.jans.model.SimpleCustomProperty;
import io.jans.model.SimpleExtendedCustomProperty;
import io.jans.model.custom.script.CustomScriptType;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;

/** The script's own record, for reading: a script does not change what an administrator keeps. */
public class CustomScript implements JsonForm {
    private final Map<String, Object> record;
    private final List<SimpleExtendedCustomProperty> configurationProperties;

    public CustomScript() {
        this(Map.of(), List.of());
    }

    /**
     * @param record as the server sends it, camelCase names
     * @param configurationProperties the script's properties in order
     */
    public CustomScript(Map<String, Object> record, List<SimpleExtendedCustomProperty> configurationProperties) {
        this.record = record;
        this.configurationProperties = new ArrayList<>(configurationProperties);
    }

    private String text(String name) {
        Object value = record.get(name);
        return value == null ? null : value.toString();
    }

    private long number(String name) {
        return record.get(name) instanceof Number number ? number.longValue() : 0;
    }

    private boolean flag(String name, boolean unless) {
        return record.get(name) instanceof Boolean flag ? flag : unless;
    }

    public String getDn() {
        return text("dn");
    }

    public String getBaseDn() {
        return text("baseDn");
    }

    public String getInum() {
        return text("inum");
    }

    public String getName() {
        return text("name");
    }

    public List<String> getAliases() {
        return record.get("aliases") instanceof List<?> list ? list.stream().map(String::valueOf).toList() : null;
    }

    public String getDescription() {
        return text("description");
    }

    public String getScript() {
        return text("script");
    }

    public CustomScriptType getScriptType() {
        return CustomScriptType.getByValue(text("scriptType"));
    }

    public ProgrammingLanguage getProgrammingLanguage() {
        return ProgrammingLanguage.getByValue(text("programmingLanguage"));
    }

    public List<SimpleCustomProperty> getModuleProperties() {
        List<SimpleCustomProperty> found = new ArrayList<>();
        if (record.get("moduleProperties") instanceof List<?> list) {
            for (Object one : list) {
                if (one instanceof Map<?, ?> map) {
                    found.add(new SimpleCustomProperty(
                            textOf(map, "value1"), textOf(map, "value2"), textOf(map, "description")));
                }
            }
        }
        return found;
    }

    private static String textOf(Map<?, ?> map, String name) {
        Object value = map.get(name);
        return value == null ? "" : value.toString();
    }

    public List<SimpleExtendedCustomProperty> getConfigurationProperties() {
        return new ArrayList<>(configurationProperties);
    }

    public int getLevel() {
        return (int) number("level");
    }

    public long getRevision() {
        return number("revision");
    }

    public boolean isEnabled() {
        return flag("enabled", true);
    }

    public boolean isModified() {
        return flag("modified", false);
    }

    public boolean isInternal() {
        return flag("internal", false);
    }

    public ScriptError getScriptError() {
        if (!(record.get("scriptError") instanceof Map<?, ?> map)) {
            return null;
        }
        Date raisedAt = map.get("raisedAt") instanceof Number number ? new Date(number.longValue()) : null;
        return new ScriptError(raisedAt, textOf(map, "stackTrace"));
    }

    public ScriptLocationType getLocationType() {
        return ScriptLocationType.getByValue(text("locationType"));
    }

    public String getLocationPath() {
        return text("locationPath");
    }

    @Override
    public Object jsonForm() {
        return record;
    }

    @Override
    public String toString() {
        return "CustomScript{inum='" + getInum() + "', name='" + getName() + "'}";
    }
}
