"""Firebase Cloud Messaging as CIBA scripts use it.

The address decides the protocol: `/v1/projects/<id>/messages:send` with the
JSON of a service account as key is the current API, everything else is
Google's legacy one. The server sends; a request that it refuses or that fails
gives a response with status 0 and `getErrorMessage()`, where Jans gives null.
"""

import json
import re

from durward.java_util import text as _java_text
from durward.services import HostRefused, ask

_V1 = re.compile(r"/v1/projects/[^/]+/messages:send/?$")
_SCOPE = "https://www.googleapis.com/auth/firebase.messaging"


def _blank(value):
    return value is None or not str(value).strip()


class FirebaseCloudMessagingRequest(object):
    def __init__(self, key, to, title, body, clickAction):
        self.key = key
        self.to = to
        self.title = title
        self.body = body
        self.clickAction = clickAction
        self.contentType = "application/json"
        self.mediaType = "application/json"

    def getKey(self):
        return self.key

    def getTo(self):
        return self.to

    def getTitle(self):
        return self.title

    def getBody(self):
        return self.body

    def getClickAction(self):
        return self.clickAction

    def getContentType(self):
        return self.contentType

    def setContentType(self, value):
        self.contentType = value

    def getMediaType(self):
        return self.mediaType

    def setMediaType(self, value):
        self.mediaType = value

    def getJSONParameters(self):
        """The legacy message."""
        from durward.json_java import JSONObject

        message = JSONObject()
        if not _blank(self.to):
            message["to"] = str(self.to)
        parts = (("title", self.title), ("body", self.body), ("click_action", self.clickAction))
        message["notification"] = {name: str(value) for name, value in parts if not _blank(value)}
        return message

    def _v1_message(self):
        message = {"token": _java_text(self.to)}
        parts = (("title", self.title), ("body", self.body))
        message["notification"] = {name: str(value) for name, value in parts if not _blank(value)}
        if not _blank(self.clickAction):
            message["webpush"] = {"fcm_options": {"link": str(self.clickAction)}}
            message["data"] = {"click_action": str(self.clickAction)}
        return {"message": message}

    def __repr__(self):
        return "FirebaseCloudMessagingRequest(to=***, title=%r)" % (self.title,)


class FirebaseCloudMessagingResponse(object):
    def __init__(self, status=0, entity=None, headers=None, error=None):
        self._status, self._entity, self._headers, self._error = status, entity, headers or {}, error

    def getStatus(self):
        return self._status

    def getEntity(self):
        return self._entity

    def getHeaders(self):
        return self._headers

    def getErrorMessage(self):
        """Why there is no answer of Google's, when the status is 0."""
        return self._error

    status = property(getStatus)
    entity = property(getEntity)
    headers = property(getHeaders)
    errorMessage = property(getErrorMessage)


class FirebaseCloudMessagingClient(object):
    def __init__(self, url):
        self._url = url
        self._request = None
        self._response = None

    def getUrl(self):
        return self._url

    def getRequest(self):
        return self._request

    def setRequest(self, request):
        self._request = request

    def getResponse(self):
        return self._response

    request = property(getRequest, setRequest)
    response = property(getResponse)

    def execFirebaseCloudMessaging(self, key, to, title, body, clickAction):
        self._request = FirebaseCloudMessagingRequest(key, to, title, body, clickAction)
        return self.exec()

    def exec(self):
        try:
            self._response = self._send()
        except HostRefused as error:
            import _durward

            _durward.log("error", "Firebase Cloud Messaging: " + str(error))
            self._response = FirebaseCloudMessagingResponse(error=str(error))
        return self._response

    def _send(self):
        request = self._request
        if request is None:
            raise HostRefused("no request was set")
        account = _service_account(request.getKey())
        if account is not None and _V1.search(str(self._url)):
            token = ask("serviceAccountToken", key=account, scope=_SCOPE)["accessToken"]
            authorization, message = "Bearer " + token, request._v1_message()
        else:
            authorization, message = "key=" + _java_text(request.getKey()), request.getJSONParameters()
        answer = ask(
            "http", method="POST", url=str(self._url), body=json.dumps(message, ensure_ascii=False),
            headers={"Authorization": authorization, "Content-Type": "application/json", "Accept": "application/json"})
        return FirebaseCloudMessagingResponse(answer["status"], answer.get("body"), answer.get("headers"))


def _service_account(key):
    """The key as it is when it is the JSON of a service account, else nothing."""
    text = "" if key is None else str(key).strip()
    if not text.startswith("{"):
        return None
    try:
        account = json.loads(text)
    except ValueError:
        return None
    return text if account.get("type") == "service_account" or "private_key" in account else None
