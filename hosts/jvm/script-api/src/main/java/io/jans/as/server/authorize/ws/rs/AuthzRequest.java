package io.jans.as.server.authorize.ws.rs;

import durward.script.Bean;
import durward.script.RequestView;
import durward.script.Snapshot;
import io.jans.as.common.model.registration.Client;
import io.jans.as.model.authzdetails.AuthzDetails;
import io.jans.as.model.common.ResponseMode;
import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** An authorization request. */
public class AuthzRequest extends Bean {
    public AuthzRequest() {
        this(Snapshot.alone(Map.of()));
    }

    public AuthzRequest(Snapshot snapshot) {
        super(snapshot);
    }

    public String getScope() {
        return snapshot.text("scope");
    }

    public void setScope(String value) {
        snapshot.set("scope", value);
    }

    public String getResponseType() {
        return snapshot.text("responseType");
    }

    public void setResponseType(String value) {
        snapshot.set("responseType", value);
    }

    public String getClientId() {
        return snapshot.text("clientId");
    }

    public void setClientId(String value) {
        snapshot.set("clientId", value);
    }

    public String getRedirectUri() {
        return snapshot.text("redirectUri");
    }

    public void setRedirectUri(String value) {
        snapshot.set("redirectUri", value);
    }

    public String getState() {
        return snapshot.text("state");
    }

    public void setState(String value) {
        snapshot.set("state", value);
    }

    public String getResponseMode() {
        return snapshot.text("responseMode");
    }

    public void setResponseMode(String value) {
        snapshot.set("responseMode", value);
    }

    public String getNonce() {
        return snapshot.text("nonce");
    }

    public void setNonce(String value) {
        snapshot.set("nonce", value);
    }

    public String getDisplay() {
        return snapshot.text("display");
    }

    public void setDisplay(String value) {
        snapshot.set("display", value);
    }

    public String getPrompt() {
        return snapshot.text("prompt");
    }

    public void setPrompt(String value) {
        snapshot.set("prompt", value);
    }

    public String getUiLocales() {
        return snapshot.text("uiLocales");
    }

    public void setUiLocales(String value) {
        snapshot.set("uiLocales", value);
    }

    public String getIdTokenHint() {
        return snapshot.text("idTokenHint");
    }

    public void setIdTokenHint(String value) {
        snapshot.set("idTokenHint", value);
    }

    public String getLoginHint() {
        return snapshot.text("loginHint");
    }

    public void setLoginHint(String value) {
        snapshot.set("loginHint", value);
    }

    public String getAcrValues() {
        return snapshot.text("acrValues");
    }

    public void setAcrValues(String value) {
        snapshot.set("acrValues", value);
    }

    public String getAmrValues() {
        return snapshot.text("amrValues");
    }

    public void setAmrValues(String value) {
        snapshot.set("amrValues", value);
    }

    public String getRequest() {
        return snapshot.text("request");
    }

    public void setRequest(String value) {
        snapshot.set("request", value);
    }

    public String getRequestUri() {
        return snapshot.text("requestUri");
    }

    public void setRequestUri(String value) {
        snapshot.set("requestUri", value);
    }

    public String getSessionId() {
        return snapshot.text("sessionId");
    }

    public void setSessionId(String value) {
        snapshot.set("sessionId", value);
    }

    public String getOriginHeaders() {
        return snapshot.text("originHeaders");
    }

    public void setOriginHeaders(String value) {
        snapshot.set("originHeaders", value);
    }

    public String getCodeChallenge() {
        return snapshot.text("codeChallenge");
    }

    public void setCodeChallenge(String value) {
        snapshot.set("codeChallenge", value);
    }

    public String getCodeChallengeMethod() {
        return snapshot.text("codeChallengeMethod");
    }

    public void setCodeChallengeMethod(String value) {
        snapshot.set("codeChallengeMethod", value);
    }

    public String getCustomResponseHeaders() {
        return snapshot.text("customResponseHeaders");
    }

    public void setCustomResponseHeaders(String value) {
        snapshot.set("customResponseHeaders", value);
    }

    public String getClaims() {
        return snapshot.text("claims");
    }

    public void setClaims(String value) {
        snapshot.set("claims", value);
    }

    public String getAuthReqId() {
        return snapshot.text("authReqId");
    }

    public void setAuthReqId(String value) {
        snapshot.set("authReqId", value);
    }

    public String getHttpMethod() {
        return snapshot.text("httpMethod");
    }

    public void setHttpMethod(String value) {
        snapshot.set("httpMethod", value);
    }

    public String getDeviceSession() {
        return snapshot.text("deviceSession");
    }

    public void setDeviceSession(String value) {
        snapshot.set("deviceSession", value);
    }

    public String getAuthzDetailsString() {
        return snapshot.text("authzDetailsString");
    }

    public void setAuthzDetailsString(String value) {
        snapshot.set("authzDetailsString", value);
    }

    public String getDpopJkt() {
        return snapshot.text("dpopJkt");
    }

    public void setDpopJkt(String value) {
        snapshot.set("dpopJkt", value);
    }

    public Integer getMaxAge() {
        return snapshot.integer("maxAge");
    }

    public void setMaxAge(Integer value) {
        snapshot.set("maxAge", value);
    }

    public boolean getUseDeviceSession() {
        return snapshot.flag("useDeviceSession");
    }

    public boolean isUseDeviceSession() {
        return snapshot.flag("useDeviceSession");
    }

    public void setUseDeviceSession(boolean value) {
        snapshot.set("useDeviceSession", value);
    }

    public boolean getPromptFromJwt() {
        return snapshot.flag("promptFromJwt");
    }

    public boolean isPromptFromJwt() {
        return snapshot.flag("promptFromJwt");
    }

    public void setPromptFromJwt(boolean value) {
        snapshot.set("promptFromJwt", value);
    }

    public Map<String, String> getCustomParameters() {
        return snapshot.map("customParameters");
    }

    public void setCustomParameters(Map<String, String> value) {
        snapshot.set("customParameters", value);
    }

    public Client getClient() {
        return snapshot.bean("client", Client::new);
    }

    public AuthzDetails getAuthzDetails() {
        String text = snapshot.find("authzDetailsString") == null ? null : getAuthzDetailsString();
        return text == null ? null : AuthzDetails.ofSilently(text);
    }

    public HttpServletRequest getHttpRequest() {
        return RequestView.of(snapshot, "httpRequest");
    }

    public ResponseMode getResponseModeEnum() {
        return ResponseMode.fromString(getResponseMode());
    }

    public List<String> getResponseTypeList() {
        return words(getResponseType());
    }

    public List<String> getPromptList() {
        return words(getPrompt());
    }

    public List<String> getUiLocalesList() {
        return words(getUiLocales());
    }

    public List<String> getAcrValuesList() {
        return words(getAcrValues());
    }

    private static List<String> words(String text) {
        return text == null || text.isBlank() ? new ArrayList<>() : new ArrayList<>(List.of(text.trim().split("\\s+")));
    }
}
