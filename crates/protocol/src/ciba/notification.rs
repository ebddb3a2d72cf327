//! Telling the device: the context that scripts see, and what their answer means.

use durward_model::{CibaRequest, Client, Configuration, User, ciba::NotificationOutcome};
use durward_script::types::ciba_end_user_notification::{
    self as script, AppConfiguration, Context, Notification,
};
use durward_store::{Change, Store, StoreError};

use crate::{Provider, error::Error, provider::Live};

/// Who asks and who is asked.
pub struct Parties<'a> {
    /// Who asks.
    pub client: &'a Client,
    /// Who is asked.
    pub user: &'a User,
}

/// Asks the scripts. `true` when the device was told or nobody is there to tell it.
///
/// # Errors
/// A fault of the store.
pub async fn notify(
    provider: &Provider,
    live: &Live,
    request: &CibaRequest,
    auth_req_id: &str,
    parties: &Parties<'_>,
) -> Result<bool, Error> {
    let context = context(&live.configuration, request, auth_req_id, parties);
    match script::notify_end_user(&provider.scripts, &context).await {
        Notification::Sent | Notification::NoScript => Ok(true),
        Notification::NotSent { script, error } => {
            let reason = error.map_or_else(
                || format!("the script '{script}' answered false"),
                |error| format!("the script '{script}' failed: {error}"),
            );
            tracing::warn!(script, reason, "CIBA notification was not sent");
            record_failure(&*provider.store, request, reason).await?;
            Ok(false)
        }
    }
}

fn context(
    configuration: &Configuration,
    request: &CibaRequest,
    auth_req_id: &str,
    parties: &Parties<'_>,
) -> Context {
    let Parties { client, user } = parties;
    Context {
        app_configuration: app_configuration(configuration),
        scope: request.scope.to_string(),
        acr_values: request.acr_values.clone(),
        auth_req_id: auth_req_id.to_owned(),
        device_registration_token: user.device_registration_token.clone(),
        binding_message: request.binding_message.clone(),
        user: script::User {
            inum: user.id.as_str().to_owned(),
            user_id: user.username.clone(),
            display_name: user.name.clone(),
            mail: user.email.clone(),
        },
        client: script::Client {
            client_id: client.client_id.as_str().to_owned(),
            client_name: client.metadata.client_name.clone(),
        },
        expires_in: request.expires_at.seconds_since(request.created_at),
    }
}

/// Configuration as scripts see it; the notification key stays sealed.
fn app_configuration(configuration: &Configuration) -> AppConfiguration {
    AppConfiguration {
        issuer: configuration.issuer.clone(),
        base_endpoint: configuration.endpoint(""),
        authorization_endpoint: configuration.endpoint("/authorize"),
        token_endpoint: configuration.endpoint("/token"),
        user_info_endpoint: configuration.endpoint("/userinfo"),
        backchannel_client_id: configuration.backchannel_client_id.clone(),
        backchannel_redirect_uri: configuration.backchannel_redirect_uri.clone(),
        backchannel_authentication_endpoint: configuration.endpoint("/bc-authorize"),
        backchannel_authentication_response_expires_in: configuration
            .backchannel_authentication_response_expires_in,
        backchannel_authentication_response_interval: configuration
            .backchannel_authentication_response_interval,
        ciba_end_user_notification_config: configuration.ciba_end_user_notification_config.clone(),
    }
}

/// Keeps the reason on the request, unless the user was quicker.
async fn record_failure(
    store: &dyn Store,
    request: &CibaRequest,
    reason: String,
) -> Result<(), Error> {
    let Some(found) = store.find_ciba_request(&request.hash).await? else {
        return Ok(());
    };
    let mut failed = found.value.clone();
    failed.notification = NotificationOutcome::Failed { reason };
    match store.apply(vec![Change::replace(&found, &failed)]).await {
        Ok(()) | Err(StoreError::Conflict { .. }) => Ok(()),
        Err(error) => Err(error.into()),
    }
}
