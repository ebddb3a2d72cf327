//! Rich authorization requests (RFC 9396): one way for every endpoint.
//!
//! `request` parses hostile text, `vetting` asks the scripts, `narrowing` compares with what
//! was granted, `projection` says who may see what, `presentation` what people read.
//! `exact` looks into elements without changing a character of them.

pub mod exact;
pub mod narrowing;
pub mod presentation;
pub mod projection;
pub mod request;
pub mod vetting;

use std::sync::Arc;

use durward_model::{Client, Detail, User};
use durward_script::{LoadedScript, types::authz_detail as script};

use crate::{
    Parameters, Provider,
    error::{Code, Error},
    visit::Visit,
};

/// The request parameter.
pub const PARAMETER: &str = "authorization_details";

/// The request that elements came with, for the scripts' context.
#[derive(Clone, Copy)]
pub struct Asking<'a> {
    /// Store, scripts, time.
    pub provider: &'a Provider,
    /// Who asks.
    pub client: &'a Client,
    /// Whose consent it is, where that is known.
    pub user: Option<&'a User>,
    /// Its parameters.
    pub parameters: &'a Parameters,
    /// How it came.
    pub visit: &'a Visit,
    /// Is it an authorization request?
    pub is_authorization: bool,
}

impl<'a> Asking<'a> {
    /// The same once it is known whose consent it is.
    #[must_use]
    pub fn of_user(self, user: &'a User) -> Self {
        Self {
            user: Some(user),
            ..self
        }
    }

    /// The context for one element.
    fn context(&self, detail_type: &str, element: &Detail) -> script::Context {
        let metadata = &self.client.metadata;
        script::Context {
            authz_detail: bean(detail_type, element),
            authz_request: self.is_authorization.then(|| self.authz_request()),
            http_request: self.visit.told(self.parameters),
            authz_details: self.parameters.find(PARAMETER).unwrap_or("[]").to_owned(),
            client: script::Client {
                client_id: self.client.client_id.as_str().to_owned(),
                client_name: metadata.client_name.clone(),
                client_uri: metadata.client_uri.clone(),
                redirect_uris: metadata.redirect_uris.clone(),
                grant_types: metadata.grant_types.clone(),
                scopes: metadata.scope.iter().map(str::to_owned).collect(),
            },
            user: self.user.map(|user| script::User {
                inum: user.id.as_str().to_owned(),
                user_id: user.username.clone(),
                display_name: user.name.clone(),
                mail: user.email.clone(),
            }),
            granted_authz_detail: None,
            resource_server: Vec::new(),
        }
    }

    /// The script for a type; the same version for all requests of a client.
    fn script(&self, detail_type: &str) -> Option<Arc<LoadedScript>> {
        let client_id = self.client.client_id.as_str();
        script::find(&self.provider.scripts, detail_type, client_id)
    }

    fn authz_request(&self) -> script::AuthzRequest {
        let text = |name: &str| self.parameters.find(name).map(str::to_owned);
        script::AuthzRequest {
            scope: text("scope"),
            response_type: text("response_type"),
            client_id: text("client_id"),
            redirect_uri: text("redirect_uri"),
            state: text("state"),
            response_mode: text("response_mode"),
            nonce: text("nonce"),
            display: text("display"),
            prompt: text("prompt"),
            ui_locales: text("ui_locales"),
            login_hint: text("login_hint"),
            acr_values: text("acr_values"),
            max_age: self.parameters.find_integer("max_age").ok().flatten(),
            code_challenge: text("code_challenge"),
            code_challenge_method: text("code_challenge_method"),
            authz_details_string: text(PARAMETER),
        }
    }
}

fn bean(detail_type: &str, element: &Detail) -> script::AuthzDetail {
    script::AuthzDetail {
        json_object: element.as_str().to_owned(),
        detail_type: detail_type.to_owned(),
        ui_representation: None,
    }
}

/// Types that may be asked for now: the names of the enabled scripts, in order.
pub fn supported_types(provider: &Provider) -> Vec<String> {
    let scripts = provider.scripts.of(&script::CONTRACT);
    let mut names: Vec<String> = scripts
        .iter()
        .map(|script| script.info.name.clone())
        .collect();
    names.sort();
    names
}

/// The refusal of one element. `reason` is public.
fn refused(index: usize, reason: &str) -> Error {
    Code::InvalidAuthorizationDetails.because(format!("authorization_details[{index}]: {reason}"))
}
