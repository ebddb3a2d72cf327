//! What somebody else does between a rule's reading and its writing.

use durward_model::{
    ClientId, IssuedStatement, Scope, StoredSigningKey, UserId, registration::StatementStatus,
};
use durward_protocol::{
    authorize::interaction,
    keyring::rotation::rotate_all,
    ssa::{self, Which},
};
use durward_store::{Change, Kind, Versioned};
use durward_testkit::{
    World,
    clients::WEB,
    clock::START,
    flow::{interaction_of, web_request, with},
    users::ALICE,
};
use serde_json::Map;

/// Alice, who allowed `openid profile` before, allows this, and meanwhile her consent becomes
/// what `change` makes of its scope; none takes it back. What is remembered in the end.
async fn remembered(asked: &str, change: Option<&str>) -> String {
    let world = World::new().await;
    let mut alice = world.alices_browser().await;
    let request = with(&web_request(), &[("scope", asked)]);
    let page = world.authorize(&mut alice, &request).await.unwrap();
    let (user, client) = (UserId::new(ALICE), ClientId::new(WEB));
    let consent = async || world.store.find_consent(&user, &client).await.unwrap();
    let before = consent().await.unwrap();
    let meanwhile = match change {
        None => Change::remove(&before),
        Some(scope) => {
            let mut wider = before.value.clone();
            wider.scope = Scope::parse(scope);
            Change::replace(&before, &wider)
        }
    };
    world
        .meanwhile
        .before_writing(Kind::Consent, vec![meanwhile]);
    let id = interaction_of(&page);
    interaction::decide(&world.provider, &id, &alice, true)
        .await
        .unwrap();
    consent().await.unwrap().scope.to_string()
}

#[tokio::test]
async fn a_consent_of_two_windows_is_both() {
    let both = remembered("openid profile email", Some("openid profile payments")).await;
    assert_eq!(both, "openid profile payments email");
}

#[tokio::test]
async fn a_consent_that_was_taken_back_does_not_come_back() {
    assert_eq!(remembered("openid email", None).await, "openid email");
}

#[tokio::test]
async fn keys_are_rotated_all_or_none() {
    let world = World::new().await;
    let before = world.store.list_signing_keys().await.unwrap();
    let third = before.iter().find(|key| key.alg == "ES256").unwrap();
    let touched = Change::replace(third, &third.value);
    world
        .meanwhile
        .before_writing(Kind::SigningKey, vec![touched]);
    rotate_all(&world.provider, None, 0).await.unwrap_err();
    let after = world.store.list_signing_keys().await.unwrap();
    let versions = |keys: &[Versioned<StoredSigningKey>]| -> Vec<_> {
        let ends = keys
            .iter()
            .map(|key| (key.kid.clone(), key.published_until));
        ends.collect()
    };
    assert_eq!(versions(&before), versions(&after));
    let fresh = rotate_all(&world.provider, None, 0).await.unwrap();
    assert_eq!(fresh.len(), 6);
}

/// A revocation that meets this change of the statement, and what is stored in the end.
async fn revoked(meanwhile: Option<StatementStatus>) -> Option<StatementStatus> {
    let world = World::new().await;
    let statement = IssuedStatement {
        jti: "1".to_owned(),
        org_id: "org".to_owned(),
        creator: "somebody".to_owned(),
        claims: Map::new(),
        one_time_use: true,
        status: StatementStatus::Active,
        created_at: START,
        expires_at: START.plus_seconds(600),
    };
    let insert = Change::insert(&statement);
    world.store.apply(vec![insert]).await.unwrap();
    let token = world.administers(ssa::ADMIN).await;
    let stored = async || world.store.find_issued_statement("1").await.unwrap();
    let before = stored().await.unwrap();
    let change = match meanwhile {
        None => Change::remove(&before),
        Some(status) => Change::replace(
            &before,
            &IssuedStatement {
                status,
                ..statement
            },
        ),
    };
    world
        .meanwhile
        .before_writing(Kind::IssuedStatement, vec![change]);
    ssa::revoke(&world.provider, Some((&token).into()), Which::Jti("1"))
        .await
        .unwrap();
    stored().await.map(|stored| stored.status)
}

#[tokio::test]
async fn a_statement_that_is_used_meanwhile_is_taken_back_and_one_that_is_swept_stays_away() {
    assert_eq!(
        revoked(Some(StatementStatus::Used)).await,
        Some(StatementStatus::Revoked)
    );
    assert_eq!(revoked(None).await, None);
}
