"""The script types' interfaces: plain base classes, so a missing method fails only when called."""


class BaseExternalType(object):
    """What every script type shares."""


class EndUserNotificationType(BaseExternalType):
    """ciba_end_user_notification"""


class EndSessionType(BaseExternalType):
    """end_session"""


class AuthzDetailType(BaseExternalType):
    """authz_detail"""


class ClientRegistrationType(BaseExternalType):
    """client_registration"""
