package durward.script;

import io.jans.as.common.service.common.EncryptionService;
import io.jans.as.model.authzdetails.AuthzDetail;
import io.jans.as.model.authzdetails.AuthzDetails;
import io.jans.as.model.error.ErrorResponseFactory;
import io.jans.as.model.jwt.Jwt;
import io.jans.as.model.util.CertUtils;
import io.jans.as.server.service.ciba.CibaEncryptionService;
import io.jans.as.server.service.net.HttpService;
import org.json.JSONArray;

/** The objects that the host has itself: a contract names their class, with or without a value to begin with. */
final class KnownServices {
    private KnownServices() {
    }

    /** The object that stands for property {@code name}, whose kind names the class {@code path}. */
    static Object make(String path, Snapshot snapshot, String name) {
        // Only the last word: the packages that a contract spells are those of the native Python host.
        return switch (path.substring(path.lastIndexOf('.') + 1)) {
            case "CibaEncryptionService" -> new CibaEncryptionService();
            case "EncryptionService" -> new EncryptionService();
            case "HttpService" -> new HttpService();
            case "ErrorResponseFactory" -> new ErrorResponseFactory();
            case "Jwt" -> snapshot.made(name, value -> Jwt.parseSilently(value.toString()));
            case "X509Certificate" ->
                snapshot.made(name, value -> CertUtils.x509CertificateFromPem(value.toString()));
            case "AuthzDetail" -> snapshot.made(name, value -> new AuthzDetail(snapshot.object(name)));
            case "AuthzDetails" -> snapshot.made(name, value -> value instanceof String text
                    ? AuthzDetails.of(text)
                    : AuthzDetails.of((JSONArray) Plain.toJson(value)));
            case "HashMap", "LinkedHashMap", "Map" -> snapshot.map(name);
            default -> throw new UnsupportedOperationException("the JVM host has no " + path);
        };
    }
}
