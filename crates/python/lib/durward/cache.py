"""Jans's `CacheService`: what a script keeps between calls, on this node, for a while."""

import json

from durward.services import HostRefused, ask


class CacheService(object):
    """`CdiUtil.bean(CacheService)`. Values are JSON; each script has a shelf of its own."""

    def get(self, key):
        kept = ask("cacheGet", key=str(key))["value"]
        if kept is None:
            return None
        from durward.json_java import wrap

        return wrap(json.loads(kept))

    def put(self, *arguments):
        """(key, value) or (expirationInSeconds, key, value)."""
        seconds, key, value = arguments if len(arguments) == 3 else (None,) + arguments
        asked = {"key": str(key), "value": json.dumps(value, default=_plain)}
        if seconds is not None:
            asked["seconds"] = int(seconds)
        try:
            ask("cachePut", **asked)
        except HostRefused as error:
            import _durward

            # As Jans: what cannot be kept is not kept.
            _durward.log("error", "cache: %s" % error)

    def remove(self, key):
        ask("cacheRemove", key=str(key))

    def clear(self):
        ask("cacheClear")

    def hasKey(self, key):
        return self.get(key) is not None

    def getWithPut(self, key, load, expirationInSeconds=60):
        """What is kept, or what `load` makes and is kept from now on."""
        found = self.get(key)
        if found is None:
            found = load.get() if hasattr(load, "get") else load()
            if found is not None:
                self.put(expirationInSeconds, key, found)
        return found


def _plain(value):
    return value._json_value() if hasattr(value, "_json_value") else str(value)
