//! `authorization_details` as hostile text: what is taken is taken untouched, the rest is refused.
//! Attacks 54 and 55.

use durward_protocol::{
    Code,
    authorization_details::{
        exact::similar,
        request::{MAX_BYTES, MAX_ELEMENTS, parse},
    },
};
use durward_testkit::refusal;
use proptest::prelude::{any, prop, prop_assert, prop_assert_eq, proptest};
use serde_json::Value;

#[track_caller]
fn is_refused(text: &str) {
    assert_eq!(
        refusal(parse(text)),
        Code::InvalidAuthorizationDetails,
        "{}",
        text.chars().take(80).collect::<String>()
    );
}

fn description(text: &str) -> String {
    parse(text)
        .unwrap_err()
        .refusal()
        .unwrap()
        .description
        .clone()
}

#[test]
fn elements_stay_as_they_were_written() {
    let one = r#"{ "type":"a",
        "z": 1.50, "b":1e2, "n":-0, "big":100000000000000000000000001, "é":"\u00e9\/" }"#;
    let two = r#"{"b":[],"type":"\u0062"}"#;
    let parsed = parse(&format!(" [ {one} , {two}]\n")).unwrap();
    let texts: Vec<&str> = parsed.iter().map(|one| one.detail.as_str()).collect();
    assert_eq!(texts, [one, two]);
    let types: Vec<&str> = parsed.iter().map(|one| one.detail_type.as_str()).collect();
    assert_eq!(types, ["a", "b"]);
    assert_eq!(parse("[]").unwrap(), []);
}

#[test]
fn attack_54_duplicate_members_are_refused_at_any_depth_and_in_any_spelling() {
    is_refused(r#"[{"type":"a","amount":1,"amount":1000}]"#);
    is_refused(r#"[{"type":"a","type":"b"}]"#);
    is_refused(r#"[{"type":"a","\u0074ype":"b"}]"#);
    is_refused(r#"[{"type":"a","x":[{"y":1,"y":2}]}]"#);
    // The client's words are not repeated to whoever reads the error.
    assert_eq!(
        description(r#"[{"type":"a","<b>":1,"<b>":2}]"#),
        "authorization_details[0]: an object has a member twice"
    );
    for (fault, told) in [
        (
            r#"{"type":"a","x":1,"x":1}"#,
            "an object has a member twice",
        ),
        (
            &format!(r#"{{"type":"a","x":{}{}}}"#, "[".repeat(15), "]".repeat(15)),
            "it is nested too deeply",
        ),
    ] {
        let text = format!(r#"[{{"type":"a"}},{fault}]"#);
        assert_eq!(
            description(&text),
            format!("authorization_details[1]: {told}")
        );
    }
}

#[test]
fn attack_54_deep_nesting_is_refused_and_the_limit_itself_is_taken() {
    let nested = |depth: usize| {
        let arrays = depth - 2;
        format!(
            r#"[{{"type":"a","x":{}{}}}]"#,
            "[".repeat(arrays),
            "]".repeat(arrays)
        )
    };
    assert!(parse(&nested(16)).is_ok());
    is_refused(&nested(17));
    is_refused(&"[".repeat(60_000));
    is_refused(&format!(
        r#"[{{"type":"a","x":{}"#,
        r#"{"x":"#.repeat(10_000)
    ));
}

#[test]
fn attack_54_a_megabyte_and_too_many_elements_are_refused() {
    let sized = |bytes: usize| {
        let text = r#"[{"type":"a","x":""}]"#;
        text.replace("\"\"", &format!("\"{}\"", "x".repeat(bytes - text.len())))
    };
    assert_eq!(sized(MAX_BYTES).len(), MAX_BYTES);
    assert!(parse(&sized(MAX_BYTES)).is_ok());
    is_refused(&sized(MAX_BYTES + 1));
    is_refused(&sized(1024 * 1024));
    let many = |count: usize| format!("[{}]", vec![r#"{"type":"a"}"#; count].join(","));
    assert_eq!(parse(&many(MAX_ELEMENTS)).unwrap().len(), MAX_ELEMENTS);
    is_refused(&many(MAX_ELEMENTS + 1));
}

#[test]
fn attack_54_nan_and_numbers_beyond_all_bounds_are_refused() {
    for number in [
        "NaN",
        "Infinity",
        "-Infinity",
        "1e999",
        "-1e999",
        "01",
        "+1",
        ".5",
        "1.",
        "0x10",
        "1_000",
    ] {
        is_refused(&format!(r#"[{{"type":"a","amount":{number}}}]"#));
    }
}

#[test]
fn attack_55_a_type_that_is_not_text_and_an_element_that_is_no_object_are_refused() {
    for element in [
        r#"{"type":["a"]}"#,
        r#"{"type":{"a":1}}"#,
        r#"{"type":1}"#,
        r#"{"type":null}"#,
        r#"{"type":true}"#,
        r#"{"type":""}"#,
        r#"{"Type":"a"}"#,
        "{}",
        "[]",
        "null",
        r#""a""#,
        "1",
    ] {
        is_refused(&format!(r#"[{{"type":"a"}},{element}]"#));
        let told = description(&format!(r#"[{{"type":"a"}},{element}]"#));
        assert!(told.starts_with("authorization_details[1]: "), "{told}");
    }
    for text in [
        "{}",
        r#"{"type":"a"}"#,
        "null",
        "\"[]\"",
        "1",
        "",
        "[",
        "[]]",
        "[,]",
        "[{}",
        "\u{feff}[]",
    ] {
        is_refused(text);
    }
}

/// A JSON value in one of many spellings.
fn value() -> impl prop::strategy::Strategy<Value = String> {
    use prop::strategy::Strategy as _;
    let leaf = proptest::prop_oneof![
        proptest::strategy::Just("null".to_owned()),
        any::<bool>().prop_map(|flag| flag.to_string()),
        "-?(0|[1-9][0-9]{0,30})([.][0-9]{1,30})?([eE][+-]?[0-9]{1,2})?",
        any::<String>().prop_map(|text| Value::String(text).to_string()),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        proptest::prop_oneof![
            prop::collection::vec(inner.clone(), 0..4)
                .prop_map(|items| format!("[{}]", items.join(" , "))),
            prop::collection::btree_map(any::<String>(), inner, 0..4).prop_map(|members| {
                let members: Vec<String> = members
                    .into_iter()
                    .rev()
                    .map(|(name, value)| format!("{} :{value}", Value::String(name)))
                    .collect();
                format!("{{{}}}", members.join(","))
            }),
        ]
    })
}

proptest! {
    #[test]
    fn any_text_is_refused_or_kept_to_the_letter(text in any::<String>()) {
        if let Ok(parsed) = parse(&text) {
            for element in parsed {
                prop_assert!(text.contains(element.detail.as_str()));
            }
        }
    }

    #[test]
    fn bytes_turned_anywhere_are_refused_or_kept_to_the_letter(
        at in any::<prop::sample::Index>(), byte in 0x20_u8..0x7f, more in any::<prop::sample::Index>(), other in 0x20_u8..0x7f
    ) {
        let mut bytes = br#"[{"type":"a","x":[1.50,{"y":"\u0041"}],"n":1e3},{"type":"b"}]"#.to_vec();
        let (first, second) = (at.index(bytes.len()), more.index(bytes.len()));
        bytes[first] = byte;
        bytes[second] = other;
        let text = String::from_utf8(bytes).unwrap();
        if let Ok(parsed) = parse(&text) {
            let mut rest = text.as_str();
            for element in parsed {
                let found = rest.find(element.detail.as_str());
                prop_assert!(found.is_some());
                rest = &rest[found.unwrap() + element.detail.as_str().len()..];
                let read: Value = serde_json::from_str(element.detail.as_str()).unwrap();
                prop_assert_eq!(read["type"].as_str(), Some(element.detail_type.as_str()));
            }
        }
    }

    #[test]
    fn whatever_is_well_formed_is_kept_in_order(values in prop::collection::vec(value(), 0..5)) {
        let elements: Vec<String> = values
            .iter()
            .enumerate()
            .map(|(index, value)| format!(r#"{{"v":{value} ,"type":"t{index}"}}"#))
            .collect();
        let parsed = parse(&format!("[{}]", elements.join(" ,"))).unwrap();
        let kept: Vec<&str> = parsed.iter().map(|one| one.detail.as_str()).collect();
        prop_assert_eq!(&kept, &elements);
        for element in &elements {
            prop_assert!(similar(element, element));
        }
    }

    #[test]
    fn nothing_panics_the_comparison(one in any::<String>(), other in any::<String>()) {
        prop_assert_eq!(similar(&one, &other), similar(&other, &one));
    }
}
