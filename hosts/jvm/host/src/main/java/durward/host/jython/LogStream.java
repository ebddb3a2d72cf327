package durward.host.jython;

import durward.host.session.Current;
import durward.host.session.Session;
import org.python.core.Py;
import org.python.core.PyObject;
import org.python.core.PyString;

/** {@code sys.stdout} and {@code sys.stderr} of a script: a file that only takes text, and that goes to the log. */
public final class LogStream extends PyObject {
    private static final long serialVersionUID = 1L;

    private final Session.Stream stream;
    // Python's print statement keeps here whether a space is due.
    private int softspace;

    LogStream(Session.Stream stream) {
        this.stream = stream;
    }

    public int getSoftspace() {
        return softspace;
    }

    public void setSoftspace(int softspace) {
        this.softspace = softspace;
    }

    public String getEncoding() {
        return "UTF-8";
    }

    public boolean isatty() {
        return false;
    }

    /** Takes text of either kind, as Python's own files do. */
    public void write(PyObject text) {
        if (!(text instanceof PyString string)) {
            throw Py.TypeError("expected a string, not " + text.getType().fastGetName());
        }
        // As Python's own files; a print statement that needs it says so afterwards.
        softspace = 0;
        Session session = Current.session();
        if (session != null) {
            session.write(stream, PyValues.text(string));
        }
    }

    public void writelines(PyObject lines) {
        for (PyObject line : lines.asIterable()) {
            write(line);
        }
    }

    public void flush() {
        // The session sends lines by itself.
    }

    public void close() {
        // It is everybody's.
    }
}
