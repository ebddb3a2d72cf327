//! Which elements may be asked for, at every endpoint that takes them; what scripts see and change.

use durward_protocol::{
    Code, Error,
    authorize::{AuthorizeError, Step},
    discovery,
};
use durward_script::{EngineError, engine::Reply, program::Call};
use durward_store::Kind;
use durward_testkit::{
    World,
    ciba::ciba_request,
    clients::{SERVICE, WEB, secret},
    details::{ACCOUNT, PAY, PAYMENT, READ, array, detailed, lenient, reply},
    engine::{every_error, raised},
    flow::{browser, refusal, refusal_by_redirect, with},
    users::ALICE,
};
use serde_json::{Value, json};

/// What the client is told.
fn told(result: Result<durward_protocol::authorize::Turn, AuthorizeError>) -> String {
    let error = result.unwrap_err();
    assert!(error.target.is_some(), "told by page: {}", error.error);
    words(&error.error)
}

fn words(error: &Error) -> String {
    let refusal = error.refusal().unwrap();
    assert_eq!(refusal.code, Code::InvalidAuthorizationDetails);
    refusal.description.clone()
}

async fn ask(
    world: &World,
    details: &str,
) -> Result<durward_protocol::authorize::Turn, AuthorizeError> {
    world
        .authorize(&mut browser(), &detailed(details, &[]))
        .await
}

/// What the client hears when the script for payments answers so.
async fn told_when(
    answer: impl Fn(&Call) -> Result<Reply, EngineError> + Send + Sync + 'static,
) -> String {
    let world = World::with_details().await;
    world.detail_script(PAYMENT, "another", answer).await;
    told(ask(&world, &array(&[READ, PAY])).await)
}

#[tokio::test]
async fn an_element_of_an_unknown_or_unregistered_type_is_refused_by_its_index() {
    let world = World::with_details().await;
    let unknown = array(&[PAY, r#"{"type":"gold"}"#]);
    assert_eq!(
        told(ask(&world, &unknown).await),
        "authorization_details[1]: this type is not supported"
    );
    // Exact and case-sensitive, unlike Jans.
    assert_eq!(
        told(ask(&world, r#"[{"type":"Payment"}]"#).await),
        "authorization_details[0]: this type is not supported"
    );
    world
        .change_client(WEB, |client| {
            client.metadata.authorization_details_types = vec![ACCOUNT.to_owned()];
        })
        .await;
    assert_eq!(
        told(ask(&world, &array(&[READ, PAY])).await),
        "authorization_details[1]: the client may not use this type"
    );
    assert_eq!(world.grants().await, []);
}

#[tokio::test]
async fn a_pushed_request_hears_the_refusal_itself_and_nothing_is_kept() {
    let world = World::with_details().await;
    let wanted = array(&[PAY, r#"{"type":"gold"}"#]);
    let unknown = detailed(&wanted, &[]);
    let refused = world.push(&unknown).await.unwrap_err();
    assert_eq!(
        words(&refused),
        "authorization_details[1]: this type is not supported"
    );
    world
        .detail_script(PAYMENT, "no", |_| Ok(reply(false.into(), &[])))
        .await;
    let wanted = array(&[PAY]);
    let vetoed = detailed(&wanted, &[]);
    assert!(words(&world.push(&vetoed).await.unwrap_err()).starts_with("authorization_details[0]"));
    let rows = world.store.fetch_all(Kind::PushedRequest).await.unwrap();
    assert!(rows.is_empty());
}

#[tokio::test]
async fn a_script_of_another_type_of_script_is_not_a_type() {
    let world = World::with_details().await;
    world.engine.always("push", true);
    world.save_script("push", 1, "push").await.unwrap();
    assert_eq!(
        told(ask(&world, r#"[{"type":"push"}]"#).await),
        "authorization_details[0]: this type is not supported"
    );
}

#[tokio::test]
async fn scripts_are_asked_in_order_up_to_the_first_refusal() {
    let world = World::with_details().await;
    world
        .detail_script(ACCOUNT, "no", |_| Ok(reply(json!(false), &[])))
        .await;
    let details = array(&[PAY, READ, PAY]);
    assert_eq!(
        told(ask(&world, &details).await),
        "authorization_details[1]: it was refused"
    );
    let asked: Vec<String> = world
        .engine
        .contexts()
        .into_iter()
        .map(|(text, _)| text)
        .collect();
    assert_eq!(asked, [PAYMENT, "no"]);
}

#[tokio::test]
async fn whatever_goes_wrong_with_a_script_is_a_refusal() {
    for error in every_error() {
        let told = told_when(move |_| Err(error.clone())).await;
        assert_eq!(told, "authorization_details[1]: it cannot be checked");
    }
    for answer in [Value::Null, json!("true"), json!(1), json!({}), json!([])] {
        let told = told_when(move |_| Ok(reply(answer.clone(), &[]))).await;
        assert_eq!(told, "authorization_details[1]: it was refused");
    }
}

#[tokio::test]
async fn a_script_that_never_loaded_refuses_its_type_and_is_still_listed() {
    let world = World::with_details().await;
    world.engine.always("broken", true);
    world
        .save_script_of("authz_detail", "gold", 1, "broken")
        .await
        .unwrap();
    world.engine.cannot_open("broken", raised("no"));
    world.loader.close().await;
    world.loader.refresh().await.unwrap();
    world
        .change_client(WEB, |client| {
            client.metadata.authorization_details_types = vec!["gold".to_owned()];
        })
        .await;
    assert_eq!(
        told(ask(&world, r#"[{"type":"gold"}]"#).await),
        "authorization_details[0]: it cannot be checked"
    );
}

#[tokio::test]
async fn a_web_exception_refuses_even_beside_a_yes_and_may_word_the_refusal() {
    let entity = |words: &str| json!({ "status": 400, "entity": json!({ "error": "server_error", "error_description": words }).to_string() });
    for (exception, expected) in [
        (entity("over the limit"), "over the limit"),
        (
            json!({ "status": 200, "entity": "not JSON" }),
            "it was refused",
        ),
        (json!({ "status": 200, "entity": null }), "it was refused"),
        // Not fit for an error_description (RFC 6749, section 5.2).
        (entity("a\nb"), "it was refused"),
        (entity("\u{202e}evil"), "it was refused"),
        (entity("say \"x\""), "it was refused"),
        (entity(&"x".repeat(201)), "it was refused"),
        (entity(" "), "it was refused"),
    ] {
        let told = told_when(move |_| {
            Ok(reply(
                json!(true),
                &[("webApplicationException", exception.clone())],
            ))
        })
        .await;
        assert_eq!(told, format!("authorization_details[1]: {expected}"));
    }
}

#[tokio::test]
async fn what_a_script_makes_of_an_element_is_shown_and_granted_and_known_as_the_scripts() {
    let world = World::with_details().await;
    let enriched = r#"{"type":"account","actions":["read"],"limit":1.50,"accounts":["DE1"]}"#;
    world
        .detail_script(ACCOUNT, "enrich", move |call| {
            let mut answer = lenient(call);
            if call.method == "validateDetail" {
                answer = reply(json!(true), &[("authzDetail.jsonObject", json!(enriched))]);
            }
            Ok(answer)
        })
        .await;
    let details = array(&[PAY, READ]);
    let tokens = world
        .web_tokens_for(&[("authorization_details", &details)])
        .await;
    let granted: Vec<&str> = tokens
        .authorization_details
        .iter()
        .map(durward_model::Detail::as_str)
        .collect();
    assert_eq!(granted, [PAY, enriched]);
    let grants = world.grants().await;
    let elements: Vec<_> = grants[0].authorization_details.iter().collect();
    assert_eq!(elements[0].enrichment, None);
    let made = elements[1].enrichment.clone().unwrap();
    assert_eq!(made.script, ACCOUNT);
    let requested = durward_model::Detail::from_text(READ.to_owned()).unwrap();
    assert_eq!(made.requested, requested.hash());
    let decided = world.decisions.all();
    assert_eq!(
        (decided[1].verdict.as_str(), &decided[1].version),
        ("changed", &made.version)
    );
}

#[tokio::test]
async fn a_script_cannot_make_something_else_of_an_element() {
    let deep = format!(
        r#"{{"type":"payment","x":{}{}}}"#,
        "[".repeat(15),
        "]".repeat(15)
    );
    let long = format!(r#"{{"type":"payment","x":"{}"}}"#, "x".repeat(64 * 1024));
    for made in [
        json!(r#"{"type":"account"}"#),
        json!(r#"{"type":"payment","a":1,"a":2}"#),
        json!("{}"),
        json!("[]"),
        json!("no JSON"),
        json!(deep),
        json!(long),
    ] {
        let told = told_when(move |_| {
            Ok(reply(
                json!(true),
                &[("authzDetail.jsonObject", made.clone())],
            ))
        })
        .await;
        assert_eq!(told, "authorization_details[1]: it cannot be checked");
    }
    // Not text: a host that would round numbers.
    let told = told_when(|_| {
        Ok(reply(
            json!(true),
            &[("authzDetail.jsonObject", json!({ "type": "payment" }))],
        ))
    })
    .await;
    assert_eq!(told, "authorization_details[1]: it was refused");
}

#[tokio::test]
async fn scripts_see_the_element_to_the_letter_the_request_and_who_asks() {
    let world = World::with_details().await;
    let mut alice = world.alices_browser().await;
    alice.headers = vec![("user-agent".to_owned(), "Browser 1".to_owned())];
    let details = array(&[PAY]);
    let request = detailed(&details, &[("max_age", "60"), ("login_hint", "alice")]);
    world.authorize(&mut alice, &request).await.unwrap();
    let (_, context) = world.engine.contexts().remove(0);
    assert_eq!(
        context["authzDetail"],
        json!({ "jsonObject": PAY, "type": PAYMENT, "uiRepresentation": null })
    );
    assert_eq!(context["authzDetails"], details);
    assert_eq!(context["client"]["clientId"], WEB);
    assert_eq!(context["user"]["inum"], ALICE);
    assert_eq!(context["authzRequest"]["scope"], "openid profile");
    assert_eq!(context["authzRequest"]["maxAge"], 60);
    assert_eq!(context["authzRequest"]["authzDetailsString"], details);
    let http = &context["httpRequest"];
    assert_eq!(
        (&http["method"], &http["remoteAddr"]),
        (&json!("GET"), &json!("192.0.2.1"))
    );
    assert_eq!(http["headers"]["user-agent"], "Browser 1");
    assert_eq!(http["parameters"]["state"], "state-1");
    assert_eq!(context["grantedAuthzDetail"], Value::Null);
    assert_eq!(context["resourceServer"], json!([]));
}

#[tokio::test]
async fn scripts_see_no_credential() {
    let world = World::with_details().await;
    let details = array(&[PAY]);
    let code = world.code_for(&detailed(&details, &[])).await;
    let request = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", durward_testkit::clients::WEB_URI),
        ("authorization_details", &details),
    ];
    let tokens = world
        .token(Some(&durward_testkit::clients::basic(WEB)), &request)
        .await
        .unwrap();
    let refresh = tokens.refresh_token.unwrap();
    let request = [
        ("grant_type", "refresh_token"),
        ("refresh_token", refresh.as_str()),
        ("authorization_details", &details),
    ];
    world
        .token(Some(&durward_testkit::clients::basic(WEB)), &request)
        .await
        .unwrap();
    let secret = secret(SERVICE);
    let request = [
        ("grant_type", "client_credentials"),
        ("client_id", SERVICE),
        ("client_secret", secret.as_str()),
        ("authorization_details", &details),
    ];
    world.token(None, &request).await.unwrap();
    let seen = json!(world.engine.contexts()).to_string();
    for hidden in [code.as_str(), &refresh, &secret] {
        assert!(!seen.contains(hidden), "{hidden}");
    }
    assert!(seen.contains("grant_type"));
}

#[tokio::test]
async fn every_endpoint_that_takes_details_refuses_alike() {
    let world = World::with_details().await;
    for bad in [
        "{}",
        "[1]",
        r#"[{"type":"gold"}]"#,
        r#"[{"type":"payment","type":"payment"}]"#,
    ] {
        assert_eq!(
            refusal_by_redirect(ask(&world, bad).await),
            Code::InvalidAuthorizationDetails
        );
        let request = with(&ciba_request(), &[("authorization_details", bad)]);
        assert_eq!(
            refusal(world.ask(&request).await),
            Code::InvalidAuthorizationDetails
        );
        let secret = secret(SERVICE);
        let request = [
            ("grant_type", "client_credentials"),
            ("client_id", SERVICE),
            ("client_secret", secret.as_str()),
            ("authorization_details", bad),
        ];
        assert_eq!(
            refusal(world.token(None, &request).await),
            Code::InvalidAuthorizationDetails
        );
    }
}

#[tokio::test]
async fn discovery_lists_the_names_of_enabled_scripts() {
    let world = World::new().await;
    let listed = |world: &World| {
        discovery::answer(&world.provider)["authorization_details_types_supported"].clone()
    };
    assert_eq!(listed(&world), Value::Null);
    world.offer_details().await;
    assert_eq!(listed(&world), json!([ACCOUNT, PAYMENT]));
    world
        .keeper()
        .set_enabled(
            durward_protocol::script_keeping::Which::Name(PAYMENT),
            false,
        )
        .await
        .unwrap();
    world.loader.refresh().await.unwrap();
    assert_eq!(listed(&world), json!([ACCOUNT]));
}

#[tokio::test]
async fn every_decision_is_recorded_with_version_element_and_verdict() {
    let world = World::with_details().await;
    let turn = ask(&world, &array(&[PAY, READ])).await.unwrap();
    assert!(matches!(turn.step, Step::Login(_)));
    let decided = world.decisions.all();
    let read = durward_model::Detail::from_text(READ.to_owned()).unwrap();
    assert_eq!(decided.len(), 2);
    assert_eq!(decided[1].element, read.hash().as_str());
    assert_eq!(decided[1].script, ACCOUNT);
    let stored = world
        .store
        .find_script_by_name(ACCOUNT)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(decided[1].version, stored.value.version);
    world
        .detail_script(ACCOUNT, "fails", |_| Err(raised("no")))
        .await;
    let _ = ask(&world, &array(&[READ])).await;
    let last = world.decisions.verdicts().pop().unwrap();
    assert_eq!(last, ("validateDetail".to_owned(), "failed".to_owned()));
}
