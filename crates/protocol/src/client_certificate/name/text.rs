//! RFC 4514 text: read and written. Quotes, semicolons and slashes of older notations are
//! not understood: what can be read in two ways is not read.

use std::{collections::BTreeSet, fmt, fmt::Write as _, iter::Peekable, str::Chars};

use x509_parser::{asn1_rs::Any, prelude::FromDer as _};

use super::{Attribute, MAX_PARTS, NameError, attributes, value_of};

/// What may stand behind a backslash as itself (section 3).
const ESCAPED: &str = " \"#+,;<=>\\";

/// RDNs in the order of the text.
pub(super) fn parse(text: &str) -> Result<Vec<BTreeSet<Attribute>>, NameError> {
    let mut characters = text.chars().peekable();
    let mut rdns = Vec::new();
    let mut rdn = BTreeSet::new();
    loop {
        let (attribute, end) = parse_attribute(&mut characters)?;
        rdn.insert(attribute);
        if rdn.len() > MAX_PARTS || rdns.len() > MAX_PARTS {
            return Err(NameError::Size);
        }
        if end != Some('+') {
            rdns.push(std::mem::take(&mut rdn));
        }
        if end.is_none() {
            return Ok(rdns);
        }
    }
}

/// `type=value`, and what ended it.
fn parse_attribute(
    characters: &mut Peekable<Chars<'_>>,
) -> Result<(Attribute, Option<char>), NameError> {
    let mut written = String::new();
    loop {
        match characters.next() {
            Some('=') => break,
            Some(c) if c.is_ascii_alphanumeric() || " .-".contains(c) => written.push(c),
            _ => return Err(NameError::Syntax),
        }
    }
    let oid = attributes::number(written.trim_matches(' ')).ok_or(NameError::UnknownAttribute)?;
    while characters.next_if_eq(&' ').is_some() {}
    if characters.peek() == Some(&'#') {
        return parse_hex(oid, characters);
    }
    let (text, end) = parse_text(characters)?;
    if text.is_empty() {
        return Err(NameError::Syntax);
    }
    Ok((Attribute::of_text(oid, &text)?, end))
}

/// A value in clear; spaces behind it that are not escaped do not belong to it.
fn parse_text(characters: &mut Peekable<Chars<'_>>) -> Result<(String, Option<char>), NameError> {
    let mut octets = Vec::new();
    let mut meant = 0; // octets up to the last one that is no loose space
    let mut buffer = [0; 4];
    let end = loop {
        let Some(c) = characters.next() else {
            break None;
        };
        match c {
            ',' | '+' => break Some(c),
            '\\' => {
                octets.extend(parse_escape(characters)?);
                meant = octets.len();
            }
            '"' | ';' | '<' | '>' => return Err(NameError::Syntax),
            c => {
                octets.extend_from_slice(c.encode_utf8(&mut buffer).as_bytes());
                if c != ' ' {
                    meant = octets.len();
                }
            }
        }
    };
    octets.truncate(meant);
    let text = String::from_utf8(octets).map_err(|_| NameError::Unclear)?;
    Ok((text, end))
}

/// What a backslash stands before: a special character, or an octet in hexadecimal.
fn parse_escape(characters: &mut Peekable<Chars<'_>>) -> Result<Option<u8>, NameError> {
    let first = characters.next().ok_or(NameError::Syntax)?;
    if ESCAPED.contains(first) {
        return Ok(u8::try_from(first).ok());
    }
    let second = characters.next().ok_or(NameError::Syntax)?;
    let digit = |c: char| c.to_digit(16).ok_or(NameError::Syntax);
    let octet = digit(first)? * 16 + digit(second)?;
    Ok(u8::try_from(octet).ok())
}

/// `#` and DER in hexadecimal.
fn parse_hex(
    oid: String,
    characters: &mut Peekable<Chars<'_>>,
) -> Result<(Attribute, Option<char>), NameError> {
    characters.next();
    let mut digits = String::new();
    let end = loop {
        match characters.next() {
            None => break None,
            Some(c @ (',' | '+')) => break Some(c),
            Some(c) => digits.push(c),
        }
    };
    let der = octets(digits.trim_end_matches(' ')).ok_or(NameError::Syntax)?;
    let (rest, found) = Any::from_der(&der).map_err(|_| NameError::Syntax)?;
    if !rest.is_empty() {
        return Err(NameError::Syntax);
    }
    let value = value_of(&oid, &found)?;
    Ok((Attribute { oid, value }, end))
}

fn octets(digits: &str) -> Option<Vec<u8>> {
    let values: Option<Vec<u32>> = digits.chars().map(|c| c.to_digit(16)).collect();
    let values = values?;
    if values.is_empty() || !values.len().is_multiple_of(2) {
        return None;
    }
    let pair = |pair: &[u32]| match pair {
        [high, low] => u8::try_from(high * 16 + low).ok(),
        _ => None,
    };
    values.chunks_exact(2).map(pair).collect()
}

/// Writes a value so that it is read as itself.
pub(super) fn escape(text: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let last = text.chars().count().saturating_sub(1);
    for (position, c) in text.chars().enumerate() {
        let at_edge = position == 0 || position == last;
        let special =
            "\"+,;<>\\".contains(c) || (c == '#' && position == 0) || (c == ' ' && at_edge);
        if special {
            f.write_char('\\')?;
        }
        f.write_char(c)?;
    }
    Ok(())
}

/// Writes DER in hexadecimal.
pub(super) fn write_der(identifier: u8, data: &[u8], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(f, "{identifier:02x}")?;
    let length = data.len();
    if length < 0x80 {
        write!(f, "{length:02x}")?;
    } else {
        let octets = length.to_be_bytes();
        let significant: Vec<u8> = octets.into_iter().skip_while(|octet| *octet == 0).collect();
        write!(f, "{:02x}", 0x80 | significant.len())?;
        for octet in significant {
            write!(f, "{octet:02x}")?;
        }
    }
    data.iter().try_for_each(|octet| write!(f, "{octet:02x}"))
}
