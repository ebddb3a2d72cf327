/*
 * Makes a user's phone ring through Firebase Cloud Messaging.
 *
 * Settings, all live configuration:
 *   cibaEndUserNotificationConfig.notificationUrl   where messages are posted
 *   cibaEndUserNotificationConfig.notificationKey   server key, or a service account's JSON
 *
 * Properties, optional:
 *   title   what the notification is headed with; otherwise the application's name
 *
 * Each user needs a device registration token; without one nothing is sent and
 * the answer is false. A tap on the notification opens the approval page.
 */

import io.jans.as.client.ciba.fcm.FirebaseCloudMessagingClient;
import io.jans.as.client.ciba.fcm.FirebaseCloudMessagingRequest;
import io.jans.as.client.ciba.fcm.FirebaseCloudMessagingResponse;
import io.jans.as.common.util.RedirectUri;
import io.jans.as.model.configuration.AppConfiguration;
import io.jans.as.model.configuration.CIBAEndUserNotificationConfig;
import io.jans.as.server.service.external.context.ExternalCibaEndUserNotificationContext;
import io.jans.model.SimpleCustomProperty;
import io.jans.model.custom.script.model.CustomScript;
import io.jans.model.custom.script.type.ciba.EndUserNotificationType;
import io.jans.service.custom.script.CustomScriptManager;
import io.jans.util.StringHelper;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

public class EndUserNotification implements EndUserNotificationType {
    private static final Logger log = LoggerFactory.getLogger(CustomScriptManager.class);

    private String title;

    @Override
    public boolean init(Map<String, SimpleCustomProperty> configurationAttributes) {
        SimpleCustomProperty property = configurationAttributes.get("title");
        title = property == null ? null : property.getValue2();
        log.info("ready to send login requests to phones");
        return true;
    }

    @Override
    public boolean init(CustomScript customScript, Map<String, SimpleCustomProperty> configurationAttributes) {
        return init(configurationAttributes);
    }

    @Override
    public boolean destroy(Map<String, SimpleCustomProperty> configurationAttributes) {
        return true;
    }

    @Override
    public int getApiVersion() {
        return 11;
    }

    @Override
    public boolean notifyEndUser(Object asked) {
        ExternalCibaEndUserNotificationContext context = (ExternalCibaEndUserNotificationContext) asked;
        String user = context.getUser().getUserId();
        String device = context.getDeviceRegistrationToken();
        if (StringHelper.isEmpty(device)) {
            log.warn("{} has no registered device: nobody was told", user);
            return false;
        }

        CIBAEndUserNotificationConfig push = context.getAppConfiguration().getCibaEndUserNotificationConfig();
        FirebaseCloudMessagingClient sender = new FirebaseCloudMessagingClient(push.getNotificationUrl());
        sender.setRequest(new FirebaseCloudMessagingRequest(
                context.getEncryptionService().decrypt(push.getNotificationKey(), true),
                device,
                headline(context),
                words(context.getBindingMessage()),
                approvalLink(context)));
        FirebaseCloudMessagingResponse answer = sender.exec();

        log.info("told {}: the push service answered {}", user, answer.getStatus());
        return answer.getStatus() >= 200 && answer.getStatus() < 300;
    }

    private String headline(ExternalCibaEndUserNotificationContext context) {
        if (StringHelper.isNotEmpty(title)) {
            return title;
        }
        String name = context.getClient().getClientName();
        return StringHelper.isNotEmpty(name) ? name : context.getClient().getClientId();
    }

    private static String words(String bindingMessage) {
        // The words are what protects the user: they tell this login from one that
        // somebody else started. Show them wherever the question is asked.
        return StringHelper.isEmpty(bindingMessage)
                ? "Tap to see what it asks for"
                : "Words to compare: " + bindingMessage;
    }

    private static String approvalLink(ExternalCibaEndUserNotificationContext context) {
        AppConfiguration settings = context.getAppConfiguration();
        RedirectUri link = new RedirectUri(settings.getAuthorizationEndpoint());
        link.addResponseParameter("client_id", settings.getBackchannelClientId());
        link.addResponseParameter("response_type", "id_token");
        link.addResponseParameter("scope", context.getScope());
        link.addResponseParameter("acr_values", context.getAcrValues());
        link.addResponseParameter("redirect_uri", settings.getBackchannelRedirectUri());
        link.addResponseParameter("state", UUID.randomUUID().toString());
        link.addResponseParameter("nonce", UUID.randomUUID().toString());
        link.addResponseParameter("prompt", "consent");
        link.addResponseParameter("auth_req_id", context.getAuthReqId());
        return link.toString();
    }
}
