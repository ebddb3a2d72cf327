"""`traceback` in Python 2's words: no chained exceptions, no frames of ours."""

import sys as _sys

from _durward_py2.conversion import to_str


def _own(filename):
    return filename.startswith(("<durward", "<frozen"))


def extract_tb(tb, limit=None):
    """`(file, line, function, text)` of each frame."""
    found = []
    while tb is not None:
        code = tb.tb_frame.f_code
        if not _own(code.co_filename):
            found.append((code.co_filename, tb.tb_lineno, code.co_name, None))
        tb = tb.tb_next
    return found if limit is None else found[:limit]


def extract_stack(frame=None, limit=None):
    """`(file, line, function, text)` of each frame that is running."""
    found = []
    frame = frame or _sys._getframe(1)
    while frame is not None:
        if not _own(frame.f_code.co_filename):
            found.append((frame.f_code.co_filename, frame.f_lineno, frame.f_code.co_name, None))
        frame = frame.f_back
    found.reverse()
    return found if limit is None else found[-limit:]


def format_list(entries):
    """Extracted frames as lines of text."""
    return ['  File "%s", line %d, in %s\n' % tuple(entry[:3]) for entry in entries]


def format_tb(tb, limit=None):
    return format_list(extract_tb(tb, limit))


def format_exception_only(kind, value):
    """The last line: what was raised."""
    if kind is None:
        return ["None\n"]
    name = kind.__name__ if kind.__module__ in ("builtins", "__main__") else kind.__module__ + "." + kind.__name__
    text = "" if value is None else to_str(value)
    return [name + ": " + text + "\n" if text else name + "\n"]


def format_exception(kind, value, tb, limit=None):
    """The whole report as lines."""
    head = ["Traceback (most recent call last):\n"] + format_tb(tb, limit) if tb is not None else []
    return head + format_exception_only(kind, value)


def format_exc(limit=None):
    """The report on the exception being handled."""
    return "".join(format_exception(*_sys.exc_info(), limit))


def print_exception(kind, value, tb, limit=None, file=None):
    stream = _sys.stderr if file is None else file
    stream.write("".join(format_exception(kind, value, tb, limit)))


def print_exc(limit=None, file=None):
    print_exception(*_sys.exc_info(), limit, file)


def print_tb(tb, limit=None, file=None):
    stream = _sys.stderr if file is None else file
    stream.write("".join(format_tb(tb, limit)))


def format_stack(frame=None, limit=None):
    """The frames that are running, as lines of text."""
    return format_list(extract_stack(frame or _sys._getframe(1), limit))


def print_stack(frame=None, limit=None, file=None):
    stream = _sys.stderr if file is None else file
    stream.write("".join(format_stack(frame or _sys._getframe(1), limit)))
