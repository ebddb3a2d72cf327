//! What is on its way: pushed requests, interactions, backchannel logins, assertions seen.

use durward_model::{
    CibaRequest, CibaStatus, GrantId, Interaction, PushedRequest, Scope, UserId,
    ciba::NotificationOutcome, token::SeenAssertion,
};

use super::{
    Fixture, assert_conflict,
    entities::{NOW, apply, authentication, client_id, details, first, hash, user_id},
};
use crate::{Change, Kind};

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
