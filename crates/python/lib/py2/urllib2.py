"""`urllib2`: requests can be made, but not opened."""

from urllib.parse import urlsplit as _urlsplit

from _durward_py2.urllib import quote, quote_plus, unquote, urlencode

_REFUSAL = "scripts open no connections of their own; use HttpService"


class URLError(IOError):
    """Why a request failed."""

    def __init__(self, reason):
        self.args = (reason,)
        self.reason = reason

    def __str__(self):
        return "<urlopen error %s>" % self.reason


class HTTPError(URLError):
    """An answer with an error status."""

    def __init__(self, url, code, msg, hdrs, fp):
        URLError.__init__(self, msg)
        self.url, self.filename, self.code, self.msg, self.hdrs, self.fp = url, url, code, msg, hdrs, fp

    def __str__(self):
        return "HTTP Error %s: %s" % (self.code, self.msg)


class Request:
    """What would be sent."""

    def __init__(self, url, data=None, headers={}, origin_req_host=None, unverifiable=False):
        self._url, self.data, self.headers = url, data, {}
        for name, value in headers.items():
            self.add_header(name, value)

    def add_data(self, data):
        self.data = data

    def add_header(self, name, value):
        self.headers[name.capitalize()] = value

    def has_header(self, name):
        return name in self.headers

    def get_header(self, name, default=None):
        return self.headers.get(name, default)

    def header_items(self):
        return list(self.headers.items())

    def get_method(self):
        return "GET" if self.data is None else "POST"

    def get_data(self):
        return self.data

    def has_data(self):
        return self.data is not None

    def get_full_url(self):
        return self._url

    def get_host(self):
        return _urlsplit(self._url).netloc

    def get_type(self):
        return _urlsplit(self._url).scheme


def urlopen(*args, **keywords):
    """Refused."""
    raise URLError(_REFUSAL)


def build_opener(*handlers):
    """Refused."""
    raise URLError(_REFUSAL)


def install_opener(opener):
    """Refused."""
    raise URLError(_REFUSAL)
