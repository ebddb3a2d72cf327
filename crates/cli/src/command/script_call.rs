//! `durward script call`: one method of a script, from a file or as it is stored, in the real
//! sandbox. Nothing that it does changes anything here: what it changed is printed.

use std::{path::PathBuf, process::ExitCode, sync::Arc};

use clap::Args;
use durward_engine::Hosts;
use durward_jose::{SealingKey, SealingKeys};
use durward_model::{Clock as _, Entropy as _, configuration::HttpPolicy};
use durward_protocol::script_keeping;
use durward_script::{
    Engine as _, EngineError, Execution, ScriptType, Services,
    cases::{Stub, Stubs, context::snapshot},
    engine::{HostCallRecord, Opened},
    masking::masked,
    program::{Attribute, Call, LogLine, Program},
};
use durward_server::services::{PolicySource, ScriptServices};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::script::{Reading, find, hidden_property_file, parse_property, problem_lines, program};
use crate::{
    failure::Failure,
    input,
    node::{self, Node},
    output,
    system::{SystemClock, SystemEntropy},
};

/// Run one method of a script in the real sandbox, with no server.
///
/// With --answers or --dry-run nothing is sent: host calls are answered from the file, in their
/// order, and others are refused.
///
/// The context file is the context as JSON: bean names in camelCase, nested as the getters are,
/// for example {"scope": "openid", "authReqId": "1", "appConfiguration": {"authorizationEndpoint": "..."}}.
/// A method's other arguments lie beside them under their own names.
#[derive(Debug, Args)]
pub struct CallArgs {
    /// The script's file; without --type, the name of a stored script, found with --data.
    #[arg(value_name = "FILE|NAME")]
    script: PathBuf,
    /// Script type of the file, such as ciba_end_user_notification.
    #[arg(long = "type", value_name = "TYPE")]
    script_type: Option<String>,
    /// Method to call, such as notifyEndUser.
    #[arg(long)]
    method: String,
    /// JSON or TOML file with the context; an empty one if absent.
    #[arg(long, value_name = "FILE")]
    context: Option<PathBuf>,
    /// Configuration property of the script, instead of a stored one; may be repeated.
    #[arg(long, value_name = "NAME=VALUE")]
    property: Vec<String>,
    /// The same with a secret, which is in a file; `-` is standard input.
    #[arg(long, value_name = "NAME=FILE")]
    hidden_property_file: Vec<String>,
    #[command(flatten)]
    reading: Reading,
    /// JSON or TOML file with answers to host calls, as in a test case: host = [{service, answer}].
    #[arg(long, value_name = "FILE", conflicts_with = "allow_host")]
    answers: Option<PathBuf>,
    /// Send nothing: refuse every host call that --answers does not answer.
    #[arg(long, conflicts_with = "allow_host")]
    dry_run: bool,
    /// Host (or host:port) that the script may connect to although it is private or plain http.
    #[arg(long, value_name = "HOST")]
    allow_host: Vec<String>,
    /// Data directory whose policy and sealing key serve the script's host calls.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

/// Runs the command: exit code 1 when the call failed.
///
/// # Errors
/// Wrong use only; a failing script is a result.
pub async fn run(args: &CallArgs, json: bool) -> Result<ExitCode, Failure> {
    let node = match &args.data {
        Some(data) => Some(Node::open(data).await?),
        None => None,
    };
    let program = match (&args.script_type, &node) {
        (Some(script_type), _) => {
            let now_ms = SystemClock.now().ms();
            program(&args.script, script_type, &args.reading, now_ms)?
        }
        (None, Some(node)) => stored(node, &args.script.to_string_lossy()).await?,
        (None, None) => {
            let failure = Failure::new("which type does the file have?");
            return Err(failure.hint("--type TYPE for a file, --data DIR for a stored script"));
        }
    };
    let program = with_properties(program, args)?;
    let script_type = script_keeping::find_type(&program.contract.script_type)?;
    let call = call(args, script_type)?;
    let file = program.file_name.clone();
    let stubs = stubs(args)?;
    let services: Arc<dyn Services> = match &stubs {
        Some(stubs) => stubs.clone(),
        None => services(args, node.as_ref())?,
    };
    let engine = node::engine(node.as_ref(), services)?;
    let mut told = match open(&engine, program).await {
        Err(error) => Told::failed(&error, &[], &[]),
        Ok(opened) => {
            let execution = opened.program.call(call).await;
            opened.program.close().await;
            Told::of(opened.log, execution)
        }
    };
    if let Some(stubs) = stubs {
        told.add("differences", json!(stubs.finish()));
    }
    output::print(json, &told.value, || told.lines(&file))?;
    Ok(if told.member("error").is_null() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// The program of a stored script, hidden properties opened.
async fn stored(node: &Node, name: &str) -> Result<Program, Failure> {
    let script = find(node, name).await?;
    let live = node.provider.live();
    let now = node.provider.now();
    let sealing = &node.provider.sealing;
    Ok(script_keeping::program(
        &script,
        &live.configuration,
        sealing,
        now,
    )?)
}

fn with_properties(mut program: Program, args: &CallArgs) -> Result<Program, Failure> {
    let open = args.property.iter().map(|text| parse_property(text, false));
    let hidden = args.hidden_property_file.iter();
    for property in open.chain(hidden.map(|text| hidden_property_file(text))) {
        let property = property?;
        program
            .attributes
            .retain(|known| known.value1 != property.value1);
        program.attributes.push(Attribute {
            value1: property.value1,
            value2: property.value2,
            description: String::new(),
            hide: property.hide,
        });
    }
    Ok(program)
}

/// Answers that were prepared, where nothing may be sent.
fn stubs(args: &CallArgs) -> Result<Option<Arc<Stubs>>, Failure> {
    if args.answers.is_none() && !args.dry_run {
        return Ok(None);
    }
    let stubs = Stubs::default();
    if let Some(file) = &args.answers {
        let prepared: Answers = input::structured(file)?;
        stubs.expect(prepared.host);
    }
    Ok(Some(Arc::new(stubs)))
}

/// The file of `--answers`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Answers {
    host: Vec<Stub>,
}

/// Checks first, so that all problems are told and not just the first.
async fn open(engine: &Hosts, program: Program) -> Result<Opened, EngineError> {
    let report = engine.check(&program).await?;
    if !report.problems.is_empty() {
        return Err(report.into_refusal());
    }
    engine.open(Arc::new(program)).await
}

/// Splits the context file into the context and the method's other arguments.
fn call(args: &CallArgs, script_type: &ScriptType) -> Result<Call, Failure> {
    let method = script_type.method(&args.method).ok_or_else(|| {
        let known: Vec<&str> = script_type
            .methods
            .iter()
            .map(|method| method.name)
            .collect();
        Failure::new(format!(
            "{} has no method '{}'",
            script_type.name, args.method
        ))
        .hint(format!("its methods: {}", known.join(", ")))
    })?;
    let mut context: Map<String, Value> = match &args.context {
        None => Map::new(),
        Some(file) => input::structured(file)?,
    };
    let others = method.parameters.iter().filter(|name| **name != "context");
    let arguments = others
        .filter_map(|name| {
            context
                .remove(*name)
                .map(|value| ((*name).to_owned(), value))
        })
        .collect();
    Ok(Call {
        method: args.method.clone(),
        context: snapshot(script_type.context, &context).map_err(Failure::new)?,
        arguments,
    })
}

fn services(args: &CallArgs, node: Option<&Node>) -> Result<Arc<dyn Services>, Failure> {
    let (sealing, mut policy) = if let Some(node) = node {
        let policy = node.provider.live().configuration.script_http.clone();
        (node.provider.sealing.clone(), policy)
    } else {
        // A key that nothing was sealed with: opening fails, as it must.
        let mut bytes = [0; 32];
        SystemEntropy.fill(&mut bytes);
        let key =
            SealingKey::from_bytes(&bytes).map_err(|error| Failure::new(error.to_string()))?;
        (Arc::new(SealingKeys::from(key)), HttpPolicy::default())
    };
    policy
        .allowed_private_hosts
        .extend(args.allow_host.iter().cloned());
    let source: PolicySource = Arc::new(move || policy.clone());
    let outgoing = node.map(Node::outgoing).unwrap_or_default();
    let clock = Arc::new(SystemClock);
    Ok(Arc::new(ScriptServices::new(
        sealing, clock, source, outgoing,
    )))
}

/// What is told of a call.
struct Told {
    value: Value,
}

impl Told {
    fn of(mut log: Vec<LogLine>, execution: Execution) -> Self {
        log.extend(execution.log);
        match execution.outcome {
            Err(error) => Self::failed(&error, &log, &execution.host_calls),
            Ok(reply) => Self {
                value: json!({
                    "result": reply.result,
                    "log": texts(&log),
                    "hostCalls": host_calls(&execution.host_calls),
                    "changes": reply.changes,
                    "error": null,
                }),
            },
        }
    }

    fn failed(error: &EngineError, log: &[LogLine], calls: &[HostCallRecord]) -> Self {
        let mut told = json!({ "kind": error.kind(), "message": error.to_string() });
        if let (Some(members), EngineError::Script(failure)) = (told.as_object_mut(), error) {
            members.insert("line".to_owned(), json!(failure.line));
            members.insert("column".to_owned(), json!(failure.column));
            members.insert("trace".to_owned(), json!(failure.trace));
            if !failure.problems.is_empty() {
                members.insert("problems".to_owned(), json!(failure.problems));
            }
        }
        let log = texts(log);
        let calls = host_calls(calls);
        Self {
            value: json!({
                "result": null, "log": log, "hostCalls": calls, "changes": {}, "error": told,
            }),
        }
    }

    fn add(&mut self, name: &str, value: Value) {
        if let Some(members) = self.value.as_object_mut() {
            members.insert(name.to_owned(), value);
        }
    }

    fn member(&self, name: &str) -> &Value {
        self.value.get(name).unwrap_or(&Value::Null)
    }

    fn lines(&self, file: &str) -> String {
        let mut lines: Vec<String> = Vec::new();
        for line in self.member("log").as_array().into_iter().flatten() {
            lines.push(format!("log     {}", line.as_str().unwrap_or_default()));
        }
        for call in self.member("hostCalls").as_array().into_iter().flatten() {
            lines.push(format!("called  {call}"));
        }
        let error = self.member("error");
        if error.is_null() {
            lines.push(format!("result  {}", self.member("result")));
        } else {
            let text = |name: &str| error.get(name).and_then(Value::as_str).unwrap_or_default();
            lines.push(format!("{}  {}", text("kind"), text("message")));
            let problems = error.get("problems").cloned().unwrap_or_default();
            if let Ok(problems) = serde_json::from_value::<Vec<_>>(problems) {
                lines.push(problem_lines(file, &problems));
            }
            lines.push(text("trace").trim_end().to_owned());
        }
        let changes = self.member("changes").as_object();
        for (path, value) in changes.into_iter().flatten() {
            lines.push(format!("changed {path} to {value}"));
        }
        let differences = self.member("differences").as_array();
        for text in differences.into_iter().flatten().filter_map(Value::as_str) {
            lines.push(format!("not as prepared: {text}"));
        }
        lines.join("\n")
    }
}

fn texts(log: &[LogLine]) -> Vec<&str> {
    log.iter().map(|line| line.text.as_str()).collect()
}

fn host_calls(calls: &[HostCallRecord]) -> Vec<Value> {
    calls
        .iter()
        .map(|call| {
            json!({
                "service": call.service,
                "arguments": masked(&call.service, &call.arguments),
                "answered": call.answered,
            })
        })
        .collect()
}
