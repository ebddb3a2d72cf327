"""`WebApplicationException` and the little of JAX-RS that scripts use to shape an error."""


class Response(object):
    """A response: status, entity, media type."""

    def __init__(self, status=200, entity=None, media_type="application/json"):
        self._status = status
        self._entity = entity
        self._media_type = media_type

    def getStatus(self):
        return self._status

    def getEntity(self):
        return self._entity

    def getMediaType(self):
        return self._media_type

    @staticmethod
    def status(status):
        return ResponseBuilder(_number(status))

    @staticmethod
    def ok(entity=None, media_type="application/json"):
        return ResponseBuilder(200).entity(entity).type(media_type)

    @staticmethod
    def serverError():
        return ResponseBuilder(500)


class _Status(int):
    def getStatusCode(self):
        return int(self)


class _Statuses(object):
    OK = _Status(200)
    BAD_REQUEST = _Status(400)
    UNAUTHORIZED = _Status(401)
    FORBIDDEN = _Status(403)
    NOT_FOUND = _Status(404)
    CONFLICT = _Status(409)
    INTERNAL_SERVER_ERROR = _Status(500)


Response.Status = _Statuses


class ResponseBuilder(object):
    """`Response.status(400).entity(text).type(...).build()`"""

    def __init__(self, status):
        self._response = Response(status)

    def entity(self, entity):
        self._response._entity = entity
        return self

    def type(self, media_type):
        self._response._media_type = media_type
        return self

    def header(self, name, value):
        return self

    def build(self):
        return self._response


class MediaType(object):
    APPLICATION_JSON = "application/json"
    APPLICATION_JSON_TYPE = "application/json"
    TEXT_PLAIN = "text/plain"
    TEXT_HTML = "text/html"
    APPLICATION_FORM_URLENCODED = "application/x-www-form-urlencoded"


def _number(status):
    if isinstance(status, bool) or not isinstance(status, int):
        raise TypeError("a status is a number, not " + type(status).__name__)
    return int(status)


class WebApplicationException(Exception):
    """Ends the request with an answer of the script's own, where the type of script may shape one."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        response = Response(500)
        for one in arguments:
            if isinstance(one, Response):
                response = one
            elif isinstance(one, int) and not isinstance(one, bool):
                response = Response(int(one), response._entity)
        self._response = response

    def getResponse(self):
        return self._response

    response = property(getResponse)

    def getMessage(self):
        return str(self)

    def _json_value(self):
        entity = self._response.getEntity()
        if entity is not None and not isinstance(entity, str):
            text = getattr(entity, "toString", None)
            if text is not None:
                entity = text()
            elif isinstance(entity, (dict, list)):
                import json

                entity = json.dumps(entity)
            else:
                entity = str(entity)
        return {"status": self._response.getStatus(), "entity": entity}


def create(status, entity):
    """The exception for `context.createWebApplicationException(status, entity)`."""
    return WebApplicationException(Response(_number(status), entity))
