//! Numbers and strings as Python 2 writes them, written for Python 3.

/// A number literal for Python 3; `None` when it stays as it is.
pub(super) fn number(word: &str) -> Result<Option<String>, &'static str> {
    if word.contains('_') {
        return Err("invalid number: Python 2 has no underscores in numbers");
    }
    let bare = word.trim_end_matches(['l', 'L']);
    let lower = bare.to_ascii_lowercase();
    let based = lower.starts_with("0x") || lower.starts_with("0o") || lower.starts_with("0b");
    if based && bare.len() == 2 {
        return Err("invalid number: digits are missing");
    }
    let integer = !based && bare.bytes().all(|byte| byte.is_ascii_digit());
    if integer && bare.len() > 1 && bare.starts_with('0') {
        if bare.contains(['8', '9']) {
            return Err("invalid number: a leading 0 makes it octal");
        }
        return Ok(Some(format!("0o{bare}")));
    }
    Ok((bare.len() < word.len()).then(|| bare.to_owned()))
}

/// A string literal for Python 3; `None` when it stays as it is. `prefix`
/// letters and `quotes` quote marks open it.
pub(super) fn string(
    word: &str,
    prefix: usize,
    quotes: usize,
    unicode_literals: bool,
) -> Result<Option<String>, &'static str> {
    let letters = word.get(..prefix).unwrap_or_default().to_ascii_lowercase();
    let rest = word.get(prefix..).unwrap_or_default();
    let (raw, bytes) = (letters.contains('r'), letters.contains('b'));
    let unicode = letters.contains('u') || (unicode_literals && !bytes);
    if letters.contains(['f', 't']) || letters == "rb" {
        return Err("this kind of string literal is Python 3, but the script is read as Python 2");
    }
    let replacement = match (raw, unicode) {
        (true, true) => cooked(rest, quotes),
        (true, false) => format!("r{rest}"),
        (false, true) => rest.to_owned(),
        (false, false) => without_unicode_escapes(rest),
    };
    Ok((replacement != word).then_some(replacement))
}

/// A byte string's text, in which `\u`, `\U` and `\N` are no escapes.
fn without_unicode_escapes(rest: &str) -> String {
    let mut out = String::with_capacity(rest.len());
    let mut characters = rest.chars();
    while let Some(character) = characters.next() {
        out.push(character);
        if character == '\\'
            && let Some(next) = characters.next()
        {
            if matches!(next, 'u' | 'U' | 'N') {
                out.push('\\');
            }
            out.push(next);
        }
    }
    out
}

/// A raw unicode string's text as an ordinary one: only `\uXXXX` and
/// `\UXXXXXXXX` after an odd number of backslashes are escapes.
fn cooked(rest: &str, quotes: usize) -> String {
    let body = rest
        .get(quotes..rest.len().saturating_sub(quotes))
        .unwrap_or_default();
    let quote = rest.get(..quotes).unwrap_or_default();
    let mut out = String::with_capacity(rest.len() + 8);
    out.push_str(quote);
    let mut backslashes = 0_usize;
    let mut characters = body.chars().peekable();
    while let Some(character) = characters.next() {
        if character != '\\' {
            // A quote kept by a backslash stays in the text, and so must be
            // escaped again.
            if backslashes % 2 == 1 && matches!(character, '"' | '\'') {
                out.push('\\');
            }
            backslashes = 0;
            out.push(character);
            continue;
        }
        backslashes += 1;
        let escape = matches!(characters.peek(), Some('u' | 'U')) && backslashes % 2 == 1;
        out.push_str(if escape { "\\" } else { "\\\\" });
    }
    out.push_str(quote);
    out
}

#[cfg(test)]
mod tests {
    use super::{number, string};

    #[test]
    fn numbers() {
        assert_eq!(number("0777"), Ok(Some("0o0777".to_owned())));
        assert_eq!(number("10L"), Ok(Some("10".to_owned())));
        assert_eq!(number("0xFFL"), Ok(Some("0xFF".to_owned())));
        assert_eq!(number("0"), Ok(None));
        assert_eq!(number("1.5e3"), Ok(None));
        assert!(number("089").is_err());
    }

    #[test]
    fn strings() {
        let text = |word, prefix| string(word, prefix, 1, false);
        assert_eq!(text(r"'\u0041'", 0), Ok(Some(r"'\\u0041'".to_owned())));
        assert_eq!(text(r"u'\u0041'", 1), Ok(Some(r"'\u0041'".to_owned())));
        assert_eq!(
            text(r"ur'\d\u0041'", 2),
            Ok(Some(r"'\\d\u0041'".to_owned()))
        );
        assert_eq!(text(r"br'\d'", 2), Ok(Some(r"r'\d'".to_owned())));
        assert_eq!(text("b'x'", 1), Ok(Some("'x'".to_owned())));
        assert_eq!(text("'x'", 0), Ok(None));
        assert!(text("f'x'", 1).is_err());
    }
}
