/*
 * Writes the page after a logout in the house's own words, with nothing but what
 * Jans has as well: the same script serves both.
 *
 * Properties, all optional:
 *   heading   what the page says; otherwise "You are signed out"
 *   text      a sentence below it, such as whom to call when that was not you
 *
 * Answers the page: the heading, the frames in which applications end their
 * sessions, and a link to where the browser goes next, if it goes anywhere. The
 * server goes on by itself once the frames have loaded; the link is for browsers
 * that run no scripts.
 */

import io.jans.as.server.service.external.context.EndSessionContext;
import io.jans.model.SimpleCustomProperty;
import io.jans.model.custom.script.model.CustomScript;
import io.jans.model.custom.script.type.logout.EndSessionType;
import io.jans.service.custom.script.CustomScriptManager;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

public class EndSession implements EndSessionType {
    private static final Logger log = LoggerFactory.getLogger(CustomScriptManager.class);

    private String heading;
    private String text;

    @Override
    public boolean init(Map<String, SimpleCustomProperty> configurationAttributes) {
        heading = setting(configurationAttributes, "heading", "You are signed out");
        text = setting(configurationAttributes, "text", "");
        log.info("ready to write logout pages: {}", heading);
        return true;
    }

    private static String setting(Map<String, SimpleCustomProperty> properties, String name, String unless) {
        SimpleCustomProperty property = properties.get(name);
        return property == null || property.getValue2().isBlank() ? unless : property.getValue2().trim();
    }

    @Override
    public boolean init(CustomScript customScript, Map<String, SimpleCustomProperty> configurationAttributes) {
        return init(configurationAttributes);
    }

    @Override
    public boolean destroy(Map<String, SimpleCustomProperty> configurationAttributes) {
        return true;
    }

    @Override
    public int getApiVersion() {
        return 11;
    }

    @Override
    public String getFrontchannelHtml(Object asked) {
        EndSessionContext context = (EndSessionContext) asked;
        StringBuilder page = new StringBuilder();
        page.append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
                .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
                .append("<title>").append(escaped(heading)).append("</title>\n</head>\n<body>\n")
                .append("<h1>").append(escaped(heading)).append("</h1>\n");
        if (!text.isEmpty()) {
            page.append("<p>").append(escaped(text)).append("</p>\n");
        }
        for (String uri : context.getFrontchannelLogoutUris()) {
            page.append("<iframe hidden src=\"").append(escaped(uri)).append("\"></iframe>\n");
        }
        String next = context.getPostLogoutRedirectUri();
        if (next.isEmpty()) {
            page.append("<p>You can close this page.</p>\n");
        } else {
            page.append("<p><a href=\"").append(escaped(next)).append("\">Continue</a></p>\n");
        }
        return page.append("</body>\n</html>\n").toString();
    }

    /** Addresses come from applications and from the request: never into a page as they are. */
    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
