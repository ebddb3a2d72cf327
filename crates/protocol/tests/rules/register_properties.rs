//! Every property of a client that a script may set: it is stored, and who looks sees it.

use durward_model::configuration::RegistrationMode;
use durward_script::{
    contract::{Bean, Kind},
    engine::Reply,
    types::client_registration::beans::{CLIENT, CLIENT_ATTRIBUTES},
};
use durward_testkit::{
    World,
    clock::START,
    keys,
    registration::{and, web_metadata},
};
use serde_json::{Map, Value, json};

const TYPE: &str = "client_registration";

/// Paths of what may be set.
fn writable(prefix: &str, bean: &Bean) -> Vec<(String, Kind)> {
    let properties = bean.properties.iter().filter(|property| property.writable);
    properties
        .map(|property| (format!("{prefix}{}", property.name), property.kind))
        .collect()
}

/// A value that a property can have.
fn value_of(path: &str, kind: Kind) -> Value {
    let name = path.rsplit('.').next().unwrap_or(path);
    match (name, kind) {
        ("clientId", _) => json!("chosen"),
        ("scopes", _) => json!(["inum=accounts,ou=scopes,o=jans"]),
        ("grantTypes", _) => json!(["authorization_code", "client_credentials"]),
        ("responseTypes", _) => json!(["code"]),
        ("applicationType", _) => json!("native"),
        ("subjectType", _) => json!("public"),
        ("tokenEndpointAuthMethod", _) => json!("client_secret_post"),
        ("backchannelTokenDeliveryMode", _) => json!("poll"),
        ("jwks", _) => json!({ "keys": [keys::stranger_key().public_jwk()] }),
        ("tlsClientAuthSubjectDn", _) => json!("CN=a"),
        ("postLogoutRedirectUris" | "requestUris" | "redirectUris", _) => {
            json!(["https://new.example/cb", "https://new.example/other"])
        }
        ("authorizedOrigins", _) => json!(["https://new.example"]),
        ("backchannelLogoutUri", _) => json!(["https://new.example/out"]),
        (name, Kind::Text) if name.ends_with("Alg") => json!("ES256"),
        (name, Kind::Text) if name.ends_with("Uri") || name.ends_with("Endpoint") => {
            json!("https://new.example/page")
        }
        (_, Kind::Text) => json!("words"),
        (_, Kind::Texts) => json!(["one", "two"]),
        (_, Kind::Boolean) => json!(true),
        (_, Kind::Integer) => json!(60),
        (_, Kind::Date) => json!(START.plus_seconds(4_000).ms()),
        (_, other) => panic!("{path} is a {other:?}"),
    }
}

fn member<'a>(client: &'a Value, path: &str) -> &'a Value {
    path.split('.').fold(client, |value, name| &value[name])
}

#[tokio::test]
async fn every_property_that_may_be_set_is_set() {
    let world = World::configured(|c| {
        c.dynamic_registration_mode = RegistrationMode::Open;
        c.dynamic_registration_quota = 0;
        c.scopes_supported.push("accounts".to_owned());
    })
    .await;
    world.engine.always("looks", true);
    world
        .save_script_of(TYPE, "looks", 2, "looks")
        .await
        .unwrap();
    let own = json!({ "jwks": { "keys": [keys::client_key().public_jwk()] } });
    let mut wrong = Vec::new();
    let all = [
        writable("", &CLIENT),
        writable("attributes.", &CLIENT_ATTRIBUTES),
    ];
    for (path, kind) in all.concat() {
        let value = value_of(&path, kind);
        let text = format!("sets {path}");
        let change = (format!("client.{path}"), value.clone());
        world.engine.define_reply(&text, move |call| {
            let creates = call.method == "createClient";
            Ok(Reply {
                result: json!(creates),
                changes: Map::from_iter(creates.then(|| change.clone())),
            })
        });
        world.save_script_of(TYPE, "sets", 1, &text).await.unwrap();
        let mut metadata = and(&web_metadata(), &own);
        if path == "jwksUri" {
            metadata = web_metadata();
        }
        if let Err(error) = world.register(&metadata).await {
            wrong.push(format!("{path}: refused: {error:?}"));
            continue;
        }
        let contexts = world.engine.contexts();
        let seen = contexts
            .iter()
            .rfind(|(text, context)| text == "looks" && context["registerRequest"].is_object());
        let (_, context) = seen.unwrap();
        if member(&context["client"], &path) != &value {
            let seen = member(&context["client"], &path);
            wrong.push(format!("{path}: {value} is seen as {seen}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn what_a_client_asks_for_by_either_name_a_script_sees() {
    let world = World::configured(|c| c.dynamic_registration_mode = RegistrationMode::Open).await;
    world.engine.always("looks", true);
    world
        .save_script_of(TYPE, "looks", 1, "looks")
        .await
        .unwrap();
    for name in ["require_par", "require_pushed_authorization_requests"] {
        let metadata = and(&web_metadata(), &json!({ name: true }));
        world.register(&metadata).await.unwrap();
        let (_, context) = world.engine.contexts().remove(0);
        assert_eq!(context["registerRequest"]["requirePar"], true, "{name}");
        assert_eq!(context["client"]["attributes"]["requirePar"], true);
    }
}
