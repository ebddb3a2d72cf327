//! `durward script new` and `durward script stubs`: what one needs to begin writing.
//!
//! The texts are durward-script's; here are files.

use std::{
    fs::{self, OpenOptions},
    io::{ErrorKind, Write as _},
    path::PathBuf,
};

use clap::Args;
use durward_protocol::script_keeping;
use durward_script::{starter, types};
use serde_json::json;

use crate::{failure::Failure, jvm, output};

/// Write a commented script to begin with. It passes `durward script check` and decides nothing.
#[derive(Debug, Args)]
pub struct NewArgs {
    /// File to write; otherwise the type's name, or in Java the class's, in this folder.
    file: Option<PathBuf>,
    /// Script type, such as ciba_end_user_notification.
    #[arg(long = "type", value_name = "TYPE")]
    script_type: String,
    /// Language to write it in.
    #[arg(long, value_parser = ["python", "java"], default_value = "python", value_name = "LANGUAGE")]
    language: String,
}

/// Write what editors need to know the classes.
#[derive(Debug, Args)]
pub struct StubsArgs {
    /// Folder to write into; it is made if it is not there.
    dir: PathBuf,
}

/// Writes a script to begin with; never over something.
///
/// # Errors
/// An unknown type, or a file that is there or cannot be written.
pub fn new(args: &NewArgs, json: bool) -> Result<(), Failure> {
    let script_type = script_keeping::find_type(&args.script_type)?;
    let (text, name) = if args.language == "java" {
        (
            starter::java(script_type),
            format!("{}.java", script_type.class_name),
        )
    } else {
        (
            starter::python(script_type),
            format!("{}.py", script_type.name),
        )
    };
    let file = args.file.clone().unwrap_or_else(|| PathBuf::from(name));
    let mut options = OpenOptions::new();
    options
        .write(true)
        .create_new(true)
        .open(&file)
        .and_then(|mut opened| opened.write_all(text.as_bytes()))
        .map_err(|error| {
            let failure = Failure::new(format!("{}: {error}", file.display()));
            if error.kind() == ErrorKind::AlreadyExists {
                failure.hint("nothing was written; name another file")
            } else {
                failure
            }
        })?;
    output::print(json, &json!({ "file": file }), || {
        format!(
            "{} is a script to begin with\ntry it: durward script check {} --type {}",
            file.display(),
            file.display(),
            script_type.name
        )
    })
}

/// Writes stubs of every type, and copies the jar that Java is compiled against.
///
/// # Errors
/// What cannot be written.
pub fn stubs(args: &StubsArgs, json: bool) -> Result<(), Failure> {
    let failed = |error: std::io::Error| Failure::new(format!("{}: {error}", args.dir.display()));
    fs::create_dir_all(&args.dir).map_err(failed)?;
    let mut files = Vec::new();
    for script_type in types::ALL {
        let file = args.dir.join(format!("{}.pyi", script_type.name));
        fs::write(&file, script_type.stubs()).map_err(failed)?;
        files.push(file);
    }
    let jar = match jvm::api_jar() {
        None => None,
        Some(jar) => {
            let copy = args.dir.join("durward-script-api.jar");
            fs::copy(&jar, &copy).map_err(failed)?;
            Some(copy)
        }
    };
    output::print(json, &json!({ "files": files, "jar": jar }), || {
        let mut lines: Vec<String> = files
            .iter()
            .map(|file| file.display().to_string())
            .collect();
        lines.push(match &jar {
            Some(jar) => format!(
                "{}: put it on the class path of a Java project",
                jar.display()
            ),
            None => {
                "there is no jar for Java: bin/setup builds it where a JDK (17 to 23) and Maven are"
                    .to_owned()
            }
        });
        lines.join("\n")
    })
}
