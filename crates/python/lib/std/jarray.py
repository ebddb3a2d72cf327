"""Jython's `jarray`: Java arrays are lists here."""


def array(sequence, kind):
    return list(sequence)


def zeros(length, kind):
    empty = "\0" if kind == "c" else False if kind == "z" else 0 if isinstance(kind, str) else None
    return [empty] * length
