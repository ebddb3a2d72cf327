package io.jans.model.custom.script.type.ciba;

import io.jans.model.custom.script.type.BaseExternalType;

/** Tells a user's device that an application asks for a login. */
public interface EndUserNotificationType extends BaseExternalType {
    /**
     * @param context an {@code ExternalCibaEndUserNotificationContext}
     * @return whether the device was told
     */
    boolean notifyEndUser(Object context);
}
