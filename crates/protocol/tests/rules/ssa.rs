//! Statements of our own: issued, shown, used once, taken back.

use durward_model::{
    Scope,
    client::{AuthMethod, ClientMetadata, grant_type},
    configuration::RegistrationMode,
};
use durward_protocol::{
    Code,
    ssa::{self, ADMIN, DEVELOPER, PORTAL, Which},
};
use durward_testkit::{
    World, claims_of,
    clients::secret,
    flow::refusal,
    registration::{From, and, member, refused_with, web_metadata},
};
use serde_json::{Value, json};

const PORTAL_CLIENT: &str = "portal";

async fn world() -> World {
    let world = World::configured(|c| {
        c.feature_flags.push("ssa".to_owned());
        c.dynamic_registration_mode = RegistrationMode::Open;
        c.ssa_configuration
            .ssa_map_software_roles_to_scopes
            .insert("aisp".to_owned(), vec!["accounts".to_owned()]);
    })
    .await;
    let metadata = ClientMetadata {
        grant_types: vec![grant_type::CLIENT_CREDENTIALS.to_owned()],
        scope: Scope::parse(&format!("{ADMIN} {PORTAL} {DEVELOPER} other")),
        token_endpoint_auth_method: AuthMethod::ClientSecretPost,
        ..ClientMetadata::default()
    };
    world.add_client(PORTAL_CLIENT, metadata.clone()).await;
    world.add_client("developer", metadata).await;
    world
}

async fn token(world: &World, client_id: &str, scope: &str) -> String {
    let secret = secret(client_id);
    let pairs = [
        ("grant_type", "client_credentials"),
        ("client_id", client_id),
        ("client_secret", secret.as_str()),
        ("scope", scope),
    ];
    let parameters = durward_testkit::flow::parameters(&pairs);
    let answer = durward_protocol::token::answer(&world.provider, None, &parameters);
    answer.await.unwrap().access_token
}

async fn issue(world: &World, more: Value) -> String {
    let token = token(world, PORTAL_CLIENT, ADMIN).await;
    let body = and(
        &json!({
            "org_id": "org", "description": "d", "software_roles": ["aisp"],
            "grant_types": ["authorization_code", "client_credentials"],
        }),
        &more,
    );
    let body = body.to_string();
    let answer = ssa::issue(&world.provider, Some((&token).into()), body.as_bytes());
    answer.await.unwrap()["ssa"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_statement_registers_once_with_what_it_gives() {
    let world = world().await;
    let statement = issue(&world, json!({ "software_id": "s-1", "lifetime": 60 })).await;
    assert_eq!(claims_of(&statement)["org_id"], "org");
    let metadata = and(
        &web_metadata(),
        &json!({ "software_statement": statement, "software_id": "mine", "scope": "openid payments" }),
    );
    let registered = world.register(&metadata).await.unwrap();
    assert_eq!(member(&registered, "software_id"), "s-1");
    assert_eq!(member(&registered, "scope"), "openid accounts");
    assert_eq!(
        registered.members["grant_types"],
        json!(["authorization_code", "client_credentials"])
    );
    let client = world.stored_client(&registered).await;
    let registration = client.registration.unwrap();
    assert_eq!(registration.owner.as_deref(), Some("org"));
    assert_eq!(
        registration.expires_at,
        Some(world.provider.now().plus_seconds(60))
    );
    let again = world.register(&metadata).await;
    assert_eq!(refused_with(again), Code::InvalidSoftwareStatement);
    let id = json!({ "client_id": member(&registered, "client_id") });
    let from = From::owner(&registered);
    world
        .update_client(&from, &and(&metadata, &id))
        .await
        .unwrap();
}

#[tokio::test]
async fn a_statement_for_many_registers_until_it_is_taken_back() {
    let world = world().await;
    let statement = issue(&world, json!({ "one_time_use": false })).await;
    let jti = claims_of(&statement)["jti"].as_str().unwrap().to_owned();
    let metadata = and(&web_metadata(), &json!({ "software_statement": statement }));
    world.register(&metadata).await.unwrap();
    world.register(&metadata).await.unwrap();
    assert!(ssa::is_valid(&world.provider, &jti).await.unwrap());
    let admin = token(&world, PORTAL_CLIENT, ADMIN).await;
    let which = Which::Organisation("org");
    assert!(
        ssa::revoke(&world.provider, Some((&admin).into()), which)
            .await
            .unwrap()
    );
    assert!(
        !ssa::revoke(&world.provider, Some((&admin).into()), which)
            .await
            .unwrap()
    );
    assert!(!ssa::is_valid(&world.provider, &jti).await.unwrap());
    let refused = world.register(&metadata).await;
    assert_eq!(refused_with(refused), Code::InvalidSoftwareStatement);
}

#[tokio::test]
async fn each_scope_may_do_its_own_and_no_more() {
    let world = world().await;
    let statement = issue(&world, json!({})).await;
    let jti = claims_of(&statement)["jti"].as_str().unwrap().to_owned();
    let provider = &world.provider;
    for (client, scope, seen) in [
        (PORTAL_CLIENT, PORTAL, 1),
        ("developer", PORTAL, 1),
        ("developer", DEVELOPER, 0),
        (PORTAL_CLIENT, DEVELOPER, 1),
    ] {
        let token = token(&world, client, scope).await;
        let all = ssa::list(provider, Some((&token).into()), None)
            .await
            .unwrap();
        assert_eq!(all.as_array().unwrap().len(), seen, "{client} {scope}");
        let one = ssa::jwt(provider, Some((&token).into()), &jti)
            .await
            .unwrap();
        assert_eq!(one.is_some(), seen == 1, "{client} {scope}");
        let which = Which::Jti(&jti);
        let refused = ssa::revoke(provider, Some((&token).into()), which).await;
        assert_eq!(refusal(refused), Code::InsufficientScope);
        let refused = ssa::issue(provider, Some((&token).into()), b"{}").await;
        assert_eq!(refusal(refused), Code::InsufficientScope);
    }
    let other = token(&world, PORTAL_CLIENT, "other").await;
    let refused = ssa::list(provider, Some((&other).into()), None).await;
    assert_eq!(refusal(refused), Code::InsufficientScope);
    assert_eq!(
        refusal(ssa::list(provider, None, None).await),
        Code::InvalidToken
    );
}

/// RFC 8707, section 2; RFC 9068, section 4.
#[tokio::test]
async fn tokens_for_others_and_of_who_registered_himself_open_nothing() {
    let world = world().await;
    let resource = "https://rs.example/";
    world
        .reconfigure(|c| c.resources_supported = vec![resource.to_owned()])
        .await;
    let secret = secret(PORTAL_CLIENT);
    let request = [
        ("grant_type", "client_credentials"),
        ("client_id", PORTAL_CLIENT),
        ("client_secret", secret.as_str()),
        ("scope", ADMIN),
        ("resource", resource),
    ];
    let for_others = world.token(None, &request).await.unwrap().access_token;
    let own = token(&world, PORTAL_CLIENT, ADMIN).await;
    let lists = async |token: &String| {
        let listed = ssa::list(&world.provider, Some(token.into()), None).await;
        listed.map(|_| ())
    };
    assert_eq!(refusal(lists(&for_others).await), Code::InvalidToken);
    lists(&own).await.unwrap();
    world
        .change_client(PORTAL_CLIENT, |client| {
            client.registration = Some(Box::default());
        })
        .await;
    assert_eq!(refusal(lists(&own).await), Code::InvalidToken);
}

#[tokio::test]
async fn a_request_for_a_statement_is_held_to_its_form() {
    let world = world().await;
    let admin = token(&world, PORTAL_CLIENT, ADMIN).await;
    for body in [
        json!({}),
        json!({ "org_id": 7 }),
        json!({ "org_id": "o", "grant_types": ["password"] }),
        json!({ "org_id": "o", "expiration": 5 }),
        json!({ "org_id": "o", "lifetime": 0 }),
        json!({ "org_id": "o", "one_time_use": "yes" }),
        json!({ "org_id": "o", "rotate_ssa": true }),
        json!([]),
    ] {
        let text = body.to_string();
        let refused = ssa::issue(&world.provider, Some((&admin).into()), text.as_bytes()).await;
        assert_eq!(refusal(refused), Code::InvalidRequest, "{body}");
    }
}
