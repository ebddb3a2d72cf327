package io.jans.as.server.service.net;

import durward.script.HostRefused;
import io.jans.as.server.model.net.HttpServiceResponse;
import io.jans.util.StringHelper;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.http.Header;
import org.apache.http.HttpResponse;
import org.apache.http.HttpStatus;
import org.apache.http.client.HttpClient;
import org.apache.http.entity.ContentType;
import org.apache.http.util.EntityUtils;
import org.slf4j.LoggerFactory;

/**
 * HTTP for scripts: the server makes the request, by its policy and within its limits.
 *
 * <p>The clients that are passed around carry the names of key stores. A request that cannot be made answers null, as in Jans, and
 * its reason is in the log.
 */
public class HttpService {
    public HttpClient getHttpsClientTrustAll() {
        return new ServerHttpClient();
    }

    /** Spelled as Jans spells it. */
    public HttpClient getHttpsClientDefaulTrustStore() {
        return getHttpsClient();
    }

    public HttpClient getHttpsClient() {
        return new ServerHttpClient();
    }

    /** Trusts the authorities of a store that the operator listed, and no others. */
    public HttpClient getHttpsClient(String trustStoreType, String trustStorePath, String trustStorePassword) {
        return getHttpsClient(trustStoreType, trustStorePath, trustStorePassword, null, null, null);
    }

    /** Shows the key of a store that the operator listed, besides. The server opens both. */
    public HttpClient getHttpsClient(
            String trustStoreType, String trustStorePath, String trustStorePassword,
            String keyStoreType, String keyStorePath, String keyStorePassword) {
        return new ServerHttpClient(keyStorePath, keyStorePassword, trustStorePath, trustStorePassword);
    }

    public HttpServiceResponse executePost(
            HttpClient client, String uri, String authData, Map<String, String> headers, String postData,
            ContentType contentType) {
        Map<String, String> all = headers == null ? new LinkedHashMap<>() : new LinkedHashMap<>(headers);
        if (all.keySet().stream().noneMatch("content-type"::equalsIgnoreCase)) {
            all.put("Content-Type", contentType == null ? "text/plain" : contentType.toString());
        }
        if (StringHelper.isNotEmpty(authData)) {
            all.put("Authorization", "Basic " + authData);
        }
        return send(client, "POST", uri, all, postData == null ? "" : postData);
    }

    public HttpServiceResponse executePost(
            HttpClient client, String uri, String authData, Map<String, String> headers, String postData) {
        return executePost(client, uri, authData, headers, postData, null);
    }

    public HttpServiceResponse executePost(
            HttpClient client, String uri, String authData, String postData, ContentType contentType) {
        return executePost(client, uri, authData, null, postData, contentType);
    }

    public HttpServiceResponse executeGet(HttpClient client, String uri, Map<String, String> headers) {
        return send(client, "GET", uri, headers == null ? Map.of() : headers, null);
    }

    public HttpServiceResponse executeGet(HttpClient client, String uri) {
        return executeGet(client, uri, Map.of());
    }

    private static HttpServiceResponse send(
            HttpClient client, String method, String uri, Map<String, String> headers, String body) {
        try {
            Map<String, Object> stores = client instanceof ServerHttpClient ours ? ours.stores() : Map.of();
            return new HttpServiceResponse(ServerHttpClient.send(stores, method, uri, headers, body));
        } catch (HostRefused refused) {
            LoggerFactory.getLogger(HttpService.class).error("{} {}: {}", method, uri, refused.getMessage());
            return null;
        }
    }

    /** Spelled as in Jans. */
    public boolean isResponseStastusCodeOk(HttpResponse response) {
        return response.getStatusLine().getStatusCode() == HttpStatus.SC_OK;
    }

    public boolean isResponseStatusCodeOk(HttpResponse response) {
        return isResponseStastusCodeOk(response);
    }

    public boolean isContentTypeXml(HttpResponse response) {
        Header type = response.getFirstHeader("Content-Type");
        return type != null && type.getValue().toLowerCase().contains("xml");
    }

    /** The body; null unless the status is 200. */
    public byte[] getResponseContent(HttpResponse response) throws IOException {
        return response == null || !isResponseStastusCodeOk(response) ? null
                : EntityUtils.toByteArray(response.getEntity());
    }

    /** Does nothing: the whole answer is here already. */
    public void consume(HttpResponse response) {
    }

    public String convertEntityToString(byte[] content) {
        return convertEntityToString(content, StandardCharsets.UTF_8);
    }

    public String convertEntityToString(byte[] content, Charset charset) {
        return content == null ? null : new String(content, charset);
    }

    public String convertEntityToString(byte[] content, String charset) {
        return convertEntityToString(content, Charset.forName(charset));
    }

    public String encodeBase64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    public String encodeUrl(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** Scheme and host that the request came to. */
    public String constructServerUrl(HttpServletRequest request) {
        return request.getScheme() + "://" + request.getServerName();
    }
}
