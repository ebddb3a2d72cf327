"""The print statement and, under `print_function`, the function."""

import sys

from _durward_py2.conversion import to_str

# Streams that cannot hold the attribute `softspace` have it here.
_SOFT = {}


def _softspace(stream):
    try:
        return stream.softspace
    except AttributeError:
        return _SOFT.get(id(stream), False)


def _set_softspace(stream, value):
    try:
        stream.softspace = value
    except (AttributeError, TypeError):
        if value:
            _SOFT[id(stream)] = value
        else:
            _SOFT.pop(id(stream), None)


def _emit(stream, values, newline):
    soft = _softspace(stream)
    parts = []
    for value in values:
        if soft:
            parts.append(" ")
        text = to_str(value)
        parts.append(text)
        soft = not text or text[-1] == " " or not text[-1].isspace()
    if newline:
        parts.append("\n")
        soft = False
    stream.write("".join(parts))
    _set_softspace(stream, 1 if soft else 0)


def _emit_end(stream):
    stream.write("\n")
    _set_softspace(stream, 0)


def statement(*values):
    """`print a, b`"""
    _emit(sys.stdout, values, True)


def statement_part(*values):
    """`print a, b,`"""
    _emit(sys.stdout, values, False)


def statement_to(stream, *values):
    """`print >>stream, a, b`"""
    _emit(sys.stdout if stream is None else stream, values, True)


def statement_part_to(stream, *values):
    """`print >>stream, a, b,`"""
    _emit(sys.stdout if stream is None else stream, values, False)


class Direct:
    """Standard output for a program that calls its `write`."""

    __slots__ = ("_stream",)

    def __init__(self, stream):
        self._stream = stream

    def write(self, text):
        self._stream.write(to_str(text))
        if _softspace(self._stream):
            _set_softspace(self._stream, 0)


class Printer:
    """A print statement under way: each call writes a value."""

    __slots__ = ("stream",)

    def __init__(self, stream=None):
        self.stream = sys.stdout if stream is None else stream

    def __call__(self, value):
        _emit(self.stream, (value,), False)
        return self


def end(printer):
    """The end of a print statement without a comma."""
    _emit_end(printer.stream)


def rest(printer):
    """The end of a print statement with a comma."""


def function(*values, sep=" ", end="\n", file=None):
    """`print(a, b)` under `from __future__ import print_function`"""
    stream = sys.stdout if file is None else file
    sep = " " if sep is None else sep
    end = "\n" if end is None else end
    stream.write(sep.join(map(to_str, values)) + end)
