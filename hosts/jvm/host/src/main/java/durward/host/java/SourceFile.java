package durward.host.java;

import java.net.URI;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.NestingKind;
import javax.tools.SimpleJavaFileObject;

/** The author's text under its own file name, whatever class is in it. */
final class SourceFile extends SimpleJavaFileObject {
    private final String name;
    private final String text;

    SourceFile(String name, String text) {
        // The address is for the compiler alone; what may not stand in one is left out of it.
        super(URI.create("script:///" + name.replaceAll("[^A-Za-z0-9._-]", "_")), Kind.SOURCE);
        this.name = name;
        this.text = text;
    }

    /** What stack frames call the file. */
    @Override
    public String getName() {
        return name;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
        return text;
    }

    @Override
    public boolean isNameCompatible(String simpleName, Kind kind) {
        // A public class need not be called like its file: the server names the file after the script.
        return kind == Kind.SOURCE;
    }

    @Override
    public NestingKind getNestingKind() {
        return null;
    }

    @Override
    public Modifier getAccessLevel() {
        return null;
    }
}
