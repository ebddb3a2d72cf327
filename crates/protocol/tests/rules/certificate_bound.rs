//! Tokens that count with one certificate (RFC 8705, sections 3 and 4): in every grant,
//! wherever they are shown.

use durward_model::client::{AuthMethod, ClientMetadata, grant_type};
use durward_protocol::{
    ClientCertificate, Code, bearer::Bearer, introspection, ssa, token::TokenResponse, userinfo,
};
use durward_testkit::{
    World,
    certificates::Holder,
    claims_of,
    clients::{CIBA, NATIVE, WEB, WEB_URI, basic},
    flow::{VERIFIER, browser, native_request, refusal, web_request},
    with,
};
use serde_json::json;

fn own() -> ClientCertificate {
    Holder::new(1, &[("CN", "own")]).self_signed().read(false)
}

fn stolen_by() -> ClientCertificate {
    Holder::new(2, &[("CN", "own")]).self_signed().read(true)
}

fn bearer<'a>(token: &'a str, certificate: Option<&'a ClientCertificate>) -> Bearer<'a> {
    Bearer { token, certificate }
}

/// A world where this client's tokens are bound.
async fn binding(client_id: &str) -> World {
    let world = World::with_certificates(|_| {}).await;
    world
        .change_client(client_id, |client| {
            client.metadata.tls_client_certificate_bound_access_tokens = true;
        })
        .await;
    world
}

async fn exchange(world: &World, certificate: Option<&ClientCertificate>) -> TokenResponse {
    let code = world.code_for(&web_request()).await;
    let request = [
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("redirect_uri", WEB_URI),
    ];
    let web = basic(WEB);
    world
        .token_over(certificate, Some(&web), &request)
        .await
        .unwrap()
}

async fn assert_bound(world: &World, token: &str) {
    let thumbprint = own().thumbprint();
    let told = world.introspect(token).await;
    assert_eq!(told["cnf"], json!({ "x5t#S256": thumbprint }), "{told}");
    assert_eq!(told["active"], true);
    let answer = |certificate| userinfo::answer(&world.provider, bearer(token, certificate));
    let (own, other) = (own(), stolen_by());
    answer(Some(&own)).await.unwrap();
    for certificate in [None, Some(&other)] {
        assert_eq!(refusal(answer(certificate).await), Code::InvalidToken);
        let found = introspection::find_active(&world.provider, bearer(token, certificate)).await;
        assert!(found.unwrap().is_none());
    }
}

#[tokio::test]
async fn a_code_gives_a_token_for_the_certificate_it_was_exchanged_with() {
    for as_jwt in [true, false] {
        let world = binding(WEB).await;
        world
            .change_client(WEB, |client| client.metadata.access_token_as_jwt = as_jwt)
            .await;
        let tokens = exchange(&world, Some(&own())).await;
        assert_bound(&world, &tokens.access_token).await;
        if as_jwt {
            let claims = claims_of(&tokens.access_token);
            assert_eq!(claims["cnf"], json!({ "x5t#S256": own().thumbprint() }));
        }
    }
}

#[tokio::test]
async fn without_the_certificate_there_is_no_token_and_the_code_is_not_used_up() {
    let world = binding(WEB).await;
    let code = world.code_for(&web_request()).await;
    assert_eq!(refusal(world.exchange(&code).await), Code::InvalidRequest);
    let request = [
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("redirect_uri", WEB_URI),
    ];
    let (own, web) = (own(), basic(WEB));
    let outcome = world.token_over(Some(&own), Some(&web), &request);
    outcome.await.unwrap();
}

#[tokio::test]
async fn a_confidential_client_may_refresh_with_a_renewed_certificate() {
    let world = binding(WEB).await;
    let first = exchange(&world, Some(&stolen_by())).await;
    let refresh = [
        ("grant_type", "refresh_token"),
        ("refresh_token", first.refresh_token.as_deref().unwrap()),
    ];
    let web = basic(WEB);
    let refused = world.token_over(None, Some(&web), &refresh).await;
    assert_eq!(refusal(refused), Code::InvalidRequest);
    let renewed = world.token_over(Some(&own()), Some(&web), &refresh).await;
    assert_bound(&world, &renewed.unwrap().access_token).await;
}

#[tokio::test]
async fn the_refresh_token_of_a_public_client_is_bound_too() {
    let world = binding(NATIVE).await;
    let code = world.code_for(&native_request()).await;
    let request = [
        ("grant_type", "authorization_code"),
        ("client_id", NATIVE),
        ("code", &code),
        ("redirect_uri", "http://127.0.0.1:51004/cb"),
        ("code_verifier", VERIFIER),
    ];
    let (own, thief) = (own(), stolen_by());
    let tokens = world.token_over(Some(&own), None, &request).await.unwrap();
    assert_bound(&world, &tokens.access_token).await;
    let refresh = |token: &str| {
        vec![
            ("grant_type".to_owned(), "refresh_token".to_owned()),
            ("client_id".to_owned(), NATIVE.to_owned()),
            ("refresh_token".to_owned(), token.to_owned()),
        ]
    };
    let first = refresh(tokens.refresh_token.as_deref().unwrap());
    let first: Vec<(&str, &str)> = first
        .iter()
        .map(|(a, b)| (a.as_str(), b.as_str()))
        .collect();
    for certificate in [None, Some(&thief)] {
        let refused = world.token_over(certificate, None, &first).await;
        assert_eq!(refusal(refused), Code::InvalidGrant);
    }
    let second = world.token_over(Some(&own), None, &first).await.unwrap();
    assert_bound(&world, &second.access_token).await;
    // Whoever shows the used one without the certificate ends nothing.
    let refused = world.token_over(Some(&thief), None, &first).await;
    assert_eq!(refusal(refused), Code::InvalidGrant);
    assert!(world.is_active(&second.access_token).await);
}

#[tokio::test]
async fn refresh_tokens_of_others_are_as_they_were() {
    let world = World::with_certificates(|_| {}).await;
    let tokens = exchange(&world, Some(&own())).await;
    assert!(claims_of(&tokens.access_token).get("cnf").is_none());
    let token = tokens.refresh_token.unwrap();
    world.refresh(&token).await.expect("nothing is bound");
}

#[tokio::test]
async fn a_ciba_login_gives_a_bound_token() {
    let world = binding(CIBA).await;
    let asked = world.asked().await;
    world
        .answer_as_alice(&mut browser(), &asked.auth_req_id, true)
        .await
        .unwrap();
    let request = [
        ("grant_type", grant_type::CIBA),
        ("auth_req_id", &asked.auth_req_id),
    ];
    let ciba = basic(CIBA);
    let refused = world.token_over(None, Some(&ciba), &request).await;
    assert_eq!(refusal(refused), Code::InvalidRequest);
    let tokens = world.token_over(Some(&own()), Some(&ciba), &request).await;
    assert_bound(&world, &tokens.unwrap().access_token).await;
}

fn service(registers: bool) -> ClientMetadata {
    ClientMetadata {
        token_endpoint_auth_method: AuthMethod::SelfSignedTlsClientAuth,
        tls_client_certificate_bound_access_tokens: registers,
        jwks: Some(Holder::new(1, &[("CN", "own")]).self_signed().jwks()),
        grant_types: vec![grant_type::CLIENT_CREDENTIALS.to_owned()],
        scope: durward_model::Scope::parse("accounts https://jans.io/auth/ssa.admin"),
        ..ClientMetadata::default()
    }
}

#[tokio::test]
async fn who_authenticates_with_a_certificate_gets_tokens_for_it_as_configured() {
    for (configured, registers, bound) in [
        (true, false, true),
        (true, true, true),
        (false, true, true),
        (false, false, false),
    ] {
        let world = World::with_certificates(|c| {
            c.tls_client_certificate_bound_access_tokens = configured;
        })
        .await;
        world.add_client("mtls", service(registers)).await;
        let request = [("grant_type", "client_credentials"), ("client_id", "mtls")];
        let tokens = world.token_over(Some(&own()), None, &request).await;
        let claims = claims_of(&tokens.unwrap().access_token);
        assert_eq!(
            claims.get("cnf").is_some(),
            bound,
            "{configured} {registers}"
        );
    }
}

#[tokio::test]
async fn attack_24_a_token_stolen_from_its_certificate_issues_no_statements() {
    let world = World::with_certificates(|_| {}).await;
    world.add_client("mtls", service(true)).await;
    let request = [("grant_type", "client_credentials"), ("client_id", "mtls")];
    let tokens = world
        .token_over(Some(&own()), None, &request)
        .await
        .unwrap();
    let (own, thief) = (own(), stolen_by());
    let list = |certificate| {
        let shown = bearer(&tokens.access_token, certificate);
        ssa::list(&world.provider, Some(shown), None)
    };
    list(Some(&own)).await.unwrap();
    for certificate in [None, Some(&thief)] {
        assert_eq!(refusal(list(certificate).await), Code::InvalidToken);
    }
}

#[tokio::test]
async fn a_bound_token_can_be_revoked_by_its_client_from_anywhere() {
    let world = binding(WEB).await;
    let tokens = exchange(&world, Some(&own())).await;
    world.revoke(WEB, &tokens.access_token).await.unwrap();
    let shown = own();
    let found =
        introspection::find_active(&world.provider, bearer(&tokens.access_token, Some(&shown)));
    assert!(found.await.unwrap().is_none());
}

#[tokio::test]
async fn a_token_that_is_not_bound_needs_no_certificate() {
    let world = World::with_certificates(|_| {}).await;
    let request = web_request();
    let code = world.code_for(&with(&request, &[])).await;
    let tokens = world.exchange(&code).await.unwrap();
    let own = own();
    for certificate in [None, Some(&own)] {
        let shown = bearer(&tokens.access_token, certificate);
        userinfo::answer(&world.provider, shown).await.unwrap();
    }
}
