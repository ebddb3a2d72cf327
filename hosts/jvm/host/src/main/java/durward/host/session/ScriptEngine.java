package durward.host.session;

import durward.host.program.Failure;
import durward.host.program.Program;
import durward.host.program.Report;

/** Makes scripts of one language. */
public interface ScriptEngine {
    /** Everything wrong with the text; runs nothing of it. */
    Report.Checked check(Program program) throws InterruptedException;

    /**
     * Compiles the text, makes its object and initialises it.
     *
     * @throws durward.host.program.Refused when it may not run
     */
    Script load(Program program) throws Throwable;

    /** An exception out of {@link #load}, with the author's lines. */
    Failure describe(Program program, Throwable raised);
}
