"""`RedirectUri` as CIBA scripts use it: a base and a query made of parameters.

Parameters keep the order in which they were added; in Jans the order is that
of a hash table.
"""

from urllib.parse import parse_qsl, quote_plus

from durward.enums import ResponseMode


class RedirectUri(object):
    def __init__(self, base, responseTypes=None, responseMode=None):
        self._base = base
        self._types = responseTypes
        self._mode = responseMode if responseMode is not None else ResponseMode.QUERY
        self._parameters = {}

    def getBaseRedirectUri(self):
        return self._base

    def setBaseRedirectUri(self, base):
        self._base = base

    baseRedirectUri = property(getBaseRedirectUri, setBaseRedirectUri)

    def getResponseMode(self):
        return self._mode

    def setResponseMode(self, mode):
        self._mode = mode

    responseMode = property(getResponseMode, setResponseMode)

    def addResponseParameter(self, key, value):
        if key is not None and str(key).strip():
            self._parameters[str(key)] = None if value is None else str(value)

    def addResponseParameterIfNotBlank(self, key, value):
        if value is not None and str(value).strip():
            self.addResponseParameter(key, value)

    def getResponseParameter(self, key):
        return self._parameters.get(key)

    def getResponseParamentersSize(self):
        return len(self._parameters)

    getResponseParametersSize = getResponseParamentersSize

    def parseQueryString(self, text):
        for key, value in parse_qsl(text or "", keep_blank_values=True):
            self.addResponseParameter(key, value)

    def getQueryString(self):
        return "&".join(
            _encode(key) + "=" + _encode(value)
            for key, value in self._parameters.items()
            if value is not None and value.strip())

    def toString(self):
        query = self.getQueryString()
        if not query:
            return self._base
        mark = "#" if self._mode == ResponseMode.FRAGMENT else "?"
        return self._base + ("&" if mark in self._base else mark) + query

    def __str__(self):
        return self.toString()


def _encode(text):
    return quote_plus(text, safe="*").replace("~", "%7E")
