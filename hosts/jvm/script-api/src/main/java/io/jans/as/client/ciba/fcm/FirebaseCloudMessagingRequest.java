package io.jans.as.client.ciba.fcm;

import io.jans.util.StringHelper;
import org.json.JSONObject;

/** A message for one device. */
public class FirebaseCloudMessagingRequest {
    private final String key;
    private final String to;
    private final String title;
    private final String body;
    private final String clickAction;
    private String contentType = "application/json";
    private String mediaType = "application/json";

    public FirebaseCloudMessagingRequest(String key, String to, String title, String body, String clickAction) {
        this.key = key;
        this.to = to;
        this.title = title;
        this.body = body;
        this.clickAction = clickAction;
    }

    public String getKey() {
        return key;
    }

    public String getTo() {
        return to;
    }

    public String getTitle() {
        return title;
    }

    public String getBody() {
        return body;
    }

    public String getClickAction() {
        return clickAction;
    }

    public String getContentType() {
        return contentType;
    }

    public void setContentType(String contentType) {
        this.contentType = contentType;
    }

    public String getMediaType() {
        return mediaType;
    }

    public void setMediaType(String mediaType) {
        this.mediaType = mediaType;
    }

    /** The message of Google's legacy API. */
    public JSONObject getJSONParameters() {
        JSONObject notification = notification();
        putIfNotBlank(notification, "click_action", clickAction);
        JSONObject message = new JSONObject();
        putIfNotBlank(message, "to", to);
        return message.put("notification", notification);
    }

    /** The message of Google's current API. */
    JSONObject currentMessage() {
        JSONObject message = new JSONObject().put("token", to).put("notification", notification());
        if (StringHelper.isNotEmpty(clickAction)) {
            JSONObject options = new JSONObject().put("link", clickAction);
            message.put("webpush", new JSONObject().put("fcm_options", options));
            message.put("data", new JSONObject().put("click_action", clickAction));
        }
        return new JSONObject().put("message", message);
    }

    private JSONObject notification() {
        JSONObject notification = new JSONObject();
        putIfNotBlank(notification, "title", title);
        putIfNotBlank(notification, "body", body);
        return notification;
    }

    private static void putIfNotBlank(JSONObject object, String name, String value) {
        if (StringHelper.isNotEmpty(value)) {
            object.put(name, value);
        }
    }

    @Override
    public String toString() {
        return "FirebaseCloudMessagingRequest(to=***, title='" + title + "')";
    }
}
