//! Text that somebody else wrote (a client's name, a binding message, a scope,
//! a login hint), made fit to be read by a person.
//!
//! This is about what the eye sees: characters that reorder, hide or blank
//! out their neighbours. It is not HTML escaping, which the templates do for
//! every value, this one included.

use std::fmt;

/// The most combining marks left on one base character. Scripts in everyday
/// use need two; towers of them climb over the neighbouring lines.
const MAX_COMBINING_MARKS: usize = 3;

/// Shown in the place of a character that would have reordered or hidden text.
const REPLACEMENT: char = '\u{FFFD}';

/// Text for one line of a page: no control or invisible characters, runs of
/// white space as one space, at most `max_chars` characters (an ellipsis is
/// the last of them when something was cut off).
///
/// Characters that change the reading order or pretend to be nothing are
/// replaced by U+FFFD so that the attempt shows. Zero-width joiners, which
/// honest text contains too, are dropped.
pub fn visible_text(raw: &str, max_chars: usize) -> String {
    let mut kept = Cleaner::default();
    for c in raw.chars() {
        // One more than asked for is enough to know that there is more.
        if kept.count > max_chars {
            break;
        }
        kept.push(c);
    }
    capped(kept.text.trim_end(), max_chars)
}

/// As [`visible_text`], but line breaks stay: at most `max_lines` lines, blank
/// ones dropped, indentation kept with spaces. For text shown as a block.
pub fn visible_lines(raw: &str, max_chars: usize, max_lines: usize) -> String {
    let mut shown = String::new();
    let mut left = max_chars;
    let mut lines = raw
        .split(['\n', '\u{2028}', '\u{2029}'])
        .filter(|line| !line.trim().is_empty())
        .peekable();
    for _ in 0..max_lines {
        let Some(line) = lines.next() else { break };
        let indent = line.chars().take_while(|c| *c == ' ').count().min(16);
        let text = visible_text(line, left);
        left = left.saturating_sub(text.chars().count() + indent);
        shown.extend(std::iter::repeat_n(' ', indent));
        shown.push_str(&text);
        if left == 0 {
            return shown;
        }
        if lines.peek().is_some() {
            shown.push('\n');
        }
    }
    if lines.peek().is_some() {
        shown.push('…');
    }
    shown
}

/// Somebody else's text after [`visible_text`] or [`visible_lines`]. The page
/// structs take this type where the words are not ours, so that forgetting
/// the treatment does not compile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Untrusted(String);

impl Untrusted {
    /// One line of at most `max_chars` characters.
    pub fn line(raw: &str, max_chars: usize) -> Self {
        Self(visible_text(raw, max_chars))
    }

    /// A block of at most `max_chars` characters and `max_lines` lines.
    pub fn lines(raw: &str, max_chars: usize, max_lines: usize) -> Self {
        Self(visible_lines(raw, max_chars, max_lines))
    }

    /// The text if showing it would not change it, otherwise nothing. For
    /// values that come back to us (a prefilled user name): a repaired one
    /// would be a different one.
    pub fn unaltered(raw: &str, max_chars: usize) -> Option<Self> {
        let shown = visible_text(raw, max_chars);
        (!shown.is_empty() && shown == raw).then_some(Self(shown))
    }

    /// The text to show. Still to be escaped for HTML.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether nothing is left to show.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Untrusted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Collects characters that are safe to look at.
#[derive(Default)]
struct Cleaner {
    text: String,
    count: usize,
    marks: usize,
}

impl Cleaner {
    fn push(&mut self, c: char) {
        match c {
            c if c.is_whitespace() || is_blank_letter(c) => {
                self.marks = 0;
                if !self.text.is_empty() && !self.text.ends_with(' ') {
                    self.append(' ');
                }
            }
            '\u{200B}'..='\u{200D}' | '\u{2060}' | '\u{FEFF}' | '\u{00AD}' => {}
            c if is_deceptive(c) => {
                if !self.text.ends_with(REPLACEMENT) {
                    self.append(REPLACEMENT);
                }
            }
            c if is_combining(c) => {
                self.marks += 1;
                if self.marks <= MAX_COMBINING_MARKS {
                    self.append(c);
                }
            }
            c => {
                self.marks = 0;
                self.append(c);
            }
        }
    }

    fn append(&mut self, c: char) {
        self.text.push(c);
        self.count += 1;
    }
}

fn capped(text: &str, max_chars: usize) -> String {
    if text.chars().count() <= max_chars {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(max_chars.saturating_sub(1)).collect();
    short.truncate(short.trim_end().len());
    if max_chars > 0 {
        short.push('…');
    }
    short
}

/// Letters by category, blanks by appearance.
fn is_blank_letter(c: char) -> bool {
    matches!(
        c,
        '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{2800}' | '\u{3164}' | '\u{FFA0}'
    )
}

/// Controls, bidirectional formatting, invisible operators, tags, unassigned
/// specials: all that steers how other characters are shown.
fn is_deceptive(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{061C}'
                | '\u{180B}'..='\u{180F}'
                | '\u{200E}'
                | '\u{200F}'
                | '\u{202A}'..='\u{202E}'
                | '\u{2061}'..='\u{206F}'
                | '\u{FFF0}'..='\u{FFFB}'
                | '\u{FFFE}'
                | '\u{FFFF}'
                | '\u{1D173}'..='\u{1D17A}'
                | '\u{E0000}'..='\u{E0FFF}'
        )
}

fn is_combining(c: char) -> bool {
    matches!(
        c,
        '\u{0300}'..='\u{036F}'
            | '\u{0483}'..='\u{0489}'
            | '\u{1AB0}'..='\u{1AFF}'
            | '\u{1DC0}'..='\u{1DFF}'
            | '\u{20D0}'..='\u{20FF}'
            | '\u{FE00}'..='\u{FE0F}'
            | '\u{FE20}'..='\u{FE2F}'
    )
}

#[cfg(test)]
mod tests {
    use super::{Untrusted, visible_lines, visible_text};

    #[test]
    fn honest_text_is_left_alone() {
        for text in [
            "Nordbank",
            "Żółw & Söhne",
            "בנק הפועלים",
            "銀行",
            "W4SC!",
            "a 👍🏽",
        ] {
            assert_eq!(visible_text(text, 40), text);
        }
    }

    #[test]
    fn every_bidirectional_control_shows_as_a_replacement() {
        let controls = ('\u{202A}'..='\u{202E}')
            .chain('\u{2066}'..='\u{2069}')
            .chain(['\u{200E}', '\u{200F}', '\u{061C}']);
        for control in controls {
            assert_eq!(
                visible_text(&format!("pay{control}100"), 40),
                "pay\u{FFFD}100"
            );
        }
    }

    #[test]
    fn a_run_of_controls_is_one_replacement() {
        assert_eq!(
            visible_text("a\u{202E}\u{202D}\u{7}\u{0}b", 40),
            "a\u{FFFD}b"
        );
    }

    #[test]
    fn zero_width_and_soft_hyphen_are_dropped() {
        assert_eq!(
            visible_text("N\u{200B}o\u{200C}r\u{200D}d\u{FEFF}b\u{2060}a\u{AD}nk", 40),
            "Nordbank"
        );
    }

    #[test]
    fn white_space_cannot_push_words_away() {
        assert_eq!(
            visible_text("  Pay\r\n\t100\u{A0}\u{2028} \u{3164}EUR \u{85}", 40),
            "Pay 100 EUR"
        );
    }

    #[test]
    fn tag_characters_and_stacked_marks_do_not_pass() {
        assert_eq!(visible_text("ok\u{E0041}\u{E0042}", 40), "ok\u{FFFD}");
        let tower = format!("a{}b", "\u{0301}".repeat(500));
        assert_eq!(visible_text(&tower, 40), "a\u{0301}\u{0301}\u{0301}b");
    }

    #[test]
    fn length_is_capped_with_the_ellipsis_counted() {
        assert_eq!(visible_text("abcdef", 6), "abcdef");
        assert_eq!(visible_text("abcdefg", 6), "abcde…");
        assert_eq!(visible_text("abcd  efgh", 6), "abcd…");
        assert_eq!(visible_text("abc", 0), "");
        assert_eq!(visible_text(&"x".repeat(100_000), 80).chars().count(), 80);
        assert_eq!(visible_text("abcdef   ", 6), "abcdef");
    }

    #[test]
    fn a_block_keeps_lines_and_their_indentation() {
        assert_eq!(
            visible_lines("{\r\n  \"a\": 1\n\n}\n", 100, 10),
            "{\n  \"a\": 1\n}"
        );
        assert_eq!(visible_lines("1\n2\n3", 100, 2), "1\n2\n…");
        assert_eq!(visible_lines("12345\n678", 4, 9), "123…");
        assert_eq!(visible_lines("a\u{202E}b", 100, 2), "a\u{FFFD}b");
    }

    #[test]
    fn a_value_that_must_come_back_is_whole_or_absent() {
        assert_eq!(
            Untrusted::unaltered("alice@example.org", 64).map(|v| v.to_string()),
            Some("alice@example.org".to_owned())
        );
        assert_eq!(Untrusted::unaltered("alice\u{202E}", 64), None);
        assert_eq!(Untrusted::unaltered("alice", 3), None);
        assert_eq!(Untrusted::unaltered("", 3), None);
    }
}
