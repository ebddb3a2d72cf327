"""What `client_registration` scripts use beside their context: error types, scopes."""

import json
import uuid

import durward.turns as turns
from durward.enums import _enum
from durward.java_util import ArrayList
from durward.web import Response, WebApplicationException, create

RegisterErrorResponseType = _enum(
    "RegisterErrorResponseType", INVALID_REDIRECT_URI="invalid_redirect_uri",
    INVALID_CLAIMS_REDIRECT_URI="invalid_claims_redirect_uri", INVALID_CLIENT_METADATA="invalid_client_metadata",
    INVALID_TOKEN="invalid_token", INVALID_LOGOUT_URI="invalid_logout_uri",
    INVALID_SOFTWARE_STATEMENT="invalid_software_statement",
    UNAPPROVED_SOFTWARE_STATEMENT="unapproved_software_statement", ACCESS_DENIED="access_denied",
    STALE_EVIDENCE="stale_evidence",
    INVALID_PUBLIC_SUBJECT_IDENTIFIER_ATTRIBUTE="invalid_public_subject_identifier_attribute")

_SENTENCES = {
    "invalid_redirect_uri": "a redirect URI is not allowed",
    "invalid_software_statement": "the software statement is not valid",
    "unapproved_software_statement": "the software statement is not approved here",
    "access_denied": "the registration was refused",
    "stale_evidence": "the evidence is too old",
}


def _entity(kind, **more):
    name = str(kind)
    sentence = _SENTENCES.get(name, "the metadata is not acceptable")
    return json.dumps(dict({"error": name, "error_description": sentence}, **more))


def refusal(kind):
    """The exception for an error of that type."""
    return create(400, _entity(kind))


def stale_evidence(nonce):
    return create(400, _entity("stale_evidence", nonce=str(uuid.uuid4()) if nonce is None else str(nonce)))


class ErrorResponseFactory(object):
    """`context.getErrorResponseFactory()`."""

    def getErrorAsJson(self, kind, state=None, reason=None):
        return _entity(kind)

    errorAsJson = getErrorAsJson

    def createWebApplicationException(self, status, kind, reason=""):
        return WebApplicationException(Response(int(status), _entity(kind)))

    def createBadRequestException(self, kind, reason=""):
        return self.createWebApplicationException(400, kind, reason)


class Scope(object):
    """A scope. Its name in Jans's directory is made of its id."""

    def __init__(self, name):
        self._name = name

    def getId(self):
        return self._name

    getDisplayName = getInum = getId

    def getDn(self):
        return "inum=%s,ou=scopes,o=jans" % self._name

    def isDefaultScope(self):
        return False

    def getClaims(self):
        return ArrayList()

    id = displayName = inum = property(getId)
    dn = property(getDn)
    defaultScope = property(isDefaultScope)


class ScopeService(object):
    """`CdiUtil.bean(ScopeService)`: the scopes that exist, as the call was told."""

    def _known(self):
        return (turns.Script.snapshot or {}).get("scopesSupported") or []

    def getAllScopesList(self):
        return ArrayList(Scope(name) for name in self._known())

    def getScopeById(self, name):
        return Scope(str(name)) if str(name) in self._known() else None

    # The name is the id here; older scripts ask by it.
    getScopeByDisplayName = getScopeById

    def getScopeByDn(self, dn):
        return self.getScopeById(_id_of(dn))

    getScopeByDnSilently = getScopeByDn

    def getScopesDn(self, names):
        return ArrayList(Scope(str(name)).getDn() for name in names if str(name) in self._known())

    def getScopeIdsByDns(self, dns):
        return ArrayList(_id_of(dn) for dn in dns)

    def getDefaultScopesDn(self):
        return ArrayList()


def _id_of(dn):
    text = str(dn)
    return text[5:].rpartition(",ou=")[0] if text.startswith("inum=") and ",ou=" in text else text
