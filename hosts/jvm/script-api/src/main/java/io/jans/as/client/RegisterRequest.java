package io.jans.as.client;

import durward.script.Bean;
import durward.script.Snapshot;
import io.jans.as.model.common.BackchannelTokenDeliveryMode;
import io.jans.as.model.common.SubjectType;
import io.jans.as.model.register.ApplicationType;
import java.util.List;
import java.util.Map;

/** What a client asked to be registered as, for reading. */
public class RegisterRequest extends Bean {
    public RegisterRequest() {
        this(Snapshot.alone(Map.of()));
    }

    public RegisterRequest(Snapshot snapshot) {
        super(snapshot);
    }

    public String getRegistrationAccessToken() {
        return snapshot.text("registrationAccessToken");
    }

    public void setRegistrationAccessToken(String value) {
        snapshot.set("registrationAccessToken", value);
    }

    public List<String> getRedirectUris() {
        return snapshot.texts("redirectUris");
    }

    public void setRedirectUris(List<String> value) {
        snapshot.set("redirectUris", value);
    }

    public List<String> getClaimsRedirectUris() {
        return snapshot.texts("claimsRedirectUris");
    }

    public void setClaimsRedirectUris(List<String> value) {
        snapshot.set("claimsRedirectUris", value);
    }

    public List<String> getResponseTypes() {
        return snapshot.texts("responseTypes");
    }

    public void setResponseTypes(List<String> value) {
        snapshot.set("responseTypes", value);
    }

    public List<String> getGrantTypes() {
        return snapshot.texts("grantTypes");
    }

    public void setGrantTypes(List<String> value) {
        snapshot.set("grantTypes", value);
    }

    public ApplicationType getApplicationType() {
        return snapshot.constant("applicationType", ApplicationType::fromString);
    }

    public void setApplicationType(ApplicationType value) {
        snapshot.set("applicationType", value);
    }

    public List<String> getContacts() {
        return snapshot.texts("contacts");
    }

    public void setContacts(List<String> value) {
        snapshot.set("contacts", value);
    }

    public List<String> getAuthorizationDetailsTypes() {
        return snapshot.texts("authorizationDetailsTypes");
    }

    public void setAuthorizationDetailsTypes(List<String> value) {
        snapshot.set("authorizationDetailsTypes", value);
    }

    public String getClientName() {
        return snapshot.text("clientName");
    }

    public void setClientName(String value) {
        snapshot.set("clientName", value);
    }

    public String getLogoUri() {
        return snapshot.text("logoUri");
    }

    public void setLogoUri(String value) {
        snapshot.set("logoUri", value);
    }

    public String getClientUri() {
        return snapshot.text("clientUri");
    }

    public void setClientUri(String value) {
        snapshot.set("clientUri", value);
    }

    public String getPolicyUri() {
        return snapshot.text("policyUri");
    }

    public void setPolicyUri(String value) {
        snapshot.set("policyUri", value);
    }

    public String getTosUri() {
        return snapshot.text("tosUri");
    }

    public void setTosUri(String value) {
        snapshot.set("tosUri", value);
    }

    public String getFrontChannelLogoutUri() {
        return snapshot.text("frontChannelLogoutUri");
    }

    public void setFrontChannelLogoutUri(String value) {
        snapshot.set("frontChannelLogoutUri", value);
    }

    public Boolean getFrontChannelLogoutSessionRequired() {
        return snapshot.flagOrNull("frontChannelLogoutSessionRequired");
    }

    public boolean isFrontChannelLogoutSessionRequired() {
        return snapshot.flag("frontChannelLogoutSessionRequired");
    }

    public void setFrontChannelLogoutSessionRequired(Boolean value) {
        snapshot.set("frontChannelLogoutSessionRequired", value);
    }

    public String getBackchannelLogoutUri() {
        return snapshot.text("backchannelLogoutUri");
    }

    public void setBackchannelLogoutUri(String value) {
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

    public String getJwksUri() {
        return snapshot.text("jwksUri");
    }

    public void setJwksUri(String value) {
        snapshot.set("jwksUri", value);
    }

    public String getJwks() {
        return snapshot.text("jwks");
    }

    public void setJwks(String value) {
        snapshot.set("jwks", value);
    }

    public String getSectorIdentifierUri() {
        return snapshot.text("sectorIdentifierUri");
    }

    public void setSectorIdentifierUri(String value) {
        snapshot.set("sectorIdentifierUri", value);
    }

    public String getIdTokenTokenBindingCnf() {
        return snapshot.text("idTokenTokenBindingCnf");
    }

    public void setIdTokenTokenBindingCnf(String value) {
        snapshot.set("idTokenTokenBindingCnf", value);
    }

    public String getTlsClientAuthSubjectDn() {
        return snapshot.text("tlsClientAuthSubjectDn");
    }

    public void setTlsClientAuthSubjectDn(String value) {
        snapshot.set("tlsClientAuthSubjectDn", value);
    }

    public String getSpiffeId() {
        return snapshot.text("spiffeId");
    }

    public void setSpiffeId(String value) {
        snapshot.set("spiffeId", value);
    }

    public String getSpiffeBundleEndpoint() {
        return snapshot.text("spiffeBundleEndpoint");
    }

    public void setSpiffeBundleEndpoint(String value) {
        snapshot.set("spiffeBundleEndpoint", value);
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
        return snapshot.texts("spontaneousScopes");
    }

    public void setSpontaneousScopes(List<String> value) {
        snapshot.set("spontaneousScopes", value);
    }

    public List<String> getSpontaneousScopeScriptDns() {
        return snapshot.texts("spontaneousScopeScriptDns");
    }

    public void setSpontaneousScopeScriptDns(List<String> value) {
        snapshot.set("spontaneousScopeScriptDns", value);
    }

    public List<String> getUpdateTokenScriptDns() {
        return snapshot.texts("updateTokenScriptDns");
    }

    public void setUpdateTokenScriptDns(List<String> value) {
        snapshot.set("updateTokenScriptDns", value);
    }

    public List<String> getLogoutStatusJwtScriptDns() {
        return snapshot.texts("logoutStatusJwtScriptDns");
    }

    public void setLogoutStatusJwtScriptDns(List<String> value) {
        snapshot.set("logoutStatusJwtScriptDns", value);
    }

    public List<String> getParScriptDns() {
        return snapshot.texts("parScriptDns");
    }

    public void setParScriptDns(List<String> value) {
        snapshot.set("parScriptDns", value);
    }

    public List<String> getTxTokenScriptDns() {
        return snapshot.texts("txTokenScriptDns");
    }

    public void setTxTokenScriptDns(List<String> value) {
        snapshot.set("txTokenScriptDns", value);
    }

    public List<String> getPostAuthnScriptDns() {
        return snapshot.texts("postAuthnScriptDns");
    }

    public void setPostAuthnScriptDns(List<String> value) {
        snapshot.set("postAuthnScriptDns", value);
    }

    public List<String> getTokenExchangeScriptDns() {
        return snapshot.texts("tokenExchangeScriptDns");
    }

    public void setTokenExchangeScriptDns(List<String> value) {
        snapshot.set("tokenExchangeScriptDns", value);
    }

    public List<String> getIdJagScriptDns() {
        return snapshot.texts("idJagScriptDns");
    }

    public void setIdJagScriptDns(List<String> value) {
        snapshot.set("idJagScriptDns", value);
    }

    public List<String> getConsentGatheringScriptDns() {
        return snapshot.texts("consentGatheringScriptDns");
    }

    public void setConsentGatheringScriptDns(List<String> value) {
        snapshot.set("consentGatheringScriptDns", value);
    }

    public List<String> getIntrospectionScriptDns() {
        return snapshot.texts("introspectionScriptDns");
    }

    public void setIntrospectionScriptDns(List<String> value) {
        snapshot.set("introspectionScriptDns", value);
    }

    public List<String> getRptClaimsScriptDns() {
        return snapshot.texts("rptClaimsScriptDns");
    }

    public void setRptClaimsScriptDns(List<String> value) {
        snapshot.set("rptClaimsScriptDns", value);
    }

    public List<String> getRopcScriptDns() {
        return snapshot.texts("ropcScriptDns");
    }

    public void setRopcScriptDns(List<String> value) {
        snapshot.set("ropcScriptDns", value);
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

    public SubjectType getSubjectType() {
        return snapshot.constant("subjectType", SubjectType::fromString);
    }

    public void setSubjectType(SubjectType value) {
        snapshot.set("subjectType", value);
    }

    public String getSubjectIdentifierAttribute() {
        return snapshot.text("subjectIdentifierAttribute");
    }

    public void setSubjectIdentifierAttribute(String value) {
        snapshot.set("subjectIdentifierAttribute", value);
    }

    public Boolean getRptAsJwt() {
        return snapshot.flagOrNull("rptAsJwt");
    }

    public boolean isRptAsJwt() {
        return snapshot.flag("rptAsJwt");
    }

    public void setRptAsJwt(Boolean value) {
        snapshot.set("rptAsJwt", value);
    }

    public Boolean getAccessTokenAsJwt() {
        return snapshot.flagOrNull("accessTokenAsJwt");
    }

    public boolean isAccessTokenAsJwt() {
        return snapshot.flag("accessTokenAsJwt");
    }

    public void setAccessTokenAsJwt(Boolean value) {
        snapshot.set("accessTokenAsJwt", value);
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

    public String getAccessTokenSigningAlg() {
        return snapshot.text("accessTokenSigningAlg");
    }

    public void setAccessTokenSigningAlg(String value) {
        snapshot.set("accessTokenSigningAlg", value);
    }

    public String getTokenEndpointAuthMethod() {
        return snapshot.text("tokenEndpointAuthMethod");
    }

    public void setTokenEndpointAuthMethod(String value) {
        snapshot.set("tokenEndpointAuthMethod", value);
    }

    public List<String> getAdditionalTokenEndpointAuthMethods() {
        return snapshot.texts("additionalTokenEndpointAuthMethods");
    }

    public void setAdditionalTokenEndpointAuthMethods(List<String> value) {
        snapshot.set("additionalTokenEndpointAuthMethods", value);
    }

    public String getIdTokenSignedResponseAlg() {
        return snapshot.text("idTokenSignedResponseAlg");
    }

    public void setIdTokenSignedResponseAlg(String value) {
        snapshot.set("idTokenSignedResponseAlg", value);
    }

    public String getIdTokenEncryptedResponseAlg() {
        return snapshot.text("idTokenEncryptedResponseAlg");
    }

    public void setIdTokenEncryptedResponseAlg(String value) {
        snapshot.set("idTokenEncryptedResponseAlg", value);
    }

    public String getIdTokenEncryptedResponseEnc() {
        return snapshot.text("idTokenEncryptedResponseEnc");
    }

    public void setIdTokenEncryptedResponseEnc(String value) {
        snapshot.set("idTokenEncryptedResponseEnc", value);
    }

    public String getUserInfoSignedResponseAlg() {
        return snapshot.text("userInfoSignedResponseAlg");
    }

    public void setUserInfoSignedResponseAlg(String value) {
        snapshot.set("userInfoSignedResponseAlg", value);
    }

    public String getRequestObjectSigningAlg() {
        return snapshot.text("requestObjectSigningAlg");
    }

    public void setRequestObjectSigningAlg(String value) {
        snapshot.set("requestObjectSigningAlg", value);
    }

    public String getRequestObjectEncryptionAlg() {
        return snapshot.text("requestObjectEncryptionAlg");
    }

    public void setRequestObjectEncryptionAlg(String value) {
        snapshot.set("requestObjectEncryptionAlg", value);
    }

    public String getRequestObjectEncryptionEnc() {
        return snapshot.text("requestObjectEncryptionEnc");
    }

    public void setRequestObjectEncryptionEnc(String value) {
        snapshot.set("requestObjectEncryptionEnc", value);
    }

    public String getTokenEndpointAuthSigningAlg() {
        return snapshot.text("tokenEndpointAuthSigningAlg");
    }

    public void setTokenEndpointAuthSigningAlg(String value) {
        snapshot.set("tokenEndpointAuthSigningAlg", value);
    }

    public Integer getDefaultMaxAge() {
        return snapshot.integer("defaultMaxAge");
    }

    public void setDefaultMaxAge(Integer value) {
        snapshot.set("defaultMaxAge", value);
    }

    public Integer getLifetime() {
        return snapshot.integer("lifetime");
    }

    public void setLifetime(Integer value) {
        snapshot.set("lifetime", value);
    }

    public List<String> getDefaultAcrValues() {
        return snapshot.texts("defaultAcrValues");
    }

    public void setDefaultAcrValues(List<String> value) {
        snapshot.set("defaultAcrValues", value);
    }

    public Integer getMinimumAcrLevel() {
        return snapshot.integer("minimumAcrLevel");
    }

    public void setMinimumAcrLevel(Integer value) {
        snapshot.set("minimumAcrLevel", value);
    }

    public Boolean getMinimumAcrLevelAutoresolve() {
        return snapshot.flagOrNull("minimumAcrLevelAutoresolve");
    }

    public boolean isMinimumAcrLevelAutoresolve() {
        return snapshot.flag("minimumAcrLevelAutoresolve");
    }

    public void setMinimumAcrLevelAutoresolve(Boolean value) {
        snapshot.set("minimumAcrLevelAutoresolve", value);
    }

    public List<String> getMinimumAcrPriorityList() {
        return snapshot.texts("minimumAcrPriorityList");
    }

    public void setMinimumAcrPriorityList(List<String> value) {
        snapshot.set("minimumAcrPriorityList", value);
    }

    public String getInitiateLoginUri() {
        return snapshot.text("initiateLoginUri");
    }

    public void setInitiateLoginUri(String value) {
        snapshot.set("initiateLoginUri", value);
    }

    public List<String> getGroups() {
        return snapshot.texts("groups");
    }

    public void setGroups(List<String> value) {
        snapshot.set("groups", value);
    }

    public List<String> getPostLogoutRedirectUris() {
        return snapshot.texts("postLogoutRedirectUris");
    }

    public void setPostLogoutRedirectUris(List<String> value) {
        snapshot.set("postLogoutRedirectUris", value);
    }

    public List<String> getRequestUris() {
        return snapshot.texts("requestUris");
    }

    public void setRequestUris(List<String> value) {
        snapshot.set("requestUris", value);
    }

    public List<String> getAuthorizedOrigins() {
        return snapshot.texts("authorizedOrigins");
    }

    public void setAuthorizedOrigins(List<String> value) {
        snapshot.set("authorizedOrigins", value);
    }

    public Integer getAccessTokenLifetime() {
        return snapshot.integer("accessTokenLifetime");
    }

    public void setAccessTokenLifetime(Integer value) {
        snapshot.set("accessTokenLifetime", value);
    }

    public Integer getParLifetime() {
        return snapshot.integer("parLifetime");
    }

    public void setParLifetime(Integer value) {
        snapshot.set("parLifetime", value);
    }

    public Integer getIdTokenLifetime() {
        return snapshot.integer("idTokenLifetime");
    }

    public void setIdTokenLifetime(Integer value) {
        snapshot.set("idTokenLifetime", value);
    }

    public Integer getTxTokenLifetime() {
        return snapshot.integer("txTokenLifetime");
    }

    public void setTxTokenLifetime(Integer value) {
        snapshot.set("txTokenLifetime", value);
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

    public Boolean getDpopBoundAccessToken() {
        return snapshot.flagOrNull("dpopBoundAccessToken");
    }

    public boolean isDpopBoundAccessToken() {
        return snapshot.flag("dpopBoundAccessToken");
    }

    public void setDpopBoundAccessToken(Boolean value) {
        snapshot.set("dpopBoundAccessToken", value);
    }

    public String getSoftwareId() {
        return snapshot.text("softwareId");
    }

    public void setSoftwareId(String value) {
        snapshot.set("softwareId", value);
    }

    public String getSoftwareVersion() {
        return snapshot.text("softwareVersion");
    }

    public void setSoftwareVersion(String value) {
        snapshot.set("softwareVersion", value);
    }

    public String getSoftwareStatement() {
        return snapshot.text("softwareStatement");
    }

    public void setSoftwareStatement(String value) {
        snapshot.set("softwareStatement", value);
    }

    public String getEvidence() {
        return snapshot.text("evidence");
    }

    public void setEvidence(String value) {
        snapshot.set("evidence", value);
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

    public List<String> getAuthorizedAcrValues() {
        return snapshot.texts("authorizedAcrValues");
    }

    public void setAuthorizedAcrValues(List<String> value) {
        snapshot.set("authorizedAcrValues", value);
    }

    public BackchannelTokenDeliveryMode getBackchannelTokenDeliveryMode() {
        return snapshot.constant("backchannelTokenDeliveryMode", BackchannelTokenDeliveryMode::fromString);
    }

    public void setBackchannelTokenDeliveryMode(BackchannelTokenDeliveryMode value) {
        snapshot.set("backchannelTokenDeliveryMode", value);
    }

    public String getBackchannelClientNotificationEndpoint() {
        return snapshot.text("backchannelClientNotificationEndpoint");
    }

    public void setBackchannelClientNotificationEndpoint(String value) {
        snapshot.set("backchannelClientNotificationEndpoint", value);
    }

    public String getBackchannelAuthenticationRequestSigningAlg() {
        return snapshot.text("backchannelAuthenticationRequestSigningAlg");
    }

    public void setBackchannelAuthenticationRequestSigningAlg(String value) {
        snapshot.set("backchannelAuthenticationRequestSigningAlg", value);
    }

    public Boolean getBackchannelUserCodeParameter() {
        return snapshot.flagOrNull("backchannelUserCodeParameter");
    }

    public boolean isBackchannelUserCodeParameter() {
        return snapshot.flag("backchannelUserCodeParameter");
    }

    public void setBackchannelUserCodeParameter(Boolean value) {
        snapshot.set("backchannelUserCodeParameter", value);
    }

    public List<String> getAdditionalAudience() {
        return snapshot.texts("additionalAudience");
    }

    public void setAdditionalAudience(List<String> value) {
        snapshot.set("additionalAudience", value);
    }

    public String getRedirectUrisRegex() {
        return snapshot.text("redirectUrisRegex");
    }

    public void setRedirectUrisRegex(String value) {
        snapshot.set("redirectUrisRegex", value);
    }

    public List<String> getScope() {
        return snapshot.texts("scope");
    }

    public void setScope(List<String> value) {
        snapshot.set("scope", value);
    }

    public List<String> getClaims() {
        return snapshot.texts("claims");
    }

    public void setClaims(List<String> value) {
        snapshot.set("claims", value);
    }

    public Map<String, String> getCustomAttributes() {
        return snapshot.map("customAttributes");
    }

    public void setCustomAttributes(Map<String, String> value) {
        snapshot.set("customAttributes", value);
    }
}
