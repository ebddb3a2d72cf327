//! `end_session`: writes the page that a browser sees after a logout
//! (OpenID Connect Front-Channel Logout 1.0).
//!
//! Not here: ending the session, checking and serving what a script wrote
//! (durward-protocol's `logout`, durward-server).

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

pub use crate::beans::HttpRequest;
use crate::{
    beans::{HTTP_REQUEST, jans, ours},
    contract::{
        Bean, FailureMeaning, Kind, Method, Phase, Property, Returns, ScriptType, Selection,
    },
    scripts::{ScriptInfo, Scripts},
};

/// The contract.
pub const CONTRACT: ScriptType = ScriptType {
    name: "end_session",
    class_name: "EndSession",
    interface: "io.jans.model.custom.script.type.logout.EndSessionType",
    about: "Writes the page after a logout. Asked once the session is gone. Every enabled script is \
            asked in level order until one answers with HTML; without one, and when a script fails, \
            the server shows a page of its own.",
    context: &CONTEXT,
    methods: &[Method {
        name: "getFrontchannelHtml",
        parameters: &["context"],
        returns: Returns::Text,
        optional: false,
        extra: false,
        about: "The page as HTML; blank for the next script, or the server's own page.",
    }],
    selection: Selection::FirstNonBlank,
    failure: FailureMeaning::OwnPage,
    phase: Phase::AfterApply,
};

const CONTEXT: Bean = Bean {
    name: "EndSessionContext",
    about: "One logout: the session that is gone, and whom the page has to tell.",
    properties: &[
        jans(
            "frontchannelLogoutUris",
            Kind::Texts,
            "Addresses that the page must load in frames.",
        ),
        jans(
            "postLogoutRedirectUri",
            Kind::Text,
            "Where the browser goes afterwards, state included; empty if nowhere.",
        ),
        jans(
            "sessionId",
            Kind::Bean(&SESSION_ID),
            "The session as it was.",
        ),
        jans(
            "httpRequest",
            Kind::Bean(&HTTP_REQUEST),
            "The logout request, without cookies and credentials.",
        ),
        ours(
            "clients",
            Kind::Json,
            "Applications that the person was logged in to: clientId, clientName.",
        ),
        ours(
            "frames",
            Kind::Texts,
            "The frames of frontchannelLogoutUris, ready to be put into the page.",
        ),
        ours(
            "nonce",
            Kind::Text,
            "What script and style elements of the page must carry to run.",
        ),
        Property {
            writable: true,
            ..ours(
                "extraLogoutUris",
                Kind::Texts,
                "Add https addresses that the page is to load as well, such as other identity \
                 providers'.",
            )
        },
    ],
};

const SESSION_ID: Bean = Bean {
    name: "SessionId",
    about: "A session that is gone.",
    properties: &[
        jans("id", Kind::Text, "Id of the session in our own records."),
        jans(
            "outsideSid",
            Kind::Text,
            "The sid that the asking client knew, or None.",
        ),
        jans("userDn", Kind::Text, "Stable id of the user; the subject."),
        ours("userId", Kind::Text, "Login name."),
        jans(
            "authenticationTime",
            Kind::Integer,
            "When the person logged in, milliseconds since 1970.",
        ),
        jans(
            "lastUsedAt",
            Kind::Integer,
            "When it was last used, milliseconds since 1970.",
        ),
        jans("state", Kind::Text, "authenticated: it was, until now."),
        jans("sessionAttributes", Kind::Json, "acr."),
        jans(
            "permissionGrantedMap",
            Kind::Json,
            "client_id of every client in the session: true.",
        ),
    ],
};

/// The context's snapshot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)] // explained in CONTEXT above
pub struct Context {
    pub frontchannel_logout_uris: Vec<String>,
    pub post_logout_redirect_uri: String,
    pub session_id: SessionId,
    pub http_request: HttpRequest,
    pub clients: Vec<Client>,
    pub frames: Vec<String>,
    pub nonce: String,
    pub extra_logout_uris: Vec<String>,
}

/// See the bean of the same name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)] // explained in SESSION_ID above
pub struct SessionId {
    pub id: String,
    pub outside_sid: Option<String>,
    pub user_dn: String,
    pub user_id: String,
    pub authentication_time: i64,
    pub last_used_at: i64,
    pub state: String,
    pub session_attributes: BTreeMap<String, String>,
    pub permission_granted_map: BTreeMap<String, bool>,
}

/// An element of `clients`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)] // explained in CONTEXT above
pub struct Client {
    pub client_id: String,
    pub client_name: String,
}

/// What a script wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The script.
    pub script: ScriptInfo,
    /// HTML; none when it only named further addresses.
    pub html: Option<String>,
    /// `extraLogoutUris` as the script left them.
    pub extra_logout_uris: Vec<String>,
}

/// Asks every enabled script in level order for a page, until one has something to
/// say; a version on trial by the person. A script that fails has nothing to say; its
/// failure is recorded.
pub async fn frontchannel_html(scripts: &Scripts, context: &Context) -> Option<Answer> {
    let snapshot = serde_json::to_value(context).unwrap_or_default();
    for script in scripts.of_flow(&CONTRACT, &context.session_id.user_dn) {
        let Ok(reply) = scripts
            .ask(&script, "getFrontchannelHtml", snapshot.clone())
            .await
        else {
            continue;
        };
        let html = reply.result.as_str().filter(|html| !html.trim().is_empty());
        let extra_logout_uris = texts(reply.changes.get("extraLogoutUris"));
        if html.is_some() || !extra_logout_uris.is_empty() {
            return Some(Answer {
                script: script.info.clone(),
                html: html.map(str::to_owned),
                extra_logout_uris,
            });
        }
    }
    None
}

fn texts(value: Option<&Value>) -> Vec<String> {
    let elements = value.and_then(Value::as_array).into_iter().flatten();
    elements
        .filter_map(|element| element.as_str().map(str::to_owned))
        .collect()
}
