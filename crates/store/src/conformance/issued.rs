//! Grants, codes and tokens: they come back as they went in, and are remembered so long.

use durward_model::{
    AccessToken, AuthorizationCode, Grant, GrantId, RefreshToken, Scope,
    token::{CodeChallenge, CodeChallengeMethod},
};

use super::{
    Fixture,
    entities::{NOW, apply, authentication, client_id, details, first, hash, user_id},
};
use crate::Change;

pub(super) fn grant() -> Grant {
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
