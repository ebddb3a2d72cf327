//! `client_registration`: decides who may become a client, and as what (RFC 7591, RFC 7592).
//!
//! Not here: the specifications' own rules on metadata and statements, or what is
//! stored of a script's changes (durward-protocol's `client_registration`).

pub mod beans;

use std::sync::Arc;

use serde::Serialize;
use serde_json::{Map, Value};

pub use crate::beans::HttpRequest;
use crate::{
    contract::{FailureMeaning, Method, Phase, Returns, ScriptType, Selection},
    engine::{EngineError, Reply},
    scripts::{LoadedScript, ScriptInfo, Scripts},
};

/// The contract.
pub const CONTRACT: ScriptType = ScriptType {
    name: "client_registration",
    class_name: "ClientRegistration",
    interface: "io.jans.model.custom.script.type.client.ClientRegistrationType",
    about: "Decides who may register a client and changes what is stored. createClient and \
            updateClient are asked of every enabled script in level order, before anything is \
            stored; one that answers False or fails refuses the request. Every other method is \
            asked of the script with the highest level alone.",
    context: &beans::CONTEXT,
    methods: &[
        verdict(
            "createClient",
            "True lets the client in, changed as the script left it.",
        ),
        verdict(
            "updateClient",
            "True lets the update pass, changed as the script left it.",
        ),
        text(
            "getSoftwareStatementHmacSecret",
            "The secret that software statements are signed with; blank for none.",
        ),
        text(
            "getSoftwareStatementJwks",
            "The keys of software statements as JSON text; blank for none.",
        ),
        text(
            "getDcrHmacSecret",
            "The secret that registration requests are signed with; blank for none.",
        ),
        text(
            "getDcrJwks",
            "The keys of registration requests as JSON text; blank for none.",
        ),
        Method {
            name: "isCertValidForClient",
            parameters: &["cert", "context"],
            returns: Returns::Boolean,
            optional: true,
            extra: false,
            about: "True when a certificate that names the client otherwise than by its id may authenticate it.",
        },
        modification(
            "modifyPutResponse",
            "True uses the changed answer to an update.",
        ),
        modification(
            "modifyReadResponse",
            "True uses the changed answer to a read.",
        ),
        modification(
            "modifyPostResponse",
            "True uses the changed answer to a registration.",
        ),
    ],
    selection: Selection::VerdictsOfAllElseHighest,
    failure: FailureMeaning::Refused,
    phase: Phase::BeforeApply,
};

const fn verdict(name: &'static str, about: &'static str) -> Method {
    Method {
        name,
        parameters: &["context"],
        returns: Returns::Boolean,
        optional: false,
        extra: false,
        about,
    }
}

const fn text(name: &'static str, about: &'static str) -> Method {
    Method {
        name,
        parameters: &["context"],
        returns: Returns::Text,
        optional: true,
        extra: false,
        about,
    }
}

const fn modification(name: &'static str, about: &'static str) -> Method {
    Method {
        name,
        parameters: &["responseAsJsonObject", "context"],
        returns: Returns::Boolean,
        optional: true,
        extra: false,
        about,
    }
}

/// The context's snapshot.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)] // explained in beans::CONTEXT
pub struct Context {
    pub http_request: HttpRequest,
    pub register_request_json: Option<Value>,
    pub register_request: Option<Map<String, Value>>,
    pub client: Option<Map<String, Value>>,
    pub software_statement: Option<String>,
    pub dcr: Option<String>,
    pub evidence: Option<String>,
    pub certificate_pem: Option<String>,
    pub trusted_issuers: Vec<String>,
    pub scopes_supported: Vec<String>,
    /// What all questions of one request, and all requests about one client, have in common:
    /// a version on trial is asked by it. Scripts do not see it.
    #[serde(skip)]
    pub flow: String,
}

/// An answer of the script's own making (`createWebApplicationException`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shaped {
    /// HTTP status as the script wrote it; not checked.
    pub status: i64,
    /// Body.
    pub entity: String,
}

/// What a script says to a registration, an update or a certificate.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// Yes, with what it changed, by path.
    Allowed(Map<String, Value>),
    /// No.
    Denied,
    /// No, in its own words.
    Shaped(Shaped),
    /// It failed: recorded already, and as good as no.
    Failed(EngineError),
}

/// A question that every enabled script is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// A new client.
    Create,
    /// A changed client.
    Update,
}

impl Moment {
    /// The method's name.
    pub const fn method(self) -> &'static str {
        match self {
            Self::Create => "createClient",
            Self::Update => "updateClient",
        }
    }
}

/// Every enabled script, in the order in which they are asked for a verdict, in the versions
/// that this flow asks.
pub fn enabled(scripts: &Scripts, flow: &str) -> Vec<Arc<LoadedScript>> {
    scripts.of_flow(&CONTRACT, flow)
}

/// The one script that is asked everything else: of the highest level.
fn highest(scripts: &Scripts, flow: &str) -> Option<Arc<LoadedScript>> {
    enabled(scripts, flow).pop()
}

/// Asks one script.
pub async fn verdict_of(
    scripts: &Scripts,
    script: &LoadedScript,
    moment: Moment,
    context: &Context,
) -> Verdict {
    let snapshot = serde_json::to_value(context).unwrap_or_default();
    judged(scripts.ask(script, moment.method(), snapshot).await)
}

fn judged(reply: Result<Reply, EngineError>) -> Verdict {
    let reply = match reply {
        Ok(reply) => reply,
        Err(error) => return Verdict::Failed(error),
    };
    // An answer that the script stored wins over what it returned.
    if let Some(shaped) = shaped(&reply.changes) {
        return Verdict::Shaped(shaped);
    }
    if reply.result == true {
        Verdict::Allowed(reply.changes)
    } else {
        Verdict::Denied
    }
}

fn shaped(changes: &Map<String, Value>) -> Option<Shaped> {
    let exception = changes.get("webApplicationException")?;
    let entity = exception.get("entity").and_then(Value::as_str);
    Some(Shaped {
        status: exception.get("status").and_then(Value::as_i64).unwrap_or(0),
        entity: entity.unwrap_or_default().to_owned(),
    })
}

/// A secret or a key set that a script knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Material {
    /// Keys of software statements.
    StatementJwks,
    /// Secret of software statements.
    StatementHmacSecret,
    /// Keys of signed registration requests.
    DcrJwks,
    /// Secret of signed registration requests.
    DcrHmacSecret,
}

impl Material {
    const fn method(self) -> &'static str {
        match self {
            Self::StatementJwks => "getSoftwareStatementJwks",
            Self::StatementHmacSecret => "getSoftwareStatementHmacSecret",
            Self::DcrJwks => "getDcrJwks",
            Self::DcrHmacSecret => "getDcrHmacSecret",
        }
    }
}

/// What a script knows of keys.
#[derive(Debug, Clone, PartialEq)]
pub enum Known {
    /// This text.
    Text(String),
    /// Nothing: no script, a blank answer, or a failure.
    Nothing,
    /// It answers the client in its own words instead.
    Shaped(Shaped),
}

/// Asks the script of the highest level for a key set or a secret.
pub async fn material(scripts: &Scripts, wanted: Material, context: &Context) -> Known {
    let method = wanted.method();
    let Some(script) = highest(scripts, &context.flow).filter(|script| !script.leaves_out(method))
    else {
        return Known::Nothing;
    };
    let snapshot = serde_json::to_value(context).unwrap_or_default();
    let Ok(reply) = scripts.ask(&script, method, snapshot).await else {
        return Known::Nothing;
    };
    if let Some(shaped) = shaped(&reply.changes) {
        return Known::Shaped(shaped);
    }
    match reply.result.as_str() {
        Some(text) if !text.trim().is_empty() => Known::Text(text.to_owned()),
        _ => Known::Nothing,
    }
}

/// An answer that may be changed before it is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnswerTo {
    /// To a registration.
    Post,
    /// To an update.
    Put,
    /// To a read.
    Get,
}

impl AnswerTo {
    const fn method(self) -> &'static str {
        match self {
            Self::Post => "modifyPostResponse",
            Self::Put => "modifyPutResponse",
            Self::Get => "modifyReadResponse",
        }
    }
}

/// The answer as the script of the highest level changed it; `None` to send it as it is.
/// The context is made only for a script that may change it.
pub async fn modified(
    scripts: &Scripts,
    to: AnswerTo,
    answer: &Map<String, Value>,
    flow: &str,
    context: impl FnOnce() -> Context,
) -> Option<Map<String, Value>> {
    const PARAMETER: &str = "responseAsJsonObject";
    let method = to.method();
    let script = highest(scripts, flow).filter(|script| !script.leaves_out(method))?;
    let snapshot = serde_json::to_value(context()).unwrap_or_default();
    let arguments = Map::from_iter([(PARAMETER.to_owned(), Value::Object(answer.clone()))]);
    let reply = scripts
        .ask_with(&script, method, snapshot, arguments)
        .await
        .ok()?;
    if reply.result != true {
        return None;
    }
    match reply.changes.get(PARAMETER) {
        Some(Value::Object(changed)) => Some(changed.clone()),
        _ => None,
    }
}

/// May this certificate, which names the client otherwise than by its `client_id`,
/// authenticate it? Without a script: yes.
pub async fn is_certificate_valid(scripts: &Scripts, pem: &str, context: &Context) -> Verdict {
    let Some(script) = highest(scripts, &context.flow) else {
        return Verdict::Allowed(Map::new());
    };
    let snapshot = serde_json::to_value(context).unwrap_or_default();
    let arguments = Map::from_iter([("cert".to_owned(), Value::from(pem))]);
    let asked = scripts.ask_with(&script, "isCertValidForClient", snapshot, arguments);
    judged(asked.await)
}

/// Who is asked for everything but verdicts, for records.
pub fn spokesman(scripts: &Scripts) -> Option<ScriptInfo> {
    highest(scripts, "").map(|script| script.info.clone())
}
