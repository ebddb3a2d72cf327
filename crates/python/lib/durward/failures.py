"""How an exception that left a script is told to the server: the author's own lines, none of ours."""


class Refused(Exception):
    """The script may not run at all."""


class ResultTooLarge(ValueError):
    """What a script returned or changed is over its limit."""


# Frames shown of one traceback, half from each end.
_FRAMES = 60
_TEXT = 4000


def _entries(traceback, name):
    found = []
    while traceback is not None:
        code = traceback.tb_frame.f_code
        if code.co_filename == name:
            found.append((traceback.tb_lineno, code.co_name, _column(code, traceback.tb_lasti)))
        traceback = traceback.tb_next
    return found


def _column(code, instruction):
    try:
        positions = list(code.co_positions())
        column = positions[instruction // 2][2]
    except Exception:
        return None
    return None if column is None else column + 1


def _text(exception):
    kind = type(exception).__name__
    try:
        text = str(exception)
    except Exception:
        text = "(no text: its own __str__ raises)"
    if not isinstance(exception, Refused):
        text = kind + ": " + text if text else kind
    return text[:_TEXT]


def _trace(exception, name, lines, depth):
    parts = []
    cause = exception.__cause__
    if cause is None and not exception.__suppress_context__:
        cause = exception.__context__
    if cause is not None and depth < 5:
        parts += _trace(cause, name, lines, depth + 1)
        parts.append("While that was being dealt with:" if exception.__cause__ is None else "From that came:")
        parts.append("")
    entries = _entries(exception.__traceback__, name)
    if entries:
        parts.append("Traceback (most recent call last):")
    left_out = len(entries) - _FRAMES
    for index, (line, function, _column_number) in enumerate(entries):
        if left_out > 0 and _FRAMES // 2 <= index < len(entries) - _FRAMES // 2:
            if index == _FRAMES // 2:
                parts.append("  ... %d more frames ..." % left_out)
            continue
        parts.append('  File "%s", line %s, in %s' % (name, line, function))
        if line is not None and 0 < line <= len(lines):
            text = lines[line - 1].strip()
            if text:
                parts.append("    " + text[:200])
    parts.append(_text(exception))
    return parts


def describe(exception, name, source):
    """The server's `Failure` for an exception."""
    kind = "raised"
    if isinstance(exception, Refused):
        kind = "refused"
    elif isinstance(exception, ResultTooLarge):
        kind = "exhausted"
    lines = source.splitlines()
    entries = _entries(exception.__traceback__, name)
    line, _, column = entries[-1] if entries else (None, None, None)
    if isinstance(exception, SyntaxError) and exception.filename == name:
        line, column = exception.lineno, exception.offset
    return {
        "kind": kind,
        "message": _text(exception),
        "line": line,
        "column": column,
        "trace": "\n".join(_trace(exception, name, lines, 0)),
        "problems": [],
    }
