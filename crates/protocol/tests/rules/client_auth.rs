//! Client authentication: the registered method, one at a time, nothing else.

use durward_model::client::AuthMethod::{self, ClientSecretBasic, ClientSecretPost, PrivateKeyJwt};
use durward_protocol::{Code, Error, client_auth};
use durward_testkit::{
    World,
    clients::{NATIVE, OTHER, WEB, basic, basic_with, secret},
    flow::{parameters, refusal},
};

async fn authenticate(
    world: &World,
    authorization: Option<&str>,
    pairs: &[(&str, &str)],
) -> Result<String, Error> {
    let client =
        client_auth::authenticate(&world.provider, authorization, &parameters(pairs)).await?;
    Ok(client.client_id.as_str().to_owned())
}

async fn registered(world: &World, method: AuthMethod) {
    world
        .change_client(WEB, |client| {
            client.metadata.token_endpoint_auth_method = method;
        })
        .await;
}

#[tokio::test]
async fn each_way_works_for_clients_that_registered_it_and_for_no_other() {
    let world = World::new().await;
    let (header, secret) = (basic(WEB), secret(WEB));
    for method in [
        ClientSecretBasic,
        ClientSecretPost,
        PrivateKeyJwt,
        AuthMethod::None,
    ] {
        registered(&world, method).await;
        let by_header = authenticate(&world, Some(&header), &[]).await;
        let by_form = authenticate(
            &world,
            None,
            &[("client_id", WEB), ("client_secret", &secret)],
        )
        .await;
        let by_name = authenticate(&world, None, &[("client_id", WEB)]).await;
        for (result, way) in [
            (by_header, ClientSecretBasic),
            (by_form, ClientSecretPost),
            (by_name, AuthMethod::None),
        ] {
            if way == method {
                assert_eq!(result.unwrap(), WEB);
            } else {
                assert_eq!(
                    refusal(result),
                    Code::InvalidClient,
                    "{way:?} for {method:?}"
                );
            }
        }
    }
}

#[tokio::test]
async fn wrong_secrets_unknown_and_disabled_clients_are_told_the_same() {
    let world = World::new().await;
    world
        .change_client(OTHER, |client| client.disabled = true)
        .await;
    let mut told = Vec::new();
    for header in [
        basic_with(WEB, "wrong"),
        basic_with(WEB, ""),
        basic_with(WEB, &secret(OTHER)),
        basic_with("nobody", &secret("nobody")),
        basic(OTHER),
        basic(NATIVE),
    ] {
        let error = authenticate(&world, Some(&header), &[]).await.unwrap_err();
        let refusal = error.refusal().unwrap().clone();
        assert_eq!(refusal.code, Code::InvalidClient);
        told.push(refusal.description);
    }
    told.dedup();
    assert_eq!(told.len(), 1, "{told:?}");
}

#[tokio::test]
async fn malformed_headers_are_refused() {
    let world = World::new().await;
    for header in [
        "",
        "Basic",
        "Basic ",
        "Basic !!!",
        "Basic d2Vi",
        "Bearer x",
        "Digest x",
        "Basic /w==",
    ] {
        let result = authenticate(&world, Some(header), &[("client_id", WEB)]).await;
        assert_eq!(refusal(result), Code::InvalidClient, "{header:?}");
    }
}

#[tokio::test]
async fn the_scheme_is_read_without_regard_to_case() {
    let world = World::new().await;
    let header = basic(WEB).replacen("Basic", "bAsIc", 1);
    assert_eq!(authenticate(&world, Some(&header), &[]).await.unwrap(), WEB);
}

#[tokio::test]
async fn two_ways_at_once_are_refused_even_when_both_are_right() {
    let world = World::new().await;
    let (header, secret) = (basic(WEB), secret(WEB));
    let form = [("client_id", WEB), ("client_secret", secret.as_str())];
    assert_eq!(
        refusal(authenticate(&world, Some(&header), &form).await),
        Code::InvalidRequest
    );
    let assertion = [
        ("client_assertion", "a.b.c"),
        ("client_secret", secret.as_str()),
    ];
    assert_eq!(
        refusal(authenticate(&world, None, &assertion).await),
        Code::InvalidRequest
    );
    let assertion = [("client_assertion", "a.b.c")];
    assert_eq!(
        refusal(authenticate(&world, Some(&header), &assertion).await),
        Code::InvalidRequest
    );
}

#[tokio::test]
async fn a_client_id_beside_the_header_must_agree() {
    let world = World::new().await;
    let header = basic(WEB);
    assert!(
        authenticate(&world, Some(&header), &[("client_id", WEB)])
            .await
            .is_ok()
    );
    let other = authenticate(&world, Some(&header), &[("client_id", OTHER)]).await;
    assert_eq!(refusal(other), Code::InvalidClient);
}

#[tokio::test]
async fn without_anything_nobody_is_authenticated() {
    let world = World::new().await;
    assert_eq!(
        refusal(authenticate(&world, None, &[]).await),
        Code::InvalidClient
    );
    assert_eq!(
        refusal(authenticate(&world, None, &[("client_id", "nobody")]).await),
        Code::InvalidClient
    );
    assert_eq!(
        authenticate(&world, None, &[("client_id", NATIVE)])
            .await
            .unwrap(),
        NATIVE
    );
}
