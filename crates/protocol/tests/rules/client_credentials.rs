//! `client_credentials`: scope rules, no user, no refresh.

use durward_model::client::AuthMethod;
use durward_protocol::Code;
use durward_testkit::{
    World, claims_of,
    clients::{NATIVE, SERVICE, secret},
    flow::{refusal, with},
};

async fn ask(
    world: &World,
    scope: &str,
) -> Result<durward_protocol::token::TokenResponse, durward_protocol::Error> {
    let request = [
        ("grant_type", "client_credentials"),
        ("client_id", SERVICE),
        ("client_secret", &secret(SERVICE)),
    ];
    world
        .token(None, &with(&request, &[("scope", scope)]))
        .await
}

#[tokio::test]
async fn the_client_is_its_own_subject() {
    let world = World::new().await;
    let tokens = ask(&world, "payments").await.unwrap();
    assert_eq!(tokens.scope.to_string(), "payments");
    assert_eq!((tokens.refresh_token, tokens.id_token), (None, None));
    let claims = claims_of(&tokens.access_token);
    assert_eq!(claims["sub"], SERVICE);
    assert_eq!(claims["client_id"], SERVICE);
    assert_eq!(claims.get("auth_time"), None);
    let answer = world.introspect(&tokens.access_token).await;
    assert_eq!(
        (&answer["active"], &answer["sub"]),
        (&true.into(), &SERVICE.into())
    );
}

#[tokio::test]
async fn an_opaque_token_can_be_revoked_like_a_jwt() {
    let world = World::new().await;
    for jwt in [true, false] {
        world
            .change_client(SERVICE, |client| {
                client.metadata.access_token_as_jwt = jwt;
                client.metadata.token_endpoint_auth_method = AuthMethod::ClientSecretPost;
            })
            .await;
        let token = ask(&world, "").await.unwrap().access_token;
        assert!(world.is_active(&token).await);
        world
            .change_client(SERVICE, |client| {
                client.metadata.token_endpoint_auth_method = AuthMethod::ClientSecretBasic;
            })
            .await;
        world.revoke(SERVICE, &token).await.unwrap();
        assert!(!world.is_active(&token).await);
    }
}

#[tokio::test]
async fn without_a_scope_it_is_all_of_the_clients_that_needs_no_user() {
    let world = World::new().await;
    assert_eq!(
        ask(&world, "").await.unwrap().scope.to_string(),
        "accounts payments"
    );
}

#[tokio::test]
async fn scopes_of_users_and_of_others_are_refused() {
    let world = World::new().await;
    for scope in [
        "openid",
        "accounts openid",
        "admin",
        "accounts admin",
        "offline_access",
        "acc\"ounts",
    ] {
        assert_eq!(
            refusal(ask(&world, scope).await),
            Code::InvalidScope,
            "{scope}"
        );
    }
}

#[tokio::test]
async fn a_public_client_has_no_credentials_even_if_the_grant_slipped_in() {
    let world = World::new().await;
    world
        .change_client(NATIVE, |client| {
            client
                .metadata
                .grant_types
                .push("client_credentials".to_owned());
        })
        .await;
    let request = [("grant_type", "client_credentials"), ("client_id", NATIVE)];
    assert_eq!(
        refusal(world.token(None, &request).await),
        Code::UnauthorizedClient
    );
}
