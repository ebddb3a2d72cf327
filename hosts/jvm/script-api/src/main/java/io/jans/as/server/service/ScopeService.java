package io.jans.as.server.service;

import durward.script.Host;
import io.jans.as.persistence.model.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The server's scopes, asked for by name through the host service {@code scopes}. A server that does not offer it
 * refuses with its own sentence.
 */
public class ScopeService {
    private static List<Scope> asked(String by, Object what) {
        List<Scope> found = new ArrayList<>();
        if (Host.value("scopes", Map.of(by, what)) instanceof List<?> list) {
            for (Object one : list) {
                if (one instanceof Map<?, ?> map) {
                    found.add(Scope.of(map));
                }
            }
        }
        return found;
    }

    private static Scope first(String by, String what) {
        if (what == null) {
            return null;
        }
        List<Scope> found = asked(by, List.of(what));
        return found.isEmpty() ? null : found.get(0);
    }

    public List<Scope> getAllScopesList() {
        return asked("ids", List.of());
    }

    /** Null when there is no such scope. */
    public Scope getScopeById(String id) {
        return first("ids", id);
    }

    /** Null when there is no such scope. */
    public Scope getScopeByDn(String dn) {
        return first("dns", dn);
    }

    /** Null when there is no such scope. */
    public Scope getScopeByDnSilently(String dn) {
        return first("dns", dn);
    }

    public List<String> getScopesDn(List<String> ids) {
        return ids.isEmpty() ? new ArrayList<>() : dns(asked("ids", ids));
    }

    public List<String> getScopeIdsByDns(List<String> dns) {
        return dns.isEmpty() ? new ArrayList<>()
                : new ArrayList<>(asked("dns", dns).stream().map(Scope::getId).toList());
    }

    public List<String> getDefaultScopesDn() {
        return dns(getAllScopesList().stream().filter(Scope::isDefaultScope).toList());
    }

    private static List<String> dns(List<Scope> scopes) {
        return new ArrayList<>(scopes.stream().map(Scope::getDn).toList());
    }
}
