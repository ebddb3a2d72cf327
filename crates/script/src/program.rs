//! What travels between the server and a host: programs, calls, results.
//!
//! Plain values with their JSON form. Not here: framing (durward-engine), what
//! a method means (`contract.rs`), how a host runs them.

use durward_model::script::RunsOn;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::engine::EngineError;

/// A script, with everything a host needs to run it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Program {
    /// Wire version of the sender.
    pub wire: u32,
    /// File name used in tracebacks and problems.
    pub file_name: String,
    /// The author's text.
    pub source: String,
    /// `auto`, `2` or `3`; `java`.
    pub dialect: String,
    /// Which host is to run it. Hosts themselves do not look at it.
    #[serde(default)]
    pub runtime: Runtime,
    /// What the class must look like.
    pub contract: Contract,
    /// The `customScript` argument of a two-argument `init`, camelCase bean names.
    pub custom_script: Value,
    /// `configurationAttributes`, in order.
    pub attributes: Vec<Attribute>,
    /// Milliseconds since the epoch, handed to `__init__(self, currentTimeMillis)`.
    pub current_time_ms: i64,
    /// What one turn may use.
    pub limits: Limits,
}

/// Which host is to run a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Runtime {
    /// Python: native if all it imports is to be had there, on Jython otherwise.
    #[default]
    Auto,
    /// Python, native.
    Native,
    /// Python, on Jython in a JVM.
    Jython,
    /// Java.
    Java,
}

impl From<RunsOn> for Runtime {
    fn from(host: RunsOn) -> Self {
        match host {
            RunsOn::Native => Self::Native,
            RunsOn::Jython => Self::Jython,
            RunsOn::Java => Self::Java,
        }
    }
}

impl Runtime {
    #[allow(clippy::trivially_copy_pass_by_ref)] // serde's signature
    fn is_auto(&self) -> bool {
        *self == Self::Auto
    }
}

/// The part of a script type's contract that a host checks and serves.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Contract {
    /// Wire name of the type, such as `ciba_end_user_notification`.
    pub script_type: String,
    /// Class the script must define.
    pub class_name: String,
    /// Methods of the type beyond `init`, `destroy`, `getApiVersion`.
    pub methods: Vec<Method>,
    /// Bean classes that contexts are made of, by simple class name.
    pub beans: Vec<Bean>,
    /// Name of the bean that is the context (first argument of every method).
    pub context: String,
}

/// One method of a contract.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Method {
    /// Name as scripts define it.
    pub name: String,
    /// Parameters after `self`, in order; `context` is the context bean.
    pub parameters: Vec<String>,
    /// `boolean`, `string`, `integer`, `json`, `jsontext` or `none`: what the result is converted to.
    pub returns: String,
    /// A script may leave it out.
    pub optional: bool,
}

/// A bean class: getters (and, where writable, setters) over properties.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Bean {
    /// Simple class name.
    pub name: String,
    /// Properties in order.
    pub properties: Vec<Property>,
}

/// One property of a bean.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Property {
    /// camelCase name: `scope` gives `getScope()` and `.scope`.
    pub name: String,
    /// `text`, `integer`, `boolean`, `date`, `texts`, `json`, `jsontext`, `bean:<Name>` or `service:<python class path>`.
    pub kind: String,
    /// Has a setter whose effect travels back in [`Done::changes`].
    pub writable: bool,
}

/// One configuration property of a script (Jans's `value1`, `value2`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Attribute {
    /// Name.
    pub value1: String,
    /// Value.
    pub value2: String,
    /// Description.
    #[serde(default)]
    pub description: String,
    /// Sealed at rest and masked in answers.
    #[serde(default)]
    pub hide: bool,
}

/// What one turn (load, call, destroy) may use. Enforced by the host where it
/// can and by the server always.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Limits {
    /// Wall clock, milliseconds.
    pub wall_ms: u64,
    /// Processor time, milliseconds.
    pub cpu_ms: u64,
    /// Address space beyond what the worker starts with, bytes.
    pub memory_bytes: u64,
    /// Encoded result and changes, bytes.
    pub result_bytes: usize,
    /// Log lines kept; further ones are counted, not sent.
    pub log_lines: usize,
    /// Bytes of one log line; the rest is cut.
    pub log_line_bytes: usize,
    /// Host calls.
    pub host_calls: usize,
    /// Python frames.
    pub recursion: usize,
}

/// A method call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Call {
    /// Method name.
    pub method: String,
    /// The context bean's snapshot, camelCase.
    pub context: Value,
    /// The other arguments by parameter name.
    #[serde(default)]
    pub arguments: serde_json::Map<String, Value>,
}

/// A line of a script's log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LogLine {
    /// `info` for `print`, `error` for standard error, otherwise the logger's own level.
    pub level: String,
    /// The text, without its newline.
    pub text: String,
}

/// A request from a script to the server.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HostCall {
    /// Name of the service: `http`, `decrypt`, `encrypt`, `serviceAccountToken`.
    pub service: String,
    /// Its arguments.
    pub arguments: Value,
}

/// The server's answer to a [`HostCall`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Answer {
    /// Done; the service's own result.
    Value(Value),
    /// Not done, with the sentence that the script sees in its exception.
    Refused(String),
}

/// A turn that ended well.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Done {
    /// The method's converted result, or the report of `load` and `check`.
    pub result: Value,
    /// What setters changed, by path, and a stored web exception
    /// (`webApplicationException: {status, entity}`).
    #[serde(default)]
    pub changes: serde_json::Map<String, Value>,
    /// Log lines that the limit cut off.
    #[serde(default)]
    pub dropped_log_lines: u64,
}

/// Result of `load`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LoadReport {
    /// What `getApiVersion` said.
    pub api_version: i64,
    /// Optional methods that the class defines, and required ones.
    pub methods: Vec<String>,
    /// `2` or `3`: the dialect the text was read as; `java`.
    pub dialect: String,
}

/// Result of `check`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CheckReport {
    /// Everything wrong; empty means the script may be loaded.
    pub problems: Vec<Problem>,
    /// `2`, `3` or `java`.
    pub dialect: String,
    /// Where it is to be run: what `auto` came to. A host leaves it to the server.
    #[serde(default, skip_serializing_if = "Runtime::is_auto")]
    pub runtime: Runtime,
}

impl CheckReport {
    /// The refusal to load what has these problems.
    pub fn into_refusal(self) -> EngineError {
        let first = self.problems.first();
        EngineError::Script(Failure {
            kind: FailureKind::Refused,
            message: first.map_or_else(String::new, |problem| problem.message.clone()),
            line: first.map(|problem| problem.line),
            column: first.map(|problem| problem.column),
            trace: String::new(),
            problems: self.problems,
        })
    }
}

/// Something wrong with a script's text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// 1-based line in the author's text.
    pub line: u32,
    /// 1-based column, characters.
    pub column: u32,
    /// What is wrong and, where known, what to write instead.
    pub message: String,
    /// It is about an import of something that this host does not have; another may.
    #[serde(default, skip_serializing_if = "is_false")]
    pub unresolved: bool,
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde's signature
fn is_false(value: &bool) -> bool {
    !*value
}

/// A turn that the script itself ended badly.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Failure {
    /// `raised` (an exception) or `refused` (does not compile, misses the contract, `init` said no).
    pub kind: FailureKind,
    /// `TypeError: …`.
    pub message: String,
    /// 1-based line of the author's text, when known.
    pub line: Option<u32>,
    /// 1-based column, when known.
    pub column: Option<u32>,
    /// The whole traceback.
    pub trace: String,
    /// For `refused`: all problems found.
    #[serde(default)]
    pub problems: Vec<Problem>,
}

/// Why a turn failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum FailureKind {
    /// The script raised.
    Raised,
    /// The script may not run at all.
    Refused,
    /// The result is over its limit; the worker lives on.
    Exhausted,
}
