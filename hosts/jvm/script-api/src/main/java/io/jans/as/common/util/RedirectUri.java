package io.jans.as.common.util;

import io.jans.as.model.common.ResponseMode;
import io.jans.as.model.common.ResponseType;
import io.jans.util.StringHelper;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A base and a query made of parameters, which keep the order in which they were
 * added (in Jans the order is that of a hash table). Not here: the response modes
 * beyond query and fragment.
 */
public class RedirectUri {
    private final Map<String, String> parameters = new LinkedHashMap<>();
    private final List<ResponseType> responseTypes;
    private String base;
    private ResponseMode mode;

    public RedirectUri(String base) {
        this(base, null, null);
    }

    public RedirectUri(String base, List<ResponseType> responseTypes, ResponseMode mode) {
        this.base = base;
        this.responseTypes = responseTypes;
        this.mode = mode == null ? ResponseMode.QUERY : mode;
    }

    public String getBaseRedirectUri() {
        return base;
    }

    public void setBaseRedirectUri(String base) {
        this.base = base;
    }

    public List<ResponseType> getResponseTypes() {
        return responseTypes;
    }

    public ResponseMode getResponseMode() {
        return mode;
    }

    public void setResponseMode(ResponseMode mode) {
        this.mode = mode;
    }

    /** Does nothing for a blank name; a parameter without a value is not written. */
    public void addResponseParameter(String name, String value) {
        if (StringHelper.isNotEmpty(name)) {
            parameters.put(name, value);
        }
    }

    public void addResponseParameterIfNotBlank(String name, String value) {
        if (StringHelper.isNotEmpty(value)) {
            addResponseParameter(name, value);
        }
    }

    public String getResponseParameter(String name) {
        return parameters.get(name);
    }

    /** Spelled as in Jans. */
    public int getResponseParamentersSize() {
        return parameters.size();
    }

    public int getResponseParametersSize() {
        return parameters.size();
    }

    public void parseQueryString(String query) {
        if (query == null) {
            return;
        }
        for (String pair : query.split("&")) {
            int equals = pair.indexOf('=');
            if (equals >= 0) {
                addResponseParameter(decode(pair.substring(0, equals)), decode(pair.substring(equals + 1)));
            }
        }
    }

    public String getQueryString() {
        StringBuilder query = new StringBuilder();
        parameters.forEach((name, value) -> {
            if (StringHelper.isNotEmpty(value)) {
                query.append(query.isEmpty() ? "" : "&").append(encode(name)).append('=').append(encode(value));
            }
        });
        return query.toString();
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        String query = getQueryString();
        if (query.isEmpty()) {
            return base;
        }
        String mark = mode == ResponseMode.FRAGMENT ? "#" : "?";
        return base + (base.contains(mark) ? "&" : mark) + query;
    }
}
