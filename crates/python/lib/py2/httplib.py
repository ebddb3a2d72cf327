"""`httplib`: its names. Scripts open no connections."""

from http import HTTPStatus as _HTTPStatus

responses = {status.value: status.phrase for status in _HTTPStatus}
globals().update({status.name: status.value for status in _HTTPStatus})
HTTP_PORT = 80
HTTPS_PORT = 443


class HTTPException(Exception):
    """Why a request failed."""


class HTTPConnection:
    """Refused."""

    def __init__(self, *args, **keywords):
        raise IOError("scripts open no connections of their own; use HttpService")


HTTPSConnection = HTTPConnection
