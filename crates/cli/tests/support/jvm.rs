//! Where the JVM host is on this machine.

use std::path::{Path, PathBuf};

use super::{home::DURWARD, process::find_program};

/// The host's jar where `bin/setup` puts it, for a test, which is told as skipped where
/// there is none.
pub fn host_jar_for(test: &str) -> Option<PathBuf> {
    let folder = Path::new(DURWARD).parent()?.join("../lib");
    let jar = folder.join("durward-jvm-host.jar").canonicalize();
    jar.inspect_err(|_| println!("skipped {test}: there is no JVM host (bin/setup builds it)"))
        .ok()
}

/// `java` of this machine, likewise.
pub fn java_for(test: &str) -> Option<PathBuf> {
    let found = find_program("java");
    if found.is_none() {
        println!("skipped {test}: there is no java on this machine");
    }
    found
}
