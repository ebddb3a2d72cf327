package io.jans.service.cdi.util;

import io.jans.as.common.service.common.EncryptionService;
import io.jans.as.model.error.ErrorResponseFactory;
import io.jans.as.server.service.ScopeService;
import io.jans.as.server.service.ciba.CibaEncryptionService;
import io.jans.as.server.service.net.HttpService;
import io.jans.service.CacheService;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/** {@code CdiUtil.bean(X.class)}: the services of the server that scripts may have. */
public final class CdiUtil {
    private static final Map<Class<?>, Supplier<?>> OFFERED = new LinkedHashMap<>();

    static {
        OFFERED.put(HttpService.class, HttpService::new);
        OFFERED.put(EncryptionService.class, EncryptionService::new);
        OFFERED.put(CibaEncryptionService.class, CibaEncryptionService::new);
        OFFERED.put(ScopeService.class, ScopeService::new);
        OFFERED.put(CacheService.class, CacheService::new);
        OFFERED.put(ErrorResponseFactory.class, ErrorResponseFactory::new);
    }

    private CdiUtil() {
    }

    /** The service of that class. @throws IllegalArgumentException when it is not offered */
    public static <T> T bean(Class<T> service) {
        Supplier<?> made = OFFERED.get(service);
        if (made == null) {
            throw new IllegalArgumentException("CdiUtil.bean(" + service.getSimpleName()
                    + "): no such service for scripts; there are "
                    + String.join(", ", OFFERED.keySet().stream().map(Class::getSimpleName).toList()));
        }
        return service.cast(made.get());
    }

    /** The service of that class; names are of no account, since there is one of each. */
    public static <T> T bean(Class<T> service, String name) {
        return bean(service);
    }

    /** Does nothing: services hold nothing. */
    public static <T> void destroy(Class<T> service) {
    }
}
