package io.jans.as.server.service;

import durward.script.Host;
import io.jans.as.persistence.model.Scope;
import java.util.ArrayList;
import java.util.List;

/** The scopes that exist, as the running call was told of them. */
public class ScopeService {
    private static List<String> known() {
        List<String> ids = new ArrayList<>();
        if (Host.snapshot().get("scopesSupported") instanceof List<?> list) {
            list.forEach(id -> ids.add(String.valueOf(id)));
        }
        return ids;
    }

    public List<Scope> getAllScopesList() {
        return new ArrayList<>(known().stream().map(Scope::new).toList());
    }

    /** Null when there is no such scope. */
    public Scope getScopeById(String id) {
        return known().contains(id) ? new Scope(id) : null;
    }

    /** The name is the id here; older scripts ask by it. */
    public Scope getScopeByDisplayName(String name) {
        return getScopeById(name);
    }

    /** Null when there is no such scope. */
    public Scope getScopeByDn(String dn) {
        return dn == null ? null : getScopeById(id(dn));
    }

    /** Null when there is no such scope. */
    public Scope getScopeByDnSilently(String dn) {
        return getScopeByDn(dn);
    }

    public List<String> getScopesDn(List<String> ids) {
        return new ArrayList<>(ids.stream().filter(known()::contains).map(id -> new Scope(id).getDn()).toList());
    }

    public List<String> getScopeIdsByDns(List<String> dns) {
        return new ArrayList<>(dns.stream().map(ScopeService::id).toList());
    }

    public List<String> getDefaultScopesDn() {
        return new ArrayList<>();
    }

    private static String id(String dn) {
        int end = dn.lastIndexOf(",ou=");
        return dn.startsWith("inum=") && end > 0 ? dn.substring("inum=".length(), end) : dn;
    }
}
