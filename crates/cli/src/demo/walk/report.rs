//! What a walk prints: numbered steps, what was said, and what was checked.

use std::io::IsTerminal as _;

use serde::Serialize;
use serde_json::Value;

use crate::{
    demo::caller::{Answer, text},
    failure::Failure,
    output,
};

/// Characters of a secret that are shown.
const SHOWN: usize = 14;

/// Members of answers that are secrets.
const SECRETS: [&str; 4] = ["auth_req_id", "access_token", "refresh_token", "id_token"];

/// Prints as it goes, or collects for `--json`.
#[derive(Debug)]
pub struct Report {
    as_json: bool,
    colours: bool,
    steps: Vec<Step>,
    secrets: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Step {
    title: String,
    lines: Vec<String>,
    checks: Vec<Check>,
}

#[derive(Debug, Serialize)]
struct Check {
    what: String,
    held: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
}

/// The whole of `--json`.
#[derive(Serialize)]
struct Outcome<'a> {
    held: bool,
    checks: usize,
    failed: usize,
    steps: &'a [Step],
}

impl Report {
    /// An empty report.
    pub fn new(as_json: bool) -> Self {
        let plain = std::env::var_os("NO_COLOR").is_some() || !std::io::stdout().is_terminal();
        Self {
            as_json,
            colours: !plain,
            steps: Vec::new(),
            secrets: Vec::new(),
        }
    }

    /// From now on this is shown abbreviated, wherever it stands.
    pub fn hide(&mut self, secret: &str) {
        if secret.len() > SHOWN && !self.secrets.iter().any(|known| known == secret) {
            self.secrets.push(secret.to_owned());
            // What contains another secret must be replaced first.
            self.secrets
                .sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        }
    }

    /// With secrets abbreviated.
    fn mask(&self, text: &str) -> String {
        self.secrets.iter().fold(text.to_owned(), |text, secret| {
            let short: String = secret.chars().take(SHOWN).collect();
            text.replace(secret, &format!("{short}…"))
        })
    }

    fn paint(&self, code: &str, text: &str) -> String {
        if self.colours {
            format!("\x1b[{code}m{text}\x1b[0m")
        } else {
            text.to_owned()
        }
    }

    fn write(&self, line: &str) {
        if !self.as_json {
            // Nobody reads any more: the exit code still counts.
            let _ = output::write_line(line);
        }
    }

    /// Begins a step.
    pub fn step(&mut self, title: &str) {
        let number = self.steps.len() + 1;
        self.write(&format!(
            "\n{}",
            self.paint("1", &format!("{number:>2}  {title}"))
        ));
        let (lines, checks) = (Vec::new(), Vec::new());
        self.steps.push(Step {
            title: title.to_owned(),
            lines,
            checks,
        });
    }

    /// Text of the current step.
    pub fn say(&mut self, text: &str) {
        let text = self.mask(text);
        for line in text.lines() {
            self.write(&format!("    {line}"));
            if let Some(step) = self.steps.last_mut() {
                step.lines.push(line.to_owned());
            }
        }
    }

    /// A request as it goes out: method and address, credentials, form.
    pub fn request(&mut self, line: &str, authorization: Option<&str>, form: &[(&str, &str)]) {
        self.say(&format!("→ {line}"));
        if let Some(authorization) = authorization {
            self.hide(authorization);
            self.say(&format!("    Authorization: {authorization}"));
        }
        for (name, value) in form {
            self.say(&format!("    {name} = {value}"));
        }
    }

    /// An answer as it came in; secrets in it are hidden from here on.
    pub fn answer(&mut self, answer: &Answer) {
        let body = answer.json();
        for name in SECRETS {
            self.hide(text(&body, name));
        }
        self.say(&format!("← {}", answer.status));
        if !body.is_null() {
            self.json(&body);
        }
    }

    /// JSON as a block.
    pub fn json(&mut self, value: &Value) {
        let pretty = serde_json::to_string_pretty(value).unwrap_or_default();
        let indented: Vec<String> = pretty.lines().map(|line| format!("    {line}")).collect();
        self.say(&indented.join("\n"));
    }

    /// A check of the current step. `detail` says what was expected and what came.
    pub fn check(&mut self, what: &str, held: bool, detail: impl FnOnce() -> String) -> bool {
        let what = self.mask(what);
        let detail = (!held).then(|| self.mask(&detail()));
        let mark = if held {
            self.paint("32", "✓")
        } else {
            self.paint("31", "✗")
        };
        self.write(&format!("    {mark} {what}"));
        for line in detail.iter().flat_map(|detail| detail.lines()) {
            self.write(&format!("        {line}"));
        }
        if let Some(step) = self.steps.last_mut() {
            step.checks.push(Check { what, held, detail });
        }
        held
    }

    /// A check that two texts are the same.
    pub fn same(&mut self, what: &str, expected: &str, got: &str) -> bool {
        self.check(what, expected == got, || {
            format!("expected: {expected}\ngot:      {got}")
        })
    }

    /// A check that there was no error.
    pub fn sound<T>(&mut self, what: &str, result: &Result<T, String>) -> bool {
        self.check(what, result.is_ok(), || match result {
            Ok(_) => String::new(),
            Err(sentence) => sentence.clone(),
        })
    }

    /// A check of status and, for errors, the OAuth `error`.
    pub fn answered(&mut self, what: &str, status: u16, error: &str, answer: &Answer) -> bool {
        let body = answer.json();
        let got = (answer.status, text(&body, "error"));
        self.check(what, got == (status, error), || {
            let shown = |(status, error): (u16, &str)| format!("{status} {error}");
            format!(
                "expected: {}\ngot:      {} {}",
                shown((status, error)),
                shown(got),
                text(&body, "error_description")
            )
        })
    }

    /// How many checks there were, and how many of them did not hold.
    fn counts(&self) -> (usize, usize) {
        let checks = || self.steps.iter().flat_map(|step| &step.checks);
        (
            checks().count(),
            checks().filter(|check| !check.held).count(),
        )
    }

    /// Prints the verdict: did everything hold?
    ///
    /// # Errors
    /// When standard output fails.
    pub fn finish(&self) -> Result<bool, Failure> {
        let (checks, failed) = self.counts();
        let held = failed == 0 && checks > 0;
        if self.as_json {
            let outcome = Outcome {
                held,
                checks,
                failed,
                steps: &self.steps,
            };
            output::write_json(&serde_json::to_string_pretty(&outcome)?)?;
        } else if held {
            self.write(&format!(
                "\n{}",
                self.paint("32", &format!("✓ all {checks} checks held"))
            ));
        } else {
            let line = format!("✗ {failed} of {checks} checks did not hold");
            self.write(&format!("\n{}", self.paint("31", &line)));
        }
        Ok(held)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_abbreviated_wherever_they_stand() {
        let mut report = Report::new(true);
        report.hide("abcdefghijklmnopqrst");
        report.hide("xx-abcdefghijklmnopqrst-yy");
        assert_eq!(
            report.mask("id=abcdefghijklmnopqrst&x"),
            "id=abcdefghijklmn…&x"
        );
        assert_eq!(report.mask("xx-abcdefghijklmnopqrst-yy"), "xx-abcdefghijk…");
    }

    #[test]
    fn one_failed_check_is_a_failed_walk() {
        let mut report = Report::new(true);
        report.step("one");
        report.same("the same", "a", "a");
        assert_eq!(report.counts(), (1, 0));
        report.same("not the same", "a", "b");
        assert_eq!(report.counts(), (2, 1));
        assert!(report.finish().is_ok_and(|held| !held));
    }

    #[test]
    fn a_walk_without_checks_proves_nothing() {
        let report = Report::new(true);
        assert!(report.finish().is_ok_and(|held| !held));
    }
}
