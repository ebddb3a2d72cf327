package durward.host.java;

import durward.host.loader.ApiPackages;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarFile;

/** The class files of the script API in the host's jar, by package. */
final class ApiClasses {
    private static final String EXTENSION = ".class";

    private final Map<String, List<ClassFile.InJar>> byPackage = new HashMap<>();

    ApiClasses(JarFile jar) {
        jar.stream().map(entry -> entry.getName()).forEach(entry -> {
            if (entry.endsWith(EXTENSION)) {
                String name = entry.substring(0, entry.length() - EXTENSION.length()).replace('/', '.');
                if (ApiPackages.offers(name)) {
                    String inPackage = name.substring(0, name.lastIndexOf('.'));
                    byPackage.computeIfAbsent(inPackage, key -> new ArrayList<>())
                            .add(new ClassFile.InJar(jar, entry, name));
                }
            }
        });
    }

    /** Whether there is a class of that simple name in that package; {@code *} is any. */
    boolean has(String packageName, String simpleName) {
        return in(packageName).stream()
                .anyMatch(one -> simpleName.equals("*") || one.binaryName().equals(packageName + "." + simpleName));
    }

    /** Those of exactly that package. */
    List<ClassFile.InJar> in(String packageName) {
        return byPackage.getOrDefault(packageName, List.of());
    }
}
