//! `ciba_end_user_notification`: tells a user's device that an application
//! asks for a login (CIBA Core 1.0, section 7).
//!
//! Not here: when the protocol asks, or what it does with a notification that
//! could not be sent (durward-protocol's `ciba`).

use serde::Serialize;

pub use crate::beans::User;
use crate::{
    beans::{USER, jans, ours},
    contract::{Bean, FailureMeaning, Kind, Method, Phase, Returns, ScriptType, Selection},
    engine::EngineError,
    scripts::Scripts,
};

/// The contract.
pub const CONTRACT: ScriptType = ScriptType {
    name: "ciba_end_user_notification",
    class_name: "EndUserNotification",
    interface: "io.jans.model.custom.script.type.ciba.EndUserNotificationType",
    about: "Pushes a CIBA login request to the user's device. Asked once the request is stored, \
            before the application gets its auth_req_id. Every enabled script is asked in level \
            order until one answers False.",
    context: &CONTEXT,
    methods: &[Method {
        name: "notifyEndUser",
        parameters: &["context"],
        returns: Returns::Boolean,
        optional: false,
        extra: false,
        about: "True when the device was told.",
    }],
    selection: Selection::AllInLevelOrder,
    failure: FailureMeaning::NotSent,
    phase: Phase::AfterApply,
};

const CONTEXT: Bean = Bean {
    name: "ExternalCibaEndUserNotificationContext",
    about: "One authentication request that a device must hear of.",
    properties: &[
        jans(
            "appConfiguration",
            Kind::Bean(&APP_CONFIGURATION),
            "The server's configuration.",
        ),
        jans("scope", Kind::Text, "Granted scopes, separated by spaces."),
        jans(
            "acrValues",
            Kind::Text,
            "acr_values of the request, or None.",
        ),
        jans("authReqId", Kind::Text, "The request's auth_req_id."),
        jans(
            "deviceRegistrationToken",
            Kind::Text,
            "The user's registered device, or None.",
        ),
        jans(
            "encryptionService",
            Kind::Service("io.jans.as.server.service.ciba.CibaEncryptionService"),
            "Opens sealed configuration values.",
        ),
        ours(
            "bindingMessage",
            Kind::Text,
            "Words shown on both devices, or None.",
        ),
        ours("user", Kind::Bean(&USER), "Who is asked."),
        ours("client", Kind::Bean(&CLIENT), "Who asks."),
        ours(
            "expiresIn",
            Kind::Integer,
            "Seconds until the request expires.",
        ),
    ],
};

const APP_CONFIGURATION: Bean = Bean {
    name: "AppConfiguration",
    about: "The server's configuration as far as a notification needs it.",
    properties: &[
        jans("issuer", Kind::Text, "Issuer identifier."),
        jans(
            "baseEndpoint",
            Kind::Text,
            "URL that all endpoints stand under.",
        ),
        jans(
            "authorizationEndpoint",
            Kind::Text,
            "Where the approval page is.",
        ),
        jans("tokenEndpoint", Kind::Text, "Token endpoint."),
        jans("userInfoEndpoint", Kind::Text, "UserInfo endpoint."),
        jans(
            "backchannelClientId",
            Kind::Text,
            "Client that approval links name.",
        ),
        jans(
            "backchannelRedirectUri",
            Kind::Text,
            "Where approval links end.",
        ),
        jans(
            "backchannelAuthenticationEndpoint",
            Kind::Text,
            "CIBA endpoint.",
        ),
        jans(
            "backchannelAuthenticationResponseExpiresIn",
            Kind::Integer,
            "Default lifetime of a request, seconds.",
        ),
        jans(
            "backchannelAuthenticationResponseInterval",
            Kind::Integer,
            "Default polling interval, seconds.",
        ),
        jans(
            "cibaEndUserNotificationConfig",
            Kind::Bean(&NOTIFICATION_CONFIG),
            "Push service settings.",
        ),
    ],
};

const NOTIFICATION_CONFIG: Bean = Bean {
    name: "CIBAEndUserNotificationConfig",
    about: "Settings of the push service; notificationKey is sealed.",
    properties: &[
        jans("apiKey", Kind::Text, "Web API key."),
        jans("authDomain", Kind::Text, "Firebase auth domain."),
        jans("databaseURL", Kind::Text, "Firebase database."),
        jans("projectId", Kind::Text, "Firebase project."),
        jans("storageBucket", Kind::Text, "Firebase bucket."),
        jans("messagingSenderId", Kind::Text, "Firebase sender."),
        jans("appId", Kind::Text, "Firebase application."),
        jans("notificationUrl", Kind::Text, "Where pushes are posted."),
        jans(
            "notificationKey",
            Kind::Text,
            "Sealed key; open it with the encryption service.",
        ),
        jans("publicVapidKey", Kind::Text, "Web push key."),
    ],
};

const CLIENT: Bean = Bean {
    name: "Client",
    about: "The application that asks.",
    properties: &[
        ours("clientId", Kind::Text, "client_id."),
        ours("clientName", Kind::Text, "Name for people, or None."),
    ],
};

/// The context's snapshot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Context {
    /// Configuration as scripts see it.
    pub app_configuration: AppConfiguration,
    /// Granted scopes, separated by spaces.
    pub scope: String,
    /// Requested `acr_values`.
    pub acr_values: Option<String>,
    /// The request's id.
    pub auth_req_id: String,
    /// The user's device.
    pub device_registration_token: Option<String>,
    /// Words shown on both devices.
    pub binding_message: Option<String>,
    /// Who is asked.
    pub user: User,
    /// Who asks.
    pub client: Client,
    /// Seconds until the request expires.
    pub expires_in: i64,
}

/// See the bean of the same name.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)] // one word each, explained in APP_CONFIGURATION above
pub struct AppConfiguration {
    pub issuer: String,
    pub base_endpoint: String,
    pub authorization_endpoint: String,
    pub token_endpoint: String,
    pub user_info_endpoint: String,
    pub backchannel_client_id: String,
    pub backchannel_redirect_uri: String,
    pub backchannel_authentication_endpoint: String,
    pub backchannel_authentication_response_expires_in: i64,
    pub backchannel_authentication_response_interval: i64,
    pub ciba_end_user_notification_config: durward_model::configuration::NotificationConfig,
}

/// See the bean of the same name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)] // one word each, explained in CLIENT above
pub struct Client {
    pub client_id: String,
    pub client_name: Option<String>,
}

/// What became of a notification.
#[derive(Debug, Clone, PartialEq)]
pub enum Notification {
    /// No script of this type is enabled.
    NoScript,
    /// Every enabled script said that it was sent.
    Sent,
    /// A script answered false or failed; the rest was not asked.
    NotSent {
        /// Name of the script.
        script: String,
        /// Why, when it was not a plain `False`.
        error: Option<EngineError>,
    },
}

/// Asks every enabled script in level order, stopping at the first false; a version on trial
/// by the client.
pub async fn notify_end_user(scripts: &Scripts, context: &Context) -> Notification {
    let enabled = scripts.of_flow(&CONTRACT, &context.client.client_id);
    if enabled.is_empty() {
        return Notification::NoScript;
    }
    let snapshot = serde_json::to_value(context).unwrap_or_default();
    for script in enabled {
        let error = match scripts
            .ask(&script, "notifyEndUser", snapshot.clone())
            .await
        {
            Ok(reply) if reply.result == true => continue,
            Ok(_) => None,
            Err(error) => Some(error),
        };
        return Notification::NotSent {
            script: script.info.name.clone(),
            error,
        };
    }
    Notification::Sent
}
