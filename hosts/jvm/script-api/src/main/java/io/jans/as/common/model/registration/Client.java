package io.jans.as.common.model.registration;

import durward.script.Bean;
import durward.script.Snapshot;
import io.jans.as.model.common.AuthenticationMethod;
import io.jans.as.model.common.BackchannelTokenDeliveryMode;
import io.jans.as.model.common.GrantType;
import io.jans.as.model.common.ResponseType;
import io.jans.as.model.common.SubjectType;
import io.jans.as.model.register.ApplicationType;
import io.jans.as.persistence.model.ClientAttributes;
import java.util.Date;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** A client as it is registered. Setters work where the type of script may change the client. */
public class Client extends Bean {
    public Client() {
        this(Snapshot.alone(Map.of()));
    }

    public Client(Snapshot snapshot) {
        super(snapshot);
    }

    public String getDn() {
        return snapshot.text("dn");
    }

    public void setDn(String value) {
        snapshot.set("dn", value);
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

    public String getClientId() {
        return snapshot.text("clientId");
    }

    public void setClientId(String value) {
        snapshot.set("clientId", value);
    }

    public String getClientSecret() {
        return snapshot.text("clientSecret");
    }

    public void setClientSecret(String value) {
        snapshot.set("clientSecret", value);
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

    public String getRegistrationAccessToken() {
        return snapshot.text("registrationAccessToken");
    }

    public void setRegistrationAccessToken(String value) {
        snapshot.set("registrationAccessToken", value);
    }

    public Date getClientIdIssuedAt() {
        return snapshot.date("clientIdIssuedAt");
    }

    public void setClientIdIssuedAt(Date value) {
        snapshot.set("clientIdIssuedAt", value);
    }

    public Date getClientSecretExpiresAt() {
        return snapshot.date("clientSecretExpiresAt");
    }

    public void setClientSecretExpiresAt(Date value) {
        snapshot.set("clientSecretExpiresAt", value);
    }

    public String[] getRedirectUris() {
        return snapshot.array("redirectUris");
    }

    public void setRedirectUris(String[] value) {
        snapshot.set("redirectUris", value);
    }

    public String[] getClaimRedirectUris() {
        return snapshot.array("claimRedirectUris");
    }

    public void setClaimRedirectUris(String[] value) {
        snapshot.set("claimRedirectUris", value);
    }

    public ResponseType[] getResponseTypes() {
        return snapshot.constants("responseTypes", ResponseType.class, ResponseType::fromString);
    }

    public void setResponseTypes(ResponseType[] value) {
        snapshot.set("responseTypes", value);
    }

    public GrantType[] getGrantTypes() {
        return snapshot.constants("grantTypes", GrantType.class, GrantType::fromString);
    }

    public void setGrantTypes(GrantType[] value) {
        snapshot.set("grantTypes", value);
    }

    public ApplicationType getApplicationType() {
        return snapshot.constant("applicationType", ApplicationType::fromString);
    }

    public void setApplicationType(ApplicationType value) {
        snapshot.set("applicationType", value);
    }

    public String[] getContacts() {
        return snapshot.array("contacts");
    }

    public void setContacts(String[] value) {
        snapshot.set("contacts", value);
    }

    public String getIdTokenTokenBindingCnf() {
        return snapshot.text("idTokenTokenBindingCnf");
    }

    public void setIdTokenTokenBindingCnf(String value) {
        snapshot.set("idTokenTokenBindingCnf", value);
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

    public SubjectType getSubjectType() {
        return snapshot.constant("subjectType", SubjectType::fromString);
    }

    public void setSubjectType(SubjectType value) {
        snapshot.set("subjectType", value);
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

    public String getUserInfoEncryptedResponseAlg() {
        return snapshot.text("userInfoEncryptedResponseAlg");
    }

    public void setUserInfoEncryptedResponseAlg(String value) {
        snapshot.set("userInfoEncryptedResponseAlg", value);
    }

    public String getUserInfoEncryptedResponseEnc() {
        return snapshot.text("userInfoEncryptedResponseEnc");
    }

    public void setUserInfoEncryptedResponseEnc(String value) {
        snapshot.set("userInfoEncryptedResponseEnc", value);
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

    public String getTokenEndpointAuthMethod() {
        return snapshot.text("tokenEndpointAuthMethod");
    }

    public void setTokenEndpointAuthMethod(String value) {
        snapshot.set("tokenEndpointAuthMethod", value);
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

    public String[] getDefaultAcrValues() {
        return snapshot.array("defaultAcrValues");
    }

    public void setDefaultAcrValues(String[] value) {
        snapshot.set("defaultAcrValues", value);
    }

    public String[] getPostLogoutRedirectUris() {
        return snapshot.array("postLogoutRedirectUris");
    }

    public void setPostLogoutRedirectUris(String[] value) {
        snapshot.set("postLogoutRedirectUris", value);
    }

    public String[] getRequestUris() {
        return snapshot.array("requestUris");
    }

    public void setRequestUris(String[] value) {
        snapshot.set("requestUris", value);
    }

    public String[] getScopes() {
        return snapshot.array("scopes");
    }

    public void setScopes(String[] value) {
        snapshot.set("scopes", value);
    }

    public String[] getClaims() {
        return snapshot.array("claims");
    }

    public void setClaims(String[] value) {
        snapshot.set("claims", value);
    }

    public String[] getAuthorizedOrigins() {
        return snapshot.array("authorizedOrigins");
    }

    public void setAuthorizedOrigins(String[] value) {
        snapshot.set("authorizedOrigins", value);
    }

    public String[] getGroups() {
        return snapshot.array("groups");
    }

    public void setGroups(String[] value) {
        snapshot.set("groups", value);
    }

    public String getInitiateLoginUri() {
        return snapshot.text("initiateLoginUri");
    }

    public void setInitiateLoginUri(String value) {
        snapshot.set("initiateLoginUri", value);
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

    public String getAccessTokenSigningAlg() {
        return snapshot.text("accessTokenSigningAlg");
    }

    public void setAccessTokenSigningAlg(String value) {
        snapshot.set("accessTokenSigningAlg", value);
    }

    public String getDescription() {
        return snapshot.text("description");
    }

    public void setDescription(String value) {
        snapshot.set("description", value);
    }

    public String getOrganization() {
        return snapshot.text("organization");
    }

    public void setOrganization(String value) {
        snapshot.set("organization", value);
    }

    public boolean getTrustedClient() {
        return snapshot.flag("trustedClient");
    }

    public boolean isTrustedClient() {
        return snapshot.flag("trustedClient");
    }

    public void setTrustedClient(boolean value) {
        snapshot.set("trustedClient", value);
    }

    public boolean getPersistClientAuthorizations() {
        return snapshot.flag("persistClientAuthorizations");
    }

    public boolean isPersistClientAuthorizations() {
        return snapshot.flag("persistClientAuthorizations");
    }

    public void setPersistClientAuthorizations(boolean value) {
        snapshot.set("persistClientAuthorizations", value);
    }

    public boolean getIncludeClaimsInIdToken() {
        return snapshot.flag("includeClaimsInIdToken");
    }

    public boolean isIncludeClaimsInIdToken() {
        return snapshot.flag("includeClaimsInIdToken");
    }

    public void setIncludeClaimsInIdToken(boolean value) {
        snapshot.set("includeClaimsInIdToken", value);
    }

    public boolean getRptAsJwt() {
        return snapshot.flag("rptAsJwt");
    }

    public boolean isRptAsJwt() {
        return snapshot.flag("rptAsJwt");
    }

    public void setRptAsJwt(boolean value) {
        snapshot.set("rptAsJwt", value);
    }

    public boolean getAccessTokenAsJwt() {
        return snapshot.flag("accessTokenAsJwt");
    }

    public boolean isAccessTokenAsJwt() {
        return snapshot.flag("accessTokenAsJwt");
    }

    public void setAccessTokenAsJwt(boolean value) {
        snapshot.set("accessTokenAsJwt", value);
    }

    public boolean getDisabled() {
        return snapshot.flag("disabled");
    }

    public boolean isDisabled() {
        return snapshot.flag("disabled");
    }

    public void setDisabled(boolean value) {
        snapshot.set("disabled", value);
    }

    public Date getLastAccessTime() {
        return snapshot.date("lastAccessTime");
    }

    public void setLastAccessTime(Date value) {
        snapshot.set("lastAccessTime", value);
    }

    public Date getLastLogonTime() {
        return snapshot.date("lastLogonTime");
    }

    public void setLastLogonTime(Date value) {
        snapshot.set("lastLogonTime", value);
    }

    public Integer getRefreshTokenLifetime() {
        return snapshot.integer("refreshTokenLifetime");
    }

    public void setRefreshTokenLifetime(Integer value) {
        snapshot.set("refreshTokenLifetime", value);
    }

    public Integer getAccessTokenLifetime() {
        return snapshot.integer("accessTokenLifetime");
    }

    public void setAccessTokenLifetime(Integer value) {
        snapshot.set("accessTokenLifetime", value);
    }

    public Integer getTtl() {
        return snapshot.integer("ttl");
    }

    public void setTtl(Integer value) {
        snapshot.set("ttl", value);
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

    public ClientAttributes getAttributes() {
        return snapshot.bean("attributes", ClientAttributes::new);
    }

    /** What {@code tokenEndpointAuthMethod} names, or null. */
    public AuthenticationMethod getAuthenticationMethod() {
        return AuthenticationMethod.fromString(getTokenEndpointAuthMethod());
    }

    public boolean hasAuthenticationMethod(AuthenticationMethod method) {
        return getAllAuthenticationMethods().contains(method);
    }

    /** The one of {@code tokenEndpointAuthMethod} and the additional ones. */
    public Set<AuthenticationMethod> getAllAuthenticationMethods() {
        Set<AuthenticationMethod> all = new LinkedHashSet<>();
        all.add(getAuthenticationMethod());
        ClientAttributes attributes = getAttributes();
        if (attributes != null && attributes.offers("additionalTokenEndpointAuthMethods")) {
            attributes.getAdditionalTokenEndpointAuthMethods().stream()
                    .map(AuthenticationMethod::fromString)
                    .forEach(all::add);
        }
        all.remove(null);
        return all;
    }
}
