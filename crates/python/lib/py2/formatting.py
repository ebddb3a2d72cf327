"""The `%` operator of strings."""

import re

from _durward_py2.conversion import octal, to_repr, to_str

_SPEC = re.compile(r"%(?:\((?P<key>[^()]*(?:\([^()]*\)[^()]*)*)\))?(?P<flags>[-#0 +]*)(?P<width>\*|\d*)"
                   r"(?P<precision>(?:\.(?:\*|\d*))?)[hlL]?(?P<kind>.)", re.DOTALL)
_PLAIN = (str, int)


def format_string(template, values):
    """`template % values`."""
    if type(values) in _PLAIN or (type(values) is tuple and all(type(value) in _PLAIN for value in values)):
        if "%r" not in template and "#" not in template:
            return template % values
    return _Formatter(template, values).run()


class _Formatter:
    def __init__(self, template, values):
        self._template = template
        self._source = values
        self._positional = values if isinstance(values, tuple) else (values,)
        self._used = 0
        self._keyed = False
        self._out = []

    def run(self):
        template = _SPEC.sub(self._convert, self._template)
        mapping = not isinstance(self._source, (tuple, str)) and hasattr(self._source, "__getitem__")
        if not self._keyed and self._used < len(self._positional) and not (mapping and not self._used):
            raise TypeError("not all arguments converted during string formatting")
        return template % tuple(self._out)

    def _next(self):
        if self._used >= len(self._positional):
            raise TypeError("not enough arguments for format string")
        value = self._positional[self._used]
        self._used += 1
        return value

    def _convert(self, match):
        kind = match["kind"]
        if kind == "%":
            return "%%"
        for part in (match["width"], match["precision"]):
            if part.endswith("*"):
                self._out.append(self._next())
        if match["key"] is None:
            value = self._next()
        else:
            self._keyed = True
            value = self._source[match["key"]]
        if kind == "s":
            value = to_str(value)
        elif kind == "r":
            value, kind = to_repr(value), "s"
        elif kind in "diuxX" and isinstance(value, float):
            value = int(value)
        elif kind == "o" and "#" in match["flags"]:
            value, kind = octal(value), "s"
        self._out.append(value)
        return "%" + match["flags"] + match["width"] + match["precision"] + kind
