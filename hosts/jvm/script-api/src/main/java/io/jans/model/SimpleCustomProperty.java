package io.jans.model;

import durward.script.JsonForm;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** One configuration property of a script: value1 is its name, value2 its value. */
public class SimpleCustomProperty implements JsonForm {
    private String value1;
    private String value2;
    private String description;

    public SimpleCustomProperty() {
        this("", "", "");
    }

    public SimpleCustomProperty(String value1, String value2) {
        this(value1, value2, "");
    }

    public SimpleCustomProperty(String value1, String value2, String description) {
        this.value1 = value1;
        this.value2 = value2;
        this.description = description;
    }

    public final String getValue1() {
        return value1;
    }

    public final void setValue1(String value1) {
        this.value1 = value1;
    }

    public String getValue2() {
        return value2;
    }

    public void setValue2(String value2) {
        this.value2 = value2;
    }

    public String getDescription() {
        return description;
    }

    public void setDescription(String description) {
        this.description = description;
    }

    @Override
    public Object jsonForm() {
        Map<String, Object> form = new LinkedHashMap<>();
        form.put("value1", value1);
        form.put("value2", value2);
        form.put("description", description);
        return form;
    }

    @Override
    public boolean equals(Object other) {
        return other != null
                && other.getClass() == getClass()
                && other instanceof SimpleCustomProperty one
                && Objects.equals(value1, one.value1)
                && Objects.equals(value2, one.value2)
                && Objects.equals(description, one.description);
    }

    @Override
    public int hashCode() {
        return Objects.hash(getClass(), value1, value2, description);
    }

    @Override
    public String toString() {
        return "SimpleCustomProperty{value1='" + value1 + "', value2='" + value2 + "', description='" + description
                + "'}";
    }
}
