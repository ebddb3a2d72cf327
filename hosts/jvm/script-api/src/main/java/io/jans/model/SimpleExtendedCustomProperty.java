package io.jans.model;

import java.util.Map;

/** A configuration property that can be hidden. */
public class SimpleExtendedCustomProperty extends SimpleCustomProperty {
    private boolean hide;

    public SimpleExtendedCustomProperty() {
    }

    public SimpleExtendedCustomProperty(String value1, String value2) {
        super(value1, value2);
    }

    public SimpleExtendedCustomProperty(String value1, String value2, boolean hide) {
        this(value1, value2, "", hide);
    }

    public SimpleExtendedCustomProperty(String value1, String value2, String description) {
        super(value1, value2, description);
    }

    public SimpleExtendedCustomProperty(String value1, String value2, String description, boolean hide) {
        super(value1, value2, description);
        this.hide = hide;
    }

    public boolean getHideValue() {
        return hide;
    }

    public void setHideValue(boolean hide) {
        this.hide = hide;
    }

    @Override
    @SuppressWarnings("unchecked")
    public Object jsonForm() {
        Map<String, Object> form = (Map<String, Object>) super.jsonForm();
        form.put("hide", hide);
        return form;
    }

    @Override
    public String toString() {
        // A hidden value is not to reach a log by way of a print.
        return "SimpleExtendedCustomProperty{value1='" + getValue1() + "', value2='" + (hide ? "***" : getValue2())
                + "', description='" + getDescription() + "', hide=" + hide + "}";
    }
}
