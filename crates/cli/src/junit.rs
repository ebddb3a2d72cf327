//! Results of `durward script test` as JUnit XML, which every continuous integration reads.
//!
//! Not here: running anything.

use std::{fmt::Write as _, time::Duration};

use crate::command::script::cases::Finished;

/// The report: a suite for each file of cases.
pub fn report(finished: &[Finished]) -> String {
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let all: Vec<&Finished> = finished.iter().collect();
    let _ = writeln!(text, "<testsuites{}>", totals("durward script test", &all));
    for suite in finished.chunk_by(|one, next| one.file == next.file) {
        let cases: Vec<&Finished> = suite.iter().collect();
        let file = suite.first().map_or("", |case| case.file.as_str());
        let _ = writeln!(text, "  <testsuite{}>", totals(file, &cases));
        for case in suite {
            write_case(&mut text, case);
        }
        text.push_str("  </testsuite>\n");
    }
    text.push_str("</testsuites>\n");
    text
}

fn totals(name: &str, cases: &[&Finished]) -> String {
    let took: Duration = cases.iter().map(|case| case.took).sum();
    format!(
        " name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{}\" time=\"{:.3}\"",
        escaped(name),
        cases.len(),
        cases.iter().filter(|case| !case.wrong.is_empty()).count(),
        cases.iter().filter(|case| case.skipped.is_some()).count(),
        took.as_secs_f64(),
    )
}

fn write_case(text: &mut String, case: &Finished) {
    let _ = writeln!(
        text,
        "    <testcase name=\"{}\" classname=\"{}\" time=\"{:.3}\">",
        escaped(&case.name),
        escaped(&case.file),
        case.took.as_secs_f64()
    );
    if let Some(why) = &case.skipped {
        let _ = writeln!(text, "      <skipped message=\"{}\"/>", escaped(why));
    }
    if let Some(first) = case.wrong.first() {
        let summary = first.lines().next().unwrap_or_default();
        let _ = writeln!(
            text,
            "      <failure message=\"{}\">{}</failure>",
            escaped(summary),
            escaped(&case.wrong.join("\n"))
        );
    }
    if !case.log.is_empty() {
        let log = escaped(&case.log.join("\n"));
        let _ = writeln!(text, "      <system-out>{log}</system-out>");
    }
    text.push_str("    </testcase>\n");
}

/// Text as XML 1.0 may have it: a script's log can hold anything.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("&#10;"),
            '\t' => out.push(c),
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            c if c < ' ' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_a_script_says_becomes_markup() {
        let case = |name: &str, wrong: &[&str], skipped: Option<&str>| Finished {
            file: "a.test.toml".to_owned(),
            name: name.to_owned(),
            wrong: wrong.iter().map(|&text| text.to_owned()).collect(),
            skipped: skipped.map(str::to_owned),
            log: vec!["</system-out>\u{0}\u{1b}[31m".to_owned()],
            took: Duration::from_millis(12),
        };
        let text = report(&[
            case("a \"good\" one", &[], None),
            case("a <bad> one", &["result\n  expected  1 & 2"], None),
            case("no jvm", &[], Some("there is no java")),
        ]);
        assert!(
            text.contains("tests=\"3\" failures=\"1\" errors=\"0\" skipped=\"1\" time=\"0.036\""),
            "{text}"
        );
        assert_eq!(text.matches("</system-out>").count(), 3, "{text}");
        assert!(text.contains("name=\"a &lt;bad&gt; one\""), "{text}");
        assert!(
            text.contains("message=\"result\">result&#10;  expected  1 &amp; 2</failure>"),
            "{text}"
        );
        let whole = |c: char| c == '\n' || c >= ' ';
        assert!(text.chars().all(whole), "{text:?}");
    }
}
