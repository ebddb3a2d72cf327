"""`urllib`: the functions on text. Scripts open no connections."""

from urllib.parse import quote as _quote
from urllib.parse import unquote_plus as _unquote_plus

from _durward_py2.conversion import octets, to_str
from _durward_py2.urlparse import unquote


def quote(text, safe="/"):
    """Percent escapes for the bytes of a byte string."""
    try:
        data = octets(text)
    except UnicodeEncodeError as error:
        raise KeyError(text[error.start]) from None
    quoted = _quote(data, safe)
    return quoted if "~" in safe else quoted.replace("~", "%7E")


def quote_plus(text, safe=""):
    """As `quote`, with `+` for a blank."""
    if " " in text:
        return quote(text, safe + " ").replace(" ", "+")
    return quote(text, safe)


def unquote_plus(text):
    return _unquote_plus(text, encoding="latin-1")


def urlencode(query, doseq=0):
    """A query from pairs or a dictionary."""
    pairs = query.items() if hasattr(query, "items") else query
    parts = []
    for name, value in pairs:
        name = quote_plus(to_str(name))
        several = doseq and not isinstance(value, str) and hasattr(value, "__len__")
        for single in value if several else [value]:
            parts.append(name + "=" + quote_plus(to_str(single)))
    return "&".join(parts)


def urlopen(*args, **keywords):
    """Refused."""
    raise IOError("scripts open no connections of their own; use HttpService")


urlretrieve = urlopen
