"""`HttpService` and its answers, over the server's HTTP: by its policy, with its limits.

Clients (`getHttpsClient…`) are accepted and ignored: trust, proxies and
client certificates are the server's business.
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
    """A client that carries nothing: the server does the request."""

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

    getHttpsClient = getHttpsClientDefaulTrustStore = getHttpsClientTrustAll

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
        return self._send("POST", uri, headers, body)

    def executeGet(self, client, uri, headers=None):
        return self._send("GET", uri, {str(name): str(value) for name, value in (headers or {}).items()}, None)

    def _send(self, method, uri, headers, body):
        arguments = {"method": method, "url": str(uri), "headers": headers}
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
