//! Jans's spellings: long options behind one hyphen, the program called by Jans's name.
//! What comes out is what the command's declaration says.

use std::{ffi::OsString, path::Path};

/// What the program may be called to be this command, and the command.
pub const NAME: &str = "jans-cli";

/// Options that Jans writes with one hyphen, and how they are declared.
const ONE_HYPHEN: &[(&str, &str)] = &[
    ("-CC", "--config-api-mtls-client-cert"),
    ("-CK", "--config-api-mtls-client-key"),
    ("-noverify", "--noverify"),
    ("-use-test-client", "--use-test-client"),
    ("-revoke-session", "--revoke-session"),
    ("-no-color", "--no-color"),
    ("-debug", "--debug"),
    ("-scim", "--scim"),
    ("-auth", "--auth"),
];

/// The arguments of this process as they are declared.
pub fn arguments(given: impl IntoIterator<Item = OsString>) -> Vec<OsString> {
    let mut given = given.into_iter();
    let program = given.next().unwrap_or_default();
    let mut all = vec![program.clone()];
    if is_called(&program) {
        all.push(OsString::from(NAME));
    } else {
        // Everything before the command stays as it is.
        for word in given.by_ref() {
            let is_option = word.to_string_lossy().starts_with('-');
            let is_command = word == NAME;
            all.push(word);
            if is_command {
                break;
            }
            if !is_option {
                all.extend(given);
                return all;
            }
        }
    }
    all.extend(given.map(declared));
    all
}

/// What a person types to get here.
pub fn typed(program: &OsString) -> &'static str {
    if is_called(program) {
        NAME
    } else {
        "durward jans-cli"
    }
}

fn is_called(program: &OsString) -> bool {
    let name = Path::new(program).file_name();
    name.is_some_and(|name| name == NAME)
}

/// `-CC` and `-CC=FILE` as they are declared; anything else as it is.
fn declared(word: OsString) -> OsString {
    let Some(text) = word.to_str() else {
        return word;
    };
    let (option, value) = match text.split_once('=') {
        Some((option, value)) => (option, Some(value)),
        None => (text, None),
    };
    let found = ONE_HYPHEN.iter().find(|(jans, _)| *jans == option);
    match (found, value) {
        (None, _) => word,
        (Some((_, ours)), None) => OsString::from(ours),
        (Some((_, ours)), Some(value)) => OsString::from(format!("{ours}={value}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(line: &str) -> String {
        let words = arguments(line.split(' ').map(OsString::from));
        let words: Vec<&str> = words.iter().filter_map(|word| word.to_str()).collect();
        words.join(" ")
    }

    #[test]
    fn jans_spellings_are_understood_in_this_command_only() {
        for (given, wanted) in [
            (
                "durward jans-cli -CC a.crt -CK=a.key --data -",
                "durward jans-cli --config-api-mtls-client-cert a.crt \
                 --config-api-mtls-client-key=a.key --data -",
            ),
            (
                "/usr/bin/jans-cli -noverify --info X",
                "/usr/bin/jans-cli jans-cli --noverify --info X",
            ),
            (
                "durward --json jans-cli -no-color",
                "durward --json jans-cli --no-color",
            ),
            ("durward serve -debug", "durward serve -debug"),
            (
                "durward user jans-cli -debug",
                "durward user jans-cli -debug",
            ),
            ("durward", "durward"),
        ] {
            assert_eq!(after(given), wanted, "{given}");
        }
    }
}
