package io.jans.as.model.configuration;

import durward.script.Bean;
import durward.script.Snapshot;

/** Settings of the push service; the key is sealed. */
public class CIBAEndUserNotificationConfig extends Bean {
    public CIBAEndUserNotificationConfig(Snapshot snapshot) {
        super(snapshot);
    }

    public String getApiKey() {
        return snapshot.text("apiKey");
    }

    public String getAuthDomain() {
        return snapshot.text("authDomain");
    }

    public String getDatabaseURL() {
        return snapshot.text("databaseURL");
    }

    public String getProjectId() {
        return snapshot.text("projectId");
    }

    public String getStorageBucket() {
        return snapshot.text("storageBucket");
    }

    public String getMessagingSenderId() {
        return snapshot.text("messagingSenderId");
    }

    public String getAppId() {
        return snapshot.text("appId");
    }

    public String getNotificationUrl() {
        return snapshot.text("notificationUrl");
    }

    public String getNotificationKey() {
        return snapshot.text("notificationKey");
    }

    public String getPublicVapidKey() {
        return snapshot.text("publicVapidKey");
    }
}
