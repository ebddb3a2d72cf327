//! Where the JVM of Java scripts comes from: its jar, its `java`, its confinement.
//!
//! Not here: running it (durward-engine).

use std::{
    env,
    ffi::{OsStr, OsString},
    path::{Path, PathBuf},
    process::ExitCode,
    time::Duration,
};

use durward_engine::{HostCommand, JvmCommand};

use crate::bootstrap::Jvm;

/// Hidden command that becomes the JVM: `host-jvm [--network] JAVA ARGUMENTS`.
pub const HOST_COMMAND: &str = "host-jvm";
const NETWORK: &str = "--network";

/// File name of the host's jar.
const JAR: &str = "durward-jvm-host.jar";
/// File name of the classes that scripts are compiled against.
const API_JAR: &str = "durward-script-api.jar";
/// How long a JVM that no script needs runs on.
const IDLE: Duration = Duration::from_secs(30);

/// The command that starts the host.
///
/// # Errors
/// Why there is no host, as a sentence that says what to do.
pub fn command(settings: &Jvm, data: Option<&Path>) -> Result<JvmCommand, String> {
    let this = env::current_exe().map_err(|error| format!("our own binary: {error}"))?;
    let jar = jar(settings, data, &this)?;
    let java = java(settings, data)?;
    let libs = match data {
        Some(_) => settings
            .libs
            .iter()
            .map(|folder| in_data(data, folder))
            .collect(),
        None => Vec::new(),
    };
    Ok(JvmCommand {
        launcher: Some(HostCommand {
            program: this,
            args: vec![HOST_COMMAND.into()],
        }),
        java,
        jar,
        libs,
        network: settings.network,
        heap_mib: settings.heap_mib,
        run_directory: env::temp_dir(),
        idle: IDLE,
        loading: JvmCommand::LOADING,
    })
}

fn jar(settings: &Jvm, data: Option<&Path>, this: &Path) -> Result<PathBuf, String> {
    if let Some(jar) = &settings.host_jar {
        let jar = in_data(data, jar);
        return if jar.is_file() {
            Ok(jar)
        } else {
            Err(format!(
                "{} (jvm.host_jar of durward.toml) does not exist",
                jar.display()
            ))
        };
    }
    installed(this, JAR).ok_or_else(|| {
        format!(
            "there is no lib/{JAR} beside the durward binary; bin/setup builds it where a JDK (17 to 23) \
             and Maven are installed, or name it as host_jar under [jvm] in durward.toml"
        )
    })
}

/// The classes that scripts in Java are compiled against, where they were built: in a jar of
/// their own, or in the host's.
pub fn api_jar() -> Option<PathBuf> {
    let this = env::current_exe().ok()?;
    installed(&this, API_JAR).or_else(|| installed(&this, JAR))
}

/// A file that was installed with the binary: in `lib` beside it, or beside its folder.
fn installed(this: &Path, name: &str) -> Option<PathBuf> {
    let folder = this.parent().unwrap_or(Path::new("/"));
    let places = [
        folder.join("lib").join(name),
        folder.join("../lib").join(name),
    ];
    // Its plain name, as it was when the archive beside it was made: a JVM compares them.
    places.iter().find_map(|jar| jar.canonicalize().ok())
}

fn java(settings: &Jvm, data: Option<&Path>) -> Result<PathBuf, String> {
    if let Some(java) = &settings.java {
        let java = in_data(data, java);
        return if java.is_file() {
            Ok(java)
        } else {
            Err(format!(
                "{} (jvm.java of durward.toml) does not exist",
                java.display()
            ))
        };
    }
    let home = env::var_os("JAVA_HOME").map(|home| PathBuf::from(home).join("bin"));
    let path = env::var_os("PATH").unwrap_or_default();
    home.into_iter()
        .chain(env::split_paths(&path))
        .map(|folder| folder.join("java"))
        .find(|java| java.is_file())
        .ok_or_else(|| {
            "no java was found in JAVA_HOME or PATH; install a JDK (17 to 23), or name its java \
             as java under [jvm] in durward.toml"
                .to_owned()
        })
}

/// A path of `durward.toml`.
fn in_data(data: Option<&Path>, path: &Path) -> PathBuf {
    absolute(data.map_or_else(|| path.to_owned(), |data| data.join(path)))
}

fn absolute(path: PathBuf) -> PathBuf {
    std::path::absolute(&path).unwrap_or(path)
}

/// Confines this process and becomes the JVM; comes back only if that fails.
pub fn become_host(words: impl Iterator<Item = OsString>) -> ExitCode {
    let mut words = words.peekable();
    let network = words.next_if(|word| word == OsStr::new(NETWORK)).is_some();
    let Some(java) = words.next() else {
        eprintln!("durward {HOST_COMMAND}: the server starts this, nobody else");
        return ExitCode::from(2);
    };
    match durward_jvm::become_java(java, words.collect(), network) {
        Ok(never) => match never {},
        Err(error) => {
            eprintln!("durward: the JVM could not be confined and started: {error}");
            ExitCode::FAILURE
        }
    }
}
