//! Logging in and out: what is kept of it, for whom, and what becomes of tokens.

use std::{
    fs,
    os::unix::fs::{MetadataExt as _, PermissionsExt as _},
};

use tokio::runtime::Runtime;

use crate::{
    stand::{Stand, administrator},
    support::{
        caller::Caller,
        home::{Home, durward, durward_with},
    },
};

fn access_token(stand: &Stand) -> String {
    let text = fs::read_to_string(stand.profiles()).unwrap();
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("access_token = \""));
    line.unwrap().trim_end_matches('"').to_owned()
}

#[test]
fn a_profile_is_its_owners_and_its_secret_is_never_printed() {
    let stand = Stand::new(Home::new());
    let file = fs::metadata(stand.profiles()).unwrap();
    assert_eq!(file.mode() & 0o777, 0o600);
    let folder = fs::metadata(stand.profiles().parent().unwrap()).unwrap();
    assert_eq!(folder.mode() & 0o777, 0o700);
    let token = access_token(&stand);
    for more in [None, Some("--json")] {
        let mut command = vec!["profiles"];
        command.extend(more);
        let told = stand.with_profiles(&command).ok().stdout;
        assert!(
            told.contains(&stand.home.issuer()) && told.contains("default"),
            "{told}"
        );
        assert!(
            told.contains(&stand.client.id) && told.contains("secret"),
            "{told}"
        );
        assert!(
            !told.contains(&stand.client.secret) && !told.contains(&token),
            "{told}"
        );
    }
    fs::set_permissions(stand.profiles(), fs::Permissions::from_mode(0o644)).unwrap();
    let refused = stand.there(&["key", "list"]);
    assert_eq!(refused.code, Some(1));
    assert!(refused.stderr.contains("chmod 600"), "{refused:?}");
}

#[test]
fn a_wrong_secret_keeps_nothing() {
    let stand = Stand::with_scope(Home::new(), "https://jans.io/oauth/config/jwks.readonly");
    let mut wrong = stand.client.clone();
    wrong.secret.push('x');
    let refused = stand.log_in(&wrong);
    assert_eq!(refused.code, Some(1));
    assert!(
        refused
            .stderr
            .contains("the server does not take this secret for the client")
            && refused.stderr.contains("--client-secret-file"),
        "{refused:?}"
    );
    assert!(!refused.stderr.contains(&wrong.secret), "{refused:?}");
    assert!(!stand.profiles().exists());
    let nobody = stand.there(&["key", "list"]);
    assert!(nobody.stderr.contains("durward login --url"), "{nobody:?}");
}

/// Logged in once, a command finds its way whatever became of the token.
#[test]
fn a_token_that_is_over_is_replaced_and_kept() {
    let stand = Stand::new(Home::new());
    let first = access_token(&stand);
    stand.there(&["key", "list"]).ok();
    assert_eq!(access_token(&stand), first, "one token for many commands");

    let text = fs::read_to_string(stand.profiles()).unwrap();
    fs::write(
        stand.profiles(),
        text.replace(&first, "revoked-by-somebody"),
    )
    .unwrap();
    stand.there(&["key", "list"]).ok();
    let second = access_token(&stand);
    assert_ne!(second, "revoked-by-somebody");

    let text = fs::read_to_string(stand.profiles()).unwrap();
    let (before, rest) = text.split_once("expires_at = ").unwrap();
    let (_, after) = rest.split_once('\n').unwrap();
    fs::write(stand.profiles(), format!("{before}expires_at = 5\n{after}")).unwrap();
    stand.there(&["key", "list"]).ok();
    assert_ne!(access_token(&stand), second);
    assert_eq!(
        fs::metadata(stand.profiles()).unwrap().mode() & 0o777,
        0o600
    );
}

/// A client that is gone cannot renew: the sentence says so, and nothing is tried again.
#[test]
fn a_client_that_was_deleted_is_out() {
    let stand = Stand::new(Home::new());
    stand.home.run(&["client", "delete", &stand.client.id]).ok();
    let refused = stand.there(&["key", "list"]);
    assert_eq!(refused.code, Some(1));
    assert!(
        refused.stderr.contains("does not take this secret"),
        "{refused:?}"
    );
}

#[test]
fn logging_out_revokes_and_forgets() {
    let home = Home::new();
    let app = home.app();
    let stand = Stand::new(home);
    let token = access_token(&stand);
    let caller = Caller::new(&stand.home);
    let runtime = Runtime::new().unwrap();
    let is_active = || runtime.block_on(caller.is_active(&app, &token)).unwrap();
    // Whoever may know is told; what counts is that the token opens nothing any more.
    let before = is_active();
    let out = stand.with_profiles(&["logout"]).ok();
    assert_eq!(out.stdout, "default is forgotten\n");
    assert!(!is_active(), "it was {before} before");
    let file = stand.home.file("token", &token);
    let url = stand.home.issuer();
    let late = [
        "key",
        "list",
        "--url",
        &url,
        "--token-file",
        file.to_str().unwrap(),
    ];
    let late = durward(&late);
    assert!(
        late.stderr.contains("does not take this access token"),
        "{late:?}"
    );
    let text = fs::read_to_string(stand.profiles()).unwrap();
    assert!(
        !text.contains(&stand.client.secret) && !text.contains(&token),
        "{text}"
    );
    let again = stand.with_profiles(&["logout"]);
    assert_eq!(again.code, Some(1));
    assert!(
        again.stderr.contains("there is no profile 'default'"),
        "{again:?}"
    );
}

#[test]
fn a_profile_is_forgotten_though_its_server_is_gone() {
    let home = Home::new();
    let stand = Stand::new(home);
    let profiles = stand.profiles();
    let kept = fs::read_to_string(&profiles).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("profiles.toml");
    drop(stand);
    fs::write(&file, kept).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    let out = durward(&["logout", "--profiles", file.to_str().unwrap()]);
    assert_eq!(out.code, Some(1));
    assert!(out.stderr.contains("default is forgotten, but"), "{out:?}");
    assert!(!fs::read_to_string(&file).unwrap().contains("access_token"));
}

/// As a pipeline does it: nothing is kept.
#[test]
fn nobody_needs_a_profile() {
    let stand = Stand::with_scope(Home::new(), "https://jans.io/oauth/config/jwks.readonly");
    let (url, profiles) = (stand.home.issuer(), stand.profiles());
    let secret = stand.home.file("secret", &stand.client.secret);
    let arguments = [
        "key",
        "list",
        "--json",
        "--url",
        &url,
        "--client-id",
        &stand.client.id,
        "--client-secret-file",
        secret.to_str().unwrap(),
        "--profiles",
        profiles.to_str().unwrap(),
    ];
    let there = durward(&arguments).ok().stdout;
    assert_eq!(
        there,
        stand.home.run(&["key", "list", "--json"]).ok().stdout
    );
    assert!(!profiles.exists());

    stand.log_in(&stand.client).ok();
    let token = access_token(&stand);
    let with_token = ["key", "list", "--json", "--url", &url, "--token-file", "-"];
    assert_eq!(durward_with(&with_token, &token).ok().stdout, there);
    let bad = durward_with(&with_token, "two words");
    assert!(bad.stderr.contains("holds no access token"), "{bad:?}");
}

#[test]
fn a_url_finds_its_profile_and_asks_where_there_are_two() {
    let stand = Stand::new(Home::new());
    let url = stand.home.issuer();
    let by_url = ["key", "list", "--url", &url];
    stand.with_profiles(&by_url).ok();
    let other = administrator(&stand.home, "https://jans.io/oauth/config/user.readonly");
    let secret = stand.home.file("secret", &other.secret);
    let login = [
        "login",
        "--url",
        &url,
        "--profile",
        "reader",
        "--client-id",
        &other.id,
        "--client-secret-file",
        secret.to_str().unwrap(),
    ];
    stand.with_profiles(&login).ok();
    let refused = stand.with_profiles(&by_url);
    assert!(refused.stderr.contains("default, reader"), "{refused:?}");
    let users = ["user", "list", "--profile", "reader"];
    stand.with_profiles(&users).ok();
    let keys = stand.with_profiles(&["key", "list", "--profile", "reader"]);
    assert!(keys.stderr.contains("jwks.readonly"), "{keys:?}");
}

#[test]
fn one_place_at_a_time() {
    let home = Home::new();
    let url = home.issuer();
    for arguments in [
        vec!["key", "list", "--data", "./data", "--url", &url],
        vec!["key", "list", "--data", "./data", "--profile", "x"],
        vec!["key", "list", "--url", &url, "--profile", "x"],
        vec!["key", "list", "--client-id", "x"],
        vec!["key", "list", "--url", &url, "--cert-file", "x"],
    ] {
        let refused = durward(&arguments);
        assert_eq!(refused.code, Some(2), "{arguments:?}: {refused:?}");
    }
}
