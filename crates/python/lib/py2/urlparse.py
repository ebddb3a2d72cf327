"""`urlparse`."""

from urllib.parse import (
    ParseResult, SplitResult, urldefrag, urljoin, urlparse, urlsplit, urlunparse, urlunsplit)
from urllib.parse import parse_qs as _parse_qs
from urllib.parse import parse_qsl as _parse_qsl
from urllib.parse import unquote as _unquote


def unquote(text):
    """Percent escapes as the bytes they stand for."""
    return _unquote(text, encoding="latin-1")


def parse_qs(query, keep_blank_values=0, strict_parsing=0):
    """The parameters of a query, each with its list of values."""
    return _parse_qs(query, bool(keep_blank_values), bool(strict_parsing), encoding="latin-1")


def parse_qsl(query, keep_blank_values=0, strict_parsing=0):
    """The parameters of a query as pairs."""
    return _parse_qsl(query, bool(keep_blank_values), bool(strict_parsing), encoding="latin-1")
