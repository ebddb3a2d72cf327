package durward.host.program;

import durward.host.wire.WireException;
import durward.script.KnownBeans;
import durward.script.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a script of some type must look like, and the beans that its contexts are made of.
 *
 * @param scriptType wire name of the type
 * @param className class that a script must define
 * @param methods beyond {@code init}, {@code destroy}, {@code getApiVersion}
 * @param shapes beans by name
 * @param context name of the bean that is the context
 */
public record Contract(
        String scriptType, String className, List<Method> methods, Map<String, Shape> shapes, String context) {
    static Contract of(Members members) throws WireException {
        Map<String, Shape> shapes = new LinkedHashMap<>();
        for (Shape shape : members.list("beans", Contract::shape)) {
            shapes.put(shape.name(), shape);
        }
        Contract contract = new Contract(
                members.text("scriptType"),
                members.text("className"),
                members.list("methods", Method::of),
                shapes,
                members.text("context"));
        if (!shapes.containsKey(contract.context)) {
            throw new WireException("the contract has no bean " + contract.context);
        }
        return contract;
    }

    private static Shape shape(Members members) throws WireException {
        Map<String, Shape.Property> properties = new LinkedHashMap<>();
        for (Members property : members.list("properties", one -> one)) {
            properties.put(property.text("name"),
                    new Shape.Property(property.text("kind"), property.flagOr("writable", false)));
        }
        return new Shape(members.text("name"), properties);
    }

    /** Whether classes were written for this type's contexts; otherwise they follow the contract blindly. */
    public boolean typed() {
        return KnownBeans.isContext(context);
    }

    /** The method of that name, or null. */
    public Method method(String name) {
        for (Method method : methods) {
            if (method.name().equals(name)) {
                return method;
            }
        }
        return null;
    }
}
