"""Loggers: slf4j's interface over the server's log."""

import _durward
from durward.java_util import text as _text


class Logger(object):
    """`info("… {} …", value)` and the other levels."""

    def __init__(self, name):
        self._name = name

    def getName(self):
        return self._name

    def isDebugEnabled(self):
        return True

    isTraceEnabled = isInfoEnabled = isWarnEnabled = isErrorEnabled = isDebugEnabled

    def trace(self, message, *arguments):
        self._log("trace", message, arguments)

    def debug(self, message, *arguments):
        self._log("debug", message, arguments)

    def info(self, message, *arguments):
        self._log("info", message, arguments)

    def warn(self, message, *arguments):
        self._log("warn", message, arguments)

    warning = warn

    def error(self, message, *arguments):
        self._log("error", message, arguments)

    def _log(self, level, message, arguments):
        if len(arguments) == 1 and isinstance(arguments[0], (list, tuple)) and _text(message).count("{}") > 1:
            arguments = tuple(arguments[0])
        parts = _text(message).split("{}")
        line = parts[0]
        rest = list(arguments)
        for part in parts[1:]:
            line += (_text(rest.pop(0)) if rest else "{}") + part
        _durward.log(level, line)
        # As in slf4j: an exception that is left over is logged with its traceback.
        if rest and isinstance(rest[-1], BaseException):
            import traceback

            error = rest[-1]
            _durward.log(level, "".join(traceback.format_exception(type(error), error, error.__traceback__)))


def logger(name):
    return Logger(name)


class LoggerFactory(object):
    @staticmethod
    def getLogger(name):
        return Logger(name if isinstance(name, str) else getattr(name, "__name__", str(name)))


class CustomScriptManager(object):
    """Scripts name it to get the script log; nothing else of it is offered."""
