package durward.host.loader;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The jars in the libs directories at one moment. Equal sets have the same jars with the same size and time.
 *
 * @param jars in the order of their directories, then by name
 */
record Libs(List<Jar> jars) {
    record Jar(Path path, long bytes, long modified, Object key) {
    }

    /** What is there now; a directory that does not exist has no jars. */
    static Libs in(List<Path> directories) {
        List<Jar> jars = new ArrayList<>();
        for (Path directory : directories) {
            jars.addAll(jarsOf(directory));
        }
        return new Libs(List.copyOf(jars));
    }

    private static List<Jar> jarsOf(Path directory) {
        List<Jar> jars = new ArrayList<>();
        if (Files.isDirectory(directory)) {
            try (DirectoryStream<Path> paths = Files.newDirectoryStream(directory, "*.jar")) {
                for (Path path : paths) {
                    BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
                    jars.add(new Jar(path, attributes.size(), attributes.lastModifiedTime().toMillis(),
                            attributes.fileKey()));
                }
            } catch (IOException unreadable) {
                throw new UncheckedIOException("the libs directory " + directory + " cannot be read", unreadable);
            }
        }
        jars.sort(Comparator.comparing(Jar::path));
        return jars;
    }

    List<Path> paths() {
        return jars.stream().map(Jar::path).toList();
    }
}
