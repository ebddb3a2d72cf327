//! The backchannel authentication endpoint (CIBA Core 1.0, sections 7.1 to 7.3).

use durward_model::{
    CibaRequest, CibaStatus, Client, Configuration, Details, Scope, SecretHash, User,
    ciba::NotificationOutcome, client::grant_type, configuration::NotificationFailure,
};
use durward_store::Change;
use serde::Serialize;

use super::{hint, notification, signed};
use crate::{
    Parameters, Provider,
    authorization_details::{self, Asking, request::Requested, vetting},
    client_auth,
    error::{Code, Error},
    password,
    provider::Live,
    resource,
    visit::Caller,
};

/// A successful answer (section 7.3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Acknowledgement {
    /// Names the request from now on: 256 random bits.
    pub auth_req_id: String,
    /// Seconds until it expires.
    pub expires_in: i64,
    /// Seconds between polls.
    pub interval: i64,
}

/// Answers a backchannel authentication request.
///
/// # Errors
/// As section 13 names them.
pub async fn answer<'a>(
    provider: &Provider,
    caller: impl Into<Caller<'a>>,
    parameters: &Parameters,
) -> Result<Acknowledgement, Error> {
    let caller = caller.into();
    let client = client_auth::authenticate(provider, caller, parameters).await?;
    let live = provider.live();
    check_client(&client, &live.configuration)?;
    let opened = signed::open(provider, &client, parameters).await?;
    let parameters = &opened;
    let mut asked = Asked::parse(&client, parameters, &live.configuration)?;
    let user = hint::find_user(provider, &live, &client, parameters).await?;
    check_user_code(provider, &live, &client, &user, parameters).await?;
    check_outstanding(provider, &live.configuration, &user).await?;
    if live.configuration.backchannel_device_required && user.device_registration_token.is_none() {
        return Err(Code::UnauthorizedEndUserDevice.because("the user has no registered device"));
    }
    let asking = Asking {
        provider,
        client: &client,
        user: Some(&user),
        parameters,
        visit: caller.visit,
        is_authorization: false,
    };
    asked.authorization_details = vetting::vet(&asking, &asked.requested_details).await?;
    store_and_notify(provider, &live, &client, &user, asked).await
}

async fn store_and_notify(
    provider: &Provider,
    live: &Live,
    client: &Client,
    user: &User,
    asked: Asked,
) -> Result<Acknowledgement, Error> {
    let configuration = &live.configuration;
    let now = provider.now();
    let auth_req_id = provider.new_secret();
    let expires_in = asked.expires_in_seconds;
    let interval = configuration.backchannel_authentication_response_interval;
    let request = CibaRequest {
        hash: SecretHash::of(&auth_req_id),
        client_id: client.client_id.clone(),
        user_id: user.id.clone(),
        scope: asked.scope,
        resources: asked.resources,
        authorization_details: asked.authorization_details,
        acr_values: asked.acr_values,
        binding_message: asked.binding_message,
        status: CibaStatus::Pending,
        interval_seconds: interval,
        last_poll_at: None,
        notification: NotificationOutcome::Waiting,
        created_at: now,
        expires_at: now.plus_seconds(expires_in),
    };
    provider.store.apply(vec![Change::insert(&request)]).await?;
    if pending(provider, user).await? > configuration.backchannel_pending_requests_per_user {
        // Others were stored between the check and this write.
        provider
            .store
            .apply(vec![Change::delete::<CibaRequest>(request.hash.as_str())])
            .await?;
        return Err(too_many());
    }
    let parties = notification::Parties { client, user };
    let sent = notification::notify(provider, live, &request, &auth_req_id, &parties).await?;
    if !sent && configuration.notification_failure == NotificationFailure::Reject {
        provider
            .store
            .apply(vec![Change::delete::<CibaRequest>(request.hash.as_str())])
            .await?;
        return Err(Code::UnauthorizedEndUserDevice.because("the user's device could not be told"));
    }
    Ok(Acknowledgement {
        auth_req_id,
        expires_in,
        interval,
    })
}

fn check_client(client: &Client, configuration: &Configuration) -> Result<(), Error> {
    if client.is_public() {
        return Err(Code::UnauthorizedClient.because("CIBA is for confidential clients"));
    }
    let mode = client.metadata.backchannel_token_delivery_mode.as_deref();
    let supported = &configuration.backchannel_token_delivery_modes_supported;
    let known = mode.is_some_and(|mode| supported.iter().any(|other| other == mode));
    if !known || !client.may_use(grant_type::CIBA) {
        return Err(Code::UnauthorizedClient.because("the client is not registered for CIBA"));
    }
    Ok(())
}

/// What is asked for, as far as parameters tell.
struct Asked {
    scope: Scope,
    resources: Vec<String>,
    requested_details: Vec<Requested>,
    /// Filled once the scripts were asked.
    authorization_details: Details,
    acr_values: Option<String>,
    binding_message: Option<String>,
    expires_in_seconds: i64,
}

impl Asked {
    fn parse(
        client: &Client,
        parameters: &Parameters,
        configuration: &Configuration,
    ) -> Result<Self, Error> {
        Ok(Self {
            scope: parse_scope(client, parameters)?,
            resources: resource::requested(parameters, client, configuration)?,
            requested_details: parameters
                .find(authorization_details::PARAMETER)
                .map(authorization_details::request::parse)
                .transpose()?
                .unwrap_or_default(),
            authorization_details: Details::default(),
            acr_values: parameters.find("acr_values").map(str::to_owned),
            binding_message: parameters
                .find("binding_message")
                .map(|text| check_binding_message(text, configuration))
                .transpose()?,
            expires_in_seconds: parse_expiry(parameters, configuration)?,
        })
    }
}

fn parse_scope(client: &Client, parameters: &Parameters) -> Result<Scope, Error> {
    let text = parameters.require("scope")?;
    let requested = Scope::parse(text);
    if !Scope::is_well_formed(text) || !requested.contains("openid") {
        return Err(Code::InvalidScope.because("'scope' must hold openid"));
    }
    let granted = requested
        .narrowed_to(&client.metadata.scope)
        .without_management();
    if granted.contains("openid") {
        Ok(granted)
    } else {
        Err(Code::InvalidScope.because("the client may not have this scope"))
    }
}

/// Text that a person can compare at a glance: short, visible, of one direction
/// (section 7.1; bidirectional controls and line breaks would let it lie).
fn check_binding_message(text: &str, configuration: &Configuration) -> Result<String, Error> {
    let longest = configuration.backchannel_binding_message_max_length;
    if text.chars().count() > longest {
        return Err(Code::InvalidBindingMessage
            .because(format!("the binding message is over {longest} characters")));
    }
    if text.chars().any(is_invisible) || text.trim().is_empty() {
        return Err(Code::InvalidBindingMessage
            .because("the binding message holds characters that cannot be shown"));
    }
    Ok(text.to_owned())
}

fn is_invisible(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'
        )
}

fn parse_expiry(parameters: &Parameters, configuration: &Configuration) -> Result<i64, Error> {
    let default = configuration.backchannel_authentication_response_expires_in;
    match parameters.find_integer("requested_expiry")? {
        None => Ok(default),
        Some(seconds) if seconds < 1 => {
            Err(Code::InvalidRequest.because("'requested_expiry' is not a positive number"))
        }
        // Asking for too long is asking for as long as possible.
        Some(seconds) => Ok(seconds.min(configuration.ciba_max_expiration_time_allowed_sec)),
    }
}

/// The user's own code, so that nobody else can make the device ring
/// (section 7.1). Guessing pauses like a login.
async fn check_user_code(
    provider: &Provider,
    live: &Live,
    client: &Client,
    user: &User,
    parameters: &Parameters,
) -> Result<(), Error> {
    let configuration = &live.configuration;
    let wanted = client.metadata.backchannel_user_code_parameter
        && configuration.backchannel_user_code_parameter_supported;
    if !wanted {
        return Ok(());
    }
    let code = parameters
        .find("user_code")
        .ok_or_else(|| Code::MissingUserCode.because("'user_code' is missing"))?;
    let counters = vec![password::Counter {
        key: format!("user_code:{}", user.id),
        allowance: configuration.login_failures_before_pause,
        shared: false,
    }];
    let now = provider.now();
    let wrong = || Code::InvalidUserCode.because("'user_code' is wrong");
    let store = &*provider.store;
    let attempt = match password::Attempt::begin(store, counters, now, configuration).await {
        // A pause is not told: a guesser must not learn that the code was not even looked at.
        Err(Error::Refused(_)) => return Err(wrong()),
        other => other?,
    };
    if password::verify(code, user.user_code_hash.as_deref()).await? {
        return Ok(attempt.succeeded(store).await?);
    }
    attempt.failed(store, configuration).await?;
    Err(wrong())
}

/// No more pending requests than a person can mean: more is consent bombing.
async fn check_outstanding(
    provider: &Provider,
    configuration: &Configuration,
    user: &User,
) -> Result<(), Error> {
    if pending(provider, user).await? < configuration.backchannel_pending_requests_per_user {
        Ok(())
    } else {
        Err(too_many())
    }
}

/// Requests that the user could still answer.
async fn pending(provider: &Provider, user: &User) -> Result<usize, Error> {
    let now = provider.now();
    let pending = provider.store.list_pending_ciba_requests(&user.id).await?;
    Ok(pending
        .iter()
        .filter(|request| now < request.expires_at)
        .count())
}

fn too_many() -> Error {
    Code::AccessDenied.because("the user has too many requests to answer")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn binding_messages_must_be_short_and_visible() {
        let configuration = Configuration::default();
        let check = |text: &str| check_binding_message(text, &configuration).is_ok();
        assert!(check("W4SCT"));
        assert!(check("Zahlung 7,50 €"));
        for text in [
            "",
            "   ",
            "a\nb",
            "a\u{202e}b",
            "a\u{200b}b",
            "a\u{feff}",
            &"x".repeat(65),
        ] {
            assert!(!check(text), "{text:?}");
        }
    }

    #[test]
    fn expiry_is_capped_and_positive() {
        let configuration = Configuration::default();
        let expiry = |text: &str| parse_expiry(&Parameters::parse(text).unwrap(), &configuration);
        assert_eq!(expiry("").unwrap(), 300);
        assert_eq!(expiry("requested_expiry=120").unwrap(), 120);
        assert_eq!(expiry("requested_expiry=999999").unwrap(), 1_800);
        assert!(expiry("requested_expiry=0").is_err());
        assert!(expiry("requested_expiry=soon").is_err());
    }
}
