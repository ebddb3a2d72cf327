//! What Jans exports is read, and whatever else comes is refused without harm.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use durward_model::Configuration;
use durward_protocol::jans_export::{Export, compare, parse};
use proptest::prelude::*;
use serde_json::{Value, json};

const TEXT: &str = "class EndSession:\n    pass\n";

fn exported(value: &Value) -> Export {
    parse(value.to_string().as_bytes()).unwrap()
}

fn script() -> Value {
    json!({
        "dn": "inum=A,ou=scripts,o=jans", "inum": "A", "name": "bye", "description": "d",
        "script": TEXT, "scriptType": "END_SESSION", "programmingLanguage": "PYTHON",
        "moduleProperties": [
            { "value1": "location_type", "value2": "ldap", "description": "" },
            { "value1": "usage_type", "value2": "interactive" },
        ],
        "configurationProperties": [
            { "value1": "brand", "value2": "Shop", "hide": false, "description": "b" },
            { "value1": "key", "value2": "s3cret", "hide": "true" },
        ],
        "level": 7, "revision": 3, "enabled": true, "modified": false, "internal": false,
    })
}

#[test]
fn a_script_a_list_and_a_page_are_read_alike() {
    let page =
        json!({ "start": 0, "totalEntriesCount": 1, "entriesCount": 1, "entries": [script()] });
    for value in [script(), json!([script()]), page] {
        let export = exported(&value);
        assert_eq!(export.scripts.len(), 1);
        let found = &export.scripts[0];
        let draft = &found.draft;
        assert_eq!(found.unusable, None);
        assert_eq!(
            (draft.name.as_str(), draft.script_type.as_str()),
            ("bye", "end_session")
        );
        assert_eq!(
            (draft.level, draft.enabled, draft.text.as_str()),
            (7, true, TEXT)
        );
        assert_eq!(draft.programming_language, "python");
        let names: Vec<&str> = draft
            .module_properties
            .iter()
            .map(|property| property.value1.as_str())
            .collect();
        assert_eq!(names, ["usage_type"], "where Jans keeps it does not matter");
        let hidden: Vec<bool> = draft
            .configuration_properties
            .iter()
            .map(|property| property.hide)
            .collect();
        assert_eq!(hidden, [false, true]);
    }
}

/// An LDIF line, folded at `width`.
fn folded(line: &str, width: usize) -> String {
    let mut out = String::new();
    for (index, c) in line.chars().enumerate() {
        if index > 0 && index % width == 0 {
            out.push_str("\n ");
        }
        out.push(c);
    }
    out + "\n"
}

fn ldif(text: &str, width: usize) -> String {
    let mut out =
        String::from("version: 1\n# an export\n\ndn: ou=scripts,o=jans\nobjectClass: top\n\n");
    out += "dn: inum=A,ou=scripts,o=jans\nobjectClass: top\nobjectClass: jansCustomScr\n";
    out += "displayName: bye\ninum: A\njansScrTyp: end_session\njansProgLng: python\n";
    out += "jansLevel: 7\njansEnabled: TRUE\njansRevision: 1\n";
    out += &folded(&format!("jansScr:: {}", STANDARD.encode(text)), width);
    out += "jansModuleProperty: {\"value1\":\"location_type\",\"value2\":\"db\"}\n";
    out += &folded(
        "jansConfProperty: {\"value1\":\"brand\",\"value2\":\"Shop\",\"hide\":false,\"description\":\"\"}",
        width,
    );
    out += "jansConfProperty: {\"value1\":\"key\",\"value2\":\"*****\",\"hide\":true}\n";
    out
}

#[test]
fn an_entry_of_the_database_is_read() {
    for text in [ldif(TEXT, 76), ldif(TEXT, 76).replace('\n', "\r\n")] {
        let export = parse(text.as_bytes()).unwrap();
        assert_eq!(export.scripts.len(), 1);
        let found = &export.scripts[0];
        assert_eq!(found.unusable, None);
        assert_eq!(found.draft.text, TEXT);
        assert_eq!((found.draft.level, found.draft.enabled), (7, true));
        assert_eq!(found.draft.configuration_properties[0].value2, "Shop");
        assert_eq!(
            found.notes,
            ["the value of key was masked in the export: set it anew"]
        );
    }
}

#[test]
fn one_bad_entry_spoils_no_other() {
    let good = ldif(TEXT, 76);
    let bad = good
        .replace("jansScr:: ", "jansScr:: !")
        .replace("version: 1\n", "");
    let remote = good
        .replace("jansScr:: ", "jansScr:< file:///etc/passwd#")
        .replace("version: 1\n", "");
    let deleted = "dn: inum=B,ou=scripts,o=jans\nchangetype: delete\nobjectClass: jansCustomScr\n";
    let all = format!("{good}\n{bad}\n{remote}\n{deleted}");
    let export = parse(all.as_bytes()).unwrap();
    let why: Vec<Option<&str>> = export
        .scripts
        .iter()
        .map(|script| script.unusable.as_deref())
        .collect();
    assert_eq!(why.len(), 3, "{why:?}");
    assert_eq!(why[0], None);
    assert!(why[1].unwrap().contains("base64"), "{why:?}");
    assert!(why[2].unwrap().contains("URL"), "{why:?}");

    let mixed =
        json!([script(), 1, { "name": "x" }, { "name": "y", "script": "z", "level": "high" }]);
    let export = exported(&mixed);
    let usable = export
        .scripts
        .iter()
        .filter(|script| script.unusable.is_none());
    assert_eq!((export.scripts.len(), usable.count()), (4, 1));
}

#[test]
fn what_is_neither_is_refused() {
    for text in [
        "",
        "hello",
        "{}",
        "[]",
        "1",
        "{\"entries\":[]}",
        "dn: o=jans\n",
        "\u{0}",
        "[[[[",
    ] {
        assert!(parse(text.as_bytes()).is_err(), "{text}");
    }
    assert!(parse(&[0xff, 0xfe]).is_err());
    let deep = "[".repeat(100_000);
    assert!(parse(deep.as_bytes()).is_err());
    let large = vec![b' '; 33 * 1024 * 1024];
    assert!(parse(&large).unwrap_err().contains("bytes"));
    let many = format!("[{}1]", "1,".repeat(6_000));
    assert!(parse(many.as_bytes()).unwrap_err().contains("scripts"));
}

#[test]
fn a_configuration_is_compared_by_name_and_tells_no_secret() {
    let theirs = json!({
        "issuer": "https://old.example", "accessTokenLifetime": 300, "loggingLevel": "INFO",
        "cibaEndUserNotificationConfig": { "notificationKey": "t0p", "projectId": "", "other": 1 },
    });
    let export = exported(&theirs);
    let ours = Configuration {
        access_token_lifetime: 300,
        ..Configuration::default()
    };
    let found = compare(&export.configurations[0], &ours);
    assert_eq!(
        found.ignored,
        ["cibaEndUserNotificationConfig.other", "loggingLevel"]
    );
    let mut same = found.same.clone();
    same.sort();
    assert_eq!(
        same,
        [
            "accessTokenLifetime",
            "cibaEndUserNotificationConfig.projectId"
        ]
    );
    let names: Vec<&str> = found
        .different
        .iter()
        .map(|difference| difference.property.as_str())
        .collect();
    assert_eq!(
        names,
        ["cibaEndUserNotificationConfig.notificationKey", "issuer"]
    );
    assert!(!serde_json::to_string(&found).unwrap().contains("t0p"));
}

#[test]
fn a_configuration_is_found_in_the_database_too() {
    let text = "dn: ou=jans-auth,ou=configuration,o=jans\nobjectClass: jansAppConf\n\
                jansConfDyn: {\"issuer\":\"https://old.example\"}\n";
    assert_eq!(parse(text.as_bytes()).unwrap().configurations.len(), 1);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn whatever_comes_is_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..2_000)) {
        let _ = parse(&bytes);
    }

    #[test]
    fn text_like_ldif_is_read_or_refused(text in "((dn|jansScr|objectClass|version|[a-z]{1,5})(:|::|:<|;x:)? ?[ -~]{0,40}\r?\n ?){0,30}") {
        let _ = parse(text.as_bytes());
    }

    #[test]
    fn a_damaged_export_is_read_or_refused(at in 0_usize..3_000, byte in any::<u8>(), cut in 0_usize..3_000) {
        let mut bytes = (ldif(TEXT, 20) + "\n" + &ldif("x", 30)).into_bytes();
        let length = bytes.len();
        bytes[at % length] = byte;
        bytes.truncate(cut.max(1));
        let _ = parse(&bytes);
        let mut bytes = json!([script(), script()]).to_string().into_bytes();
        let length = bytes.len();
        bytes[at % length] = byte;
        let _ = parse(&bytes);
    }

    #[test]
    fn any_text_survives_base64_and_folding(text in "\\PC{1,300}\n?", width in 2_usize..90) {
        prop_assume!(!text.trim().is_empty());
        let export = parse(ldif(&text, width).as_bytes()).unwrap();
        prop_assert_eq!(&export.scripts[0].draft.text, &text);
    }
}
