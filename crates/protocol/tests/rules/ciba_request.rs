//! The backchannel authentication endpoint: who may ask, for whom, for what, how often.

use std::sync::Arc;

use durward_model::client::{AuthMethod, ClientMetadata, grant_type};
use durward_protocol::{Code, ciba::request};
use durward_store::Kind;
use durward_testkit::{
    World,
    ciba::ciba_request,
    clients::{self, CIBA, WEB, basic, basic_with},
    clock::START,
    flow::{parameters, refusal, with},
    keys::{client_key, stranger_key},
    users::{ALICE, ALICE_CODE, BOB},
};
use serde_json::{Value, json};

async fn is_refused(world: &World, others: &[(&str, &str)], code: Code) {
    let request = ciba_request();
    let result = world.ask(&with(&request, others)).await;
    assert_eq!(refusal(result), code, "{others:?}");
}

#[tokio::test]
async fn a_request_is_acknowledged_and_stored_as_asked() {
    let world = World::new().await;
    let ack = world.asked().await;
    assert_eq!((ack.expires_in, ack.interval), (300, 2));
    assert_eq!(ack.auth_req_id.len(), 43, "256 bits");
    let stored = world.stored_request(&ack.auth_req_id).await.unwrap();
    assert_eq!(stored.client_id.as_str(), CIBA);
    assert_eq!(stored.user_id.as_str(), ALICE);
    assert_eq!(stored.scope.to_string(), "openid profile");
    assert_eq!(stored.binding_message.as_deref(), Some("W4SCT"));
    assert_eq!(stored.expires_at, START.plus_seconds(300));
    let rows = world.store.fetch_all(Kind::CibaRequest).await.unwrap();
    assert!(
        !rows[0].body.contains(&ack.auth_req_id),
        "only its hash is kept"
    );
    assert_ne!(ack.auth_req_id, world.asked().await.auth_req_id);
}

#[tokio::test]
async fn exactly_one_hint_is_needed() {
    let world = World::new().await;
    is_refused(&world, &[("login_hint", "")], Code::InvalidRequest).await;
    for (name, value) in [("id_token_hint", "x"), ("login_hint_token", "x")] {
        is_refused(&world, &[(name, value)], Code::InvalidRequest).await;
    }
    let all = [
        ("id_token_hint", "x"),
        ("login_hint_token", "x"),
        ("login_hint", ""),
    ];
    is_refused(&world, &all, Code::InvalidRequest).await;
    is_refused(
        &world,
        &[("login_hint", &"x".repeat(9_000))],
        Code::InvalidRequest,
    )
    .await;
}

#[tokio::test]
async fn a_login_hint_names_a_user_by_the_configured_attributes() {
    let world = World::new().await;
    for hint in [ALICE, "alice", "ALICE", "alice@wonderland.example"] {
        let request = with(&ciba_request(), &[("login_hint", hint)]);
        let ack = world.ask(&request).await.unwrap();
        assert_eq!(
            world
                .stored_request(&ack.auth_req_id)
                .await
                .unwrap()
                .user_id
                .as_str(),
            ALICE
        );
    }
    for hint in [
        "nobody",
        "Alice Liddell",
        "alice-inum ",
        "*",
        "%",
        "' OR 1=1 --",
    ] {
        is_refused(&world, &[("login_hint", hint)], Code::UnknownUserId).await;
    }
    world
        .reconfigure(|configuration| {
            configuration.backchannel_login_hint_claims = vec!["mail".to_owned()];
            configuration.backchannel_pending_requests_per_user = 50;
        })
        .await;
    is_refused(&world, &[("login_hint", "alice")], Code::UnknownUserId).await;
    assert!(
        world
            .ask(&with(
                &ciba_request(),
                &[("login_hint", "alice@wonderland.example")]
            ))
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn an_address_of_two_users_is_nobodys() {
    let world = World::new().await;
    world
        .change_user(BOB, |user| {
            user.email = Some("Alice@Wonderland.example".to_owned());
        })
        .await;
    is_refused(
        &world,
        &[("login_hint", "alice@wonderland.example")],
        Code::UnknownUserId,
    )
    .await;
}

#[tokio::test]
async fn a_disabled_user_is_unknown_and_so_told() {
    let world = World::new().await;
    world.change_user(ALICE, |user| user.disabled = true).await;
    let disabled = world.ask(&ciba_request()).await.unwrap_err().to_string();
    let unknown = world
        .ask(&with(&ciba_request(), &[("login_hint", "nobody")]))
        .await;
    assert_eq!(disabled, unknown.unwrap_err().to_string());
}

#[tokio::test]
async fn an_id_token_hint_must_be_the_clients_own_and_fresh() {
    let world = World::new().await;
    let foreign = world.web_tokens().await;
    let id_token = foreign.id_token.unwrap();
    is_refused(
        &world,
        &[("login_hint", ""), ("id_token_hint", &id_token)],
        Code::InvalidRequest,
    )
    .await;
    let access = foreign.access_token;
    is_refused(
        &world,
        &[("login_hint", ""), ("id_token_hint", &access)],
        Code::InvalidRequest,
    )
    .await;

    let ack = world.asked().await;
    let mut browser = world.alices_browser().await;
    world
        .answer_as_alice(&mut browser, &ack.auth_req_id, true)
        .await
        .unwrap();
    let own = world
        .poll(&ack.auth_req_id)
        .await
        .unwrap()
        .id_token
        .unwrap();
    let request = with(
        &ciba_request(),
        &[("login_hint", ""), ("id_token_hint", &own)],
    );
    assert!(world.ask(&request).await.is_ok());
    let cut = &own[..own.len() - 2];
    is_refused(
        &world,
        &[("login_hint", ""), ("id_token_hint", cut)],
        Code::InvalidRequest,
    )
    .await;
    world.clock.advance_seconds(3_600);
    is_refused(
        &world,
        &[("login_hint", ""), ("id_token_hint", &own)],
        Code::InvalidRequest,
    )
    .await;
}

fn hint_token(subject: &Value, exp: i64) -> String {
    client_key()
        .sign("JWT", &json!({ "subject": subject, "exp": exp }))
        .unwrap()
}

#[tokio::test]
async fn a_login_hint_token_is_signed_by_the_client_and_in_time() {
    let world = World::new().await;
    let later = START.seconds() + 60;
    let by = async |token: &str| {
        world
            .ask(&with(
                &ciba_request(),
                &[("login_hint", ""), ("login_hint_token", token)],
            ))
            .await
    };
    let alice = json!({ "subject_type": "uid", "uid": "alice" });
    let ack = by(&hint_token(&alice, later)).await.unwrap();
    assert_eq!(
        world
            .stored_request(&ack.auth_req_id)
            .await
            .unwrap()
            .user_id
            .as_str(),
        ALICE
    );

    assert_eq!(
        refusal(by(&hint_token(&alice, START.seconds())).await),
        Code::ExpiredLoginHintToken
    );
    let stranger = stranger_key()
        .sign("JWT", &json!({ "subject": alice }))
        .unwrap();
    assert_eq!(refusal(by(&stranger).await), Code::UnknownUserId);
    for subject in [
        json!({ "subject_type": "uid", "uid": "nobody" }),
        json!({ "subject_type": "phone", "phone": "alice" }),
        json!({ "subject_type": "uid", "uid": ["alice"] }),
        json!({ "uid": "alice" }),
        json!("alice"),
    ] {
        assert_eq!(
            refusal(by(&hint_token(&subject, later)).await),
            Code::UnknownUserId,
            "{subject}"
        );
    }
    assert_eq!(
        refusal(by("eyJhbGciOiJub25lIn0.e30.x").await),
        Code::UnknownUserId
    );
}

#[tokio::test]
async fn scope_must_hold_openid_and_is_narrowed_to_the_clients() {
    let world = World::new().await;
    is_refused(&world, &[("scope", "")], Code::InvalidRequest).await;
    for scope in ["profile", "OpenID", "openid\"", "openid \u{e9}"] {
        is_refused(&world, &[("scope", scope)], Code::InvalidScope).await;
    }
    let request = with(&ciba_request(), &[("scope", "openid admin email")]);
    let ack = world.ask(&request).await.unwrap();
    let stored = world.stored_request(&ack.auth_req_id).await.unwrap();
    assert_eq!(stored.scope.to_string(), "openid email");
}

#[tokio::test]
async fn a_binding_message_that_could_lie_is_refused() {
    let world = World::new().await;
    let long = "x".repeat(65);
    let four_kilobytes = "x".repeat(4_096);
    for message in [
        "a\nb",
        "a\r\nb",
        "a\tb",
        "a\u{1b}[2Jb",
        "a\u{7f}b",
        "a\u{85}b",
        "\u{202e}evil",
        "a\u{2066}b",
        "a\u{200b}b",
        "a\u{200f}b",
        "\u{feff}",
        "a\u{ad}b",
        "\u{3164}",
        "a\u{e0041}",
        "   ",
        &long,
        &four_kilobytes,
    ] {
        is_refused(
            &world,
            &[("binding_message", message)],
            Code::InvalidBindingMessage,
        )
        .await;
    }
    for message in [
        "<b>1 &amp; 2</b>",
        "Zahlung 7,50 €",
        "確認コード 1234",
        &"x".repeat(64),
    ] {
        let ack = world
            .ask(&with(&ciba_request(), &[("binding_message", message)]))
            .await
            .unwrap();
        let stored = world.stored_request(&ack.auth_req_id).await.unwrap();
        assert_eq!(stored.binding_message.as_deref(), Some(message));
    }
}

#[tokio::test]
async fn requested_expiry_is_capped_and_a_number() {
    let world = World::new().await;
    for (asked, given) in [
        ("120", 120),
        ("1800", 1_800),
        ("1801", 1_800),
        ("999999999", 1_800),
    ] {
        let ack = world
            .ask(&with(&ciba_request(), &[("requested_expiry", asked)]))
            .await
            .unwrap();
        assert_eq!(ack.expires_in, given);
    }
    for wrong in ["0", "-1", "soon", "1.5", "99999999999999999999"] {
        is_refused(&world, &[("requested_expiry", wrong)], Code::InvalidRequest).await;
    }
}

#[tokio::test]
async fn signed_requests_are_refused_whatever_stands_beside_them() {
    let world = World::new().await;
    is_refused(&world, &[("request", "a.b.c")], Code::InvalidRequest).await;
    is_refused(
        &world,
        &[("request_uri", "https://evil.example/")],
        Code::InvalidRequest,
    )
    .await;
}

#[tokio::test]
async fn public_and_unregistered_clients_are_refused() {
    let world = World::new().await;
    let public = ClientMetadata {
        token_endpoint_auth_method: AuthMethod::None,
        grant_types: vec![grant_type::CIBA.to_owned()],
        backchannel_token_delivery_mode: Some("poll".to_owned()),
        scope: durward_model::Scope::parse("openid"),
        ..ClientMetadata::default()
    };
    world.add_client("public-ciba", public).await;
    let request = with(&ciba_request(), &[("client_id", "public-ciba")]);
    let result = request::answer(&world.provider, None, &parameters(&request)).await;
    assert_eq!(refusal(result), Code::UnauthorizedClient);
    let poll = [
        ("grant_type", grant_type::CIBA),
        ("auth_req_id", "x"),
        ("client_id", "public-ciba"),
    ];
    assert_eq!(
        refusal(world.token(None, &poll).await),
        Code::UnauthorizedClient
    );

    for (authorization, code) in [
        (basic(WEB), Code::UnauthorizedClient),
        (basic_with(CIBA, "wrong"), Code::InvalidClient),
    ] {
        let result = request::answer(
            &world.provider,
            Some(authorization.as_str()),
            &parameters(&ciba_request()),
        )
        .await;
        assert_eq!(refusal(result), code);
    }
    world
        .change_client(CIBA, |client| {
            client.metadata.backchannel_token_delivery_mode = Some("push".to_owned());
        })
        .await;
    is_refused(&world, &[], Code::UnauthorizedClient).await;
    world
        .change_client(CIBA, |client| client.disabled = true)
        .await;
    is_refused(&world, &[], Code::InvalidClient).await;
}

async fn with_user_codes() -> World {
    let world = World::configured(|configuration| {
        configuration.backchannel_pending_requests_per_user = 1_000;
    })
    .await;
    world
        .change_client(CIBA, |client| {
            client.metadata.backchannel_user_code_parameter = true;
        })
        .await;
    world
}

#[tokio::test]
async fn a_user_code_is_asked_for_and_checked() {
    let world = with_user_codes().await;
    is_refused(&world, &[], Code::MissingUserCode).await;
    is_refused(&world, &[("user_code", "0000")], Code::InvalidUserCode).await;
    let request = ciba_request();
    assert!(
        world
            .ask(&with(&request, &[("user_code", ALICE_CODE)]))
            .await
            .is_ok()
    );
    // Bob has none: every code is wrong.
    is_refused(
        &world,
        &[("login_hint", "bob"), ("user_code", ALICE_CODE)],
        Code::InvalidUserCode,
    )
    .await;
}

#[tokio::test]
async fn guessing_user_codes_pauses_and_the_pause_is_not_told() {
    let world = with_user_codes().await;
    let right = [("user_code", ALICE_CODE)];
    for round in 0..5 {
        is_refused(
            &world,
            &[("user_code", &format!("000{round}"))],
            Code::InvalidUserCode,
        )
        .await;
    }
    is_refused(&world, &right, Code::InvalidUserCode).await;
    world.clock.advance_seconds(2);
    assert!(world.ask(&with(&ciba_request(), &right)).await.is_ok());
    // The right code forgets the wrong ones.
    for _ in 0..4 {
        is_refused(&world, &[("user_code", "0000")], Code::InvalidUserCode).await;
    }
    assert!(world.ask(&with(&ciba_request(), &right)).await.is_ok());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn user_codes_guessed_at_the_same_instant_do_not_pass_the_lock() {
    let world = Arc::new(with_user_codes().await);
    // All guesses are right: what is counted is how many were looked at.
    let tasks: Vec<_> = (0..40)
        .map(|round| {
            let world = world.clone();
            tokio::spawn(async move {
                let code = format!("{round:04}");
                world
                    .ask(&with(&ciba_request(), &[("user_code", &code)]))
                    .await
                    .is_err()
            })
        })
        .collect();
    for task in tasks {
        assert!(task.await.unwrap());
    }
    let throttle = world
        .store
        .find_throttle(&format!("user_code:{ALICE}"))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(throttle.failures, 5, "after five the rest is not looked at");
}

#[tokio::test]
async fn a_user_has_only_so_many_open_requests() {
    let world = World::new().await;
    let mut acks = Vec::new();
    for _ in 0..5 {
        acks.push(world.asked().await);
    }
    is_refused(&world, &[], Code::AccessDenied).await;
    assert!(
        world
            .ask(&with(&ciba_request(), &[("login_hint", "bob")]))
            .await
            .is_ok()
    );
    // An answered one makes room, and so does time.
    let mut browser = world.alices_browser().await;
    world
        .answer_as_alice(&mut browser, &acks[0].auth_req_id, false)
        .await
        .unwrap();
    world.asked().await;
    is_refused(&world, &[], Code::AccessDenied).await;
    world.clock.advance_seconds(300);
    world.asked().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn requests_at_the_same_instant_do_not_pass_the_limit() {
    let world = Arc::new(World::new().await);
    let tasks: Vec<_> = (0..32)
        .map(|_| {
            let world = world.clone();
            tokio::spawn(async move { world.ask(&ciba_request()).await.is_ok() })
        })
        .collect();
    let mut accepted = 0;
    for task in tasks {
        accepted += usize::from(task.await.unwrap());
    }
    assert!(accepted <= 5, "{accepted} requests ring the device");
    assert_eq!(
        world.count(Kind::CibaRequest).await,
        accepted,
        "refused ones leave nothing"
    );
}

#[tokio::test]
async fn a_user_without_a_device_is_refused_only_where_one_is_required() {
    let world = World::new().await;
    let request = with(&ciba_request(), &[("login_hint", "bob")]);
    assert!(world.ask(&request).await.is_ok());
    world
        .reconfigure(|configuration| configuration.backchannel_device_required = true)
        .await;
    assert_eq!(
        refusal(world.ask(&request).await),
        Code::UnauthorizedEndUserDevice
    );
    assert!(world.ask(&ciba_request()).await.is_ok());
}

#[tokio::test]
async fn a_device_is_registered_with_a_fresh_id_token_only() {
    use durward_protocol::ciba::device::register;
    let world = World::new().await;
    let tokens = world.web_tokens().await;
    let hint = tokens.id_token.unwrap();
    let pairs = [
        ("id_token_hint", hint.as_str()),
        ("device_registration_token", "new-device"),
    ];
    register(&world.provider, &parameters(&pairs))
        .await
        .unwrap();
    let user = world
        .store
        .find_user(&durward_model::UserId::new(ALICE))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        user.device_registration_token.as_deref(),
        Some("new-device")
    );

    let long = "x".repeat(4_097);
    for others in [
        ("device_registration_token", "a\nb"),
        ("device_registration_token", long.as_str()),
        ("device_registration_token", ""),
        ("id_token_hint", tokens.access_token.as_str()),
        ("id_token_hint", ""),
    ] {
        let result = register(&world.provider, &parameters(&with(&pairs, &[others]))).await;
        assert_eq!(refusal(result), Code::InvalidRequest, "{others:?}");
    }
    world.change_user(ALICE, |user| user.disabled = true).await;
    assert_eq!(
        refusal(register(&world.provider, &parameters(&pairs)).await),
        Code::UnknownUserId
    );
    world.change_user(ALICE, |user| user.disabled = false).await;
    world.clock.advance_seconds(3_600);
    assert_eq!(
        refusal(register(&world.provider, &parameters(&pairs)).await),
        Code::InvalidRequest
    );
}

#[tokio::test]
async fn ciba_clients_authenticate_like_all_others() {
    let world = World::new().await;
    let secret = clients::secret(CIBA);
    let request = with(
        &ciba_request(),
        &[("client_id", CIBA), ("client_secret", &secret)],
    );
    let result = request::answer(&world.provider, None, &parameters(&request)).await;
    assert_eq!(refusal(result), Code::InvalidClient, "registered for Basic");
}
