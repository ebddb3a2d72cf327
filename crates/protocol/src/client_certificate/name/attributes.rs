//! Attribute types by number and by the names that people and tools give them.
//!
//! Not here: values.

/// Number, then names; the first is the one that we write. Values of all of these are
/// compared without regard to case (`caseIgnoreMatch`, `caseIgnoreIA5Match`).
const KNOWN: &[(&str, &[&str])] = &[
    ("2.5.4.3", &["CN", "commonName"]),
    ("2.5.4.4", &["SN", "surname"]),
    ("2.5.4.5", &["serialNumber"]),
    ("2.5.4.6", &["C", "countryName"]),
    ("2.5.4.7", &["L", "localityName"]),
    ("2.5.4.8", &["ST", "S", "stateOrProvinceName"]),
    ("2.5.4.9", &["STREET", "streetAddress"]),
    ("2.5.4.10", &["O", "organizationName"]),
    ("2.5.4.11", &["OU", "organizationalUnitName"]),
    ("2.5.4.12", &["title", "T"]),
    ("2.5.4.13", &["description"]),
    ("2.5.4.15", &["businessCategory"]),
    ("2.5.4.17", &["postalCode"]),
    ("2.5.4.41", &["name"]),
    ("2.5.4.42", &["GN", "G", "givenName"]),
    ("2.5.4.43", &["initials"]),
    ("2.5.4.44", &["generationQualifier"]),
    ("2.5.4.46", &["dnQualifier"]),
    ("2.5.4.65", &["pseudonym"]),
    // eIDAS: PSDGB-FCA-123456 and the like (ETSI EN 319 412-1).
    ("2.5.4.97", &["organizationIdentifier"]),
    ("0.9.2342.19200300.100.1.1", &["UID", "userId"]),
    ("0.9.2342.19200300.100.1.25", &["DC", "domainComponent"]),
    ("1.2.840.113549.1.9.1", &["emailAddress", "E", "email"]),
    (
        "1.3.6.1.4.1.311.60.2.1.1",
        &["jurisdictionL", "jurisdictionLocalityName"],
    ),
    (
        "1.3.6.1.4.1.311.60.2.1.2",
        &["jurisdictionST", "jurisdictionStateOrProvinceName"],
    ),
    (
        "1.3.6.1.4.1.311.60.2.1.3",
        &["jurisdictionC", "jurisdictionCountryName"],
    ),
];

/// The number behind a name, or behind a number written out (`2.5.4.3`, `OID.2.5.4.3`).
pub(super) fn number(written: &str) -> Option<String> {
    let dotted = written
        .get(..4)
        .filter(|prefix| prefix.eq_ignore_ascii_case("OID."))
        .and_then(|_| written.get(4..))
        .unwrap_or(written);
    if is_number(dotted) {
        return Some(dotted.to_owned());
    }
    KNOWN
        .iter()
        .find(|(_, names)| names.iter().any(|name| name.eq_ignore_ascii_case(written)))
        .map(|(number, _)| (*number).to_owned())
}

/// Two arcs and more, none with a leading zero (RFC 4512, section 1.4).
fn is_number(text: &str) -> bool {
    text.contains('.')
        && text.split('.').all(|arc| {
            !arc.is_empty()
                && arc.bytes().all(|b| b.is_ascii_digit())
                && (arc == "0" || !arc.starts_with('0'))
        })
}

/// The name that we write for a number.
pub(super) fn short_name(number: &str) -> Option<&'static str> {
    let (_, names) = KNOWN.iter().find(|(known, _)| *known == number)?;
    names.first().copied()
}

/// Does case not count in its values?
pub(super) fn ignores_case(number: &str) -> bool {
    KNOWN.iter().any(|(known, _)| *known == number)
}
