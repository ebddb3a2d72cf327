//! Names that are the same however they are written, and names that only look so.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use proptest::prelude::{
    Just, Strategy, any, prop, prop_assert, prop_assert_eq, prop_oneof, proptest,
};
use x509_parser::{prelude::FromDer as _, x509::X509Name};

use super::{Name, NameError};

const UTF8: u8 = 0x0c;
const PRINTABLE: u8 = 0x13;
const TELETEX: u8 = 0x14;
const IA5: u8 = 0x16;
const BMP: u8 = 0x1e;

fn tlv(identifier: u8, content: &[u8]) -> Vec<u8> {
    let mut der = vec![identifier];
    match u8::try_from(content.len()) {
        Ok(length) if length < 0x80 => der.push(length),
        _ => {
            der.push(0x82);
            der.extend(u16::try_from(content.len()).unwrap().to_be_bytes());
        }
    }
    der.extend(content);
    der
}

/// `2.5.4.…`
fn attribute(arc: u8, identifier: u8, content: &[u8]) -> Vec<u8> {
    tlv(
        0x30,
        &[tlv(0x06, &[0x55, 4, arc]), tlv(identifier, content)].concat(),
    )
}

/// A name of RDNs, each of attributes in DER.
fn der(rdns: &[&[Vec<u8>]]) -> Vec<u8> {
    let rdns: Vec<Vec<u8>> = rdns.iter().map(|rdn| tlv(0x31, &rdn.concat())).collect();
    tlv(0x30, &rdns.concat())
}

fn found(rdns: &[&[Vec<u8>]]) -> Result<Name, NameError> {
    let der = der(rdns);
    let (_, name) = X509Name::from_der(&der).unwrap();
    Name::of(&name)
}

const CN: u8 = 3;
const C: u8 = 6;
const O: u8 = 10;
const OU: u8 = 11;

fn acme() -> Name {
    found(&[
        &[attribute(C, PRINTABLE, b"GB")],
        &[attribute(O, UTF8, "Acme Café".as_bytes())],
        &[attribute(CN, UTF8, b"client-1")],
    ])
    .unwrap()
}

#[test]
fn one_name_in_many_spellings() {
    for text in [
        "CN=client-1,O=Acme Café,C=GB",
        "cn=CLIENT-1, o=ACME CAFÉ, c=gb",
        "commonName = client-1 , organizationName =  acme   café , countryName=GB",
        r"2.5.4.3=client-1,OID.2.5.4.10=Acme Caf\c3\a9,2.5.4.6=GB",
        r"CN=client\2d1,O=Acme\ Caf\C3\A9,C=GB",
        "CN=#0c08636c69656e742d31,O=Acme Café,C=#13024742",
        "CN=#1308636C69656E742D31,O=Acme Café,C=GB",
    ] {
        assert_eq!(Name::parse(text).unwrap(), acme(), "{text}");
    }
}

#[test]
fn names_that_only_look_like_it() {
    for text in [
        "C=GB,O=Acme Café,CN=client-1",      // the order counts
        "CN=client-1,O=Acme Café",           // less
        "CN=client-1,OU=x,O=Acme Café,C=GB", // more
        "CN=client-1+O=Acme Café,C=GB",      // one RDN of two is not two
        "CN=client-1,O=Acme Cafe,C=GB",
        "CN=client-1,OU=Acme Café,C=GB", // another attribute
        "CN=client1,O=Acme Café,C=GB",
        "O=client-1,CN=Acme Café,C=GB",
        r"CN=client-1\,O\=Acme Café,C=GB",
        "CN=client-\u{200b}1,O=Acme Café,C=GB", // nothing invisible is skipped
        "CN=cl\u{456}ent-1,O=Acme Café,C=GB",   // a Cyrillic letter
    ] {
        assert_ne!(Name::parse(text).unwrap(), acme(), "{text}");
    }
}

#[test]
fn what_stands_inside_a_value_is_no_attribute() {
    let inside = found(&[&[attribute(O, UTF8, b"Evil,CN=client-1")]]).unwrap();
    assert_ne!(inside, Name::parse("CN=client-1,O=Evil").unwrap());
    assert_ne!(inside, Name::parse("O=Evil,CN=client-1").unwrap());
    assert_eq!(inside, Name::parse(r"O=Evil\,CN=client-1").unwrap());
    assert_eq!(inside.to_string(), r"O=evil\,cn=client-1");
}

#[test]
fn string_types_do_not_count_and_charsets_nobody_agrees_on_do() {
    let plain = Name::parse("CN=acme").unwrap();
    let bmp: Vec<u8> = "acme".encode_utf16().flat_map(u16::to_be_bytes).collect();
    for (identifier, content) in [
        (UTF8, b"Acme".as_slice()),
        (PRINTABLE, b"ACME"),
        (IA5, b"acme"),
        (TELETEX, b"acme"),
        (BMP, &bmp),
    ] {
        let name = found(&[&[attribute(CN, identifier, content)]]).unwrap();
        assert_eq!(name, plain, "{identifier:#x}");
    }
    // 0xe9 is é in Latin-1 and nothing in T.61.
    let teletex = found(&[&[attribute(CN, TELETEX, b"caf\xe9")]]).unwrap();
    assert_ne!(teletex, Name::parse("CN=café").unwrap());
}

#[test]
fn control_characters_and_broken_text_are_no_names() {
    for content in [
        b"client-1\0.evil".as_slice(),
        b"client-1\n",
        b"\x7fclient-1",
        b"\xff\xfe",
    ] {
        let name = found(&[&[attribute(CN, UTF8, content)]]);
        assert_eq!(name, Err(NameError::Unclear), "{content:?}");
    }
    assert_eq!(
        found(&[&[attribute(CN, BMP, b"abc")]]),
        Err(NameError::Unclear)
    );
    assert_eq!(Name::parse(r"CN=client-1\00"), Err(NameError::Unclear));
    assert_eq!(Name::parse(r"CN=\ff\fe"), Err(NameError::Unclear));
}

#[test]
fn an_rdn_of_several_is_a_set() {
    let (one, other) = (attribute(CN, UTF8, b"a"), attribute(OU, UTF8, b"b"));
    let name = found(&[&[other.clone(), one.clone()]]).unwrap();
    assert_eq!(name, found(&[&[one, other]]).unwrap());
    for text in ["CN=a+OU=b", "OU=b + CN=a"] {
        assert_eq!(Name::parse(text).unwrap(), name, "{text}");
    }
    assert_ne!(Name::parse("CN=a,OU=b").unwrap(), name);
}

#[test]
fn organization_identifiers_of_eidas_certificates_have_names_and_numbers() {
    const ORGANIZATION_IDENTIFIER: u8 = 97;
    let identifier = attribute(ORGANIZATION_IDENTIFIER, UTF8, b"PSDGB-FCA-123456");
    let name = found(&[&[identifier]]).unwrap();
    for text in [
        "organizationIdentifier=PSDGB-FCA-123456",
        "2.5.4.97=psdgb-fca-123456",
        "OID.2.5.4.97=#0c1050534447422d4643412d313233343536",
    ] {
        assert_eq!(Name::parse(text).unwrap(), name, "{text}");
    }
}

#[test]
fn of_unknown_attributes_every_letter_counts() {
    let name = Name::parse("1.2.3.4=Abc").unwrap();
    assert_eq!(name, Name::parse("1.2.3.4=#0c03416263").unwrap());
    assert_ne!(name, Name::parse("1.2.3.4=abc").unwrap());
    assert_eq!(Name::parse("made-up=x"), Err(NameError::UnknownAttribute));
}

#[test]
fn what_can_be_read_in_two_ways_is_not_read() {
    for text in [
        "",
        "client-1",
        "CN",
        "CN=",
        "CN=a,",
        "=a",
        ",CN=a",
        "CN=a,,O=b",
        "CN=\"a\"",
        "CN=a;O=b",
        "/C=GB/CN=a",
        "CN=<a>",
        r"CN=a\",
        r"CN=a\zz",
        r"CN=a\4",
        "CN=#",
        "CN=#0",
        "CN=#0c",
        "CN=#0c0161ff",
        "CN=#zz",
        "2.05.4=a",
        "CN=a+",
    ] {
        assert!(Name::parse(text).is_err(), "{text}");
    }
    let many = vec!["CN=a"; 33].join(",");
    assert_eq!(Name::parse(&many), Err(NameError::Size));
    let many = (0..40)
        .map(|n| format!("CN=a{n}"))
        .collect::<Vec<_>>()
        .join("+");
    assert_eq!(Name::parse(&many), Err(NameError::Size));
}

#[test]
fn blanks_are_a_value_which_is_written_so_that_it_is_read() {
    let blank = found(&[&[attribute(CN, UTF8, b" ")]]).unwrap();
    for text in [r"CN=\ ", r"CN=\ \ ", r"CN=\20", "CN=#0c0120", "CN=#0c00"] {
        let name = Name::parse(text).unwrap();
        assert_eq!(name, blank, "{text}");
        assert_eq!(Name::parse(&name.to_string()).unwrap(), name, "{text}");
    }
    assert_eq!(blank.to_string(), "CN=#0c00");
    assert_eq!(Name::parse("CN="), Err(NameError::Syntax));
}

#[test]
fn nobody_is_not_somebody() {
    let nobody = found(&[]).unwrap();
    assert_ne!(nobody, acme());
    assert_eq!(Name::parse(""), Err(NameError::Syntax));
}

fn attribute_type() -> impl Strategy<Value = u8> {
    prop_oneof![Just(CN), Just(C), Just(O), Just(OU), Just(97_u8)]
}

fn rdns() -> impl Strategy<Value = Vec<Vec<(u8, String)>>> {
    let value =
        "[^\\p{Cc}]{1,12}".prop_filter("some text", |text| !text.trim_matches(' ').is_empty());
    let rdn = prop::collection::vec((attribute_type(), value), 1..4);
    prop::collection::vec(rdn, 1..6)
}

fn of(rdns: &[Vec<(u8, String)>]) -> Name {
    let rdns: Vec<Vec<Vec<u8>>> = rdns
        .iter()
        .map(|rdn| {
            rdn.iter()
                .map(|(arc, text)| attribute(*arc, UTF8, text.as_bytes()))
                .collect()
        })
        .collect();
    let rdns: Vec<&[Vec<u8>]> = rdns.iter().map(Vec::as_slice).collect();
    found(&rdns).unwrap()
}

proptest! {
    #[test]
    fn what_a_certificate_says_is_read_back_from_how_it_is_written(rdns in rdns()) {
        let name = of(&rdns);
        prop_assert_eq!(Name::parse(&name.to_string()).unwrap(), name);
    }

    #[test]
    fn every_octet_may_be_escaped(rdns in rdns()) {
        let mut text = Vec::new();
        for rdn in rdns.iter().rev() {
            let parts: Vec<String> = rdn.iter().map(|(arc, value)| {
                let octets: Vec<String> = value.bytes().map(|octet| format!("\\{octet:02X}")).collect();
                format!("2.5.4.{arc} = {}", octets.concat())
            }).collect();
            text.push(parts.join("+"));
        }
        prop_assert_eq!(Name::parse(&text.join(" , ")).unwrap(), of(&rdns));
    }

    #[test]
    fn two_orders_are_two_names(rdns in rdns()) {
        let mut turned = rdns.clone();
        turned.reverse();
        let (one, other) = (of(&rdns), of(&turned));
        let folded = |name: &Name| name.0.clone();
        let palindrome = folded(&one).into_iter().rev().collect::<Vec<_>>() == folded(&one);
        prop_assert_eq!(one == other, palindrome);
    }

    #[test]
    fn one_letter_more_is_another_name(rdns in rdns(), letter in "[a-z]") {
        let mut longer = rdns.clone();
        longer[0][0].1.push_str(&letter);
        prop_assert!(of(&rdns) != of(&longer) || rdns[0].len() > 1);
    }

    #[test]
    fn any_text_is_a_name_that_is_written_as_itself_or_none(text in any::<String>()) {
        if let Ok(name) = Name::parse(&text) {
            prop_assert_eq!(Name::parse(&name.to_string()).unwrap(), name);
        }
    }

    #[test]
    fn any_text_that_looks_like_a_name_too(text in "((CN|O|1\\.2\\.3)[ ]?=[ ]?(#[0-9a-f]{0,8}|[a-z\\\\,+# \"]{0,8})[,+]?){1,4}") {
        if let Ok(name) = Name::parse(&text) {
            prop_assert_eq!(Name::parse(&name.to_string()).unwrap(), name);
        }
    }
}
