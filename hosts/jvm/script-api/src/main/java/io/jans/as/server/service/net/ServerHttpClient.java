package io.jans.as.server.service.net;

import durward.script.Host;
import durward.script.HostRefused;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.http.Header;
import org.apache.http.HttpEntity;
import org.apache.http.HttpEntityEnclosingRequest;
import org.apache.http.HttpHost;
import org.apache.http.HttpRequest;
import org.apache.http.HttpVersion;
import org.apache.http.client.methods.CloseableHttpResponse;
import org.apache.http.entity.ByteArrayEntity;
import org.apache.http.impl.client.CloseableHttpClient;
import org.apache.http.message.BasicHttpResponse;
import org.apache.http.protocol.HttpContext;
import org.apache.http.util.EntityUtils;

/**
 * An HTTP client whose requests the server makes, by its policy and within its limits.
 *
 * <p>Key and trust stores are named, and opened by the server; proxies and redirects are its business. Bodies are text.
 */
final class ServerHttpClient extends CloseableHttpClient {
    private final Map<String, Object> stores = new LinkedHashMap<>();

    ServerHttpClient() {
    }

    /** With the names of stores; null or blank for none. */
    ServerHttpClient(String keyStore, String keyPassword, String trustStore, String trustPassword) {
        if (keyStore != null && !keyStore.isBlank()) {
            stores.put("keyStore", Host.keyStore(keyStore, keyPassword));
        }
        if (trustStore != null && !trustStore.isBlank()) {
            stores.put("trustStore", Host.keyStore(trustStore, trustPassword));
        }
    }

    /** Arguments of the request that name them. */
    Map<String, Object> stores() {
        return stores;
    }

    /** An answer that is wholly here. */
    private static final class Answer extends BasicHttpResponse implements CloseableHttpResponse, Closeable {
        Answer(int status) {
            super(HttpVersion.HTTP_1_1, status, "");
        }

        @Override
        public void close() {
        }
    }

    /** The server's answer to one request. @throws HostRefused when it does not make it */
    static CloseableHttpResponse send(
            Map<String, Object> stores, String method, String url, Map<String, String> headers, String body) {
        Map<String, Object> arguments = new LinkedHashMap<>(stores);
        arguments.put("method", method);
        arguments.put("url", url);
        arguments.put("headers", headers);
        if (body != null) {
            arguments.put("body", body);
        }
        Map<String, Object> answer = Host.ask("http", arguments);
        Answer response = new Answer(((Number) answer.get("status")).intValue());
        if (answer.get("headers") instanceof Map<?, ?> map) {
            map.forEach((name, value) -> {
                for (Object one : value instanceof List<?> list ? list : List.of(String.valueOf(value))) {
                    response.addHeader(name.toString(), String.valueOf(one));
                }
            });
        }
        Object text = answer.get("body");
        ByteArrayEntity entity =
                new ByteArrayEntity((text == null ? "" : text.toString()).getBytes(StandardCharsets.UTF_8));
        Header type = response.getFirstHeader("Content-Type");
        if (type != null) {
            entity.setContentType(type);
        }
        response.setEntity(entity);
        return response;
    }

    @Override
    protected CloseableHttpResponse doExecute(HttpHost target, HttpRequest request, HttpContext context)
            throws IOException {
        Map<String, String> headers = new LinkedHashMap<>();
        for (Header header : request.getAllHeaders()) {
            headers.put(header.getName(), header.getValue());
        }
        String body = null;
        if (request instanceof HttpEntityEnclosingRequest enclosing && enclosing.getEntity() != null) {
            HttpEntity entity = enclosing.getEntity();
            if (entity.getContentType() != null) {
                headers.putIfAbsent("Content-Type", entity.getContentType().getValue());
            }
            body = EntityUtils.toString(entity, StandardCharsets.UTF_8);
        }
        String uri = request.getRequestLine().getUri();
        String url = target == null || uri.contains("://") ? uri : target.toURI() + uri;
        try {
            return send(stores, request.getRequestLine().getMethod(), url, headers, body);
        } catch (HostRefused refused) {
            throw new IOException(refused.getMessage(), refused);
        }
    }

    @Override
    public void close() {
    }

    @Override
    @Deprecated
    public org.apache.http.params.HttpParams getParams() {
        throw new UnsupportedOperationException("the server makes the request: there are no parameters to set");
    }

    @Override
    @Deprecated
    public org.apache.http.conn.ClientConnectionManager getConnectionManager() {
        throw new UnsupportedOperationException("the server makes the request: there are no connections here");
    }
}
