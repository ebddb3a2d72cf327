//! Notification scripts as the CIBA endpoint sees them: order, failures, what they mean.

use durward_model::{ciba::NotificationOutcome, configuration::NotificationFailure};
use durward_protocol::{Code, ciba::request};
use durward_store::Kind;
use durward_testkit::{
    World,
    ciba::ciba_request,
    clients::{CIBA, basic_with},
    engine::every_error,
    flow::{parameters, refusal},
    users::ALICE,
    world::ISSUER,
};
use serde_json::{Value, json};

async fn failure_means(meaning: NotificationFailure) -> World {
    World::configured(|configuration| {
        configuration.notification_failure = meaning;
        configuration.backchannel_pending_requests_per_user = 100;
    })
    .await
}

#[tokio::test]
async fn a_script_sees_the_request_after_it_was_stored() {
    let world = World::new().await;
    world.engine.always("notify", true);
    world.save_script("notify", 1, "notify").await.unwrap();
    let ack = world.asked().await;
    let contexts = world.engine.contexts();
    assert_eq!(contexts.len(), 1);
    let context = &contexts[0].1;
    assert_eq!(context["authReqId"], ack.auth_req_id);
    assert_eq!(context["scope"], "openid profile");
    assert_eq!(context["acrValues"], Value::Null);
    assert_eq!(context["bindingMessage"], "W4SCT");
    assert_eq!(context["deviceRegistrationToken"], "device-of-alice");
    assert_eq!(context["expiresIn"], 300);
    assert_eq!(context["user"]["inum"], ALICE);
    assert_eq!(context["user"]["userId"], "alice");
    assert_eq!(
        context["client"],
        json!({ "clientId": CIBA, "clientName": "Ciba Bank" })
    );
    assert_eq!(context["appConfiguration"]["issuer"], ISSUER);
    assert!(
        context.to_string().find("password").is_none(),
        "no hash leaves"
    );
}

#[tokio::test]
async fn a_refused_request_rings_nobody() {
    let world = World::new().await;
    world.engine.always("notify", true);
    world.save_script("notify", 1, "notify").await.unwrap();
    let wrong = basic_with(CIBA, "wrong");
    let result = request::answer(
        &world.provider,
        Some(wrong.as_str()),
        &parameters(&ciba_request()),
    )
    .await;
    assert_eq!(refusal(result), Code::InvalidClient);
    assert!(world.engine.contexts().is_empty());
}

#[tokio::test]
async fn scripts_are_asked_in_level_order_up_to_the_first_false() {
    let world = World::new().await;
    for (name, level, answer) in [
        ("last", 30, true),
        ("says-no", 20, false),
        ("first", -5, true),
        ("second", 10, true),
    ] {
        world.engine.always(name, answer);
        world.save_script(name, level, name).await.unwrap();
    }
    world.asked().await;
    let asked: Vec<String> = world
        .engine
        .contexts()
        .into_iter()
        .map(|(text, _)| text)
        .collect();
    assert_eq!(asked, ["first", "second", "says-no"]);
}

#[tokio::test]
async fn only_true_counts_as_sent() {
    let world = failure_means(NotificationFailure::Reject).await;
    for (index, value) in [
        Value::Null,
        json!(1),
        json!("true"),
        json!(false),
        json!({}),
        json!([true]),
    ]
    .into_iter()
    .enumerate()
    {
        let text = format!("answer-{index}");
        world.engine.always(&text, value);
        world.save_script("notify", 1, &text).await.unwrap();
        assert_eq!(
            refusal(world.ask(&ciba_request()).await),
            Code::UnauthorizedEndUserDevice,
            "{text}"
        );
    }
}

#[tokio::test]
async fn where_failures_are_accepted_the_request_goes_on_and_the_reason_is_kept() {
    let world = failure_means(NotificationFailure::Accept).await;
    for (index, error) in every_error().into_iter().enumerate() {
        let text = format!("fails-{index}");
        world.engine.always_fails(&text, error.clone());
        world.save_script("notify", 1, &text).await.unwrap();
        let ack = world.asked().await;
        let stored = world.stored_request(&ack.auth_req_id).await.unwrap();
        let NotificationOutcome::Failed { reason } = stored.notification else {
            panic!("{error}: {:?}", stored.notification)
        };
        assert!(
            reason.contains("notify") && reason.contains(&error.to_string()),
            "{reason}"
        );
        assert_eq!(
            refusal(world.poll(&ack.auth_req_id).await),
            Code::AuthorizationPending
        );
    }
}

#[tokio::test]
async fn where_failures_are_rejected_the_request_is_gone() {
    let world = failure_means(NotificationFailure::Reject).await;
    for (index, error) in every_error().into_iter().enumerate() {
        let text = format!("fails-{index}");
        world.engine.always_fails(&text, error);
        world.save_script("notify", 1, &text).await.unwrap();
        let error = world.ask(&ciba_request()).await.unwrap_err();
        let refused = error.refusal().unwrap();
        assert_eq!(refused.code, Code::UnauthorizedEndUserDevice);
        assert!(
            !refused.description.contains("ValueError"),
            "a script's words stay inside"
        );
        assert_eq!(world.count(Kind::CibaRequest).await, 0);
    }
}

#[tokio::test]
async fn without_a_script_the_request_stands() {
    let world = failure_means(NotificationFailure::Reject).await;
    let ack = world.asked().await;
    assert_eq!(
        refusal(world.poll(&ack.auth_req_id).await),
        Code::AuthorizationPending
    );
}
