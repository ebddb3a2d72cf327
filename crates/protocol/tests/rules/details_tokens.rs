//! What tokens carry of `authorization_details`: everything, less on demand, never more; and
//! who may see it. Attacks 53 and 57.

use durward_model::{Detail, client::grant_type};
use durward_protocol::{Code, token::TokenResponse};
use durward_testkit::{
    World,
    ciba::ciba_request,
    claims_of,
    clients::{CIBA, OTHER, SERVICE, WEB, WEB_URI, basic, secret},
    details::{ACCOUNT, PAY, PAYMENT, READ, array, detailed, element, reply},
    flow::{browser, refusal, with},
};
use serde_json::{Value, json};

fn texts(tokens: &TokenResponse) -> Vec<&str> {
    tokens
        .authorization_details
        .iter()
        .map(Detail::as_str)
        .collect()
}

async fn code(world: &World, details: &[&str]) -> String {
    world.code_for(&detailed(&array(details), &[])).await
}

async fn exchange(
    world: &World,
    code: &str,
    details: Option<&str>,
) -> Result<TokenResponse, durward_protocol::Error> {
    let request = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", WEB_URI),
        ("authorization_details", details.unwrap_or_default()),
    ];
    world.token(Some(&basic(WEB)), &with(&request, &[])).await
}

async fn refresh(
    world: &World,
    token: &TokenResponse,
    details: Option<&str>,
) -> Result<TokenResponse, durward_protocol::Error> {
    let request = [
        ("grant_type", "refresh_token"),
        ("refresh_token", token.refresh_token.as_deref().unwrap()),
        ("authorization_details", details.unwrap_or_default()),
    ];
    world.token(Some(&basic(WEB)), &with(&request, &[])).await
}

#[tokio::test]
async fn the_answer_tells_what_was_granted_to_the_letter() {
    let world = World::with_details().await;
    let tokens = exchange(&world, &code(&world, &[PAY, READ]).await, None)
        .await
        .unwrap();
    assert_eq!(texts(&tokens), [PAY, READ]);
    let answer = serde_json::to_string(&tokens).unwrap();
    assert!(answer.contains(&format!("[{PAY},{READ}]")), "{answer}");
    let plain = serde_json::to_string(&world.web_tokens().await).unwrap();
    assert!(!plain.contains("authorization_details"), "{plain}");
}

#[tokio::test]
async fn a_token_request_may_ask_for_less_and_the_grant_stays() {
    let world = World::with_details().await;
    let first = exchange(
        &world,
        &code(&world, &[PAY, READ]).await,
        Some(&array(&[READ])),
    )
    .await
    .unwrap();
    assert_eq!(texts(&first), [READ]);
    assert_eq!(
        world.introspected_details(WEB, &first.access_token).await,
        [READ]
    );
    let narrow = refresh(&world, &first, Some(&array(&[PAY]))).await.unwrap();
    assert_eq!(texts(&narrow), [PAY]);
    let none = refresh(&world, &narrow, Some("[]")).await.unwrap();
    assert_eq!(texts(&none), [""; 0]);
    let whole = refresh(&world, &none, None).await.unwrap();
    assert_eq!(texts(&whole), [PAY, READ]);
}

#[tokio::test]
async fn the_same_element_in_other_clothes_is_the_granted_one() {
    let world = World::with_details().await;
    let other = r#" { "iban":10000000000000000000001, "creditor":"\u004derchant","type":"payment","instructedAmount":{"amount":1.2350e2,"currency":"EUR"}} "#;
    let tokens = exchange(
        &world,
        &code(&world, &[PAY, READ]).await,
        Some(&array(&[other])),
    )
    .await
    .unwrap();
    assert_eq!(
        texts(&tokens),
        [PAY],
        "as it was granted, not as it was asked for"
    );
}

#[tokio::test]
async fn attack_53_widening_at_the_code_exchange_is_refused_and_costs_nothing() {
    let world = World::with_details().await;
    let code = code(&world, &[PAY]).await;
    let dearer = PAY.replace("123.50", "123.51");
    let digit = PAY.replace("000001", "000002");
    let more = PAY.replace("\"creditor\"", "\"x\":1,\"creditor\"");
    for wider in [&dearer, &digit, &more, &READ.to_owned()] {
        let asked = array(&[wider]);
        assert_eq!(
            refusal(exchange(&world, &code, Some(&asked)).await),
            Code::InvalidAuthorizationDetails,
            "{asked}"
        );
    }
    let told = exchange(&world, &code, Some(&array(&[PAY, READ])))
        .await
        .unwrap_err();
    assert_eq!(
        told.refusal().unwrap().description,
        "authorization_details[1]: it exceeds what was granted"
    );
    assert_eq!(texts(&exchange(&world, &code, None).await.unwrap()), [PAY]);
}

#[tokio::test]
async fn attack_53_an_element_that_was_granted_once_cannot_be_had_twice() {
    let world = World::with_details().await;
    let code = code(&world, &[PAY, READ]).await;
    assert_eq!(
        refusal(exchange(&world, &code, Some(&array(&[PAY, PAY]))).await),
        Code::InvalidAuthorizationDetails
    );
    assert!(exchange(&world, &code, None).await.is_ok());
}

#[tokio::test]
async fn attack_53_widening_at_refresh_is_refused_and_costs_nothing() {
    let world = World::with_details().await;
    let first = exchange(&world, &code(&world, &[READ]).await, None)
        .await
        .unwrap();
    let wider = READ.replace("[\"read\"]", "[\"read\",\"write\"]");
    for asked in [array(&[&wider]), array(&[PAY]), array(&[READ, READ])] {
        assert_eq!(
            refusal(refresh(&world, &first, Some(&asked)).await),
            Code::InvalidAuthorizationDetails
        );
    }
    // Details cannot be had of a grant without any.
    let plain = world.web_tokens().await;
    assert_eq!(
        refusal(refresh(&world, &plain, Some(&array(&[PAY]))).await),
        Code::InvalidAuthorizationDetails
    );
    assert_eq!(texts(&refresh(&world, &first, None).await.unwrap()), [READ]);
}

#[tokio::test]
async fn what_may_not_be_asked_for_any_more_cannot_be_named_but_what_was_granted_stays() {
    let world = World::with_details().await;
    let first = exchange(&world, &code(&world, &[PAY]).await, None)
        .await
        .unwrap();
    world
        .detail_script(PAYMENT, "stricter", |_| Ok(reply(json!(false), &[])))
        .await;
    assert_eq!(
        refusal(refresh(&world, &first, Some(&array(&[PAY]))).await),
        Code::InvalidAuthorizationDetails
    );
    assert_eq!(texts(&refresh(&world, &first, None).await.unwrap()), [PAY]);
}

/// Lists of actions; less is a subset.
async fn narrowing_world() -> World {
    let world = World::with_details().await;
    world.engine.also_defines("narrows", "narrowDetail");
    world
        .detail_script(ACCOUNT, "narrows", |call| {
            let actions = |name: &str| -> Vec<Value> {
                let text = call.context[name]["jsonObject"].as_str().unwrap_or("{}");
                let read: Value = serde_json::from_str(text).unwrap();
                read["actions"].as_array().cloned().unwrap_or_default()
            };
            Ok(match call.method.as_str() {
                "narrowDetail" => {
                    let granted = actions("grantedAuthzDetail");
                    let within = actions("authzDetail")
                        .iter()
                        .all(|one| granted.contains(one));
                    reply(json!(within), &[])
                }
                "validateDetail" => reply(json!(true), &[]),
                _ => reply(Value::Null, &[]),
            })
        })
        .await;
    world
}

const BOTH: &str = r#"{"type":"account","actions":["read","write"]}"#;
const ONE: &str = r#"{"type":"account","actions":["read"]}"#;

#[tokio::test]
async fn a_script_says_what_less_means_for_its_type() {
    let world = narrowing_world().await;
    let first = exchange(&world, &code(&world, &[BOTH]).await, Some(&array(&[ONE])))
        .await
        .unwrap();
    assert_eq!(texts(&first), [ONE]);
    let decided = world.decisions.verdicts();
    assert!(
        decided.contains(&("narrowDetail".to_owned(), "within".to_owned())),
        "{decided:?}"
    );
    let more = array(&[r#"{"type":"account","actions":["read","delete"]}"#]);
    assert_eq!(
        refusal(refresh(&world, &first, Some(&more)).await),
        Code::InvalidAuthorizationDetails
    );
    // The refresh token was not narrowed.
    assert_eq!(texts(&refresh(&world, &first, None).await.unwrap()), [BOTH]);
}

#[tokio::test]
async fn attack_53_a_granted_element_stands_for_one_narrower_element_only() {
    let world = narrowing_world().await;
    let code = code(&world, &[BOTH]).await;
    assert_eq!(
        refusal(exchange(&world, &code, Some(&array(&[ONE, ONE]))).await),
        Code::InvalidAuthorizationDetails
    );
}

#[tokio::test]
async fn a_narrowing_script_that_fails_or_raises_says_no() {
    let world = narrowing_world().await;
    let code = code(&world, &[BOTH]).await;
    for (text, outcome) in [
        ("fails", Err(durward_testkit::engine::raised("no"))),
        ("null", Ok(reply(Value::Null, &[]))),
        (
            "exception",
            Ok(reply(
                json!(true),
                &[("webApplicationException", json!({}))],
            )),
        ),
    ] {
        world.engine.also_defines(text, "narrowDetail");
        world
            .detail_script(ACCOUNT, text, move |call| match call.method.as_str() {
                "validateDetail" => Ok(reply(json!(true), &[])),
                _ => outcome.clone(),
            })
            .await;
        assert_eq!(
            refusal(exchange(&world, &code, Some(&array(&[ONE]))).await),
            Code::InvalidAuthorizationDetails,
            "{text}"
        );
    }
}

#[tokio::test]
async fn enrichment_survives_a_token_request_in_either_form() {
    let world = World::with_details().await;
    world
        .detail_script(ACCOUNT, "enrich", |call| {
            let text = element(call);
            let made = text.replace('}', ",\"account\":\"DE1\"}");
            Ok(match call.method.as_str() {
                "validateDetail" if !text.contains("DE1") => {
                    reply(json!(true), &[("authzDetail.jsonObject", json!(made))])
                }
                "validateDetail" => reply(json!(true), &[]),
                _ => reply(Value::Null, &[]),
            })
        })
        .await;
    let enriched = r#"{"type":"account","actions":["read"],"account":"DE1"}"#;
    for asked in [ONE, enriched] {
        let code = code(&world, &[ONE]).await;
        let tokens = exchange(&world, &code, Some(&array(&[asked])))
            .await
            .unwrap();
        assert_eq!(texts(&tokens), [enriched], "{asked}");
    }
}

#[tokio::test]
async fn opaque_and_jwt_access_tokens_are_worth_the_same_at_introspection() {
    let world = World::with_details().await;
    for jwt in [true, false] {
        world
            .change_client(WEB, |client| client.metadata.access_token_as_jwt = jwt)
            .await;
        let tokens = exchange(
            &world,
            &code(&world, &[PAY, READ]).await,
            Some(&array(&[PAY])),
        )
        .await
        .unwrap();
        let token = &tokens.access_token;
        assert_eq!(token.contains('.'), jwt);
        assert_eq!(world.introspected_details(WEB, token).await, [PAY]);
        assert!(world.is_active(token).await);
        world.revoke(WEB, token).await.unwrap();
        assert!(!world.is_active(token).await);
        assert!(world.introspected_details(WEB, token).await.is_empty());
    }
}

#[tokio::test]
async fn attack_57_a_jwt_tells_its_audience_only_what_is_for_it() {
    let world = World::with_details().await;
    let at_us = r#"{"type":"account","locations":["https://op.example"],"n":1.50}"#;
    let tokens = exchange(&world, &code(&world, &[PAY, READ, at_us]).await, None)
        .await
        .unwrap();
    let claims = claims_of(&tokens.access_token);
    assert_eq!(claims["authorization_details"].as_array().unwrap().len(), 2);
    let payload = tokens.access_token.split('.').nth(1).unwrap();
    let bytes =
        base64::Engine::decode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, payload).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    assert!(text.contains(&format!("[{PAY},{at_us}]")), "{text}");
    assert!(!text.contains("bank.example"), "{text}");
}

#[tokio::test]
async fn attack_57_introspection_tells_a_resource_server_only_its_part() {
    let world = World::with_details().await;
    let elsewhere = r#"{"type":"account","locations":["https://bank.example/accounts/2","https://else.example"]}"#;
    for jwt in [true, false] {
        world
            .change_client(WEB, |client| client.metadata.access_token_as_jwt = jwt)
            .await;
        let tokens = exchange(&world, &code(&world, &[PAY, READ, elsewhere]).await, None)
            .await
            .unwrap();
        let token = &tokens.access_token;
        world
            .change_client(OTHER, |client| {
                client.metadata.resource_identifiers = Vec::new();
            })
            .await;
        assert_eq!(world.introspected_details(OTHER, token).await, [PAY]);
        world
            .change_client(OTHER, |client| {
                client.metadata.resource_identifiers =
                    vec!["https://bank.example/accounts".to_owned()];
            })
            .await;
        assert_eq!(world.introspected_details(OTHER, token).await, [PAY, READ]);
        // The client itself was told all of it.
        assert_eq!(
            world.introspected_details(WEB, token).await,
            [PAY, READ, elsewhere]
        );
    }
}

#[tokio::test]
async fn attack_57_a_script_says_what_a_resource_server_may_see() {
    let world = World::with_details().await;
    let tokens = exchange(&world, &code(&world, &[READ]).await, None)
        .await
        .unwrap();
    let projected = r#"{"actions":["read"],"type":"account","limit":1.50}"#;
    for (text, outcome, expected) in [
        ("part", Ok(reply(json!(projected), &[])), vec![projected]),
        ("none", Ok(reply(Value::Null, &[])), vec![]),
        (
            "other type",
            Ok(reply(json!(r#"{"type":"payment"}"#), &[])),
            vec![],
        ),
        (
            "twice",
            Ok(reply(json!(r#"{"type":"account","a":1,"a":2}"#), &[])),
            vec![],
        ),
        (
            "no text",
            Ok(reply(json!({ "type": "account" }), &[])),
            vec![],
        ),
        ("fails", Err(durward_testkit::engine::raised("no")), vec![]),
    ] {
        world.engine.also_defines(text, "projectDetail");
        let answer = outcome.clone();
        world
            .detail_script(ACCOUNT, text, move |call| match call.method.as_str() {
                "projectDetail" => answer.clone(),
                _ => Ok(reply(json!(true), &[])),
            })
            .await;
        let told = world
            .introspected_details(OTHER, &tokens.access_token)
            .await;
        assert_eq!(told, expected, "{text}");
        let (_, context) = world.engine.contexts().pop().unwrap();
        assert_eq!(context["resourceServer"], json!([OTHER]));
    }
}

#[tokio::test]
async fn client_credentials_carry_details_that_the_script_lets_pass() {
    let world = World::with_details().await;
    for jwt in [true, false] {
        world
            .change_client(SERVICE, |client| client.metadata.access_token_as_jwt = jwt)
            .await;
        let (secret, details) = (secret(SERVICE), array(&[PAY]));
        let request = [
            ("grant_type", grant_type::CLIENT_CREDENTIALS),
            ("client_id", SERVICE),
            ("client_secret", &secret),
            ("authorization_details", &details),
        ];
        let tokens = world.token(None, &request).await.unwrap();
        assert_eq!(texts(&tokens), [PAY]);
        assert_eq!(
            world.introspected_details(WEB, &tokens.access_token).await,
            [PAY]
        );
    }
}

#[tokio::test]
async fn ciba_carries_details_from_the_request_to_the_refresh() {
    let world = World::with_details().await;
    let details = array(&[PAY, READ]);
    let request = with(&ciba_request(), &[("authorization_details", &details)]);
    let id = world.ask(&request).await.unwrap().auth_req_id;
    world
        .answer_as_alice(&mut browser(), &id, true)
        .await
        .unwrap();
    let poll = |details: &str| {
        let (world, id, details) = (&world, id.clone(), details.to_owned());
        async move {
            let request = [
                ("grant_type", grant_type::CIBA),
                ("auth_req_id", &id),
                ("authorization_details", &details),
            ];
            world.token(Some(&basic(CIBA)), &request).await
        }
    };
    let dearer = array(&[&PAY.replace("123.50", "124")]);
    assert_eq!(
        refusal(poll(&dearer).await),
        Code::InvalidAuthorizationDetails
    );
    let tokens = poll(&array(&[READ])).await.unwrap();
    assert_eq!(texts(&tokens), [READ]);
    let request = [
        ("grant_type", "refresh_token"),
        ("refresh_token", tokens.refresh_token.as_deref().unwrap()),
    ];
    let whole = world.token(Some(&basic(CIBA)), &request).await.unwrap();
    assert_eq!(texts(&whole), [PAY, READ]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn attack_16_a_code_with_details_redeemed_many_times_at_once_gives_them_once_or_never() {
    let world = std::sync::Arc::new(World::with_details().await);
    let code = code(&world, &[PAY]).await;
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let (world, code) = (world.clone(), code.clone());
            tokio::spawn(async move { exchange(&world, &code, None).await })
        })
        .collect();
    let mut won = Vec::new();
    for task in tasks {
        match task.await.unwrap() {
            Ok(tokens) => won.push(tokens),
            error => assert_eq!(refusal(error), Code::InvalidGrant),
        }
    }
    assert_eq!(won.len(), 1);
    // Whoever came second ended what the first one had.
    let told = world.introspected_details(WEB, &won[0].access_token).await;
    assert_eq!(told, [""; 0]);
}

#[tokio::test]
async fn attack_18_a_refresh_token_used_twice_ends_the_details_of_its_family() {
    let world = World::with_details().await;
    let first = exchange(&world, &code(&world, &[PAY, READ]).await, None)
        .await
        .unwrap();
    let narrow = refresh(&world, &first, Some(&array(&[PAY]))).await.unwrap();
    assert_eq!(
        refusal(refresh(&world, &first, None).await),
        Code::InvalidGrant
    );
    assert_eq!(
        refusal(refresh(&world, &narrow, None).await),
        Code::InvalidGrant
    );
    for tokens in [&first, &narrow] {
        let told = world.introspected_details(WEB, &tokens.access_token).await;
        assert_eq!(told, [""; 0]);
    }
}

#[tokio::test]
async fn attack_20_an_access_token_with_details_is_no_refresh_token_and_no_code() {
    let world = World::with_details().await;
    for jwt in [true, false] {
        world
            .change_client(WEB, |client| client.metadata.access_token_as_jwt = jwt)
            .await;
        let tokens = exchange(&world, &code(&world, &[PAY]).await, None)
            .await
            .unwrap();
        let mut wrong = tokens.clone();
        wrong.refresh_token = Some(tokens.access_token.clone());
        assert_eq!(
            refusal(refresh(&world, &wrong, None).await),
            Code::InvalidGrant
        );
        let by_code = exchange(&world, &tokens.access_token, None).await;
        assert_eq!(refusal(by_code), Code::InvalidGrant);
        let refresh_token = tokens.refresh_token.unwrap();
        assert_eq!(
            world.introspected_details(WEB, &refresh_token).await,
            [""; 0]
        );
    }
}
