"""`AuthzDetail` and `AuthzDetails` for scripts that make their own; a context's come from its contract."""

from durward.java_util import ArrayList, LinkedHashSet
from durward.json_java import JSONArray, JSONException, JSONObject


class AuthzDetail(object):
    def __init__(self, source):
        self._object = source if isinstance(source, JSONObject) else JSONObject(source)
        self._representation = None

    @staticmethod
    def _from_context(value, bean, path):
        return None if value is None else AuthzDetail(value)

    def getJsonObject(self):
        return self._object

    jsonObject = property(getJsonObject)

    def getType(self):
        return self._object.optString("type")

    type = property(getType)

    def getUiRepresentation(self):
        return self._representation

    def setUiRepresentation(self, text):
        self._representation = text

    uiRepresentation = property(getUiRepresentation, setUiRepresentation)

    def __str__(self):
        return "AuthzDetail{jsonObject=%s, uiRepresentation='%s'}" % (self._object, self._representation)

    toString = __str__

    def _json_value(self):
        return self._object


class AuthzDetails(object):
    def __init__(self, details=()):
        self._details = ArrayList(details)

    @staticmethod
    def of(source):
        array = source if isinstance(source, JSONArray) else JSONArray(source)
        if not all(isinstance(one, JSONObject) for one in array):
            raise JSONException("an element is not an object")
        return AuthzDetails(AuthzDetail(one) for one in array)

    @staticmethod
    def ofSilently(source):
        try:
            return AuthzDetails.of(source)
        except (JSONException, TypeError, AttributeError):
            return None

    @staticmethod
    def _from_context(value, bean, path):
        return None if value is None else AuthzDetails.of(value)

    def getDetails(self):
        return self._details

    details = property(getDetails)

    def getTypes(self):
        return LinkedHashSet(one.getType() for one in self._details)

    def asJsonArray(self):
        return JSONArray([one.getJsonObject() for one in self._details])

    def asJsonString(self):
        return self.asJsonArray().toString()

    def similar(self, other):
        if isinstance(other, str):
            other = AuthzDetails.of(other)
        return self.asJsonArray().similar(other.asJsonArray())

    @staticmethod
    def simpleMerge(one, other):
        """The elements of both; None where there are none."""
        merged = [detail for each in (one, other) if each is not None for detail in each._details]
        return AuthzDetails(merged) if merged else None

    @staticmethod
    def isEmpty(one):
        return one is None or not one._details

    def _json_value(self):
        return self.asJsonArray()
