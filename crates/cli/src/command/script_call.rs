//! `durward script call`: one method of a script, from a file or as it is stored, in the real
//! sandbox. Nothing that it does changes anything here: what it changed is printed.

use std::{path::PathBuf, process::ExitCode, sync::Arc};

use clap::Args;
use durward_jose::{SealingKey, SealingKeys};
use durward_model::{Clock as _, Entropy as _, configuration::HttpPolicy};
use durward_protocol::{
    script_keeping,
    script_trial::{self, Answers, Told},
};
use durward_script::{
    Services,
    cases::{Stub, Stubs},
    program::{Attribute, Program},
    services::NoServices,
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
    let call = script_trial::call(script_type, &args.method, context(args)?)?;
    let file = program.file_name.clone();
    let answers = match stubs(args)? {
        Some(stubs) => Answers::Prepared(stubs),
        None => Answers::Sent(services(args, node.as_ref())?),
    };
    let engine = node::engine(node.as_ref(), Arc::new(NoServices))?;
    let told = script_trial::run(&engine, program, call, &answers).await;
    output::print(json, &told, || lines(&told, &file))?;
    Ok(if told.error.is_none() {
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
        let prepared: AnswersFile = input::structured(file)?;
        stubs.expect(prepared.host);
    }
    Ok(Some(Arc::new(stubs)))
}

/// The file of `--answers`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AnswersFile {
    host: Vec<Stub>,
}

/// The context file: the context, and the method's other arguments beside it.
fn context(args: &CallArgs) -> Result<Map<String, Value>, Failure> {
    match &args.context {
        None => Ok(Map::new()),
        Some(file) => input::structured(file),
    }
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

/// What is told of a trial, for people.
fn lines(told: &Told, file: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    lines.extend(told.log.iter().map(|line| format!("log     {line}")));
    for call in &told.host_calls {
        lines.push(format!("called  {}", json!(call)));
    }
    match &told.error {
        None => lines.push(format!("result  {}", told.result)),
        Some(error) => {
            lines.push(format!("{}  {}", error.kind, error.message));
            if !error.problems.is_empty() {
                lines.push(problem_lines(file, &error.problems));
            }
            lines.push(error.trace.trim_end().to_owned());
        }
    }
    for (path, value) in &told.changes {
        lines.push(format!("changed {path} to {value}"));
    }
    for text in told.differences.iter().flatten() {
        lines.push(format!("not as prepared: {text}"));
    }
    lines.join("\n")
}
