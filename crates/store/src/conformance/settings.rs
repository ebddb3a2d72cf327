//! What operators make: configuration, keys, clients, scripts and their logs.

use durward_model::{
    Client, ClientId, Configuration, Registration, Scope, Script, ScriptId, ScriptLogEntry,
    StoredSigningKey, Throttle,
    client::{ApplicationType, AuthMethod, ClientMetadata},
    script::{RunsOn, ScriptError, ScriptProperty},
    script_file::FileCopy,
    script_stage::{Bounds, Candidate, CandidateEnd, Outcome, Stage},
};
use serde_json::json;

use super::{
    Fixture, assert_conflict,
    entities::{NOW, apply, client_id, first, hash},
};
use crate::{Change, Kind, Versioned};

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
