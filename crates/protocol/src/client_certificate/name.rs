//! Distinguished names, compared as names: RFC 4514 text and a certificate's DER become
//! the same value, or they name different things.
//!
//! Attributes by whatever alias or number, values by their matching rule (case and spaces
//! do not count, RFC 4517 section 4.2.11), whatever string type they are in; the order of
//! RDNs counts, the order within one does not. Stricter than RFC 4518: no compatibility
//! forms, nothing invisible is skipped, control characters are no name at all.

mod attributes;
mod text;

use std::{collections::BTreeSet, fmt, fmt::Write as _};

use x509_parser::{
    asn1_rs::{Any, Class},
    x509::X509Name,
};

/// Most RDNs of a name, and attributes of an RDN.
const MAX_PARTS: usize = 32;

/// A distinguished name, the most general RDN first as in a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name(Vec<BTreeSet<Attribute>>);

/// One attribute of an RDN.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Attribute {
    /// Dotted.
    oid: String,
    value: Value,
}

/// A value as it is compared.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Value {
    /// Any string type; folded where the attribute's matching rule says so.
    Text(String),
    /// DER of what is no text: its identifier octet and its content.
    Octets(u8, Vec<u8>),
}

/// Why text or DER is no name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Not as RFC 4514 writes names.
    #[error("not a distinguished name as RFC 4514 writes it")]
    Syntax,
    /// An attribute without a number that we know.
    #[error("an attribute is not known; its number will do")]
    UnknownAttribute,
    /// Control characters, or octets that are no text.
    #[error("it holds characters that it may not")]
    Unclear,
    /// Nobody is named, or too much of them.
    #[error("it has no part, or too many")]
    Size,
}

impl Name {
    /// Reads RFC 4514 text.
    ///
    /// # Errors
    /// Whatever is not exactly that, and the empty name.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        let mut rdns = text::parse(text)?;
        if rdns.is_empty() || rdns.len() > MAX_PARTS {
            return Err(NameError::Size);
        }
        rdns.reverse(); // the text begins with the most special one
        Ok(Self(rdns))
    }

    /// Of a certificate's subject or issuer; it may be empty, and then equals no name that was read.
    pub(super) fn of(found: &X509Name<'_>) -> Result<Self, NameError> {
        let mut rdns = Vec::new();
        for rdn in found.iter() {
            let mut attributes = BTreeSet::new();
            for attribute in rdn.iter() {
                let oid = attribute.attr_type().to_id_string();
                let value = value_of(&oid, attribute.attr_value())?;
                attributes.insert(Attribute { oid, value });
            }
            if attributes.len() > MAX_PARTS {
                return Err(NameError::Size);
            }
            rdns.push(attributes);
        }
        if rdns.len() > MAX_PARTS {
            return Err(NameError::Size);
        }
        Ok(Self(rdns))
    }
}

impl Attribute {
    fn of_text(oid: String, text: &str) -> Result<Self, NameError> {
        let value = compared(&oid, text)?;
        Ok(Self { oid, value })
    }
}

/// Text as values of that attribute are compared.
fn compared(oid: &str, text: &str) -> Result<Value, NameError> {
    if text.chars().any(char::is_control) {
        return Err(NameError::Unclear);
    }
    if !attributes::ignores_case(oid) {
        return Ok(Value::Text(text.to_owned()));
    }
    let words: Vec<&str> = text.split(' ').filter(|word| !word.is_empty()).collect();
    Ok(Value::Text(words.join(" ").to_lowercase()))
}

/// A value in DER as it is compared.
fn value_of(oid: &str, found: &Any<'_>) -> Result<Value, NameError> {
    let universal = found.header.class() == Class::Universal && found.header.tag().0 < 31;
    if !universal {
        return Err(NameError::Unclear);
    }
    let tag = u8::try_from(found.header.tag().0).map_err(|_| NameError::Unclear)?;
    let constructed = if found.header.is_constructed() {
        0x20
    } else {
        0
    };
    match decoded(tag | constructed, found.data)? {
        Some(text) => compared(oid, &text),
        None => Ok(Value::Octets(tag | constructed, found.data.to_owned())),
    }
}

/// What a string type says; nothing where it is no string, or one whose character set nobody agrees on.
fn decoded(identifier: u8, data: &[u8]) -> Result<Option<String>, NameError> {
    const UTF8: u8 = 0x0c;
    const NUMERIC: u8 = 0x12;
    const PRINTABLE: u8 = 0x13;
    const TELETEX: u8 = 0x14;
    const IA5: u8 = 0x16;
    const VISIBLE: u8 = 0x1a;
    const BMP: u8 = 0x1e;
    let utf8 = || String::from_utf8(data.to_owned()).map_err(|_| NameError::Unclear);
    match identifier {
        UTF8 => utf8().map(Some),
        NUMERIC | PRINTABLE | IA5 | VISIBLE | TELETEX if data.is_ascii() => utf8().map(Some),
        BMP if data.len().is_multiple_of(2) => {
            let units: Vec<u16> = data
                .chunks_exact(2)
                .filter_map(|pair| <[u8; 2]>::try_from(pair).ok())
                .map(u16::from_be_bytes)
                .collect();
            String::from_utf16(&units)
                .map(Some)
                .map_err(|_| NameError::Unclear)
        }
        NUMERIC | PRINTABLE | IA5 | VISIBLE | BMP => Err(NameError::Unclear),
        _ => Ok(None),
    }
}

/// RFC 4514, section 2, as it is compared: folded.
impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, rdn) in self.0.iter().rev().enumerate() {
            if position > 0 {
                f.write_char(',')?;
            }
            for (position, attribute) in rdn.iter().enumerate() {
                if position > 0 {
                    f.write_char('+')?;
                }
                write!(f, "{attribute}")?;
            }
        }
        Ok(())
    }
}

impl fmt::Display for Attribute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (attributes::short_name(&self.oid), &self.value) {
            // Nothing but blanks is compared as nothing, and that has no spelling but its DER.
            (Some(name), Value::Text(text)) if !text.is_empty() => {
                write!(f, "{name}=")?;
                text::escape(text, f)
            }
            (name, value) => {
                write!(f, "{}=#", name.unwrap_or(&self.oid))?;
                let (identifier, data) = match value {
                    Value::Text(text) => (0x0c, text.as_bytes()),
                    Value::Octets(identifier, data) => (*identifier, data.as_slice()),
                };
                text::write_der(identifier, data, f)
            }
        }
    }
}

#[cfg(test)]
mod tests;
