//! Typed reads and changes: every entity comes back as it went in, by every name
//! under which it can be found.

use durward_model::{
    AccessToken, AuthorizationCode, CibaRequest, CibaStatus, Client, ClientId, Configuration,
    Consent, Detail, Details, Grant, GrantId, Interaction, PushedRequest, RefreshToken,
    Registration, Scope, Script, ScriptId, ScriptLogEntry, SecretHash, Session, StoredSigningKey,
    Throttle, Timestamp, User, UserId,
    authorization_details::{Enrichment, VettedDetail},
    ciba::NotificationOutcome,
    client::{ApplicationType, AuthMethod, ClientMetadata},
    grant::Authentication,
    script::{RunsOn, ScriptError, ScriptProperty},
    script_file::FileCopy,
    script_stage::{Bounds, Candidate, CandidateEnd, Outcome, Stage},
    token::{CodeChallenge, CodeChallengeMethod, SeenAssertion},
};
use serde_json::json;

use super::{Fixture, assert_conflict, fetched, insert};
use crate::{Change, Entity, Kind, Store, StoreError, Versioned};

const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

fn hash(secret: &str) -> SecretHash {
    SecretHash::of(secret)
}

fn user_id() -> UserId {
    UserId::new("user é")
}

fn client_id() -> ClientId {
    ClientId::new("client-1")
}

fn authentication() -> Authentication {
    Authentication {
        auth_time: NOW,
        acr: "simple_password_auth".into(),
        amr: vec!["pwd".into()],
        sid: Some("sid".into()),
    }
}

/// Numbers that no machine number holds, members out of order, blanks, an escape.
fn details() -> Details {
    let text = r#"{ "z":1.50e0, "type":"p\u0041y", "a":100000000000000000000001, "é\u0000":[ ] }"#;
    let detail = Detail::from_text(text.into()).unwrap();
    Details::new(vec![VettedDetail {
        detail_type: "pAy".into(),
        enrichment: Some(Enrichment {
            script: "pAy".into(),
            version: "sha256".into(),
            requested: detail.hash(),
            requested_words: Some("Free".into()),
        }),
        detail,
    }])
}

fn grant() -> Grant {
    Grant {
        id: GrantId::new("grant"),
        client_id: client_id(),
        user_id: Some(user_id()),
        scope: Scope::parse("openid email"),
        resources: vec!["https://rs.example/".into()],
        authorization_details: details(),
        authentication: Some(authentication()),
        nonce: Some("n\0once".into()),
        grant_type: "authorization_code".into(),
        revoked_at: Some(NOW),
        created_at: NOW,
        expires_at: NOW.plus_seconds(60),
    }
}

fn code() -> AuthorizationCode {
    AuthorizationCode {
        hash: hash("code"),
        grant: grant(),
        redirect_uri: Some("https://client.example/cb?a=b".into()),
        pkce: Some(CodeChallenge {
            challenge: "c".into(),
            method: CodeChallengeMethod::Plain,
        }),
        consumed_at: Some(NOW),
        expires_at: NOW.plus_seconds(60),
    }
}

fn access_token() -> AccessToken {
    AccessToken {
        hash: hash("access"),
        grant_id: Some(GrantId::new("grant")),
        client_id: client_id(),
        user_id: None,
        scope: Scope::parse("openid"),
        resources: vec!["https://rs.example/".into()],
        authorization_details: details(),
        certificate_thumbprint: Some("thumbprint".into()),
        issued_at: NOW,
        expires_at: NOW.plus_seconds(300),
        revoked_at: None,
    }
}

fn refresh_token() -> RefreshToken {
    RefreshToken {
        hash: hash("refresh"),
        grant_id: GrantId::new("grant"),
        client_id: client_id(),
        certificate_thumbprint: Some("thumbprint".into()),
        used_at: None,
        expires_at: NOW.plus_seconds(300),
    }
}

fn ciba_request(status: CibaStatus) -> CibaRequest {
    CibaRequest {
        hash: hash("auth_req_id"),
        client_id: client_id(),
        user_id: user_id(),
        scope: Scope::parse("openid"),
        resources: Vec::new(),
        authorization_details: details(),
        acr_values: Some("high".into()),
        binding_message: Some("W4SCT 🚪".into()),
        status,
        interval_seconds: 5,
        last_poll_at: Some(NOW),
        notification: NotificationOutcome::Failed {
            reason: "device".into(),
        },
        created_at: NOW,
        expires_at: NOW.plus_seconds(300),
    }
}

fn session() -> Session {
    Session {
        id: hash("cookie"),
        sid: "sid".into(),
        user_id: user_id(),
        auth_time: NOW,
        acr: "high".into(),
        amr: vec!["pwd".into(), "otp".into()],
        used_at: NOW,
        expires_at: NOW.plus_seconds(86_400),
    }
}

fn pushed_request() -> PushedRequest {
    PushedRequest {
        hash: hash("pushed"),
        client_id: client_id(),
        parameters: "client_id=client-1&state=%C3%A9".into(),
        expires_at: NOW.plus_seconds(60),
    }
}

fn interaction() -> Interaction {
    Interaction {
        id: hash("interaction"),
        browser: hash("browser"),
        parameters: "scope=openid%20email&state=%00".into(),
        authorization_details: details(),
        authenticated_at: Some(NOW),
        created_at: NOW,
        expires_at: NOW.plus_seconds(600),
    }
}

fn consent() -> Consent {
    let scope = Scope::parse("email");
    Consent {
        user_id: user_id(),
        client_id: client_id(),
        scope,
        authorization_details: details().counts(),
        granted_at: NOW,
    }
}

fn user() -> User {
    let claims = json!({"given_name": "Ada", "address": {"country": "GB"}, "updated_at": 1});
    User {
        id: user_id(),
        username: "Ada.Lovelace".into(),
        password_hash: Some("$argon2id$v=19$".into()),
        name: Some("Ada Lovelace".into()),
        email: Some("Ada@Example.com".into()),
        email_verified: true,
        claims: claims.as_object().unwrap().clone(),
        device_registration_token: Some("token".into()),
        user_code_hash: None,
        disabled: true,
        created_at: NOW,
    }
}

fn client() -> Client {
    Client {
        registration: Some(Box::new(Registration {
            access_token_hash: Some(hash("management")),
            owner: Some("owner".into()),
            source: "address:192.0.2.1".into(),
            digest: Some("digest".into()),
            ..Registration::default()
        })),
        client_id: client_id(),
        client_secret_hash: Some(hash("secret")),
        issued_at: NOW,
        disabled: true,
        metadata: ClientMetadata {
            client_name: Some("Client".into()),
            contacts: vec!["a@example.com".into()],
            redirect_uris: vec!["https://client.example/cb".into()],
            application_type: ApplicationType::Native,
            scope: Scope::parse("openid email"),
            token_endpoint_auth_method: AuthMethod::PrivateKeyJwt,
            jwks: Some(json!({"keys": [{"kty": "EC"}]})),
            default_max_age: Some(0),
            access_token_lifetime: Some(10),
            ..ClientMetadata::default()
        },
    }
}

fn script() -> Script {
    let property = |hide| ScriptProperty {
        value1: "name".into(),
        value2: "välue".into(),
        hide,
        description: "for people".into(),
    };
    Script {
        inum: ScriptId::new("inum"),
        name: "ciba_sample".into(),
        description: "A sample".into(),
        script_type: "ciba_end_user_notification".into(),
        programming_language: "python".into(),
        script: "def f():\n\tprint 'é'\r\n".into(),
        version: "sha256".into(),
        level: -3,
        revision: 7,
        reloads: 1,
        runs_on: Some(RunsOn::Jython),
        enabled: true,
        module_properties: vec![property(false)],
        configuration_properties: vec![property(true)],
        script_error: Some(ScriptError {
            raised_at: NOW,
            stack_trace: "line 1".into(),
            line: Some(1),
        }),
        file_copies: [("node".to_owned(), file_copy())].into(),
        candidate: Some(Candidate {
            id: "c1".into(),
            revision: 6,
            version: "other".into(),
            runs_on: Some(RunsOn::Java),
            stage: Stage::Canary { share_percent: 5 },
            bounds: Bounds::default(),
            promote_after_calls: Some(1_000),
            started_at: NOW,
            author: "os:alice".into(),
        }),
        candidate_ended: Some(CandidateEnd {
            revision: 5,
            version: "another".into(),
            stage: Stage::Shadow,
            outcome: Outcome::RolledBack,
            at: NOW,
            author: "server".into(),
            reason: "too slow".into(),
        }),
        modified_at: NOW,
    }
}

fn file_copy() -> FileCopy {
    FileCopy {
        path: "script.py".into(),
        hash: "sha256".into(),
        is_refused: true,
        problem: Some(ScriptError {
            raised_at: NOW,
            stack_trace: "script.py:7:1: no".into(),
            line: Some(7),
        }),
        seen_at: NOW,
    }
}

fn log_entry(id: &str) -> ScriptLogEntry {
    ScriptLogEntry {
        id: id.into(),
        inum: ScriptId::new("inum"),
        version: "sha256".into(),
        method: "notifyEndUser".into(),
        at: NOW,
        duration_us: u64::MAX,
        error: Some("raised".into()),
        line: Some(7),
        stack_trace: "line 1\nline 2".into(),
        lines: vec!["info a".into(), String::new()],
        request_id: Some("request".into()),
        expires_at: NOW.plus_seconds(60),
    }
}

fn signing_key() -> StoredSigningKey {
    StoredSigningKey {
        kid: "kid".into(),
        alg: "EdDSA".into(),
        sealed_private_key: "sealed".into(),
        public_jwk: json!({"kty": "OKP", "n": 1.5}),
        created_at: NOW,
        signs_from: NOW.plus_seconds(60),
        published_until: Some(NOW.plus_seconds(120)),
    }
}

fn first<T>(value: T) -> Versioned<T> {
    Versioned { value, version: 1 }
}

async fn apply(store: &dyn Store, changes: Vec<Change>) {
    store.apply(changes).await.unwrap();
}

pub async fn tokens_round_trip(fixture: &dyn Fixture) {
    let store = fixture.open().await;
    let changes = vec![
        Change::insert(&grant()),
        Change::insert(&code()),
        Change::insert(&access_token()),
        Change::insert(&refresh_token()),
    ];
    apply(&*store, changes).await;
    let id = GrantId::new("grant");
    assert_eq!(store.find_grant(&id).await.unwrap(), Some(first(grant())));
    assert_eq!(
        store.find_code(&hash("code")).await.unwrap(),
        Some(first(code()))
    );
    let access = store.find_access_token(&hash("access")).await.unwrap();
    assert_eq!(access, Some(first(access_token())));
    let refresh = store.find_refresh_token(&hash("refresh")).await.unwrap();
    assert_eq!(refresh, Some(first(refresh_token())));
    assert_eq!(
        store.find_refresh_token(&hash("access")).await.unwrap(),
        None
    );
    // A replayed code must be recognised for a day after its own end.
    let day = 24 * 3_600;
    assert_eq!(
        store.sweep(NOW.plus_seconds(day + 60).ms()).await.unwrap(),
        3
    );
    assert!(store.find_code(&hash("code")).await.unwrap().is_some());
    assert_eq!(
        store.sweep(NOW.plus_seconds(day + 61).ms()).await.unwrap(),
        1
    );
}

pub async fn requests_round_trip(fixture: &dyn Fixture) {
    let store = fixture.open().await;
    let pending = ciba_request(CibaStatus::Pending);
    let seen = SeenAssertion {
        hash: hash("jti"),
        expires_at: NOW,
    };
    let changes = vec![
        Change::insert(&pending),
        Change::insert(&interaction()),
        Change::insert(&seen),
        Change::insert(&pushed_request()),
    ];
    apply(&*store, changes).await;
    let pushed = store.find_pushed_request(&hash("pushed")).await.unwrap();
    let pushed = pushed.unwrap();
    assert_eq!(pushed, first(pushed_request()));
    apply(&*store, vec![Change::remove(&pushed)]).await;
    let again = store.apply(vec![Change::remove(&pushed)]).await;
    assert_conflict(again, Kind::PushedRequest, hash("pushed").as_str());
    assert_eq!(
        store.find_interaction(&hash("interaction")).await.unwrap(),
        Some(first(interaction()))
    );
    let replayed = store.apply(vec![Change::insert(&seen)]).await;
    assert_conflict(replayed, Kind::SeenAssertion, hash("jti").as_str());

    let found = store
        .find_ciba_request(&hash("auth_req_id"))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(found, first(pending));
    let waiting = store.list_pending_ciba_requests(&user_id()).await.unwrap();
    assert_eq!(waiting, vec![found.clone()]);
    assert_eq!(
        store
            .list_pending_ciba_requests(&UserId::new("other"))
            .await
            .unwrap(),
        []
    );
    let statuses = [
        CibaStatus::Approved {
            authentication: authentication(),
        },
        CibaStatus::Denied,
        CibaStatus::Redeemed {
            grant_id: GrantId::new("grant"),
        },
    ];
    let mut before = found;
    for status in statuses {
        let answered = ciba_request(status);
        apply(&*store, vec![Change::replace(&before, &answered)]).await;
        before = store
            .find_ciba_request(&hash("auth_req_id"))
            .await
            .unwrap()
            .unwrap();
        assert_eq!(before.value, answered);
        assert_eq!(
            store.list_pending_ciba_requests(&user_id()).await.unwrap(),
            []
        );
    }
    assert_eq!(before.version, 4);
}

pub async fn people_round_trip(fixture: &dyn Fixture) {
    let store = fixture.open().await;
    let changes = vec![
        Change::insert(&user()),
        Change::insert(&session()),
        Change::insert(&consent()),
    ];
    apply(&*store, changes).await;
    let expected = first(user());
    assert_eq!(
        store.find_user(&user_id()).await.unwrap(),
        Some(expected.clone())
    );
    for username in ["Ada.Lovelace", "ada.lovelace", "ADA.LOVELACE"] {
        let found = store.find_user_by_username(username).await.unwrap();
        assert_eq!(found, Some(expected.clone()), "{username}");
    }
    assert_eq!(store.find_user_by_username("ada").await.unwrap(), None);
    let expected = [expected];
    assert_eq!(
        store.list_users_by_email("ada@example.com").await.unwrap(),
        expected
    );
    assert_eq!(store.list_users().await.unwrap(), expected);
    let namesake = User {
        id: UserId::new("other"),
        username: "ADA.lovelace".into(),
        email: None,
        ..user()
    };
    let taken = store.apply(vec![Change::insert(&namesake)]).await;
    assert_conflict(taken, Kind::User, "other");
    let quiet = User {
        username: "other".into(),
        ..namesake
    };
    apply(&*store, vec![Change::insert(&quiet)]).await;
    assert_eq!(
        store.find_user(&quiet.id).await.unwrap(),
        Some(first(quiet))
    );

    assert_eq!(
        store.find_session(&hash("cookie")).await.unwrap(),
        Some(first(session()))
    );
    let found = store.find_consent(&user_id(), &client_id()).await.unwrap();
    assert_eq!(found, Some(first(consent())));
    let other = ClientId::new("client-10");
    assert_eq!(store.find_consent(&user_id(), &other).await.unwrap(), None);
}

pub async fn settings_round_trip(fixture: &dyn Fixture) {
    let store = fixture.open().await;
    assert_eq!(store.find_configuration().await.unwrap(), None);
    let configuration = Configuration {
        issuer: "https://as.example".into(),
        ..Configuration::default()
    };
    let throttle = Throttle {
        key: "login:é".into(),
        failures: u32::MAX,
        blocked_until: NOW,
        expires_at: NOW.plus_seconds(1),
    };
    let changes = vec![
        Change::put(&configuration),
        Change::insert(&signing_key()),
        Change::insert(&throttle),
        Change::insert(&client()),
    ];
    apply(&*store, changes).await;
    assert_eq!(
        store.find_configuration().await.unwrap(),
        Some(first(configuration))
    );
    assert_eq!(
        store.list_signing_keys().await.unwrap(),
        [first(signing_key())]
    );
    assert_eq!(
        store.find_throttle("login:é").await.unwrap(),
        Some(first(throttle))
    );
    assert_eq!(
        store.find_client(&client_id()).await.unwrap(),
        Some(first(client()))
    );
    let bare = Client {
        registration: None,
        client_id: ClientId::new("bare"),
        client_secret_hash: None,
        issued_at: NOW,
        disabled: false,
        metadata: ClientMetadata::default(),
    };
    apply(&*store, vec![Change::insert(&bare)]).await;
    assert_eq!(
        store.list_clients().await.unwrap(),
        [first(bare), first(client())]
    );
}

pub async fn scripts_round_trip(fixture: &dyn Fixture) {
    let store = fixture.open().await;
    let entries = [log_entry("0001"), log_entry("0002")];
    let changes = vec![
        Change::insert(&script()),
        Change::insert(&entries[1]),
        Change::insert(&entries[0]),
        Change::insert(&ScriptLogEntry {
            inum: ScriptId::new("other"),
            ..log_entry("0003")
        }),
    ];
    apply(&*store, changes).await;
    let inum = ScriptId::new("inum");
    assert_eq!(
        store.find_script(&inum).await.unwrap(),
        Some(first(script()))
    );
    assert_eq!(
        store.find_script_by_name("ciba_sample").await.unwrap(),
        Some(first(script()))
    );
    assert_eq!(
        store.find_script_by_name("CIBA_sample").await.unwrap(),
        None
    );
    assert_eq!(
        store.list_last_script_log(&inum, "".."1", 9).await.unwrap(),
        [entries[1].clone(), entries[0].clone()].map(first)
    );
    let namesake = Script {
        inum: ScriptId::new("other"),
        ..script()
    };
    assert_conflict(
        store.apply(vec![Change::insert(&namesake)]).await,
        Kind::Script,
        "other",
    );
    let renamed = Script {
        name: "renamed".into(),
        ..script()
    };
    apply(
        &*store,
        vec![
            Change::replace(&first(script()), &renamed),
            Change::insert(&namesake),
        ],
    )
    .await;
    let found = store.find_script_by_name("renamed").await.unwrap();
    assert_eq!(
        found,
        Some(Versioned {
            value: renamed,
            version: 2
        })
    );
    assert_eq!(store.list_scripts().await.unwrap().len(), 2);
}

pub async fn changes_expect_what_they_say(fixture: &dyn Fixture) {
    let store = fixture.open().await;
    let before = first(grant());
    let key = before.key();
    let refused = [Change::replace(&before, &grant()), Change::remove(&before)];
    for change in refused {
        assert_conflict(store.apply(vec![change]).await, Kind::Grant, &key);
    }
    apply(
        &*store,
        vec![Change::delete::<Grant>(&key), Change::put(&grant())],
    )
    .await;
    assert_conflict(
        store.apply(vec![Change::insert(&grant())]).await,
        Kind::Grant,
        &key,
    );
    apply(&*store, vec![Change::replace(&before, &grant())]).await;
    assert_conflict(
        store.apply(vec![Change::remove(&before)]).await,
        Kind::Grant,
        &key,
    );
    apply(&*store, vec![Change::put(&grant())]).await;
    let now = store.find_grant(&before.id).await.unwrap().unwrap();
    assert_eq!(now.version, 3);
    apply(&*store, vec![Change::remove(&now)]).await;
    assert_eq!(store.find_grant(&before.id).await.unwrap(), None);
}

pub async fn apply_of_nothing_is_fine(fixture: &dyn Fixture) {
    let store = fixture.open().await;
    apply(&*store, Vec::new()).await;
    assert_eq!(store.next_expiry_ms().await.unwrap(), None);
}

/// A row that a newer version wrote, say: an error that names it, not an absent row.
pub async fn broken_bodies_are_faults(fixture: &dyn Fixture) {
    let store = fixture.open().await;
    store
        .write(vec![insert(Kind::Grant, "grant", "{\"id\":7}")])
        .await
        .unwrap();
    match store.find_grant(&GrantId::new("grant")).await {
        Err(StoreError::Fault(text)) => assert!(text.contains("Grant grant"), "{text}"),
        other => panic!("{other:?}"),
    }
    assert!(fetched(&*store, Kind::Grant, "grant").await.is_some());
}
