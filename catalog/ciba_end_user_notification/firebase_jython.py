# Makes a user's phone ring through Firebase Cloud Messaging: the same as
# firebase.py, written for Python 2 as Jython runs it, with Java's names.
#
# Settings: cibaEndUserNotificationConfig.notificationUrl and .notificationKey.
# Optional property of the script: title, shown instead of the application's name.

from io.jans.as.client.ciba.fcm import FirebaseCloudMessagingClient
from io.jans.as.client.ciba.fcm import FirebaseCloudMessagingRequest
from io.jans.as.common.util import RedirectUri
from io.jans.model.custom.script.type.ciba import EndUserNotificationType
from io.jans.util import StringHelper
from java.util import UUID

class EndUserNotification(EndUserNotificationType):
    def __init__(self, currentTimeMillis):
        self.currentTimeMillis = currentTimeMillis
        self.title = None

    def init(self, configurationAttributes):
        if configurationAttributes.containsKey("title"):
            self.title = configurationAttributes.get("title").getValue2()
        print "Login requests go to phones by Firebase"
        return True

    def destroy(self, configurationAttributes):
        print "Login requests no longer go to phones"
        return True

    def getApiVersion(self):
        return 1

    def notifyEndUser(self, context):
        device = context.getDeviceRegistrationToken()
        if StringHelper.isEmpty(device):
            print "%s has no phone: nobody was told" % context.getUser().getUserId()
            return False

        configuration = context.getAppConfiguration()
        push = configuration.getCibaEndUserNotificationConfig()
        key = context.getEncryptionService().decrypt(push.getNotificationKey(), True)

        title = self.title
        if title is None:
            asking = context.getClient()
            title = asking.getClientName() or asking.getClientId()
        # Words shown on both devices: without them one login looks like another.
        words = context.getBindingMessage()
        if words is None:
            body = "Tap to see what it asks for"
        else:
            body = "Words to compare: %s" % words

        link = self.approvalLink(context, configuration)
        client = FirebaseCloudMessagingClient(push.getNotificationUrl())
        client.setRequest(FirebaseCloudMessagingRequest(key, device, title, body, link))
        status = client.exec().getStatus()

        print "told", context.getUser().getUserId(), "- the push service answered", status
        return status >= 200 and status < 300

    def approvalLink(self, context, configuration):
        link = RedirectUri(configuration.getAuthorizationEndpoint())
        for name, value in (
            ("client_id", configuration.getBackchannelClientId()),
            ("redirect_uri", configuration.getBackchannelRedirectUri()),
            ("response_type", "id_token"),
            ("scope", context.getScope()),
            ("acr_values", context.getAcrValues()),
            ("prompt", "consent"),
            ("state", UUID.randomUUID().toString()),
            ("nonce", UUID.randomUUID().toString()),
            ("auth_req_id", context.getAuthReqId()),
        ):
            link.addResponseParameter(name, value)
        return link.toString()
