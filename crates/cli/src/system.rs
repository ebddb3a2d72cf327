//! The real clock, the real randomness, the machine's name, who sits before it and where his
//! settings are: the only place that reads them.

use std::{
    path::PathBuf,
    time::{SystemTime, UNIX_EPOCH},
};

use aws_lc_rs::rand;
use durward_model::{Clock, Entropy, Timestamp};

/// The machine's clock.
#[derive(Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods)] // here, and nowhere else
    fn now(&self) -> Timestamp {
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Timestamp::from_ms(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
}

/// The cryptography library's generator.
#[derive(Debug, Default)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        // Without randomness nothing that we do is safe: stop.
        if rand::fill(bytes).is_err() {
            eprintln!("error: the system gives no randomness");
            std::process::abort();
        }
    }
}

/// The name of this machine, by which nodes tell each other apart in what people read.
pub fn node_name() -> String {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname");
    let name = name.unwrap_or_default().trim().to_owned();
    if name.is_empty() {
        "localhost".to_owned()
    } else {
        name
    }
}
/// Where the user's programs keep their settings (XDG Base Directory Specification).
pub fn configuration_directory() -> Option<PathBuf> {
    let named = |name: &str| {
        let value = std::env::var_os(name)?;
        // A relative one is to be ignored.
        Some(PathBuf::from(value)).filter(|path| path.is_absolute())
    };
    named("XDG_CONFIG_HOME").or_else(|| Some(named("HOME")?.join(".config")))
}

/// Who runs the command, for histories: `os:` and the operating system's name of the user.
pub fn operator() -> String {
    let uid = rustix::process::getuid().as_raw();
    let accounts = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    name_of(uid, &accounts).map_or_else(|| format!("os:uid {uid}"), |name| format!("os:{name}"))
}

/// The name of a user in passwd(5).
fn name_of(uid: u32, accounts: &str) -> Option<&str> {
    accounts.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next().filter(|name| !name.is_empty())?;
        let found = fields.nth(1)?;
        (found.parse() == Ok(uid)).then_some(name)
    })
}

#[cfg(test)]
mod tests {
    use super::name_of;

    #[test]
    fn accounts_are_found_by_their_number() {
        let accounts = "root:x:0:0:root:/root:/bin/sh\n\nbroken\n:x:7::\nalice:x:1000:1000::/home/alice:/bin/sh\n";
        assert_eq!(name_of(1_000, accounts), Some("alice"));
        assert_eq!(name_of(0, accounts), Some("root"));
        assert_eq!(name_of(7, accounts), None);
        assert_eq!(name_of(1, accounts), None);
    }
}
