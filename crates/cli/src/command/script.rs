//! `durward script`: checking, keeping and watching interception scripts.

pub mod cases;
pub mod gate;
pub(super) mod placing;
pub mod starting;
pub mod sync;

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use clap::{Args, Subcommand};
use durward_engine::Hosts;
use durward_model::{Clock as _, Script, script::ScriptProperty};
use durward_protocol::script_keeping::{Draft, Keeper, SaveError, Which, properties};
use durward_script::{
    Engine as _, EngineError,
    program::{Problem, Program},
    services::NoServices,
};
use serde_json::{Value, json};

use super::{
    place::{Place, PlaceArgs, only_here},
    script_call,
    script_health::{self, Health},
    script_history, script_logs, script_record, script_stage,
};
use crate::{
    failure::Failure,
    input,
    network::{
        scripts,
        told::{member, word},
    },
    node::{self, Node},
    output,
    system::{SystemClock, operator},
};

/// Check, call, keep and watch interception scripts.
#[derive(Debug, Subcommand)]
pub enum ScriptCommand {
    /// Report every problem of a script file as file:line:column: message. Exit code 1 if there is one.
    Check(CheckArgs),
    /// Run one method of a script in the real sandbox, without a server.
    Call(script_call::CallArgs),
    /// Write a commented script to begin with.
    New(starting::NewArgs),
    /// Write what editors need to know the classes: .pyi files, and the jar for Java.
    Stubs(starting::StubsArgs),
    /// Run the test cases beside scripts, in the real sandbox. Exit code 1 if one fails.
    Test(cases::TestArgs),
    /// Check a script file, try its init, and store it as the next version of its name.
    Put(Box<PutArgs>),
    /// Bring the store in line with a folder of scripts, such as one in git. Without --apply it only tells.
    Sync(sync::SyncArgs),
    /// List scripts in the order in which they are asked, and how they do.
    List(PlaceArgs),
    /// Show one script: settings, version, what its calls add up to, last error, text.
    Show(NameArgs),
    /// Let a script serve. It is tried out first.
    Enable(ChangeArgs),
    /// Let a script serve no more.
    Disable(ChangeArgs),
    /// Load a script anew: what it uses, such as a jar, has changed. It is tried out first.
    Reload(ChangeArgs),
    /// List the versions of a script that are kept, newest first: who saved them, when and why.
    History(NameArgs),
    /// Show what changed between two versions: the last two, REV and now, or REV and REV.
    Diff(script_history::DiffArgs),
    /// Go back to an earlier version, which becomes the next one. It is tried out first.
    Rollback(script_history::RollbackArgs),
    /// Try a version beside the one that serves: as its shadow, or for a share of flows. It is
    /// tried out first.
    Stage(script_stage::StageArgs),
    /// Let the version on trial serve. It is tried out first.
    Promote(ChangeArgs),
    /// Take the version on trial out.
    Unstage(ChangeArgs),
    /// Have the last calls of a script recorded, without secrets and what is about people; or not.
    Record(script_record::RecordArgs),
    /// List the recorded calls of a script, the last one first.
    Recordings(NameArgs),
    /// Make the recorded calls of a script again, with another version. Exit code 1 if one ends otherwise.
    Replay(script_record::ReplayArgs),
    /// Take a script away, with its history.
    Delete(NameArgs),
    /// Print what a script logged, oldest first, or as it comes.
    Logs(script_logs::LogsArgs),
}

/// Check a script file.
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// The script.
    file: PathBuf,
    /// Script type, such as ciba_end_user_notification.
    #[arg(long = "type", value_name = "TYPE")]
    script_type: String,
    #[command(flatten)]
    reading: Reading,
    /// Data directory whose settings and jars are used.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

/// Store a script file.
#[derive(Debug, Args)]
pub struct PutArgs {
    /// The script.
    file: PathBuf,
    /// Script type, such as ciba_end_user_notification.
    #[arg(long = "type", value_name = "TYPE")]
    script_type: String,
    /// Unique name; the file's name without its ending if absent.
    #[arg(long)]
    name: Option<String>,
    /// For people.
    #[arg(long, default_value = "")]
    description: String,
    /// Order among scripts of the type, ascending.
    #[arg(long, default_value_t = 1)]
    level: i32,
    /// Let it serve at once.
    #[arg(long)]
    enable: bool,
    /// Configuration property of the script; may be repeated.
    #[arg(long, value_name = "NAME=VALUE")]
    property: Vec<String>,
    /// The same for a secret: sealed at rest, masked everywhere. Others can see it while
    /// the command runs; --hidden-property-file is better.
    #[arg(long, value_name = "NAME=VALUE")]
    hidden_property: Vec<String>,
    /// The same with the secret in a file; `-` is standard input.
    #[arg(long, value_name = "NAME=FILE")]
    hidden_property_file: Vec<String>,
    /// Where its text is from now on: db, the store; or file, this very FILE, which a server
    /// follows as it changes. As it was if absent; db for a new script.
    #[arg(long, value_parser = ["db", "file"], value_name = "PLACE")]
    location: Option<String>,
    /// Why, for the script's history.
    #[arg(long, value_name = "TEXT")]
    message: Option<String>,
    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    place: PlaceArgs,
}

/// How to read a script's text and where to run it.
#[derive(Debug, Args)]
pub struct Reading {
    /// Language of the text: python or java; by the file's ending if absent.
    #[arg(long, value_parser = ["python", "java"], value_name = "LANGUAGE")]
    language: Option<String>,
    /// How to read Python: auto, 2 or 3.
    #[arg(long, default_value = "auto", value_name = "DIALECT")]
    python: String,
    /// Where to run Python: native, jython (in a JVM), or auto: native unless it imports what
    /// only Java has.
    #[arg(long, default_value = "auto", value_parser = ["auto", "native", "jython"], value_name = "ENGINE")]
    engine: String,
}

impl Reading {
    fn language_of(&self, file: &Path) -> &str {
        match &self.language {
            Some(language) => language,
            None if file.extension().is_some_and(|ending| ending == "java") => "java",
            None => "python",
        }
    }

    /// Jans's module properties for it; what is the default is left out.
    fn module_properties(&self) -> Vec<ScriptProperty> {
        [("python", &self.python), ("engine", &self.engine)]
            .into_iter()
            .filter(|(_, value)| *value != "auto")
            .map(|(name, value)| ScriptProperty {
                value1: name.to_owned(),
                value2: value.clone(),
                ..ScriptProperty::default()
            })
            .collect()
    }
}

/// Name a stored script.
#[derive(Debug, Args)]
pub struct NameArgs {
    /// Name of the script.
    pub(super) name: String,
    #[command(flatten)]
    pub(super) place: PlaceArgs,
}

/// Change a stored script.
#[derive(Debug, Args)]
pub struct ChangeArgs {
    /// Name of the script.
    pub(super) name: String,
    /// Why, for the script's history.
    #[arg(long, value_name = "TEXT")]
    pub message: Option<String>,
    #[command(flatten)]
    pub(super) place: PlaceArgs,
}

/// Runs the command.
///
/// # Errors
/// Whatever it fails with.
pub async fn run(command: ScriptCommand, json: bool) -> Result<ExitCode, Failure> {
    match command {
        ScriptCommand::Check(args) => return check(&args, json).await,
        ScriptCommand::Call(args) => return script_call::run(&args, json).await,
        ScriptCommand::Test(args) => return cases::run(&args, json).await,
        ScriptCommand::New(args) => starting::new(&args, json)?,
        ScriptCommand::Stubs(args) => starting::stubs(&args, json)?,
        ScriptCommand::Sync(args) => return sync::run(&args, json).await,
        ScriptCommand::Put(args) => put(&args, json).await?,
        ScriptCommand::List(args) => list(&args, json).await?,
        ScriptCommand::Show(args) => show(&args, json).await?,
        ScriptCommand::Enable(args) => enable(&args, true, json).await?,
        ScriptCommand::Disable(args) => enable(&args, false, json).await?,
        ScriptCommand::Reload(args) => reload(&args, json).await?,
        ScriptCommand::History(args) => script_history::list(&args, json).await?,
        ScriptCommand::Diff(args) => script_history::diff(&args, json).await?,
        ScriptCommand::Rollback(args) => script_history::roll_back(&args, json).await?,
        ScriptCommand::Stage(args) => script_stage::stage(&args, json).await?,
        ScriptCommand::Promote(args) => script_stage::promote(&args, json).await?,
        ScriptCommand::Unstage(args) => script_stage::unstage(&args, json).await?,
        ScriptCommand::Record(args) => script_record::record(&args, json).await?,
        ScriptCommand::Recordings(args) => script_record::list(&args, json).await?,
        ScriptCommand::Replay(args) => return script_record::run(&args, json).await,
        ScriptCommand::Delete(args) => delete(&args, json).await?,
        ScriptCommand::Logs(args) => script_logs::run(&args, json).await?,
    }
    Ok(ExitCode::SUCCESS)
}

/// A program of a file that is in no store.
///
/// # Errors
/// An unknown type.
pub fn program(
    file: &Path,
    script_type: &str,
    reading: &Reading,
    now_ms: i64,
) -> Result<Program, Failure> {
    let name = file.file_stem().map(|name| name.to_string_lossy());
    let draft = Draft {
        name: name.unwrap_or_default().into_owned(),
        script_type: script_type.to_owned(),
        text: input::text_of(file)?,
        level: 1,
        enabled: true,
        programming_language: reading.language_of(file).to_owned(),
        module_properties: reading.module_properties(),
        ..Draft::default()
    };
    gate::program(&draft, file.display().to_string(), now_ms)
}

async fn check(args: &CheckArgs, json: bool) -> Result<ExitCode, Failure> {
    let program = program(&args.file, &args.script_type, &args.reading, 0)?;
    let node = match &args.data {
        Some(data) => Some(Node::open(data).await?),
        None => None,
    };
    let engine = node::engine(node.as_ref(), Arc::new(NoServices))?;
    let report = engine
        .check(&program)
        .await
        .map_err(|error| Failure::new(error.to_string()))?;
    let sound = report.problems.is_empty();
    output::print(json, &report, || {
        if sound {
            let read_as = match report.dialect.as_str() {
                "java" => "Java".to_owned(),
                dialect => format!("Python {dialect}"),
            };
            format!("{}: good, read as {read_as}", args.file.display())
        } else {
            problem_lines(&args.file.display().to_string(), &report.problems)
        }
    })?;
    Ok(if sound {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// `file:line:column: message`, a line each.
pub fn problem_lines(file: &str, problems: &[Problem]) -> String {
    let line = |problem: &Problem| {
        format!(
            "{file}:{}:{}: {}",
            problem.line, problem.column, problem.message
        )
    };
    problems.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// `NAME=VALUE`.
///
/// # Errors
/// Text without an equals sign; what may be a secret is not repeated.
pub fn parse_property(text: &str, hide: bool) -> Result<ScriptProperty, Failure> {
    let (name, value) = text.split_once('=').ok_or_else(|| {
        Failure::new(if hide {
            "a hidden property is not of the form name=value, or name=file".to_owned()
        } else {
            format!("'{text}' is not of the form name=value")
        })
    })?;
    Ok(ScriptProperty {
        value1: name.to_owned(),
        value2: value.to_owned(),
        hide,
        description: String::new(),
    })
}

/// `NAME=FILE`: a hidden property whose value is in a file.
///
/// # Errors
/// As [`parse_property`]; a file that cannot be read.
pub fn hidden_property_file(text: &str) -> Result<ScriptProperty, Failure> {
    let property = parse_property(text, true)?;
    Ok(ScriptProperty {
        value2: input::value_of(property.value2.as_ref())?,
        ..property
    })
}

async fn put(args: &PutArgs, json: bool) -> Result<(), Failure> {
    let place = args.place.open().await?;
    let mut draft = draft(args)?;
    let message = args.message.as_deref();
    let location = args.location.as_deref();
    let (script, more) = match place {
        Place::Here(node) => {
            let located = placing::properties(&node, &draft.name, &args.file, location);
            draft.module_properties.extend(located.await?);
            let sent = draft.text.clone();
            let engine = node.engine()?;
            let saved = keeper(&node, &engine, &operator(), message)
                .save(draft)
                .await
                .map_err(|error| save_failure(&args.file, error))?;
            let more = placing::told(&saved, &sent) + &script_stage::overtaken(&saved);
            (placing::value(&saved, &sent), more)
        }
        Place::There(_) if location.is_some() => return Err(only_here()),
        Place::There(connection) => {
            let saved = scripts::put(&connection, &args.file, draft, message).await?;
            (saved, String::new())
        }
    };
    output::print(json, &script, || {
        let state = if member(&script, "enabled") == true {
            "serves"
        } else {
            "stored, disabled"
        };
        format!(
            "{} revision {} ({}): {state}{more}",
            word(&script, "name"),
            member(&script, "revision"),
            short(word(&script, "version"))
        )
    })
}

fn draft(args: &PutArgs) -> Result<Draft, Failure> {
    let stem = args
        .file
        .file_stem()
        .map(|name| name.to_string_lossy().into_owned());
    let open = args.property.iter().map(|text| parse_property(text, false));
    let hidden = args
        .hidden_property
        .iter()
        .map(|text| parse_property(text, true));
    let from_files = args.hidden_property_file.iter();
    let from_files = from_files.map(|text| hidden_property_file(text));
    Ok(Draft {
        name: args.name.clone().or(stem).unwrap_or_default(),
        description: args.description.clone(),
        script_type: args.script_type.clone(),
        text: input::text_of(&args.file)?,
        level: args.level,
        enabled: args.enable,
        programming_language: args.reading.language_of(&args.file).to_owned(),
        module_properties: args.reading.module_properties(),
        configuration_properties: open
            .chain(hidden)
            .chain(from_files)
            .collect::<Result<_, _>>()?,
    })
}

/// Somebody who keeps scripts.
pub fn keeper<'a>(
    node: &'a Node,
    engine: &'a Hosts,
    author: &'a str,
    message: Option<&'a str>,
) -> Keeper<'a> {
    Keeper {
        provider: &node.provider,
        engine,
        author,
        message,
    }
}

/// A refused save, for people.
pub fn save_failure(file: &Path, error: SaveError) -> Failure {
    match error {
        SaveError::Problems(problems) => {
            let mut failure = Failure::new(problem_lines(&file.display().to_string(), &problems))
                .hint("nothing was stored; mend the lines above and put it again");
            failure.details = json!({ "problems": problems });
            failure
        }
        SaveError::Engine(error @ EngineError::Script(_)) => {
            Failure::new(error.in_full()).hint("nothing was stored: init did not succeed")
        }
        other => other.into(),
    }
}

/// A content hash, as much of it as people need.
pub fn short(hash: &str) -> String {
    hash.chars().take(12).collect()
}

/// A script for people: secrets masked.
pub fn shown(script: &Script) -> Value {
    let mut told = script.clone();
    told.configuration_properties = properties::masked(&script.configuration_properties);
    told.script_error = script.error().cloned();
    serde_json::to_value(told).unwrap_or_default()
}

async fn list(args: &PlaceArgs, json: bool) -> Result<(), Failure> {
    let mut all = match args.open().await? {
        Place::Here(node) => Health::of_all(&node.provider).await?,
        Place::There(connection) => {
            let all = scripts::list(&connection).await?;
            all.into_iter().map(Health::untold).collect()
        }
    };
    all.sort_by_key(Health::order);
    let values: Vec<Value> = all.iter().map(Health::shown).collect();
    output::print(json, &values, || {
        script_health::table(&all, SystemClock.now())
    })
}

/// The stored script of that name.
///
/// # Errors
/// There is none.
pub async fn find(node: &Node, name: &str) -> Result<Script, Failure> {
    let found = node.provider.store.find_script_by_name(name).await?;
    found.map(|found| found.value).ok_or_else(|| {
        Failure::new(format!("there is no script named '{name}'"))
            .hint("list them: durward script list")
    })
}

async fn show(args: &NameArgs, json: bool) -> Result<(), Failure> {
    let health = match args.place.open().await? {
        Place::Here(node) => {
            let script = find(&node, &args.name).await?;
            Health::of(&node.provider, &script).await?
        }
        Place::There(connection) => Health::untold(scripts::find(&connection, &args.name).await?),
    };
    output::print(json, &health.shown(), || {
        let script = health.script();
        let error = member(member(script, "scriptError"), "stackTrace").as_str();
        let error = error.map_or_else(String::new, |trace| format!("last error: {trace}\n"));
        format!(
            "{} ({})\n{}level {}, revision {}, version {}, {}\n{}{error}\n{}",
            word(script, "name"),
            word(script, "scriptType"),
            health.place_lines(),
            member(script, "level"),
            member(script, "revision"),
            short(word(script, "version")),
            if member(script, "enabled") == true {
                "enabled"
            } else {
                "disabled"
            },
            health.lines(SystemClock.now()),
            word(script, "script")
        )
    })
}

async fn enable(args: &ChangeArgs, enabled: bool, json: bool) -> Result<(), Failure> {
    let (name, message) = (&args.name, args.message.as_deref());
    let script = match args.place.open().await? {
        Place::Here(node) => {
            let engine = node.engine()?;
            let saved = keeper(&node, &engine, &operator(), message)
                .set_enabled(Which::Name(name), enabled)
                .await;
            shown(&saved.map_err(|error| save_failure(Path::new(name), error))?)
        }
        Place::There(connection) => {
            scripts::set_enabled(&connection, name, enabled, message).await?
        }
    };
    output::print(json, &script, || {
        format!(
            "{} is {}",
            word(&script, "name"),
            if enabled { "enabled" } else { "disabled" }
        )
    })
}

async fn reload(args: &ChangeArgs, json: bool) -> Result<(), Failure> {
    let node = args.place.here().await?;
    let engine = node.engine()?;
    let script = keeper(&node, &engine, &operator(), args.message.as_deref())
        .reload(Which::Name(&args.name))
        .await
        .map_err(|error| save_failure(Path::new(&args.name), error))?;
    output::print(json, &shown(&script), || {
        format!(
            "{} is loaded anew (revision {})",
            script.name, script.revision
        )
    })
}

async fn delete(args: &NameArgs, json: bool) -> Result<(), Failure> {
    match args.place.open().await? {
        Place::Here(node) => {
            let engine = node.engine()?;
            keeper(&node, &engine, &operator(), None)
                .delete(Which::Name(&args.name))
                .await?;
        }
        Place::There(connection) => scripts::delete(&connection, &args.name).await?,
    }
    let done = json!({ "name": args.name, "deleted": true });
    output::print(json, &done, || format!("{} is gone", args.name))
}
