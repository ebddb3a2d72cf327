//! `durward jans-cli`: Jans's command line for the config API, driven by the API's own
//! document. Also what the program is when it is called `jans-cli`.
//!
//! Not here: the connection (`network`), and everything that the server decides.

mod answer;
mod arguments;
mod caller;
mod document;
mod info;
mod layout;
mod patch;
mod sample;
mod schema;
mod sent;
pub mod spelling;
mod target;

use serde_json::Value;

pub use arguments::JansCliArgs;
use document::{Document, Operation};

use crate::{
    failure::Failure,
    network::{Connection, Grant},
    output,
};

/// Does what is asked for; the first of what Jans would do.
///
/// # Errors
/// Options that do not fit, a server that is not reached, whatever it refuses.
pub async fn run(args: &JansCliArgs, json: bool) -> Result<(), Failure> {
    caller::check(&args.other)?;
    let document = Document::own();
    if let Some(task) = &args.info {
        let operations = document.task(task)?;
        let program = std::env::args_os().next().unwrap_or_default();
        return output::print(json, &info::members(&operations), || {
            info::lines(&operations, spelling::typed(&program))
        });
    }
    if let Some(name) = &args.schema_sample {
        return print_sample(&document, name);
    }
    if let Some(name) = &args.schema {
        if document::is_old_name(name) {
            return print_sample(&document, name);
        }
        let schema = document.schema(name)?;
        return output::print(json, schema, || schema::lines(&document, schema));
    }
    if let Some(id) = &args.operation_id {
        return call(&document, &document.operation(id)?, args).await;
    }
    if args.output_access_token {
        let connection = connect(args).await?;
        let (token, _) = connection.token(None).await?;
        return output::write_line(&token.access_token);
    }
    if args.other.revoke_session {
        eprintln!("note: no session is kept that could be revoked");
        return Ok(());
    }
    Err(Failure::wrong_use("No arguments were provided.").hint(
        "--info TASK lists operations, --operation-id ID calls one; --help tells of the rest",
    ))
}

fn print_sample(document: &Document, name: &str) -> Result<(), Failure> {
    let sample = sample::of(document, document.schema(name)?);
    output::write_json(&serde_json::to_string_pretty(&sample)?)
}

/// Everything is looked at before anybody is connected to.
async fn call(
    document: &Document,
    operation: &Operation,
    args: &JansCliArgs,
) -> Result<(), Failure> {
    let given = &args.call;
    let (suffix, query) = (given.url_suffix.as_deref(), given.endpoint_args.as_deref());
    let mut call = target::of(operation, suffix, query)?;
    if let Some(body) = body(document, operation, args)? {
        call = call.body(body);
    }
    let connection = connect(args).await?;
    if operation.method == "GET" {
        eprintln!("Please wait while retrieving data ...");
    }
    let answer = connection.request(&call).await?;
    answer::print(operation, &answer)
}

fn body(
    document: &Document,
    operation: &Operation,
    args: &JansCliArgs,
) -> Result<Option<Value>, Failure> {
    let is_patch = operation.method == "PATCH";
    let patch = patch::typed(document, operation, &args.call)?;
    if patch.is_some() && !is_patch {
        let message = format!("{} takes no patch", operation.id);
        return Err(Failure::wrong_use(message));
    }
    let given = args.call.data.as_deref().map(sent::read).transpose()?;
    match (patch, given, &operation.body) {
        (Some(patch), _, _) => Ok(Some(patch)),
        (None, Some(list), Some(_)) if is_patch => patch::listed(list).map(Some),
        (None, Some(given), Some(_)) => Ok(Some(given)),
        (None, None, None) => Ok(None),
        (None, Some(_), None) => Err(Failure::wrong_use(format!(
            "{} takes no --data",
            operation.id
        ))),
        (None, None, Some(body)) => {
            let wrong = Failure::wrong_use("Please provide schema with --data argument");
            Err(wrong.hint(format!("--schema-sample {} prints one", body.schema)))
        }
    }
}

async fn connect(args: &JansCliArgs) -> Result<Connection, Failure> {
    let target = caller::target(&args.caller)?;
    if !matches!(target.grant, Grant::Token(_)) {
        eprintln!("Getting access token");
    }
    Connection::open(target, None).await
}
