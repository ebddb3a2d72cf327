package durward.host;

import durward.host.wire.Frames;
import durward.host.wire.JsonWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarFile;

/**
 * The Jans classes that scripts may use and their methods, as JSON: what a test compares with the contracts and with
 * the other host.
 */
final class ApiListing {
    private static final List<String> FOLDERS = List.of("io/jans/", "jakarta/ws/rs/");
    private static final String EXTENSION = ".class";

    private ApiListing() {
    }

    /** Full class names to {@code name(count of arguments)} of each method, {@code new(…)} for constructors. */
    static String json(Path hostJar) {
        Map<String, Object> classes = new TreeMap<>();
        try (JarFile jar = new JarFile(hostJar.toFile())) {
            jar.stream().map(entry -> entry.getName())
                    .filter(name -> name.endsWith(EXTENSION) && FOLDERS.stream().anyMatch(name::startsWith))
                    .map(name -> name.substring(0, name.length() - EXTENSION.length()).replace('/', '.'))
                    .forEach(name -> add(classes, name));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        JsonWriter text = new JsonWriter(Frames.MAX_BYTES).value(classes);
        return new String(text.array(), 0, text.length(), StandardCharsets.UTF_8);
    }

    private static void add(Map<String, Object> classes, String name) {
        Class<?> type;
        try {
            type = Class.forName(name, false, ApiListing.class.getClassLoader());
        } catch (ClassNotFoundException impossible) {
            throw new IllegalStateException(impossible);
        }
        if (!Modifier.isPublic(type.getModifiers())) {
            return;
        }
        Set<String> members = new TreeSet<>();
        for (Method method : type.getMethods()) {
            if (method.getDeclaringClass() != Object.class && !method.isBridge()) {
                members.add(method.getName() + "(" + method.getParameterCount() + ")");
            }
        }
        for (Constructor<?> constructor : type.getConstructors()) {
            members.add("new(" + constructor.getParameterCount() + ")");
        }
        classes.put(name.replace('$', '.'), new ArrayList<>(members));
    }
}
