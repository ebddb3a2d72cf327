"""`CdiUtil.bean(Class)`: the services that native scripts may have."""

from durward.cache import CacheService
from durward.encryption import CibaEncryptionService, EncryptionService
from durward.http import HttpService
from durward.registration import ScopeService

_MADE = {}
_OFFERED = (EncryptionService, CibaEncryptionService, HttpService, ScopeService, CacheService)


class CdiUtil(object):
    @staticmethod
    def bean(cls, *_):
        if cls not in _OFFERED:
            name = getattr(cls, "__name__", str(cls))
            raise RuntimeError(
                "CdiUtil.bean(%s): no such service for native Python scripts; there are %s"
                % (name, ", ".join(one.__name__ for one in _OFFERED)))
        if cls not in _MADE:
            _MADE[cls] = cls()
        return _MADE[cls]

    @staticmethod
    def destroy(*_):
        pass
