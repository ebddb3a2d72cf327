package durward.script;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The HTTP request of a context: headers, parameters, cookies and where it came from. Everything else is refused. */
public final class RequestView extends HttpServletRequestWrapper {
    private static final HttpServletRequest REFUSING = (HttpServletRequest) Proxy.newProxyInstance(
            RequestView.class.getClassLoader(), new Class<?>[] {HttpServletRequest.class}, RequestView::refuse);

    private final Snapshot snapshot;

    RequestView(Snapshot snapshot) {
        super(REFUSING);
        this.snapshot = snapshot;
    }

    /** The request that is property {@code name} of {@code owner}, or null. */
    public static RequestView of(Snapshot owner, String name) {
        return owner.bean(name, RequestView::new);
    }

    private static Object refuse(Object proxy, Method method, Object[] arguments) {
        throw new UnsupportedOperationException("HttpServletRequest." + method.getName() + " is not offered to scripts");
    }

    @SuppressWarnings("unchecked")
    private Map<String, Object> entries(String name) {
        return snapshot.find(name) instanceof Map<?, ?> map ? (Map<String, Object>) map : Map.of();
    }

    private static List<String> all(Object value) {
        if (value == null) {
            return List.of();
        }
        return value instanceof List<?> list ? list.stream().map(String::valueOf).toList()
                : List.of(value.toString());
    }

    private static String first(Object value) {
        List<String> found = all(value);
        return found.isEmpty() ? null : found.get(0);
    }

    private Object header(String name) {
        for (Map.Entry<String, Object> entry : entries("headers").entrySet()) {
            if (entry.getKey().equalsIgnoreCase(name)) {
                return entry.getValue();
            }
        }
        return null;
    }

    private String text(String name) {
        Object value = snapshot.find(name);
        return value == null ? null : value.toString();
    }

    @Override
    public String getHeader(String name) {
        return first(header(name));
    }

    @Override
    public Enumeration<String> getHeaders(String name) {
        return Collections.enumeration(all(header(name)));
    }

    @Override
    public Enumeration<String> getHeaderNames() {
        return Collections.enumeration(entries("headers").keySet());
    }

    @Override
    public String getParameter(String name) {
        return first(entries("parameters").get(name));
    }

    @Override
    public String[] getParameterValues(String name) {
        Object value = entries("parameters").get(name);
        return value == null ? null : all(value).toArray(String[]::new);
    }

    @Override
    public Enumeration<String> getParameterNames() {
        return Collections.enumeration(entries("parameters").keySet());
    }

    @Override
    public Map<String, String[]> getParameterMap() {
        Map<String, String[]> map = new LinkedHashMap<>();
        entries("parameters").forEach((name, value) -> map.put(name, all(value).toArray(String[]::new)));
        return map;
    }

    @Override
    public Cookie[] getCookies() {
        return entries("cookies").entrySet().stream()
                .map(entry -> new Cookie(entry.getKey(), first(entry.getValue())))
                .toArray(Cookie[]::new);
    }

    @Override
    public String getMethod() {
        return text("method");
    }

    @Override
    public String getRequestURI() {
        return text("requestURI");
    }

    @Override
    public StringBuffer getRequestURL() {
        String url = text("requestURL");
        return url == null ? null : new StringBuffer(url);
    }

    @Override
    public String getQueryString() {
        return text("queryString");
    }

    @Override
    public String getRemoteAddr() {
        return text("remoteAddr");
    }

    @Override
    public String getRemoteHost() {
        return text("remoteAddr");
    }

    @Override
    public String getScheme() {
        return text("scheme");
    }

    @Override
    public String getServerName() {
        return text("serverName");
    }

    @Override
    public String getContentType() {
        return getHeader("Content-Type");
    }

    @Override
    public String toString() {
        return "HttpServletRequest@" + Integer.toHexString(hashCode());
    }
}
