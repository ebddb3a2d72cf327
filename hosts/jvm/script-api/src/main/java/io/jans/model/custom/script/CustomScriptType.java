package io.jans.model.custom.script;

/** The types of script that exist in Jans. Durward asks some of them; the others are names that records may carry. */
public enum CustomScriptType {
    PERSON_AUTHENTICATION("person_authentication", "Person Authentication", "PersonAuthentication"),
    AUTHORIZATION_CHALLENGE("authorization_challenge", "Authorization Challenge", "AuthorizationChallenge"),
    INTROSPECTION("introspection", "Introspection", "Introspection"),
    RESOURCE_OWNER_PASSWORD_CREDENTIALS(
            "resource_owner_password_credentials", "Resource Owner Password Credentials", "ResourceOwnerPasswordCredentials"),
    APPLICATION_SESSION("application_session", "Application Session", "ApplicationSession"),
    LINK_INTERCEPTION("link_interception", "Link Interception", "LinkInterception"),
    CLIENT_REGISTRATION("client_registration", "Client Registration", "ClientRegistration"),
    ID_GENERATOR("id_generator", "Id Generator", "IdGenerator"),
    UMA_RPT_POLICY("uma_rpt_policy", "UMA RPT Policies", "UmaRptPolicy"),
    UMA_RPT_CLAIMS("uma_rpt_claims", "UMA RPT Claims", "UmaRptClaims"),
    UMA_CLAIMS_GATHERING("uma_claims_gathering", "UMA Claims Gathering", "UmaClaimsGathering"),
    ACCESS_EVALUATION("access_evaluation", "Access Evaluation", "AccessEvaluation"),
    ACCESS_EVALUATION_DISCOVERY(
            "access_evaluation_discovery", "Access Evaluation Discovery", "AccessEvaluationDiscovery"),
    TOKEN_EXCHANGE("token_exchange", "Token Exchange", "TokenExchange"),
    CONSENT_GATHERING("consent_gathering", "Consent Gathering", "ConsentGathering"),
    DYNAMIC_SCOPE("dynamic_scope", "Dynamic Scopes", "DynamicScope"),
    SPONTANEOUS_SCOPE("spontaneous_scope", "Spontaneous Scopes", "SpontaneousScope"),
    END_SESSION("end_session", "End Session", "EndSession"),
    POST_AUTHN("post_authn", "Post Authentication", "PostAuthn"),
    CLIENT_AUTHN("client_authn", "Client Authentication", "ClientAuthn"),
    SELECT_ACCOUNT("select_account", "Select Account", "SelectAccount"),
    CREATE_USER("create_user", "Create User", "CreateUser"),
    SCIM("scim", "SCIM", "ScimEventHandler"),
    CIBA_END_USER_NOTIFICATION("ciba_end_user_notification", "CIBA End User Notification", "EndUserNotification"),
    REVOKE_TOKEN("revoke_token", "Revoke Token", "RevokeToken"),
    PERSISTENCE_EXTENSION("persistence_extension", "Persistence Extension", "PersistenceExtension"),
    IDP("idp", "Idp Extension", "IdpExtension"),
    DISCOVERY("discovery", "Discovery", "Discovery"),
    COOKIE("cookie", "Cookie", "Cookie"),
    HEALTH_CHECK("health_check", "Health Check", "HealthCheck"),
    AUTHZ_DETAIL("authz_detail", "Authorization Detail", "AuthzDetail"),
    UPDATE_TOKEN("update_token", "Update Token", "UpdateToken"),
    LOGOUT_STATUS_JWT("logout_status_jwt", "Logout Status Jwt", "LogoutStatusJwt"),
    CONFIG_API("config_api_auth", "Config Api Auth", "ConfigApiAuthorization"),
    MODIFY_SSA_RESPONSE("modify_ssa_response", "Modify SSA Response", "ModifySsaResponse"),
    FIDO2_EXTENSION("fido2_extension", "Fido2 Extension", "Fido2Extension"),
    LOCK_EXTENSION("lock_extension", "Lock Extension", "LockExtension");

    private final String value;
    private final String displayName;
    private final String className;

    CustomScriptType(String value, String displayName, String className) {
        this.value = value;
        this.displayName = displayName;
        this.className = className;
    }

    public String getValue() {
        return value;
    }

    public String getDisplayName() {
        return displayName;
    }

    /** Name of the class that a script of this type defines. */
    public String getClassName() {
        return className;
    }

    /** The type of that name, or null. */
    public static CustomScriptType getByValue(String value) {
        for (CustomScriptType one : values()) {
            if (one.value.equals(value)) {
                return one;
            }
        }
        return null;
    }

    @Override
    public String toString() {
        return value;
    }
}
