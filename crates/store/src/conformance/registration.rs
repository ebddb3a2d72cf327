//! What registration keeps: initial access tokens, our own statements, clients by what
//! nobody else may register.

use durward_model::{
    Client, ClientId, InitialAccessToken, IssuedStatement, Registration, SecretHash, Timestamp,
    client::ClientMetadata,
    registration::{StatementStatus, TokenPolicy},
};

use super::{Fixture, assert_conflict};
use crate::{Change, Kind, Versioned};

const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

fn client(id: &str, registration: Option<Registration>) -> Client {
    Client {
        client_id: ClientId::new(id),
        client_secret_hash: None,
        issued_at: NOW,
        disabled: false,
        registration: registration.map(Box::new),
        metadata: ClientMetadata {
            client_name: Some("My  Bank".into()),
            redirect_uris: vec!["https://bank.example/cb".into()],
            resource_identifiers: vec!["https://api.bank.example/".into()],
            ..ClientMetadata::default()
        },
    }
}

fn digested(id: &str) -> Client {
    let registration = Registration {
        digest: Some("digest".into()),
        expires_at: Some(NOW.plus_seconds(60)),
        ..Registration::default()
    };
    client(id, Some(registration))
}

pub async fn registrations_round_trip(fixture: &dyn Fixture) {
    let store = fixture.open().await;
    let first = |value: Client| Versioned { value, version: 1 };
    let token = InitialAccessToken {
        hash: SecretHash::of("token"),
        id: "id".into(),
        owner: Some("owner é".into()),
        created_at: NOW,
        expires_at: NOW.plus_seconds(60),
        remaining: 3,
        policy: TokenPolicy::default(),
    };
    let statement = IssuedStatement {
        jti: "jti".into(),
        org_id: "org".into(),
        creator: "portal".into(),
        claims: serde_json::Map::new(),
        one_time_use: true,
        status: StatementStatus::Active,
        created_at: NOW,
        expires_at: NOW.plus_seconds(60),
    };
    let changes = vec![
        Change::insert(&token),
        Change::insert(&statement),
        Change::insert(&client("known", None)),
        Change::insert(&digested("dynamic")),
    ];
    store.apply(changes).await.unwrap();
    let found = store.find_initial_access_token(&token.hash).await.unwrap();
    assert_eq!(
        found,
        Some(Versioned {
            value: token,
            version: 1
        })
    );
    assert_eq!(store.list_initial_access_tokens().await.unwrap().len(), 1);
    let all = [Versioned {
        value: statement.clone(),
        version: 1,
    }];
    assert_eq!(
        store.find_issued_statement("jti").await.unwrap(),
        all.first().cloned()
    );
    assert_eq!(store.list_issued_statements_of("org").await.unwrap(), all);
    assert_eq!(store.list_issued_statements_of("jti").await.unwrap(), []);
    assert_eq!(store.list_issued_statements().await.unwrap(), all);
    let known = [first(client("known", None))];
    assert_eq!(
        store.list_known_clients_named(" my bank ").await.unwrap(),
        known
    );
    let at = "https://bank.example/cb";
    assert_eq!(store.list_known_clients_at(at).await.unwrap(), known);
    let called = "https://api.bank.example/";
    let servers = store.list_known_resource_servers(called).await.unwrap();
    assert_eq!(servers, known);
    let found = store.find_client_by_digest("digest").await.unwrap();
    assert_eq!(found, Some(first(digested("dynamic"))));
    let second = store.apply(vec![Change::insert(&digested("second"))]).await;
    assert_conflict(second, Kind::Client, "second");
    assert_eq!(store.sweep(NOW.plus_seconds(61).ms()).await.unwrap(), 2);
    assert_eq!(store.find_client_by_digest("digest").await.unwrap(), None);
}
