# durward: python=3
"""Makes a user's phone ring through Firebase Cloud Messaging.

Settings, all live configuration:
  cibaEndUserNotificationConfig.notificationUrl   where messages are posted
  cibaEndUserNotificationConfig.notificationKey   server key, or a service account's JSON

Each user needs a device registration token; without one nothing is sent and
the answer is False. A tap on the notification opens the approval page.
"""

from urllib.parse import urlencode
from uuid import uuid4

from io.jans.as.client.ciba.fcm import FirebaseCloudMessagingClient, FirebaseCloudMessagingRequest
from io.jans.model.custom.script.type.ciba import EndUserNotificationType


class EndUserNotification(EndUserNotificationType):
    def __init__(self, current_time_millis):
        self.created_at_ms = current_time_millis

    def init(self, custom_script, configuration_attributes):
        print("ready to send login requests to phones")
        return True

    def destroy(self, configuration_attributes):
        return True

    def getApiVersion(self):
        return 11

    def notifyEndUser(self, context):
        device = context.deviceRegistrationToken
        if not device:
            print(f"{context.user.userId} has no registered device: nobody was told")
            return False

        push = context.appConfiguration.cibaEndUserNotificationConfig
        message = FirebaseCloudMessagingRequest(
            context.encryptionService.decrypt(push.notificationKey, True),
            device,
            title_for(context.client),
            body_for(context.bindingMessage),
            approval_link(context),
        )
        sender = FirebaseCloudMessagingClient(push.notificationUrl)
        sender.setRequest(message)
        answer = sender.exec()

        print(f"told {context.user.userId}: the push service answered {answer.status}")
        return 200 <= answer.status < 300


def title_for(client):
    return client.clientName or client.clientId


def body_for(binding_message):
    # The words are what protects the user: they tell this login from one that
    # somebody else started. Show them wherever the question is asked.
    if binding_message:
        return f"Words to compare: {binding_message}"
    return "Tap to see what it asks for"


def approval_link(context):
    settings = context.appConfiguration
    parameters = {
        "client_id": settings.backchannelClientId,
        "response_type": "id_token",
        "scope": context.scope,
        "redirect_uri": settings.backchannelRedirectUri,
        "state": uuid4(),
        "nonce": uuid4(),
        "prompt": "consent",
        "auth_req_id": context.authReqId,
    }
    if context.acrValues:
        parameters["acr_values"] = context.acrValues
    return f"{settings.authorizationEndpoint}?{urlencode(parameters)}"
