package io.jans.as.server.model.net;

import org.apache.http.HttpResponse;
import org.apache.http.client.methods.HttpRequestBase;

/** What {@code HttpService} answers with. */
public class HttpServiceResponse {
    private final HttpResponse httpResponse;

    public HttpServiceResponse(HttpResponse httpResponse) {
        this.httpResponse = httpResponse;
    }

    public HttpResponse getHttpResponse() {
        return httpResponse;
    }

    /** Null: the server made the request. */
    public HttpRequestBase getHttpRequest() {
        return null;
    }

    /** Does nothing: the whole answer is here already. */
    public void closeConnection() {
    }
}
