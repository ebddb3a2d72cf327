package durward.script;

/** The server did not do what a script asked for; the message says why. */
public class HostRefused extends RuntimeException {
    public HostRefused(String sentence) {
        super(sentence);
    }
}
