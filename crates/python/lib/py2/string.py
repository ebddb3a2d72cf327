"""`string` with the functions that are methods by now."""

from string import Formatter, Template, capwords, digits, hexdigits, octdigits, printable, punctuation, whitespace

lowercase = ascii_lowercase = "abcdefghijklmnopqrstuvwxyz"
uppercase = ascii_uppercase = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
letters = ascii_letters = lowercase + uppercase
index_error = atoi_error = atof_error = atol_error = ValueError


def maketrans(source, target):
    """A table for `translate`."""
    if len(source) != len(target):
        raise ValueError("maketrans arguments must have same length")
    table = [chr(code) for code in range(256)]
    for old, new in zip(source, target):
        table[ord(old)] = new
    return "".join(table)


def join(words, separator=" "):
    return separator.join(words)


joinfields = join


def split(text, separator=None, maxsplit=-1):
    return text.split(separator, maxsplit)


splitfields = split


def rsplit(text, separator=None, maxsplit=-1):
    return text.rsplit(separator, maxsplit)


def replace(text, old, new, count=-1):
    return text.replace(old, new, count)


def strip(text, characters=None):
    return text.strip(characters)


def lstrip(text, characters=None):
    return text.lstrip(characters)


def rstrip(text, characters=None):
    return text.rstrip(characters)


def find(text, *args):
    return text.find(*args)


def rfind(text, *args):
    return text.rfind(*args)


def index(text, *args):
    return text.index(*args)


def rindex(text, *args):
    return text.rindex(*args)


def count(text, *args):
    return text.count(*args)


def lower(text):
    return text.lower()


def upper(text):
    return text.upper()


def swapcase(text):
    return text.swapcase()


def capitalize(text):
    return text.capitalize()


def ljust(text, width, fill=" "):
    return text.ljust(width, fill)


def rjust(text, width, fill=" "):
    return text.rjust(width, fill)


def center(text, width, fill=" "):
    return text.center(width, fill)


def expandtabs(text, size=8):
    return text.expandtabs(size)


def zfill(value, width):
    text = value if isinstance(value, str) else repr(value)
    return text.zfill(width)


def translate(text, table, deletions=""):
    from _durward_py2.attributes import FUNCTIONS

    return FUNCTIONS["translate"](text)(table, deletions)


def atoi(text, base=10):
    return int(text, base)


atol = atoi


def atof(text):
    return float(text)
