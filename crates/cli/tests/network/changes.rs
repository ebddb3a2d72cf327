//! What is changed over the network is changed, by the client that was logged in, or refused
//! in the words that there are beside the data directory.

use serde_json::json;
use tokio::runtime::Runtime;

use crate::{
    stand::{Stand, administrator},
    support::{
        caller::Caller,
        home::{CIBA_TYPE, Home, notifying},
        visitor::Visitor,
    },
};

#[test]
fn a_script_lives_its_life_from_afar() {
    let stand = Stand::new(Home::new());
    let file = stand.home.file("mine.py", &notifying("return True"));
    let file = file.to_str().unwrap().to_owned();
    let put = ["script", "put", file.as_str(), "--type", CIBA_TYPE];
    let with = |more: &[&'static str]| [&put, more].concat();
    let stored = stand.there(&with(&["--message", "made"])).ok();
    assert!(stored.stdout.contains("mine revision 1 ("), "{stored:?}");
    assert!(stored.stdout.contains("): stored, disabled"), "{stored:?}");
    stand.home.file("mine.py", &notifying("return False"));
    let stored = stand.there(&with(&["--enable", "--level", "3"])).ok();
    assert!(stored.stdout.contains("mine revision 2 ("), "{stored:?}");
    assert!(stored.stdout.contains("): serves"), "{stored:?}");

    let here = |words: &[&str]| stand.home.run(words).ok().json();
    let shown = here(&["script", "show", "mine", "--json"]);
    assert_eq!(shown["level"], 3);
    assert_eq!(shown["enabled"], true);
    assert!(shown["script"].as_str().unwrap().contains("return False"));
    let disable = ["script", "disable", "mine", "--message", "it hurts"];
    assert_eq!(stand.there(&disable).ok().stdout, "mine is disabled\n");
    let back = stand.there(&["script", "rollback", "mine", "1"]).ok();
    assert!(
        back.stdout
            .starts_with("mine is as in revision 1 again (revision 4, "),
        "{back:?}"
    );
    assert_eq!(
        stand.there(&["script", "enable", "mine"]).ok().stdout,
        "mine is enabled\n"
    );

    let history = here(&["script", "history", "mine", "--json"]);
    let history = history.as_array().unwrap();
    let author = format!("client:{}", stand.client.id);
    assert!(
        history
            .iter()
            .all(|version| version["author"] == author.as_str()),
        "{history:?}"
    );
    let messages: Vec<_> = history
        .iter()
        .rev()
        .map(|version| &version["message"])
        .collect();
    assert_eq!(messages[0], "made");
    assert_eq!(messages[2], "it hurts");
    assert_eq!(history[1]["rolledBackTo"], 1);

    assert_eq!(
        stand.there(&["script", "delete", "mine"]).ok().stdout,
        "mine is gone\n"
    );
    assert_eq!(here(&["script", "list", "--json"]), json!([]));
}

#[test]
fn a_broken_script_is_refused_line_by_line_as_here() {
    let stand = Stand::new(Home::new());
    let broken = "class EndUserNotification:\n  def init(self, a, b):\n    return True\nx = = 1\n";
    let file = stand.home.file("broken.py", broken);
    let put = ["script", "put", file.to_str().unwrap(), "--type", CIBA_TYPE];
    let (here, there) = (stand.home.run(&put), stand.there(&put));
    assert_eq!(here.code, Some(1), "{here:?}");
    assert!(here.stderr.contains("broken.py:4:"), "{here:?}");
    assert_eq!((here.code, here.stderr), (there.code, there.stderr));
    let put = [&put[..], &["--json"]].concat();
    let (here, there) = (stand.home.run(&put), stand.there(&put));
    assert_eq!(here.error_json(), there.error_json());
    assert!(there.error_json()["problems"][0]["line"] == 4, "{there:?}");

    let failing = notifying("return True").replace(
        "return True\n    def destroy",
        "return 1 / 0\n    def destroy",
    );
    assert!(failing.contains("1 / 0"), "{failing}");
    let file = stand.home.file("failing.py", &failing);
    let put = ["script", "put", file.to_str().unwrap(), "--type", CIBA_TYPE];
    let there = stand.there(&put);
    assert_eq!(there.code, Some(1));
    assert!(there.stderr.contains("ZeroDivision"), "{there:?}");
    assert!(there.stderr.contains("nothing was stored"), "{there:?}");
    let unknown = stand.there(&["script", "put", file.to_str().unwrap(), "--type", "nothing"]);
    assert!(unknown.stderr.contains("nothing"), "{unknown:?}");
    assert_eq!(
        stand.there(&["script", "list", "--json"]).ok().json(),
        json!([])
    );
}

#[test]
fn clients_keys_sessions_and_configuration_are_changed_from_afar() {
    let home = Home::new();
    home.user("alice");
    home.set("dynamicRegistrationCustomAttributes", r#"["x_colour"]"#);
    let app = home.app();
    let stand = Stand::new(home);
    let caller = Caller::new(&stand.home);
    let runtime = Runtime::new().unwrap();
    let mut visitor = Visitor::new(&caller);
    assert!(
        runtime
            .block_on(visitor.code_by_hand(&app, "alice"))
            .is_ok()
    );

    let metadata = json!({
        "client_name": "From afar", "grant_types": ["client_credentials"],
        "response_types": [], "scope": "orders", "x_colour": "green",
    });
    let added = stand.there_with(&["client", "add", "-"], &metadata.to_string());
    let added = added.ok().json();
    assert_eq!(added["scope"], "orders");
    assert_eq!(added["x_colour"], "green");
    assert_eq!(added["client_secret_expires_at"], 0);
    let id = added["client_id"].as_str().unwrap();
    let shown = stand.home.run(&["client", "show", id]).ok().json();
    for (name, value) in shown.as_object().unwrap() {
        assert_eq!(&added[name], value, "{name}");
    }
    let gone = stand.there(&["client", "delete", id]).ok();
    assert_eq!(gone.stdout, format!("{id} is gone\n"));
    assert_eq!(stand.home.run(&["client", "show", id]).code, Some(1));

    let keys = |ran: &str| ran.lines().count();
    let before = stand.home.run(&["key", "list"]).ok().stdout;
    let rotate = ["key", "rotate", "--alg", "ES256", "--publish-before", "5"];
    let fresh = stand.there(&rotate).ok().stdout;
    assert_eq!(fresh, "1 new key(s); those that sign do so in 5 seconds\n");
    let after = stand.home.run(&["key", "list"]).ok().stdout;
    assert_eq!(keys(&after), keys(&before) + 1);

    stand
        .there(&["config", "set", "accessTokenLifetime", "77"])
        .ok();
    let secret = "cibaEndUserNotificationConfig.notificationKey";
    stand
        .there_with(&["config", "set", secret, "-"], "told to nobody")
        .ok();
    let here = |name| stand.home.run(&["config", "get", name]).ok().stdout;
    assert_eq!(here("accessTokenLifetime"), "77\n");
    assert_eq!(here(secret), "********\n");

    let sessions = stand.there(&["session", "list", "--json"]).ok().json();
    let sid = sessions[0]["sid"].as_str().unwrap();
    stand.there(&["session", "end", sid]).ok();
    let left = stand.there(&["session", "list", "--json"]).ok().json();
    assert_eq!(left, json!([]));
}

#[test]
fn a_client_that_only_reads_changes_nothing() {
    let readonly = "https://jans.io/oauth/config/scripts.readonly";
    let stand = Stand::with_scope(Home::new(), readonly);
    stand.log_in(&stand.client).ok();
    let file = stand.home.file("mine.py", &notifying("return True"));
    let put = ["script", "put", file.to_str().unwrap(), "--type", CIBA_TYPE];
    let refused = stand.there(&put);
    assert_eq!(refused.code, Some(1));
    assert!(
        refused.stderr.contains(
            "this client may not do that: it lacks the scope https://jans.io/oauth/config/scripts.write"
        ),
        "{refused:?}"
    );
    let refused = stand.there(&[&put[..], &["--json"]].concat()).error_json();
    assert_eq!(
        refused["missingScope"],
        "https://jans.io/oauth/config/scripts.write"
    );
    assert_eq!(
        stand.there(&["script", "list", "--json"]).ok().json(),
        json!([])
    );
    let refused = stand.there(&["user", "list"]);
    assert!(
        refused
            .stderr
            .contains("https://jans.io/oauth/config/user.readonly"),
        "{refused:?}"
    );
}

/// Nobody gives more than he has: the server's word, told as it is.
#[test]
fn power_that_the_caller_lacks_is_not_given() {
    let scope = "https://jans.io/oauth/config/openid/clients.write";
    let stand = Stand::with_scope(Home::new(), scope);
    stand.log_in(&stand.client).ok();
    let strong = json!({
        "grant_types": ["client_credentials"], "response_types": [],
        "scope": "https://jans.io/oauth/config/scripts.write",
    });
    let refused = stand.there_with(&["client", "add", "-"], &strong.to_string());
    assert_eq!(refused.code, Some(1));
    assert!(
        refused.stderr.contains("config/scripts.write"),
        "{refused:?}"
    );
}

#[test]
fn what_the_api_does_not_offer_is_done_beside_the_data_directory() {
    let stand = Stand::new(Home::new());
    administrator(&stand.home, "orders");
    let url = stand.home.issuer();
    let folder = stand.home.data();
    let folder = folder.to_str().unwrap();
    for command in [
        vec!["user", "add", "carol", "--password-stdin"],
        vec!["client", "token"],
        vec!["client", "show", "x", "--provenance"],
        vec!["session", "logouts"],
        vec!["script", "reload", "x"],
        vec!["script", "logs", "x"],
        vec!["script", "sync", folder],
        vec!["audit"],
        vec!["doctor"],
        vec!["serve"],
        vec!["init"],
    ] {
        let arguments = [&command[..], &["--url", &url]].concat();
        let refused = if command.contains(&"--provenance") || command.contains(&"reload") {
            stand.with_profiles(&arguments)
        } else {
            crate::support::home::durward(&arguments)
        };
        assert_eq!(refused.code, Some(1), "{command:?}: {refused:?}");
        assert!(
            refused.stderr.contains("cannot be done over the network")
                && refused.stderr.contains("beside the data directory"),
            "{command:?}: {refused:?}"
        );
    }
}
