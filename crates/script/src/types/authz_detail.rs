//! `authz_detail`: decides about elements of `authorization_details`, and says on the
//! consent page what they mean (RFC 9396).
//!
//! Not here: which elements there are, what the protocol does with a verdict
//! (durward-protocol's `authorization_details`).

use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;

pub use crate::beans::{HttpRequest, User};
use crate::{
    beans::{HTTP_REQUEST, USER, jans, ours},
    contract::{
        Bean, FailureMeaning, Kind, Method, Phase, Property, Returns, ScriptType, Selection,
    },
    engine::{EngineError, Reply},
    scripts::{LoadedScript, Scripts},
};

/// The contract.
pub const CONTRACT: ScriptType = ScriptType {
    name: "authz_detail",
    class_name: "AuthzDetail",
    interface: "io.jans.model.custom.script.type.authzdetails.AuthzDetailType",
    about: "Decides about elements of authorization_details of one type, and words them for the consent \
            page. The script whose name is the element's type is asked, for each element in order; a type \
            without a script does not exist.",
    context: &CONTEXT,
    methods: &[
        Method {
            name: VALIDATE,
            parameters: &["context"],
            returns: Returns::Boolean,
            optional: false,
            extra: false,
            about: "True when this element may be asked for. May change it.",
        },
        Method {
            name: WORD,
            parameters: &["context"],
            returns: Returns::Text,
            optional: false,
            extra: false,
            about: "The element in words for the consent page; blank for the server's own.",
        },
        Method {
            name: NARROW,
            parameters: &["context"],
            returns: Returns::Boolean,
            optional: true,
            extra: true,
            about: "True when authzDetail is within grantedAuthzDetail. Not in Jans.",
        },
        Method {
            name: PROJECT,
            parameters: &["context"],
            returns: Returns::JsonText,
            optional: true,
            extra: true,
            about: "What the resource server may see of the element, or None. Not in Jans.",
        },
    ],
    selection: Selection::ByName,
    failure: FailureMeaning::Refused,
    phase: Phase::BeforeApply,
};

const VALIDATE: &str = "validateDetail";
const WORD: &str = "getUiRepresentation";
const NARROW: &str = "narrowDetail";
const PROJECT: &str = "projectDetail";

const CONTEXT: Bean = Bean {
    name: "ExternalScriptContext",
    about: "One element of authorization_details and the request that it came with.",
    properties: &[
        jans("authzDetail", Kind::Bean(&AUTHZ_DETAIL), "The element."),
        jans(
            "authzRequest",
            Kind::Bean(&AUTHZ_REQUEST),
            "The authorization request; None at other endpoints.",
        ),
        jans(
            "httpRequest",
            Kind::Bean(&HTTP_REQUEST),
            "The request, without cookies, credentials and tokens.",
        ),
        ours(
            "authzDetails",
            Kind::Service("io.jans.as.model.authzdetails.AuthzDetails"),
            "All elements of the request, as they were sent.",
        ),
        ours("client", Kind::Bean(&CLIENT), "Who asks."),
        ours(
            "user",
            Kind::Bean(&USER),
            "Whose consent it is; None while nobody is known.",
        ),
        ours(
            "grantedAuthzDetail",
            Kind::Bean(&AUTHZ_DETAIL),
            "For narrowDetail: the granted element. Otherwise None.",
        ),
        ours(
            "resourceServer",
            Kind::Texts,
            "For projectDetail: what the asking resource server is called. Otherwise empty.",
        ),
    ],
};

const AUTHZ_DETAIL: Bean = Bean {
    name: "AuthzDetail",
    about: "An element of authorization_details.",
    properties: &[
        Property {
            writable: true,
            ..jans(
                "jsonObject",
                Kind::JsonText,
                "The element as org.json.JSONObject; what validateDetail makes of it is granted.",
            )
        },
        jans("type", Kind::Text, "Its type."),
        Property {
            writable: true,
            ..jans(
                "uiRepresentation",
                Kind::Text,
                "None; what getUiRepresentation sets here counts where it returns nothing.",
            )
        },
    ],
};

const AUTHZ_REQUEST: Bean = Bean {
    name: "AuthzRequest",
    about: "An authorization request.",
    properties: &[
        jans("scope", Kind::Text, "scope, as it was sent."),
        jans("responseType", Kind::Text, "response_type."),
        jans("clientId", Kind::Text, "client_id."),
        jans("redirectUri", Kind::Text, "redirect_uri, or None."),
        jans("state", Kind::Text, "state, or None."),
        jans("responseMode", Kind::Text, "response_mode, or None."),
        jans("nonce", Kind::Text, "nonce, or None."),
        jans("display", Kind::Text, "display, or None."),
        jans("prompt", Kind::Text, "prompt, or None."),
        jans("uiLocales", Kind::Text, "ui_locales, or None."),
        jans("loginHint", Kind::Text, "login_hint, or None."),
        jans("acrValues", Kind::Text, "acr_values, or None."),
        jans("maxAge", Kind::Integer, "max_age in seconds, or None."),
        jans("codeChallenge", Kind::Text, "code_challenge, or None."),
        jans(
            "codeChallengeMethod",
            Kind::Text,
            "code_challenge_method, or None.",
        ),
        jans(
            "authzDetailsString",
            Kind::Text,
            "authorization_details, as it was sent.",
        ),
    ],
};

const CLIENT: Bean = Bean {
    name: "Client",
    about: "The application that asks.",
    properties: &[
        jans("clientId", Kind::Text, "client_id."),
        jans("clientName", Kind::Text, "Name for people, or None."),
        jans("clientUri", Kind::Text, "Home page, or None."),
        jans("redirectUris", Kind::Texts, "Registered redirect URIs."),
        jans("grantTypes", Kind::Texts, "Grants that it may use."),
        jans("scopes", Kind::Texts, "Scopes that it may ask for."),
    ],
};

/// The context's snapshot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)] // explained in CONTEXT above
pub struct Context {
    pub authz_detail: AuthzDetail,
    pub authz_request: Option<AuthzRequest>,
    pub http_request: HttpRequest,
    /// The JSON text of all elements.
    pub authz_details: String,
    pub client: Client,
    pub user: Option<User>,
    pub granted_authz_detail: Option<AuthzDetail>,
    pub resource_server: Vec<String>,
}

/// See `AUTHZ_DETAIL`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AuthzDetail {
    /// The element's text.
    pub json_object: String,
    /// `type`.
    #[serde(rename = "type")]
    pub detail_type: String,
    /// Nothing yet.
    pub ui_representation: Option<String>,
}

/// See `AUTHZ_REQUEST`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)] // explained in AUTHZ_REQUEST above
pub struct AuthzRequest {
    pub scope: Option<String>,
    pub response_type: Option<String>,
    pub client_id: Option<String>,
    pub redirect_uri: Option<String>,
    pub state: Option<String>,
    pub response_mode: Option<String>,
    pub nonce: Option<String>,
    pub display: Option<String>,
    pub prompt: Option<String>,
    pub ui_locales: Option<String>,
    pub login_hint: Option<String>,
    pub acr_values: Option<String>,
    pub max_age: Option<i64>,
    pub code_challenge: Option<String>,
    pub code_challenge_method: Option<String>,
    pub authz_details_string: Option<String>,
}

/// See `CLIENT`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)] // explained in CLIENT above
pub struct Client {
    pub client_id: String,
    pub client_name: Option<String>,
    pub client_uri: Option<String>,
    pub redirect_uris: Vec<String>,
    pub grant_types: Vec<String>,
    pub scopes: Vec<String>,
}

/// What a script said of an element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It may be asked for, as it was sent.
    Valid,
    /// It may be asked for as this text has it, which the script has made.
    Changed(String),
    /// It may not; with the script's own words for the client, if it has any.
    Refused(Option<String>),
}

/// The script for a type, in the version that this client's requests ask.
pub fn find(scripts: &Scripts, detail_type: &str, client_id: &str) -> Option<Arc<LoadedScript>> {
    scripts.named(&CONTRACT, detail_type, client_id)
}

/// Asks whether an element may be asked for. `element` is its hash, for the audit.
///
/// # Errors
/// The script failed, which is no yes.
pub async fn validate(
    scripts: &Scripts,
    script: &LoadedScript,
    context: &Context,
    element: &str,
) -> Result<Verdict, EngineError> {
    let reply = scripts
        .ask_about(script, VALIDATE, snapshot(context), element, told)
        .await?;
    Ok(verdict(&reply))
}

fn told(reply: &Reply) -> &'static str {
    match verdict(reply) {
        Verdict::Valid => "valid",
        Verdict::Changed(_) => "changed",
        Verdict::Refused(_) => "refused",
    }
}

/// A stored web exception is a refusal whatever was returned, as in Jans.
fn verdict(reply: &Reply) -> Verdict {
    if let Some(exception) = reply.changes.get("webApplicationException") {
        return Verdict::Refused(words_of(exception));
    }
    if reply.result != true {
        return Verdict::Refused(None);
    }
    match reply.changes.get("authzDetail.jsonObject") {
        None => Verdict::Valid,
        Some(Value::String(text)) => Verdict::Changed(text.clone()),
        // Not text: numbers may have changed on the way.
        Some(_) => Verdict::Refused(None),
    }
}

/// `error_description` of an exception's JSON.
fn words_of(exception: &Value) -> Option<String> {
    let entity: Value = serde_json::from_str(exception.get("entity")?.as_str()?).ok()?;
    Some(entity.get("error_description")?.as_str()?.to_owned())
}

/// Asks for an element in words; nothing when the script has none or failed.
pub async fn word(
    scripts: &Scripts,
    script: &LoadedScript,
    context: &Context,
    element: &str,
) -> Option<String> {
    let said = |reply: &Reply| words(reply).map_or("blank", |_| "worded");
    let asked = (WORD, context, element);
    words(&opinion(scripts, script, asked, said).await?)
}

/// Asks `method` about an element; nothing where the script failed. `told` is what the log
/// says of the answer.
async fn opinion(
    scripts: &Scripts,
    script: &LoadedScript,
    (method, context, element): (&str, &Context, &str),
    told: fn(&Reply) -> &'static str,
) -> Option<Reply> {
    scripts
        .ask_about(script, method, snapshot(context), element, told)
        .await
        .ok()
}

fn words(reply: &Reply) -> Option<String> {
    if reply.changes.contains_key("webApplicationException") {
        return None;
    }
    let set = reply.changes.get("authzDetail.uiRepresentation");
    [Some(&reply.result), set]
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .find(|text| !text.trim().is_empty())
        .map(str::to_owned)
}

/// Does the script compare elements itself?
pub fn narrows(script: &LoadedScript) -> bool {
    script.defines(NARROW)
}

/// Asks whether the context's element is within the granted one. A failure is a no.
pub async fn is_within(
    scripts: &Scripts,
    script: &LoadedScript,
    context: &Context,
    element: &str,
) -> bool {
    let said = |reply: &Reply| within(reply).map_or("wider", |()| "within");
    let asked = (NARROW, context, element);
    let reply = opinion(scripts, script, asked, said).await;
    reply.as_ref().and_then(within).is_some()
}

fn within(reply: &Reply) -> Option<()> {
    let yes = reply.result == true && !reply.changes.contains_key("webApplicationException");
    yes.then_some(())
}

/// Does the script say itself what a resource server may see?
pub fn projects(script: &LoadedScript) -> bool {
    script.defines(PROJECT)
}

/// Asks what a resource server may see; nothing when the script says so, or fails.
pub async fn project(
    scripts: &Scripts,
    script: &LoadedScript,
    context: &Context,
    element: &str,
) -> Option<String> {
    let said = |reply: &Reply| projected(reply).map_or("hidden", |_| "shown");
    let asked = (PROJECT, context, element);
    projected(&opinion(scripts, script, asked, said).await?)
}

fn projected(reply: &Reply) -> Option<String> {
    if reply.changes.contains_key("webApplicationException") {
        return None;
    }
    reply.result.as_str().map(str::to_owned)
}

fn snapshot(context: &Context) -> Value {
    serde_json::to_value(context).unwrap_or_default()
}
