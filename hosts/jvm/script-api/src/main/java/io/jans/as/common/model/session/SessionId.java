package io.jans.as.common.model.session;

import durward.script.Bean;
import durward.script.Snapshot;
import io.jans.as.common.model.common.User;
import java.util.Date;
import java.util.Map;

/** A session, or what one was before it ended. */
public class SessionId extends Bean {
    public SessionId() {
        this(Snapshot.alone(Map.of()));
    }

    public SessionId(Snapshot snapshot) {
        super(snapshot);
    }

    public String getDn() {
        return snapshot.text("dn");
    }

    public void setDn(String value) {
        snapshot.set("dn", value);
    }

    public String getId() {
        return snapshot.text("id");
    }

    public void setId(String value) {
        snapshot.set("id", value);
    }

    public String getOutsideSid() {
        return snapshot.text("outsideSid");
    }

    public void setOutsideSid(String value) {
        snapshot.set("outsideSid", value);
    }

    public Date getLastUsedAt() {
        return snapshot.date("lastUsedAt");
    }

    public void setLastUsedAt(Date value) {
        snapshot.set("lastUsedAt", value);
    }

    public String getUserDn() {
        return snapshot.text("userDn");
    }

    public void setUserDn(String value) {
        snapshot.set("userDn", value);
    }

    public String getUserId() {
        return snapshot.text("userId");
    }

    public void setUserId(String value) {
        snapshot.set("userId", value);
    }

    public Date getAuthenticationTime() {
        return snapshot.date("authenticationTime");
    }

    public void setAuthenticationTime(Date value) {
        snapshot.set("authenticationTime", value);
    }

    public SessionIdState getState() {
        return snapshot.constant("state", SessionIdState::fromString);
    }

    public void setState(SessionIdState value) {
        snapshot.set("state", value);
    }

    public String getSessionState() {
        return snapshot.text("sessionState");
    }

    public void setSessionState(String value) {
        snapshot.set("sessionState", value);
    }

    public Boolean getPermissionGranted() {
        return snapshot.flagOrNull("permissionGranted");
    }

    public boolean isPermissionGranted() {
        return snapshot.flag("permissionGranted");
    }

    public void setPermissionGranted(Boolean value) {
        snapshot.set("permissionGranted", value);
    }

    public Map<String, Boolean> getPermissionGrantedMap() {
        return snapshot.map("permissionGrantedMap");
    }

    public void setPermissionGrantedMap(Map<String, Boolean> value) {
        snapshot.set("permissionGrantedMap", value);
    }

    public Map<String, String> getSessionAttributes() {
        return snapshot.map("sessionAttributes");
    }

    public void setSessionAttributes(Map<String, String> value) {
        snapshot.set("sessionAttributes", value);
    }

    public Date getExpirationDate() {
        return snapshot.date("expirationDate");
    }

    public void setExpirationDate(Date value) {
        snapshot.set("expirationDate", value);
    }

    public boolean getDeletable() {
        return snapshot.flag("deletable");
    }

    public boolean isDeletable() {
        return snapshot.flag("deletable");
    }

    public void setDeletable(boolean value) {
        snapshot.set("deletable", value);
    }

    public Date getCreationDate() {
        return snapshot.date("creationDate");
    }

    public void setCreationDate(Date value) {
        snapshot.set("creationDate", value);
    }

    public boolean getPersisted() {
        return snapshot.flag("persisted");
    }

    public boolean isPersisted() {
        return snapshot.flag("persisted");
    }

    public void setPersisted(boolean value) {
        snapshot.set("persisted", value);
    }

    public Integer getTtl() {
        return snapshot.integer("ttl");
    }

    public void setTtl(Integer value) {
        snapshot.set("ttl", value);
    }

    public User getUser() {
        return snapshot.bean("user", User::new);
    }

    /** What the session's {@code session_state} values are made with; null when there is none. */
    public String getOPBrowserState() {
        return attribute("opbs");
    }

    public boolean isPermissionGrantedForClient(String clientId) {
        return snapshot.find("permissionGrantedMap") instanceof Map<?, ?> map && Boolean.TRUE.equals(map.get(clientId));
    }

    private String attribute(String name) {
        Object value = snapshot.find("sessionAttributes") instanceof Map<?, ?> map ? map.get(name) : null;
        return value == null ? null : value.toString();
    }
}
