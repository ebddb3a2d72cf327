//! Other spellings of a text that one may find inside of a text: percent-encoded, base64,
//! hexadecimal, escaped. Not here: what is looked for.

use base64::{
    Engine as _,
    alphabet::STANDARD,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};

/// A run of fewer characters holds nothing.
const MIN_RUN: usize = 6;

const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Calls `found` with whatever `text`, or a part of it, may stand for, until that says true.
pub fn any(text: &str, found: &mut dyn FnMut(&str) -> bool) -> bool {
    if text.contains('%') && found(&percent_decoded(text, false)) {
        return true;
    }
    if text.contains('+') && found(&percent_decoded(text, true)) {
        return true;
    }
    if text.contains('\\') && found(&unescaped(text)) {
        return true;
    }
    if text.contains('&') && found(&without_entities(text)) {
        return true;
    }
    // Lines of base64 are one run.
    let joined: String = text.chars().filter(|c| !matches!(c, '\r' | '\n')).collect();
    joined
        .split(|c: char| !(c.is_ascii_alphanumeric() || "+/-_".contains(c)))
        .filter(|run| run.len() >= MIN_RUN)
        .any(|run| {
            found(&from_hexadecimal(run)) || (0..4).any(|skipped| found(&decoded(run, skipped)))
        })
}

/// What percent-encoded text says; in forms a plus sign is a blank.
pub fn percent_decoded(text: &str, plus_is_blank: bool) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, others @ ..] = rest {
        rest = others;
        let byte = match first {
            b'+' if plus_is_blank => b' ',
            b'%' => match others.get(..2).and_then(from_digits) {
                Some(byte) => {
                    rest = others.get(2..).unwrap_or_default();
                    byte
                }
                None => b'%',
            },
            other => *other,
        };
        bytes.push(byte);
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn from_digits(two: &[u8]) -> Option<u8> {
    let two = std::str::from_utf8(two).ok()?;
    u8::from_str_radix(two, 16).ok()
}

/// What a text in base64 says.
pub fn base64_text(text: &str) -> String {
    decoded(text.trim_end_matches('='), 0)
}

/// Both alphabets; what is glued to the front may be anything.
fn decoded(run: &str, skipped: usize) -> String {
    let mut run: Vec<u8> = run
        .bytes()
        .skip(skipped)
        .map(|byte| match byte {
            b'-' => b'+',
            b'_' => b'/',
            other => other,
        })
        .collect();
    if run.len() % 4 == 1 {
        run.pop();
    }
    let bytes = LENIENT.decode(&run).unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}

fn from_hexadecimal(run: &str) -> String {
    let bytes: Option<Vec<u8>> = run.as_bytes().chunks_exact(2).map(from_digits).collect();
    String::from_utf8_lossy(&bytes.unwrap_or_default()).into_owned()
}

/// Without the escapes of JSON, Python and JavaScript.
fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        if c != '\\' {
            plain.push(c);
            continue;
        }
        match rest.next() {
            Some(kind @ ('u' | 'x')) => {
                let length = if kind == 'u' { 4 } else { 2 };
                let digits: String = rest.clone().take(length).collect();
                let code = u32::from_str_radix(&digits, 16).ok();
                if let Some(c) = code.and_then(char::from_u32) {
                    plain.push(c);
                    rest.by_ref().take(length).for_each(drop);
                }
            }
            Some('n') => plain.push('\n'),
            Some('t') => plain.push('\t'),
            Some('r') => plain.push('\r'),
            Some(other) => plain.push(other),
            None => {}
        }
    }
    plain
}

fn without_entities(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#34;", "\"")
        .replace("&#39;", "'")
        .replace("&#x27;", "'")
        .replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(text: &str, wanted: &str) -> bool {
        any(text, &mut |other| other.contains(wanted))
    }

    #[test]
    fn spellings_are_found_wherever_they_stand() {
        for text in [
            "a%20b%26c",
            "a+b%26c",
            "x=a%20b%26c;",
            "a\\u0020b\\u0026c",
            "a b&amp;c",
            "YSBiJmM",
            "glued/YSBiJmM=",
            "YSBi\r\nJmM=",
            "6120622663",
        ] {
            assert!(holds(text, "a b&c"), "{text}");
        }
        assert!(!holds("nothing at all", "a b&c"));
        assert_eq!(percent_decoded("100% %zz%4", true), "100% %zz%4");
    }
}
