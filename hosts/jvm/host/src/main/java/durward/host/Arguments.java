package durward.host;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What the host was started with.
 *
 * @param socket where it listens
 * @param libs directories of jars that scripts may use
 * @param network whether scripts may open sockets
 * @param task something else to do than to serve, or null
 */
record Arguments(Path socket, List<Path> libs, boolean network, Task task) {
    /** What ends by itself. */
    enum Task {
        /** Run a script of each language, for an archive of classes. */
        TRAIN,
        /** List the classes and methods that scripts may use. */
        LIST_API
    }

    static final String USAGE =
            "usage: java <flags> -jar durward-jvm-host.jar "
                    + "(--socket PATH | --train | --list-api) [--libs DIR]... [--network]";

    /** @throws IllegalArgumentException with a sentence */
    static Arguments parse(String[] words) {
        Path socket = null;
        List<Path> libs = new ArrayList<>();
        boolean network = false;
        Task task = null;
        for (int index = 0; index < words.length; index++) {
            switch (words[index]) {
                case "--socket" -> socket = Path.of(value(words, ++index));
                case "--libs" -> libs.add(Path.of(value(words, ++index)).toAbsolutePath().normalize());
                case "--network" -> network = true;
                case "--train" -> task = Task.TRAIN;
                case "--list-api" -> task = Task.LIST_API;
                default -> throw new IllegalArgumentException("unknown argument " + words[index] + "\n" + USAGE);
            }
        }
        if (socket == null && task == null) {
            throw new IllegalArgumentException("--socket is missing\n" + USAGE);
        }
        return new Arguments(socket, List.copyOf(libs), network, task);
    }

    private static String value(String[] words, int index) {
        if (index == words.length) {
            throw new IllegalArgumentException(words[index - 1] + " needs a value\n" + USAGE);
        }
        return words[index];
    }
}
