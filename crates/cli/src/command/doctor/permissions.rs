//! Who on this machine can read the files that hold secrets. Not here: what is in them.

use std::{
    fs::{self, File},
    io::Read as _,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use super::Finding;
use crate::{bootstrap, node::Node};

/// Most files that are looked at in a directory of key stores.
const MAX_FILES: usize = 1000;

/// As much of a file as is looked through for a private key, bytes.
const MAX_LOOK_BYTES: u64 = 512 * 1024;

/// Nobody but the owner: files that are the server's own.
const OWNER: u32 = 0o077;

/// A group may: keys and certificates are often handed over that way.
const OWNER_AND_GROUP: u32 = 0o007;

/// A finding for each kind of file that there is.
pub(super) fn permissions(data: &Path, node: &Node) -> Vec<Finding> {
    let settings = &node.bootstrap;
    let here = |file: &PathBuf| data.join(file);
    let mut sealing = vec![here(&settings.sealing_key_file)];
    sealing.extend(settings.previous_sealing_key_files.iter().map(here));
    let tls: Vec<PathBuf> = settings.tls.iter().map(|tls| here(&tls.key)).collect();
    let listing = settings.key_stores.listing(data);
    let mut stores = Vec::new();
    for store in listing.named.values() {
        stores.extend(Some(store.file.clone()).filter(|file| holds_a_key(file)));
        stores.extend(store.password_file.clone());
    }
    for directory in &listing.directories {
        let found = fs::read_dir(directory).into_iter().flatten().flatten();
        let files = found.take(MAX_FILES).map(|entry| entry.path());
        stores.extend(files.filter(|file| holds_a_key(file)));
    }
    let toml = [data.join(bootstrap::FILE)];
    [
        of("sealing key", &sealing, OWNER),
        of("settings in durward.toml", &toml, OWNER),
        of("key of the TLS certificate", &tls, OWNER_AND_GROUP),
        of("files of key stores", &stores, OWNER_AND_GROUP),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn of(what: &str, files: &[PathBuf], kept_from: u32) -> Option<Finding> {
    let is_open = |file: &&PathBuf| {
        fs::metadata(file).is_ok_and(|about| about.permissions().mode() & kept_from != 0)
    };
    let open: Vec<String> = files
        .iter()
        .filter(is_open)
        .map(|file| file.display().to_string())
        .collect();
    if files.is_empty() {
        return None;
    }
    if open.is_empty() {
        return Some(Finding::good(what));
    }
    let mode = if kept_from == OWNER { "600" } else { "o-rwx" };
    let command = format!("chmod {mode} {}", open.join(" "));
    let problem = "others on this machine can read it";
    Some(Finding::bad(what, problem, command))
}

/// PKCS#12, or PEM with a private key; certificates alone are for everybody.
fn holds_a_key(file: &Path) -> bool {
    const SEQUENCE: u8 = 0x30;
    const PEM_KEY: &[u8] = b"PRIVATE KEY-----";
    if !file.is_file() {
        return false;
    }
    let mut bytes = Vec::new();
    let read = File::open(file).and_then(|file| file.take(MAX_LOOK_BYTES).read_to_end(&mut bytes));
    let pem = || bytes.windows(PEM_KEY.len()).any(|part| part == PEM_KEY);
    read.is_ok() && (bytes.first() == Some(&SEQUENCE) || pem())
}
