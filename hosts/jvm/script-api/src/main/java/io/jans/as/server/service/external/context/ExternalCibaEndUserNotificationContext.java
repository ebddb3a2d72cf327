package io.jans.as.server.service.external.context;

import durward.script.Snapshot;
import io.jans.as.common.model.common.User;
import io.jans.as.common.model.registration.Client;
import io.jans.as.model.configuration.AppConfiguration;
import io.jans.as.server.service.ciba.CibaEncryptionService;

/** One authentication request that a device must hear of. */
public class ExternalCibaEndUserNotificationContext extends ExternalScriptContext {
    private final CibaEncryptionService encryptionService = new CibaEncryptionService();

    public ExternalCibaEndUserNotificationContext(Snapshot snapshot) {
        super(snapshot);
    }

    public AppConfiguration getAppConfiguration() {
        return snapshot.bean("appConfiguration", AppConfiguration::new);
    }

    /** Granted scopes, separated by spaces. */
    public String getScope() {
        return snapshot.text("scope");
    }

    public String getAcrValues() {
        return snapshot.text("acrValues");
    }

    public String getAuthReqId() {
        return snapshot.text("authReqId");
    }

    /** The user's device, or null. */
    public String getDeviceRegistrationToken() {
        return snapshot.text("deviceRegistrationToken");
    }

    public CibaEncryptionService getEncryptionService() {
        return encryptionService;
    }

    /** Words shown on both devices, or null. Not in Jans. */
    public String getBindingMessage() {
        return snapshot.text("bindingMessage");
    }

    /** Who is asked. Not in Jans. */
    public User getUser() {
        return snapshot.bean("user", User::new);
    }

    /** Who asks. Not in Jans. */
    public Client getClient() {
        return snapshot.bean("client", Client::new);
    }

    /** Seconds until the request expires. Not in Jans. */
    public Integer getExpiresIn() {
        return snapshot.integer("expiresIn");
    }
}
