//! Users, their sessions and consents, by every name under which they can be found.

use durward_model::{ClientId, Consent, Scope, Session, User, UserId};
use serde_json::json;

use super::{
    Fixture, assert_conflict,
    entities::{NOW, apply, client_id, details, first, hash, user_id},
};
use crate::{Change, Kind};

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
