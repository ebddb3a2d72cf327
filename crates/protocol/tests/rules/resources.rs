//! Resource indicators (RFC 8707): who may ask for which, what is granted, what is left at
//! the token endpoint, what tokens and introspection say.

use durward_protocol::{Code, userinfo};
use durward_testkit::{
    World,
    ciba::ciba_request,
    claims_of,
    clients::{CIBA, OTHER, SERVICE, WEB, basic, secret},
    flow::{browser, parameters, refusal, refusal_by_redirect, web_request, with},
    world::ISSUER,
};
use serde_json::{Value, json};

const A: &str = "https://a.example/api";
const B: &str = "https://b.example/api";
const C: &str = "https://c.example/api";

async fn world() -> World {
    World::configured(|configuration| {
        configuration.resources_supported = vec![A.to_owned(), B.to_owned(), C.to_owned()];
    })
    .await
}

/// A request for `a` and `b`: one parameter, twice.
fn for_both() -> Vec<(&'static str, &'static str)> {
    let mut request = web_request();
    request.extend([("resource", A), ("resource", B)]);
    request
}

async fn exchanged(world: &World, code: &str, resource: Option<&str>) -> Result<Value, Code> {
    let mut request = vec![
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", durward_testkit::clients::WEB_URI),
    ];
    request.extend(resource.map(|resource| ("resource", resource)));
    match world.token(Some(&basic(WEB)), &request).await {
        Ok(tokens) => Ok(claims_of(&tokens.access_token)["aud"].clone()),
        Err(error) => Err(error.refusal().unwrap().code),
    }
}

#[tokio::test]
async fn without_a_resource_a_token_is_for_the_server_as_ever() {
    let world = world().await;
    let tokens = world.web_tokens().await;
    assert_eq!(claims_of(&tokens.access_token)["aud"], ISSUER);
    assert_eq!(world.introspect(&tokens.access_token).await["aud"], ISSUER);
}

#[tokio::test]
async fn what_was_granted_is_the_audience() {
    let world = world().await;
    let code = world.code_for(&for_both()).await;
    assert_eq!(exchanged(&world, &code, None).await, Ok(json!([A, B])));
    let code = world
        .code_for(&with(&web_request(), &[("resource", A)]))
        .await;
    assert_eq!(exchanged(&world, &code, None).await, Ok(json!(A)));
}

#[tokio::test]
async fn a_token_request_may_narrow_and_not_widen() {
    let world = world().await;
    let code = world.code_for(&for_both()).await;
    assert_eq!(
        exchanged(&world, &code, Some(C)).await,
        Err(Code::InvalidTarget)
    );
    // A refusal has not used the code up.
    assert_eq!(exchanged(&world, &code, Some(B)).await, Ok(json!(B)));
    let code = world.code_for(&web_request()).await;
    assert_eq!(
        exchanged(&world, &code, Some(A)).await,
        Err(Code::InvalidTarget)
    );
}

#[tokio::test]
async fn a_refresh_narrows_one_token_and_keeps_the_grant() {
    let world = world().await;
    let code = world.code_for(&for_both()).await;
    let tokens = world.exchange(&code).await.unwrap();
    let refresh = async |token: &str, resource: &[(&str, &str)]| {
        let mut request = vec![("grant_type", "refresh_token"), ("refresh_token", token)];
        request.extend(resource);
        world.token(Some(&basic(WEB)), &request).await
    };
    let token = tokens.refresh_token.unwrap();
    let refused = refresh(&token, &[("resource", C)]).await;
    assert_eq!(refusal(refused), Code::InvalidTarget);
    let narrow = refresh(&token, &[("resource", A)]).await.unwrap();
    assert_eq!(claims_of(&narrow.access_token)["aud"], A);
    let wide = refresh(&narrow.refresh_token.unwrap(), &[]).await.unwrap();
    assert_eq!(claims_of(&wide.access_token)["aud"], json!([A, B]));
}

#[tokio::test]
async fn malformed_unknown_and_foreign_resources_are_refused() {
    let world = world().await;
    world
        .change_client(WEB, |client| {
            client.metadata.resources = Some(vec![A.to_owned()]);
        })
        .await;
    for resource in [
        "https://unknown.example/",
        "https://a.example/api/",
        "https://A.example/api",
        "https://a.example/api#x",
        "/api",
        "a b",
        B,
        ISSUER,
    ] {
        let request = with(&web_request(), &[("resource", resource)]);
        let refused = world.authorize(&mut browser(), &request).await;
        assert_eq!(
            refusal_by_redirect(refused),
            Code::InvalidTarget,
            "{resource}"
        );
    }
    let many: Vec<String> = (0..17).map(|n| format!("https://{n}.example/")).collect();
    let mut request = web_request();
    request.extend(many.iter().map(|resource| ("resource", resource.as_str())));
    let refused = world.authorize(&mut browser(), &request).await;
    assert_eq!(refusal_by_redirect(refused), Code::InvalidTarget);
    let request = with(&web_request(), &[("resource", A)]);
    assert!(world.authorize(&mut browser(), &request).await.is_ok());
}

#[tokio::test]
async fn a_service_asks_for_its_resource() {
    let world = world().await;
    let secret = secret(SERVICE);
    let ask = async |resource: &str| {
        let request = [
            ("grant_type", "client_credentials"),
            ("client_id", SERVICE),
            ("client_secret", secret.as_str()),
            ("resource", resource),
        ];
        world.token(None, &request).await
    };
    let tokens = ask(A).await.unwrap();
    assert_eq!(claims_of(&tokens.access_token)["aud"], A);
    assert_eq!(
        refusal(ask("https://unknown.example/").await),
        Code::InvalidTarget
    );
}

#[tokio::test]
async fn ciba_grants_resources_too() {
    let world = world().await;
    let mut request = ciba_request();
    request.extend([("resource", A), ("resource", B)]);
    let ack = world.ask(&request).await.unwrap();
    let stored = world.stored_request(&ack.auth_req_id).await.unwrap();
    assert_eq!(stored.resources, [A, B]);
    let refused = world
        .ask(&with(&ciba_request(), &[("resource", "x")]))
        .await;
    assert_eq!(refusal(refused), Code::InvalidTarget, "{CIBA}");
}

#[tokio::test]
async fn opaque_tokens_remember_their_audience() {
    let world = world().await;
    world
        .change_client(WEB, |client| client.metadata.access_token_as_jwt = false)
        .await;
    let code = world.code_for(&for_both()).await;
    let token = world.exchange(&code).await.unwrap().access_token;
    assert_eq!(world.introspect(&token).await["aud"], json!([A, B]));
}

#[tokio::test]
async fn attack_57_a_token_for_another_resource_server_is_not_shown() {
    let world = world().await;
    let code = world
        .code_for(&with(&web_request(), &[("resource", A)]))
        .await;
    let token = world.exchange(&code).await.unwrap().access_token;
    let seen_by = async |served: &[&str]| {
        let served: Vec<String> = served.iter().map(|&uri| uri.to_owned()).collect();
        world
            .change_client(OTHER, |client| {
                client.metadata.resource_identifiers = served;
            })
            .await;
        let request = parameters(&[("token", token.as_str())]);
        let authorization = basic(OTHER);
        let told = durward_protocol::introspection::answer(
            &world.provider,
            Some(&authorization),
            &request,
        );
        told.await.unwrap()["active"].clone()
    };
    assert_eq!(seen_by(&[A]).await, true);
    assert_eq!(seen_by(&[B]).await, false);
    assert_eq!(seen_by(&[B, A]).await, true);
    assert_eq!(
        seen_by(&[]).await,
        true,
        "where nothing is registered nothing is hidden"
    );
    assert!(
        world.is_active(&token).await,
        "its own client always sees it"
    );
}

#[tokio::test]
async fn a_token_for_a_resource_server_is_none_for_userinfo() {
    let world = world().await;
    let code = world
        .code_for(&with(&web_request(), &[("resource", A)]))
        .await;
    let token = world.exchange(&code).await.unwrap().access_token;
    let refused = userinfo::answer(&world.provider, &token).await;
    assert_eq!(refusal(refused), Code::InvalidToken);
    let mut request = web_request();
    request.extend([("resource", A), ("resource", ISSUER)]);
    let code = world.code_for(&request).await;
    let token = world.exchange(&code).await.unwrap().access_token;
    userinfo::answer(&world.provider, &token).await.unwrap();
}
