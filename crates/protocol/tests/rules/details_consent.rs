//! What people are asked, what they may leave out, and what is remembered of it.
//! Attacks 28 (an answered page again), 53 and 56.

use durward_model::Detail;
use durward_protocol::{
    Code,
    authentication::Browser,
    authorize::{ConsentStep, Step, decision::Decision, interaction},
};
use durward_testkit::{
    World,
    ciba::ciba_request,
    details::{ACCOUNT, PAY, PAYMENT, READ, array, detailed, lenient, reply},
    engine::raised,
    flow::{browser, interaction_of, member, refusal_by_page, refusal_by_redirect, with},
    users::ALICE_PASSWORD,
};
use serde_json::json;

/// The consent page of a request of Alice, who is logged in.
async fn page(world: &World, alice: &mut Browser, details: &str) -> ConsentStep {
    let turn = world
        .authorize(alice, &detailed(details, &[]))
        .await
        .unwrap();
    match turn.step {
        Step::Consent(page) => *page,
        other => panic!("not the consent page: {other:?}"),
    }
}

async fn granted(
    world: &World,
    alice: &Browser,
    page: &ConsentStep,
    decision: Decision,
) -> Vec<String> {
    let turn = interaction::decide(&world.provider, &page.interaction, alice, decision)
        .await
        .unwrap();
    let Step::Answer(answer) = turn.step else {
        panic!("no answer: {:?}", turn.step)
    };
    let tokens = world.exchange(&member(&answer, "code")).await.unwrap();
    texts(&tokens.authorization_details)
}

fn texts(details: &[Detail]) -> Vec<String> {
    details.iter().map(|one| one.as_str().to_owned()).collect()
}

#[tokio::test]
async fn the_page_shows_scopes_and_details_in_order() {
    let world = World::with_details().await;
    let mut alice = world.alices_browser().await;
    world
        .detail_script(ACCOUNT, "words", |call| {
            let mut answer = lenient(call);
            if call.method == "getUiRepresentation" {
                answer = reply(json!("Look into your account"), &[]);
            }
            Ok(answer)
        })
        .await;
    let page = page(&world, &mut alice, &array(&[PAY, READ])).await;
    assert_eq!(page.scope.to_string(), "openid profile");
    let types: Vec<&str> = page
        .details
        .iter()
        .map(|one| one.detail_type.as_str())
        .collect();
    assert_eq!(types, [PAYMENT, ACCOUNT]);
    assert_eq!(page.details[0].words, None);
    let amount = ("instructedAmount.amount".to_owned(), "123.50".to_owned());
    assert!(
        page.details[0].facts.contains(&amount),
        "{:?}",
        page.details[0]
    );
    assert_eq!(
        page.details[1].words.as_deref(),
        Some("Look into your account")
    );
    assert!(!page.details[1].words_are_the_clients);
}

#[tokio::test]
async fn a_script_that_fails_or_is_blank_leaves_the_facts() {
    let world = World::with_details().await;
    let mut alice = world.alices_browser().await;
    for (text, blank) in [
        ("fails", None),
        ("blank", Some(json!(" \n "))),
        ("number", Some(json!(1))),
    ] {
        world
            .detail_script(ACCOUNT, text, move |call| match call.method.as_str() {
                "validateDetail" => Ok(reply(json!(true), &[])),
                _ => blank
                    .clone()
                    .map(|blank| reply(blank, &[]))
                    .ok_or_else(|| raised("no")),
            })
            .await;
        let page = page(&world, &mut alice, &array(&[READ])).await;
        assert_eq!(page.details[0].words, None, "{text}");
        assert!(!page.details[0].facts.is_empty());
    }
}

#[tokio::test]
async fn attack_56_words_that_the_client_wrote_itself_are_known_as_such() {
    let world = World::with_details().await;
    let mut alice = world.alices_browser().await;
    let lie = r#"{"type":"payment","amount":9999,"ui_representation":"Pay  1 EUR\u202e"}"#;
    for (text, words, claimed) in [
        ("same", "Pay 1 EUR\u{202e}", true),
        ("within", "Payment.\nPay 1 EUR\u{202e}\nOK", true),
        ("own", "Pay 9999 EUR", false),
    ] {
        world
            .detail_script(PAYMENT, text, move |call| {
                Ok(match call.method.as_str() {
                    "validateDetail" => reply(json!(true), &[]),
                    _ => reply(json!(words), &[]),
                })
            })
            .await;
        let page = page(&world, &mut alice, &array(&[lie])).await;
        assert_eq!(page.details[0].words_are_the_clients, claimed, "{text}");
        let facts = [("amount".to_owned(), "9999".to_owned())];
        assert_eq!(page.details[0].facts, facts, "{text}");
    }
}

#[tokio::test]
async fn attack_56_a_script_that_copies_the_words_elsewhere_does_not_make_them_its_own() {
    let world = World::with_details().await;
    let mut alice = world.alices_browser().await;
    world
        .detail_script(PAYMENT, "moves", |call| {
            Ok(match call.method.as_str() {
                "validateDetail" => reply(
                    json!(true),
                    &[(
                        "authzDetail.jsonObject",
                        json!(r#"{"type":"payment","amount":9999,"title":"Free"}"#),
                    )],
                ),
                _ => reply(json!("Free"), &[]),
            })
        })
        .await;
    let lie = r#"{"type":"payment","amount":9999,"ui_representation":"Free"}"#;
    let page = page(&world, &mut alice, &array(&[lie])).await;
    assert!(page.details[0].words_are_the_clients);
}

#[tokio::test]
async fn consent_is_remembered_for_the_same_elements_and_no_others() {
    let world = World::with_details().await;
    let mut alice = world.alices_browser().await;
    let shown = page(&world, &mut alice, &array(&[PAY, READ])).await;
    granted(&world, &alice, &shown, Decision::Allow).await;
    let cheaper = PAY.replace("123.50", "123.49");
    let dearer = PAY.replace("123.50", "1123.50");
    let spaced = PAY.replace(", ", ",");
    for (details, asks) in [
        (array(&[PAY, READ]), false),
        (array(&[READ, PAY]), false),
        (array(&[READ]), false),
        ("[]".to_owned(), false),
        (array(&[&dearer]), true),
        (array(&[&cheaper]), true),
        (array(&[&spaced]), true),
        (array(&[PAY, PAY]), true),
    ] {
        let turn = world
            .authorize(&mut alice, &detailed(&details, &[]))
            .await
            .unwrap();
        assert_eq!(matches!(turn.step, Step::Consent(_)), asks, "{details}");
    }
    let request = detailed(&dearer, &[]);
    let dear = array(&[&dearer]);
    let silent = with(
        &request,
        &[("prompt", "none"), ("authorization_details", &dear)],
    );
    assert_eq!(
        refusal_by_redirect(world.authorize(&mut alice, &silent).await),
        Code::ConsentRequired
    );
    let known = array(&[PAY]);
    let silent = detailed(&known, &[("prompt", "none")]);
    let turn = world.authorize(&mut alice, &silent).await.unwrap();
    assert!(matches!(turn.step, Step::Answer(_)));
}

#[tokio::test]
async fn consent_to_an_element_is_none_to_another_scope() {
    let world = World::with_details().await;
    let mut alice = world.alices_browser().await;
    let details = array(&[PAY]);
    let shown = page(&world, &mut alice, &details).await;
    granted(&world, &alice, &shown, Decision::Allow).await;
    let wider = detailed(&details, &[("scope", "openid profile email")]);
    let turn = world.authorize(&mut alice, &wider).await.unwrap();
    assert!(matches!(turn.step, Step::Consent(_)));
}

#[tokio::test]
async fn what_is_left_out_is_neither_granted_nor_remembered() {
    let world = World::with_details().await;
    let mut alice = world.alices_browser().await;
    let details = array(&[PAY, READ]);
    let shown = page(&world, &mut alice, &details).await;
    assert!(shown.may_leave_out);
    let left = granted(&world, &alice, &shown, Decision::AllowOnly(vec![1, 7])).await;
    assert_eq!(left, [READ]);
    // Asked again for the whole, the person is asked again.
    let again = page(&world, &mut alice, &details).await;
    let none = granted(&world, &alice, &again, Decision::AllowOnly(Vec::new())).await;
    assert_eq!(none, [""; 0]);
    page(&world, &mut alice, &details).await;
}

/// Whoever writes the answer himself gets no further than the page.
#[tokio::test]
async fn where_nothing_may_be_left_out_a_part_is_no_answer() {
    let world = World::with_details().await;
    world
        .reconfigure(|c| c.consent_may_leave_out_details = false)
        .await;
    let mut alice = world.alices_browser().await;
    let details = array(&[PAY, READ]);
    let shown = page(&world, &mut alice, &details).await;
    let provider = &world.provider;
    for places in [vec![], vec![1], vec![1, 7]] {
        let part = Decision::AllowOnly(places);
        let refused = interaction::decide(provider, &shown.interaction, &alice, part).await;
        assert_eq!(refusal_by_page(refused), Code::InvalidRequest);
    }
    let all = granted(&world, &alice, &shown, Decision::AllowOnly(vec![0, 1])).await;
    assert_eq!(all, [PAY, READ]);

    let request = with(&ciba_request(), &[("authorization_details", &details)]);
    let id = world.ask(&request).await.unwrap().auth_req_id;
    let turn = world.authorize(&mut alice, &[("auth_req_id", &id)]).await;
    let page = interaction_of(&turn.unwrap());
    let part = Decision::AllowOnly(vec![1]);
    let refused = interaction::decide(provider, &page, &alice, part).await;
    assert_eq!(refusal_by_page(refused), Code::InvalidRequest);
    interaction::decide(provider, &page, &alice, Decision::Deny)
        .await
        .unwrap();
}

#[tokio::test]
async fn nothing_left_of_a_request_for_details_alone_is_a_denial() {
    let world = World::with_details().await;
    let mut alice = world.alices_browser().await;
    let details = array(&[PAY]);
    let request = detailed(&details, &[("scope", ""), ("nonce", "")]);
    let id = interaction_of(&world.authorize(&mut alice, &request).await.unwrap());
    let nothing = Decision::AllowOnly(Vec::new());
    let result = interaction::decide(&world.provider, &id, &alice, nothing).await;
    assert_eq!(refusal_by_redirect(result), Code::AccessDenied);
    // With the element it is a grant of details without scope.
    let id = interaction_of(&world.authorize(&mut alice, &request).await.unwrap());
    let turn = interaction::decide(&world.provider, &id, &alice, true)
        .await
        .unwrap();
    let Step::Answer(answer) = turn.step else {
        panic!()
    };
    let tokens = world.exchange(&member(&answer, "code")).await.unwrap();
    assert_eq!((tokens.scope.is_empty(), tokens.id_token), (true, None));
    assert_eq!(texts(&tokens.authorization_details), [PAY]);
}

#[tokio::test]
async fn attack_53_what_the_page_showed_is_granted_whatever_the_scripts_say_later() {
    let world = World::with_details().await;
    let mut stranger = browser();
    let details = array(&[PAY]);
    let turn = world
        .authorize(&mut stranger, &detailed(&details, &[]))
        .await
        .unwrap();
    let id = interaction_of(&turn);
    world
        .detail_script(PAYMENT, "widens", |_| {
            Ok(reply(
                json!(true),
                &[(
                    "authzDetail.jsonObject",
                    json!(r#"{"type":"payment","amount":1000000}"#),
                )],
            ))
        })
        .await;
    world
        .log_in(&mut stranger, &id, "alice", ALICE_PASSWORD)
        .await
        .unwrap();
    interaction::resume(&world.provider, &id, &stranger)
        .await
        .unwrap();
    let turn = interaction::decide(&world.provider, &id, &stranger, true)
        .await
        .unwrap();
    let Step::Answer(answer) = turn.step else {
        panic!()
    };
    world.exchange(&member(&answer, "code")).await.unwrap();
    let grants = world.grants().await;
    assert_eq!(texts(&grants[0].authorization_details.elements()), [PAY]);
}

#[tokio::test]
async fn attack_28_a_page_that_was_answered_grants_nothing_more() {
    let world = World::with_details().await;
    let mut alice = world.alices_browser().await;
    let shown = page(&world, &mut alice, &array(&[PAY, READ])).await;
    granted(&world, &alice, &shown, Decision::AllowOnly(vec![0])).await;
    let again = interaction::decide(&world.provider, &shown.interaction, &alice, true).await;
    assert!(again.is_err());
}

#[tokio::test]
async fn the_approval_page_of_ciba_shows_details_and_may_leave_some_out() {
    let world = World::with_details().await;
    let mut alice = world.alices_browser().await;
    let details = array(&[PAY, READ]);
    let request = with(&ciba_request(), &[("authorization_details", &details)]);
    for (decision, expected) in [
        (Decision::Allow, vec![PAY, READ]),
        (Decision::AllowOnly(vec![1]), vec![READ]),
        (Decision::AllowOnly(Vec::new()), vec![]),
    ] {
        let id = world.ask(&request).await.unwrap().auth_req_id;
        let turn = world
            .authorize(&mut alice, &[("auth_req_id", &id)])
            .await
            .unwrap();
        let Step::Approval(page) = turn.step else {
            panic!("{:?}", turn.step)
        };
        let types: Vec<&str> = page
            .details
            .iter()
            .map(|one| one.detail_type.as_str())
            .collect();
        assert_eq!(types, [PAYMENT, ACCOUNT]);
        interaction::decide(&world.provider, &page.interaction, &alice, decision)
            .await
            .unwrap();
        let tokens = world.poll(&id).await.unwrap();
        assert_eq!(texts(&tokens.authorization_details), expected);
        let contexts = world.engine.contexts();
        let (_, context) = contexts
            .iter()
            .find(|(_, context)| context["client"]["clientId"] == "ciba")
            .unwrap();
        assert_eq!(context["user"]["userId"], "alice", "known from the hint");
    }
}
