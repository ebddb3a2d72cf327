"""`HttpService` and its answers, over the server's HTTP: by its policy, with its limits.

Clients say which key stores to use, by name; proxies and everything else are the server's
business.
"""

import base64

from durward.java_util import HashMap
from durward.services import HostRefused, ask


class StatusLine(object):
    def __init__(self, status):
        self._status = status

    def getStatusCode(self):
        return self._status

    statusCode = property(getStatusCode)

    def getReasonPhrase(self):
        return ""


class Header(object):
    def __init__(self, name, value):
        self.name, self.value = name, value

    def getName(self):
        return self.name

    def getValue(self):
        return self.value


class HttpEntity(object):
    def __init__(self, octets, content_type):
        self._octets, self._content_type = octets, content_type

    def getContentLength(self):
        return len(self._octets)

    def getContentType(self):
        return Header("Content-Type", self._content_type)

    def _bytes(self):
        return self._octets


class HttpResponse(object):
    def __init__(self, answer):
        self._status = answer["status"]
        self._headers = answer.get("headers") or {}
        self._octets = (answer.get("body") or "").encode("utf-8")

    def getStatusLine(self):
        return StatusLine(self._status)

    statusLine = property(getStatusLine)

    def getFirstHeader(self, name):
        for key, value in self._headers.items():
            if key.lower() == name.lower():
                return Header(key, value)
        return None

    def getAllHeaders(self):
        return [Header(name, value) for name, value in self._headers.items()]

    def getEntity(self):
        found = self.getFirstHeader("Content-Type")
        return HttpEntity(self._octets, None if found is None else found.value)

    entity = property(getEntity)

    def close(self):
        pass


class HttpServiceResponse(object):
    def __init__(self, answer):
        self._response = HttpResponse(answer)

    def getHttpResponse(self):
        return self._response

    httpResponse = property(getHttpResponse)

    def getHttpRequest(self):
        return None

    def closeConnection(self):
        pass


class HttpClient(object):
    """What the server is to show and whom it is to trust: it does the request."""

    def __init__(self, identity=None, trust=None):
        self._stores = {name: store for name, store in (("keyStore", identity), ("trustStore", trust)) if store}

    def close(self):
        pass


def _text(content):
    if isinstance(content, (bytes, bytearray)):
        return bytes(content).decode("utf-8")
    return None if content is None else str(content)


class HttpService(object):
    """`CdiUtil.bean(HttpService)`."""

    def getHttpsClientTrustAll(self, *_):
        return HttpClient()

    getHttpsClientDefaulTrustStore = getHttpsClientTrustAll

    def getHttpsClient(self, *stores):
        """Nothing, or type, path and password of a trust store, and of a key store."""
        if len(stores) not in (3, 6):
            return HttpClient()
        from durward.key_stores import _store

        trust = _store(stores[1], stores[2]) if stores[1] else None
        identity = _store(stores[4], stores[5]) if len(stores) == 6 and stores[4] else None
        return HttpClient(identity, trust)

    def executePost(self, client, uri, authData=None, *rest):
        """(client, uri, auth, headers, body[, type]) or (client, uri, auth, body[, type])."""
        rest = list(rest)
        headers = {}
        if rest and (rest[0] is None or isinstance(rest[0], dict)):
            headers = {str(name): str(value) for name, value in (rest.pop(0) or {}).items()}
        body = _text(rest.pop(0)) if rest else ""
        kind = str(rest.pop(0)) if rest and rest[0] is not None else "text/plain"
        if not any(name.lower() == "content-type" for name in headers):
            headers["Content-Type"] = kind
        if authData is not None and str(authData).strip():
            headers["Authorization"] = "Basic " + str(authData)
        return self._send(client, "POST", uri, headers, body)

    def executeGet(self, client, uri, headers=None):
        return self._send(client, "GET", uri, {str(name): str(value) for name, value in (headers or {}).items()}, None)

    def _send(self, client, method, uri, headers, body):
        arguments = {"method": method, "url": str(uri), "headers": headers}
        arguments.update(getattr(client, "_stores", None) or {})
        if body is not None:
            arguments["body"] = body
        try:
            return HttpServiceResponse(ask("http", **arguments))
        except HostRefused as error:
            import _durward

            # Jans answers null when the request cannot be made.
            _durward.log("error", "%s %s: %s" % (method, uri, error))
            return None

    def isResponseStastusCodeOk(self, response):
        return response.getStatusLine().getStatusCode() == 200

    isResponseStatusCodeOk = isResponseStastusCodeOk

    def getResponseContent(self, response):
        return response._octets if response is not None and self.isResponseStastusCodeOk(response) else None

    def consume(self, response):
        pass

    def convertEntityToString(self, content, charset="UTF-8"):
        return None if content is None else bytes(content).decode(str(charset))

    def encodeBase64(self, text):
        return base64.b64encode(_text(text).encode("utf-8")).decode("ascii")

    def encodeUrl(self, text):
        from durward.java_text import URLEncoder

        return URLEncoder.encode(text, "UTF-8")

    def isContentTypeXml(self, response):
        found = response.getFirstHeader("Content-Type")
        return found is not None and "xml" in found.value.lower()


class HttpHeaders(HashMap):
    pass
