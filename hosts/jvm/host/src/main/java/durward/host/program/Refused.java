package durward.host.program;

import java.util.List;

/** The script may not run at all: it does not compile, misses the contract, or said no itself. */
public final class Refused extends RuntimeException {
    private final transient List<Problem> problems;

    public Refused(String sentence) {
        super(sentence);
        this.problems = List.of();
    }

    /** With all that is wrong; the first is the message. */
    public Refused(List<Problem> problems) {
        super(problems.isEmpty() ? "the script does not compile" : problems.get(0).message());
        this.problems = List.copyOf(problems);
    }

    public List<Problem> problems() {
        return problems;
    }

    /** As it is told to the server. */
    public Failure failure() {
        Problem first = problems.isEmpty() ? null : problems.get(0);
        return new Failure(
                Failure.Kind.REFUSED,
                getMessage(),
                first == null ? null : Integer.valueOf(first.line()),
                first == null ? null : Integer.valueOf(first.column()),
                "",
                problems);
    }
}
