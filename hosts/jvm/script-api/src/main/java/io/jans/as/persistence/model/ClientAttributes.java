package io.jans.as.persistence.model;

import durward.script.Bean;
import durward.script.Snapshot;
import java.util.List;
import java.util.Map;

/** Settings of a client that have no column of their own. Its lists are never null, so that adding to them works. */
public class ClientAttributes extends Bean {
    public ClientAttributes() {
        this(Snapshot.alone(Map.of()));
    }

    public ClientAttributes(Snapshot snapshot) {
        super(snapshot);
    }

    public String getTlsClientAuthSubjectDn() {
        return snapshot.text("tlsClientAuthSubjectDn");
    }

    public void setTlsClientAuthSubjectDn(String value) {
        snapshot.set("tlsClientAuthSubjectDn", value);
    }

    public Boolean getRunIntrospectionScriptBeforeJwtCreation() {
        return snapshot.flagOrNull("runIntrospectionScriptBeforeJwtCreation");
    }

    public boolean isRunIntrospectionScriptBeforeJwtCreation() {
        return snapshot.flag("runIntrospectionScriptBeforeJwtCreation");
    }

    public void setRunIntrospectionScriptBeforeJwtCreation(Boolean value) {
        snapshot.set("runIntrospectionScriptBeforeJwtCreation", value);
    }

    public Boolean getKeepClientAuthorizationAfterExpiration() {
        return snapshot.flagOrNull("keepClientAuthorizationAfterExpiration");
    }

    public boolean isKeepClientAuthorizationAfterExpiration() {
        return snapshot.flag("keepClientAuthorizationAfterExpiration");
    }

    public void setKeepClientAuthorizationAfterExpiration(Boolean value) {
        snapshot.set("keepClientAuthorizationAfterExpiration", value);
    }

    public Boolean getRequirePkce() {
        return snapshot.flagOrNull("requirePkce");
    }

    public boolean isRequirePkce() {
        return snapshot.flag("requirePkce");
    }

    public void setRequirePkce(Boolean value) {
        snapshot.set("requirePkce", value);
    }

    public Boolean getDefaultPromptLogin() {
        return snapshot.flagOrNull("defaultPromptLogin");
    }

    public boolean isDefaultPromptLogin() {
        return snapshot.flag("defaultPromptLogin");
    }

    public void setDefaultPromptLogin(Boolean value) {
        snapshot.set("defaultPromptLogin", value);
    }

    public Boolean getAllowSpontaneousScopes() {
        return snapshot.flagOrNull("allowSpontaneousScopes");
    }

    public boolean isAllowSpontaneousScopes() {
        return snapshot.flag("allowSpontaneousScopes");
    }

    public void setAllowSpontaneousScopes(Boolean value) {
        snapshot.set("allowSpontaneousScopes", value);
    }

    public List<String> getSpontaneousScopes() {
        return snapshot.textsOrEmpty("spontaneousScopes");
    }

    public void setSpontaneousScopes(List<String> value) {
        snapshot.set("spontaneousScopes", value);
    }

    public List<String> getSpontaneousScopeScriptDns() {
        return snapshot.textsOrEmpty("spontaneousScopeScriptDns");
    }

    public void setSpontaneousScopeScriptDns(List<String> value) {
        snapshot.set("spontaneousScopeScriptDns", value);
    }

    public List<String> getUpdateTokenScriptDns() {
        return snapshot.textsOrEmpty("updateTokenScriptDns");
    }

    public void setUpdateTokenScriptDns(List<String> value) {
        snapshot.set("updateTokenScriptDns", value);
    }

    public List<String> getBackchannelLogoutUri() {
        return snapshot.textsOrEmpty("backchannelLogoutUri");
    }

    public void setBackchannelLogoutUri(List<String> value) {
        snapshot.set("backchannelLogoutUri", value);
    }

    public Boolean getBackchannelLogoutSessionRequired() {
        return snapshot.flagOrNull("backchannelLogoutSessionRequired");
    }

    public boolean isBackchannelLogoutSessionRequired() {
        return snapshot.flag("backchannelLogoutSessionRequired");
    }

    public void setBackchannelLogoutSessionRequired(Boolean value) {
        snapshot.set("backchannelLogoutSessionRequired", value);
    }

    public List<String> getAdditionalAudience() {
        return snapshot.textsOrEmpty("additionalAudience");
    }

    public void setAdditionalAudience(List<String> value) {
        snapshot.set("additionalAudience", value);
    }

    public List<String> getPostAuthnScripts() {
        return snapshot.textsOrEmpty("postAuthnScripts");
    }

    public void setPostAuthnScripts(List<String> value) {
        snapshot.set("postAuthnScripts", value);
    }

    public List<String> getConsentGatheringScripts() {
        return snapshot.textsOrEmpty("consentGatheringScripts");
    }

    public void setConsentGatheringScripts(List<String> value) {
        snapshot.set("consentGatheringScripts", value);
    }

    public List<String> getIntrospectionScripts() {
        return snapshot.textsOrEmpty("introspectionScripts");
    }

    public void setIntrospectionScripts(List<String> value) {
        snapshot.set("introspectionScripts", value);
    }

    public List<String> getRptClaimsScripts() {
        return snapshot.textsOrEmpty("rptClaimsScripts");
    }

    public void setRptClaimsScripts(List<String> value) {
        snapshot.set("rptClaimsScripts", value);
    }

    public List<String> getRopcScripts() {
        return snapshot.textsOrEmpty("ropcScripts");
    }

    public void setRopcScripts(List<String> value) {
        snapshot.set("ropcScripts", value);
    }

    public Integer getParLifetime() {
        return snapshot.integer("parLifetime");
    }

    public void setParLifetime(Integer value) {
        snapshot.set("parLifetime", value);
    }

    public Boolean getRequirePar() {
        return snapshot.flagOrNull("requirePar");
    }

    public boolean isRequirePar() {
        return snapshot.flag("requirePar");
    }

    public void setRequirePar(Boolean value) {
        snapshot.set("requirePar", value);
    }

    public String getJansAuthSignedRespAlg() {
        return snapshot.text("jansAuthSignedRespAlg");
    }

    public void setJansAuthSignedRespAlg(String value) {
        snapshot.set("jansAuthSignedRespAlg", value);
    }

    public String getJansAuthEncRespAlg() {
        return snapshot.text("jansAuthEncRespAlg");
    }

    public void setJansAuthEncRespAlg(String value) {
        snapshot.set("jansAuthEncRespAlg", value);
    }

    public String getJansAuthEncRespEnc() {
        return snapshot.text("jansAuthEncRespEnc");
    }

    public void setJansAuthEncRespEnc(String value) {
        snapshot.set("jansAuthEncRespEnc", value);
    }

    public String getJansSubAttr() {
        return snapshot.text("jansSubAttr");
    }

    public void setJansSubAttr(String value) {
        snapshot.set("jansSubAttr", value);
    }

    public String getPublicSubjectIdentifierAttribute() {
        return snapshot.text("publicSubjectIdentifierAttribute");
    }

    public void setPublicSubjectIdentifierAttribute(String value) {
        snapshot.set("publicSubjectIdentifierAttribute", value);
    }

    public String getRedirectUrisRegex() {
        return snapshot.text("redirectUrisRegex");
    }

    public void setRedirectUrisRegex(String value) {
        snapshot.set("redirectUrisRegex", value);
    }

    public List<String> getAuthorizedAcrValues() {
        return snapshot.textsOrEmpty("authorizedAcrValues");
    }

    public void setAuthorizedAcrValues(List<String> value) {
        snapshot.set("authorizedAcrValues", value);
    }

    public Boolean getJansDefaultPromptLogin() {
        return snapshot.flagOrNull("jansDefaultPromptLogin");
    }

    public boolean isJansDefaultPromptLogin() {
        return snapshot.flag("jansDefaultPromptLogin");
    }

    public void setJansDefaultPromptLogin(Boolean value) {
        snapshot.set("jansDefaultPromptLogin", value);
    }

    public List<String> getAuthorizationDetailsTypes() {
        return snapshot.textsOrEmpty("authorizationDetailsTypes");
    }

    public void setAuthorizationDetailsTypes(List<String> value) {
        snapshot.set("authorizationDetailsTypes", value);
    }

    public List<String> getAdditionalTokenEndpointAuthMethods() {
        return snapshot.textsOrEmpty("additionalTokenEndpointAuthMethods");
    }

    public void setAdditionalTokenEndpointAuthMethods(List<String> value) {
        snapshot.set("additionalTokenEndpointAuthMethods", value);
    }

    /** Whether the contract lists the property. */
    public boolean offers(String name) {
        return snapshot.names().contains(name);
    }
}
