package io.jans.model.custom.script.type.logout;

import io.jans.model.custom.script.type.BaseExternalType;

/** Makes the page that a logout ends with. */
public interface EndSessionType extends BaseExternalType {
    /**
     * @param context an {@code EndSessionContext}
     * @return HTML, or nothing for the server's own page
     */
    String getFrontchannelHtml(Object context);
}
