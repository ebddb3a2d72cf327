package io.jans.model.custom.script.type.authzdetails;

import io.jans.model.custom.script.type.BaseExternalType;

/** Vets one element of authorization_details and says it in words. */
public interface AuthzDetailType extends BaseExternalType {
    /**
     * @param context an {@code ExternalScriptContext}
     * @return whether the element may be asked for
     */
    boolean validateDetail(Object context);

    /**
     * @param context an {@code ExternalScriptContext}
     * @return what the consent page says of the element
     */
    String getUiRepresentation(Object context);
}
