package io.jans.as.common.service.common;

import durward.script.Host;
import durward.script.HostRefused;
import io.jans.util.StringHelper;
import io.jans.util.security.StringEncrypter.EncryptionException;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Predicate;
import org.slf4j.LoggerFactory;

/** Opens and seals values by the server's keys, which scripts never see. */
public class EncryptionService {
    private static final List<String> SECRET_WORDS = List.of("password", "secret", "key");

    /** The open value; null for a blank one. @throws EncryptionException when it cannot be opened */
    public String decrypt(String value) throws EncryptionException {
        return ask("decrypt", value);
    }

    /** The open value; when it cannot be opened, {@code value} itself if {@code returnSource}, else null. */
    public String decrypt(String value, boolean returnSource) {
        if (value == null) {
            return null;
        }
        try {
            return asked("decrypt", value);
        } catch (HostRefused refused) {
            LoggerFactory.getLogger(EncryptionService.class).warn("decrypt: {}", refused.getMessage());
            return returnSource ? value : null;
        }
    }

    /** The sealed value; null for a blank one. @throws EncryptionException when it cannot be sealed */
    public String encrypt(String value) throws EncryptionException {
        return ask("encrypt", value);
    }

    /** Opens the values whose names say password, secret or key; leaves the others. */
    public Properties decryptProperties(Properties properties) {
        return opened(properties, name -> SECRET_WORDS.stream().anyMatch(name.toLowerCase()::contains));
    }

    public Properties decryptAllProperties(Properties properties) {
        return opened(properties, name -> true);
    }

    private Properties opened(Properties properties, Predicate<String> chosen) {
        Properties opened = new Properties();
        for (String name : properties.stringPropertyNames()) {
            String value = properties.getProperty(name);
            opened.setProperty(name, chosen.test(name) ? decrypt(value, true) : value);
        }
        return opened;
    }

    private static String ask(String service, String value) throws EncryptionException {
        if (StringHelper.isEmpty(value)) {
            return null;
        }
        try {
            return asked(service, value);
        } catch (HostRefused refused) {
            throw new EncryptionException(refused.getMessage());
        }
    }

    private static String asked(String service, String value) {
        return (String) Host.ask(service, Map.of("value", value)).get("value");
    }
}
