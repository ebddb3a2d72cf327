package durward.host.jython;

/** The known word that a mistyped one is nearest to. */
final class Nearest {
    private Nearest() {
    }

    /** Null when none is near enough to be meant. */
    static String of(String word, Iterable<String> known) {
        String best = null;
        int least = Math.max(1, word.length() * 2 / 5) + 1;
        for (String one : known) {
            int distance = distance(word.toLowerCase(), one.toLowerCase());
            if (distance < least) {
                best = one;
                least = distance;
            }
        }
        return best;
    }

    /** How many letters must be put in, left out or changed. */
    private static int distance(String one, String other) {
        int[] row = new int[other.length() + 1];
        for (int column = 0; column < row.length; column++) {
            row[column] = column;
        }
        for (int line = 1; line <= one.length(); line++) {
            int diagonal = row[0];
            row[0] = line;
            for (int column = 1; column < row.length; column++) {
                int above = row[column];
                int changed = diagonal + (one.charAt(line - 1) == other.charAt(column - 1) ? 0 : 1);
                row[column] = Math.min(changed, Math.min(above, row[column - 1]) + 1);
                diagonal = above;
            }
        }
        return row[other.length()];
    }
}
