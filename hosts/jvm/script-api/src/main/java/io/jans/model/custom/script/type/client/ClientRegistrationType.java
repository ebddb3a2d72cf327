package io.jans.model.custom.script.type.client;

import io.jans.model.custom.script.type.BaseExternalType;

/** Vets and completes clients that register themselves. */
public interface ClientRegistrationType extends BaseExternalType {
    /**
     * @param context a {@code DynamicClientRegistrationContext}
     * @return whether the client may be registered
     */
    boolean createClient(Object context);

    /**
     * @param context a {@code DynamicClientRegistrationContext}
     * @return whether the client may be changed
     */
    boolean updateClient(Object context);

    /** @param context a {@code DynamicClientRegistrationContext} */
    String getSoftwareStatementHmacSecret(Object context);

    /** @param context a {@code DynamicClientRegistrationContext} */
    String getSoftwareStatementJwks(Object context);

    /** @param context a {@code DynamicClientRegistrationContext} */
    String getDcrHmacSecret(Object context);

    /** @param context a {@code DynamicClientRegistrationContext} */
    String getDcrJwks(Object context);

    /**
     * @param cert a {@code java.security.cert.X509Certificate}
     * @param context a {@code DynamicClientRegistrationContext}
     * @return whether the client may authenticate with the certificate
     */
    boolean isCertValidForClient(Object cert, Object context);

    /**
     * @param responseAsJsonObject an {@code org.json.JSONObject}, to be changed in place
     * @param executionContext an {@code ExecutionContext}
     * @return whether the changes are to be kept
     */
    boolean modifyPutResponse(Object responseAsJsonObject, Object executionContext);

    /**
     * @param responseAsJsonObject an {@code org.json.JSONObject}, to be changed in place
     * @param executionContext an {@code ExecutionContext}
     * @return whether the changes are to be kept
     */
    boolean modifyReadResponse(Object responseAsJsonObject, Object executionContext);

    /**
     * @param responseAsJsonObject an {@code org.json.JSONObject}, to be changed in place
     * @param executionContext an {@code ExecutionContext}
     * @return whether the changes are to be kept
     */
    boolean modifyPostResponse(Object responseAsJsonObject, Object executionContext);
}
