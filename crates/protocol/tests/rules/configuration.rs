//! Setting live configuration: types, sense, secrets.

use durward_jose::SealingKeys;
use durward_model::Configuration;
use durward_protocol::{
    configuration::{MASK, find, masked, with},
    sealing,
};
use durward_testkit::keys;
use serde_json::{Value, json};

const KEY: &str = "cibaEndUserNotificationConfig.notificationKey";
const GROUP: &str = "cibaEndUserNotificationConfig";

fn sealed() -> SealingKeys {
    keys::sealing()
}

fn stored_key(configuration: &Configuration) -> &str {
    &configuration
        .ciba_end_user_notification_config
        .notification_key
}

fn opened(configuration: &Configuration) -> String {
    sealing::open(&sealed(), sealing::CONFIGURATION, stored_key(configuration)).unwrap()
}

#[test]
fn every_property_can_be_read_and_set_to_what_it_is() {
    let configuration = Configuration::default();
    for (name, value) in masked(&configuration).as_object().unwrap() {
        assert_eq!(find(&configuration, name).unwrap(), *value);
        let text = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        assert_eq!(
            with(&configuration, name, &text, &sealed()).unwrap(),
            configuration,
            "{name}"
        );
    }
}

#[test]
fn a_secret_set_by_its_own_name_or_inside_its_group_is_sealed() {
    let by_name = with(&Configuration::default(), KEY, "secret-1", &sealed()).unwrap();
    let group = json!({ "notificationKey": "secret-1", "apiKey": "api" }).to_string();
    let by_group = with(&Configuration::default(), GROUP, &group, &sealed()).unwrap();
    assert_eq!(by_group.ciba_end_user_notification_config.api_key, "api");
    for configuration in [by_name, by_group] {
        let stored = serde_json::to_string(&configuration).unwrap();
        assert!(!stored.contains("secret-1"), "{stored}");
        assert_eq!(opened(&configuration), "secret-1");
        assert_eq!(find(&configuration, KEY).unwrap(), MASK);
        assert_eq!(
            find(&configuration, GROUP).unwrap()["notificationKey"],
            MASK
        );
        assert!(
            !masked(&configuration)
                .to_string()
                .contains(stored_key(&configuration))
        );
    }
}

#[test]
fn a_group_that_is_read_changed_and_written_back_keeps_its_secret() {
    let before = with(&Configuration::default(), KEY, "secret-1", &sealed()).unwrap();
    let mut group = find(&before, GROUP).unwrap();
    group["projectId"] = Value::from("bank");
    let after = with(&before, GROUP, &group.to_string(), &sealed()).unwrap();
    assert_eq!(after.ciba_end_user_notification_config.project_id, "bank");
    assert_eq!(stored_key(&after), stored_key(&before));
    // And one written back as stored is not sealed twice.
    let mut raw = serde_json::to_value(&before.ciba_end_user_notification_config).unwrap();
    raw["projectId"] = Value::from("bank");
    let after = with(&before, GROUP, &raw.to_string(), &sealed()).unwrap();
    assert_eq!(opened(&after), "secret-1");
}

#[test]
fn a_secret_can_be_taken_away() {
    let before = with(&Configuration::default(), KEY, "secret-1", &sealed()).unwrap();
    let after = with(&before, KEY, "", &sealed()).unwrap();
    assert_eq!(stored_key(&after), "");
    assert_eq!(find(&after, KEY).unwrap(), "", "nothing to mask");
    assert_eq!(
        stored_key(&with(&before, GROUP, "{}", &sealed()).unwrap()),
        ""
    );
}

#[test]
fn values_that_would_break_the_server_are_refused() {
    for (name, text) in [
        ("issuer", "op.example"),
        ("issuer", "ftp://op.example"),
        ("issuer", "javascript:alert(1)"),
        ("issuer", "https://op.example?x"),
        ("issuer", "https://op.example#x"),
        ("issuer", "https://user@op.example"),
        ("issuer", "https://user:pass@op.example"),
        ("issuer", ""),
        ("basePath", "/a b"),
        ("basePath", "/a/"),
        ("defaultSignatureAlgorithm", "none"),
        ("defaultSignatureAlgorithm", "HS256"),
        ("defaultSignatureAlgorithm", "rs256"),
        ("authorizationCodeLifetime", "0"),
        ("accessTokenLifetime", "-5"),
        ("accessTokenLifetime", "1.5"),
        ("sessionIdUnauthenticatedUnusedLifetime", "0"),
        ("ciba_max", "1"),
        ("scopesSupported", "openid"),
        ("allowPlainPkce", "yes"),
        ("loginFailuresBeforePause", "-1"),
        ("notificationFailure", "ignore"),
        ("scriptLimits", "{\"wallMs\": 1, \"unknown\": 2}"),
        ("scriptLimits.wallMs", "fast"),
        ("scriptLimits.unknown", "1"),
        ("scriptRecordMaximum", "1001"),
        ("scriptRecordMaximum", "-1"),
        ("scriptRecordRedactedAttributes", "[\"__\"]"),
        ("scriptRecordRedactedAttributes", "\"mail\""),
        ("", "1"),
        (".", "1"),
    ] {
        let result = with(&Configuration::default(), name, text, &sealed());
        assert!(result.is_err(), "{name}={text}");
    }
}

#[test]
fn one_property_changes_and_no_other() {
    let before = Configuration::default();
    let after = with(&before, "scriptLimits.wallMs", "7000", &sealed()).unwrap();
    assert_eq!(after.script_limits.wall_ms, 7_000);
    let back = with(&after, "scriptLimits.wallMs", "5000", &sealed()).unwrap();
    assert_eq!(back, before);
}
