package io.jans.as.client.ciba.fcm;

import durward.script.Host;
import durward.script.HostRefused;
import java.util.Map;
import java.util.regex.Pattern;
import org.json.JSONException;
import org.json.JSONObject;
import org.slf4j.LoggerFactory;

/**
 * Posts a message to Firebase Cloud Messaging by way of the server.
 *
 * <p>The address decides the protocol: {@code /v1/projects/<id>/messages:send} with the JSON of a service account
 * as key is the current API, everything else is Google's legacy one. A request that the server refuses gives a
 * response with status 0 and {@code getErrorMessage()}, where Jans gives null.
 */
public class FirebaseCloudMessagingClient {
    private static final Pattern CURRENT = Pattern.compile("/v1/projects/[^/]+/messages:send/?$");
    private static final String SCOPE = "https://www.googleapis.com/auth/firebase.messaging";

    private final String url;
    private FirebaseCloudMessagingRequest request;
    private FirebaseCloudMessagingResponse response;

    public FirebaseCloudMessagingClient(String url) {
        this.url = url;
    }

    public String getUrl() {
        return url;
    }

    public FirebaseCloudMessagingRequest getRequest() {
        return request;
    }

    public void setRequest(FirebaseCloudMessagingRequest request) {
        this.request = request;
    }

    public FirebaseCloudMessagingResponse getResponse() {
        return response;
    }

    public FirebaseCloudMessagingResponse execFirebaseCloudMessaging(
            String key, String to, String title, String body, String clickAction) {
        request = new FirebaseCloudMessagingRequest(key, to, title, body, clickAction);
        return exec();
    }

    public FirebaseCloudMessagingResponse exec() {
        try {
            response = send();
        } catch (HostRefused refused) {
            LoggerFactory.getLogger(FirebaseCloudMessagingClient.class)
                    .error("Firebase Cloud Messaging: {}", refused.getMessage());
            response = new FirebaseCloudMessagingResponse(0, null, Map.of(), refused.getMessage());
        }
        return response;
    }

    @SuppressWarnings("unchecked")
    private FirebaseCloudMessagingResponse send() {
        if (request == null) {
            throw new HostRefused("no request was set");
        }
        String account = serviceAccount(request.getKey());
        String authorization;
        JSONObject message;
        if (account != null && url != null && CURRENT.matcher(url).find()) {
            Map<String, Object> token = Host.ask("serviceAccountToken", Map.of("key", account, "scope", SCOPE));
            authorization = "Bearer " + token.get("accessToken");
            message = request.currentMessage();
        } else {
            authorization = "key=" + request.getKey();
            message = request.getJSONParameters();
        }
        Map<String, Object> answer = Host.ask("http", Map.of(
                "method", "POST",
                "url", String.valueOf(url),
                "body", message.toString(),
                "headers", Map.of("Authorization", authorization, "Content-Type", "application/json",
                        "Accept", "application/json")));
        Map<String, Object> headers = answer.get("headers") instanceof Map<?, ?> map
                ? (Map<String, Object>) map : Map.of();
        return new FirebaseCloudMessagingResponse(
                ((Number) answer.get("status")).intValue(), (String) answer.get("body"), headers, null);
    }

    /** The key as it is when it is the JSON of a service account, else null. */
    private static String serviceAccount(String key) {
        String text = key == null ? "" : key.trim();
        if (!text.startsWith("{")) {
            return null;
        }
        try {
            JSONObject account = new JSONObject(text);
            return account.optString("type").equals("service_account") || account.has("private_key") ? text : null;
        } catch (JSONException notJson) {
            return null;
        }
    }
}
