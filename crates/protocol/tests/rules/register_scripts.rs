//! `client_registration` scripts as registration sees them: each method's moment,
//! context and effect.

use durward_jose::{Algorithm, SigningKey};
use durward_model::{
    Scope,
    configuration::{RegistrationMode, StatementValidation},
    registration::Origin,
};
use durward_protocol::{
    Code,
    client_registration::{RegisterError, certificate_may_speak_for},
    visit::Visit,
};
use durward_script::engine::Reply;
use durward_store::Kind;
use durward_testkit::{
    World,
    certificates::Holder,
    clock::START,
    engine::{Event, every_error},
    keys,
    registration::{From, and, member, refused_with, signed, statement, web_metadata},
};
use proptest::prelude::{Just, prop_oneof};
use serde_json::{Map, Value, json};

const TYPE: &str = "client_registration";

async fn open() -> World {
    World::configured(|c| {
        c.dynamic_registration_mode = RegistrationMode::Open;
        c.dynamic_registration_quota = 0;
    })
    .await
}

/// Says yes to every verdict and changes these paths; nothing to say to anything else.
fn changes(world: &World, text: &str, change: Value) {
    world.engine.define_reply(text, move |call| {
        let verdict = matches!(call.method.as_str(), "createClient" | "updateClient");
        let changes = if verdict {
            change.as_object().unwrap().clone()
        } else {
            Map::new()
        };
        Ok(Reply {
            result: json!(verdict),
            changes,
        })
    });
}

async fn save(world: &World, name: &str, level: i32) {
    world.save_script_of(TYPE, name, level, name).await.unwrap();
}

#[tokio::test]
async fn a_script_sees_the_client_before_it_is_stored() {
    let world = open().await;
    changes(&world, "yes", json!({}));
    save(&world, "yes", 1).await;
    let metadata = and(
        &web_metadata(),
        &json!({ "scope": "openid", "software_id": "s" }),
    );
    let registered = world.register(&metadata).await.unwrap();
    let (_, context) = world.engine.contexts().remove(0);
    assert_eq!(
        context["registerRequest"]["redirectUris"],
        metadata["redirect_uris"]
    );
    assert_eq!(context["registerRequest"]["scope"], json!(["openid"]));
    assert_eq!(context["registerRequest"]["softwareId"], "s");
    assert_eq!(
        context["client"]["clientId"],
        registered.members["client_id"]
    );
    assert_eq!(
        context["client"]["scopes"],
        json!(["inum=openid,ou=scopes,o=jans"])
    );
    assert_eq!(context["client"]["trustedClient"], false);
    assert_eq!(
        context["client"]["attributes"]["introspectionScripts"],
        json!([])
    );
    assert_eq!(context["httpRequest"]["remoteAddr"], "192.0.2.1");
    assert_eq!(context["softwareStatement"], Value::Null);
    assert_eq!(context["certificatePem"], Value::Null);
    assert!(
        !context
            .to_string()
            .contains(&member(&registered, "client_secret"))
    );
}

#[tokio::test]
async fn what_a_script_changes_is_what_is_stored() {
    let world = open().await;
    world
        .reconfigure(|c| c.scopes_supported.push("accounts".to_owned()))
        .await;
    let change = json!({
        "client.clientId": "cn-of-the-certificate", "client.dn": "inum=cn,ou=clients,o=jans",
        "client.clientName": "Renamed", "client.scopes": ["inum=accounts,ou=scopes,o=jans", "openid"],
        "client.grantTypes": ["client_credentials", "authorization_code"],
        "client.trustedClient": true, "client.persistClientAuthorizations": false,
        "client.attributes.introspectionScripts": ["inum=CABA-2222,ou=scripts,o=jans"],
        "client.attributes.runIntrospectionScriptBeforeJwtCreation": true,
        "client.jwksUri": "https://new.example/jwks",
        "client.expirationDate": START.plus_seconds(99).ms(),
        "registerRequest.scope": ["ignored"],
    });
    changes(&world, "changes", change);
    save(&world, "changes", 1).await;
    let registered = world.register(&web_metadata()).await.unwrap();
    assert_eq!(member(&registered, "client_id"), "cn-of-the-certificate");
    assert_eq!(member(&registered, "client_name"), "Renamed");
    assert_eq!(member(&registered, "scope"), "accounts openid");
    let client = world.stored_client(&registered).await;
    assert!(client.is_trusted() && !client.remembers_consents());
    assert_eq!(
        client.metadata.jwks_uri.as_deref(),
        Some("https://new.example/jwks")
    );
    let registration = client.registration.unwrap();
    assert_eq!(registration.provenance["client_name"], Origin::Script);
    assert_eq!(registration.provenance["redirect_uris"], Origin::Request);
    assert_eq!(registration.kept["dn"], "inum=cn,ou=clients,o=jans");
    assert_eq!(registration.expires_at, Some(START.plus_seconds(99)));
    assert_eq!(
        registration.kept["attributes.introspectionScripts"],
        json!(["inum=CABA-2222,ou=scripts,o=jans"])
    );
    // The id is taken now: a script cannot take over what is there.
    let refused = world.register(&web_metadata()).await;
    assert_eq!(refused_with(refused), Code::InvalidClientMetadata);
}

#[tokio::test]
async fn what_a_script_gave_an_update_may_ask_for_again() {
    let world = open().await;
    world
        .reconfigure(|c| c.scopes_supported.push("accounts".to_owned()))
        .await;
    changes(&world, "gives", json!({ "client.scopes": ["accounts"] }));
    save(&world, "gives", 1).await;
    let registered = world.register(&web_metadata()).await.unwrap();
    changes(&world, "quiet", json!({}));
    world
        .save_script_of(TYPE, "gives", 1, "quiet")
        .await
        .unwrap();
    let asked = and(
        &web_metadata(),
        &json!({ "client_id": member(&registered, "client_id"), "scope": "accounts payments" }),
    );
    let updated = world
        .update_client(&From::owner(&registered), &asked)
        .await
        .unwrap();
    assert_eq!(member(&updated, "scope"), "accounts");
}

#[tokio::test]
async fn every_script_has_to_agree_in_level_order_and_sees_what_came_before() {
    let world = open().await;
    changes(&world, "second", json!({ "client.clientName": "Second" }));
    changes(&world, "first", json!({ "client.clientName": "First" }));
    save(&world, "second", 2).await;
    save(&world, "first", 1).await;
    let registered = world.register(&web_metadata()).await.unwrap();
    assert_eq!(member(&registered, "client_name"), "Second");
    let seen: Vec<(String, Value)> = world
        .engine
        .contexts()
        .into_iter()
        .filter(|(_, context)| context["registerRequest"].is_object())
        .map(|(text, context)| (text, context["client"]["clientName"].clone()))
        .collect();
    assert_eq!(
        seen,
        [
            ("first".to_owned(), json!("New")),
            ("second".to_owned(), json!("First")),
        ]
    );
    world.engine.always("refuses", false);
    world
        .save_script_of(TYPE, "first", 1, "refuses")
        .await
        .unwrap();
    let refused = world.register(&web_metadata()).await;
    assert_eq!(refused_with(refused), Code::InvalidClientMetadata);
}

#[tokio::test]
async fn a_script_that_fails_in_any_way_lets_nobody_in() {
    let world = open().await;
    let before = world.count(Kind::Client).await;
    for error in every_error() {
        let text = format!("fails: {error}");
        world.engine.always_fails(&text, error.clone());
        world.save_script_of(TYPE, "fails", 1, &text).await.unwrap();
        let refused = world.register(&web_metadata()).await;
        assert_eq!(
            refused_with(refused),
            Code::InvalidClientMetadata,
            "{error}"
        );
    }
    assert_eq!(world.count(Kind::Client).await, before);
}

#[tokio::test]
async fn a_script_that_never_loaded_lets_nobody_in() {
    let world = open().await;
    world.engine.always("breaks", true);
    save(&world, "breaks", 1).await;
    world
        .engine
        .cannot_open("breaks", durward_testkit::engine::raised("ImportError"));
    let loader = durward_protocol::script_loading::ScriptLoader::new(
        world.provider.clone(),
        std::sync::Arc::new(world.engine.clone()),
    );
    loader.refresh().await.unwrap();
    let refused = world.register(&web_metadata()).await;
    assert_eq!(refused_with(refused), Code::InvalidClientMetadata);
}

#[tokio::test]
async fn an_answer_of_the_scripts_own_wins_even_over_true() {
    let world = open().await;
    let change =
        json!({ "webApplicationException": { "status": 409, "entity": "{\"error\":\"x\"}" } });
    changes(&world, "shapes", change);
    save(&world, "shapes", 1).await;
    let Err(RegisterError::Shaped(shaped)) = world.register(&web_metadata()).await else {
        panic!("not shaped");
    };
    assert_eq!(
        (shaped.status, shaped.entity.as_str()),
        (409, "{\"error\":\"x\"}")
    );
}

#[tokio::test]
async fn an_update_is_refused_or_changed_by_a_script() {
    let world = open().await;
    let registered = world.register(&web_metadata()).await.unwrap();
    let asked = and(
        &web_metadata(),
        &json!({ "client_id": member(&registered, "client_id") }),
    );
    let from = From::owner(&registered);
    world.engine.always("no", false);
    save(&world, "no", 1).await;
    let refused = world.update_client(&from, &asked).await;
    assert_eq!(refused_with(refused), Code::InvalidClientMetadata);
    changes(&world, "steals", json!({ "client.clientId": "else" }));
    world.save_script_of(TYPE, "no", 1, "steals").await.unwrap();
    let refused = world.update_client(&from, &asked).await;
    assert_eq!(refused_with(refused), Code::InvalidClientMetadata);
    changes(&world, "renames", json!({ "client.clientName": "Renamed" }));
    world
        .save_script_of(TYPE, "no", 1, "renames")
        .await
        .unwrap();
    let updated = world.update_client(&from, &asked).await.unwrap();
    assert_eq!(member(&updated, "client_name"), "Renamed");
}

#[tokio::test]
async fn methods_that_a_script_leaves_out_are_not_called() {
    let world = World::configured(|c| {
        c.dynamic_registration_mode = RegistrationMode::Open;
        c.software_statement_validation_type = StatementValidation::Script;
    })
    .await;
    changes(&world, "short", json!({}));
    save(&world, "short", 1).await;
    let registered = world.register(&web_metadata()).await.unwrap();
    let from = From::owner(&registered);
    world.read_client(&from).await.unwrap();
    let key = keys::client_key();
    let stated = statement(key, &json!({ "iat": START.seconds() }));
    let stated = and(&web_metadata(), &json!({ "software_statement": stated }));
    assert_eq!(
        refused_with(world.register(&stated).await),
        Code::InvalidSoftwareStatement
    );
    let called: Vec<String> = world
        .engine
        .events()
        .into_iter()
        .filter_map(|event| match event {
            Event::Called(_, method, _) => Some(method),
            _ => None,
        })
        .collect();
    assert_eq!(called, ["createClient"], "no failed calls are recorded");
}

/// From now on the one script answers this method with this text, and every verdict with yes.
async fn knows(world: &World, method: &'static str, value: &str) {
    let text = format!("{method}: {value}");
    let value = json!(value);
    world.engine.also_defines(&text, method);
    world.engine.define(&text, move |call| {
        Ok(if call.method == method {
            value.clone()
        } else {
            json!(call.method.ends_with("Client"))
        })
    });
    world.save_script_of(TYPE, "knows", 1, &text).await.unwrap();
}

#[tokio::test]
async fn keys_and_secrets_of_statements_come_from_a_script() {
    let world = open().await;
    world
        .reconfigure(|c| c.software_statement_validation_type = StatementValidation::Script)
        .await;
    let claims =
        json!({ "iss": "https://d.example", "iat": START.seconds(), "client_name": "Stated" });
    let key = keys::client_key();
    let with = |text: &str| and(&web_metadata(), &json!({ "software_statement": text }));
    let signed = with(&statement(key, &claims));
    let refused = |outcome| assert_eq!(refused_with(outcome), Code::InvalidSoftwareStatement);
    refused(world.register(&signed).await);
    for nothing in ["", "not json", r#"{"keys": []}"#] {
        knows(&world, "getSoftwareStatementJwks", nothing).await;
        refused(world.register(&signed).await);
    }
    let set = json!({ "keys": [key.public_jwk()] }).to_string();
    knows(&world, "getSoftwareStatementJwks", &set).await;
    let registered = world.register(&signed).await.unwrap();
    assert_eq!(member(&registered, "client_name"), "Stated");
    let contexts = world.engine.contexts();
    let (_, asked) = &contexts[contexts.len() - 3];
    assert_eq!(asked["registerRequestJson"]["client_name"], "New");
    assert_eq!(asked["softwareStatement"], signed["software_statement"]);
    assert_eq!(asked["client"], Value::Null);
}

#[tokio::test]
async fn keys_of_signed_requests_come_from_a_script_and_are_used() {
    let world = open().await;
    let key = SigningKey::generate(Algorithm::ES256).unwrap();
    let refused = world
        .register_signed(&signed(&key, "1", &web_metadata()))
        .await;
    assert_eq!(refused_with(refused), Code::InvalidClientMetadata);
    let set = json!({ "keys": [key.public_jwk()] }).to_string();
    knows(&world, "getDcrJwks", &set).await;
    let jwt = signed(&key, "1", &web_metadata());
    world.register_signed(&jwt).await.unwrap();
    let (_, asked) = world.engine.contexts().remove(0);
    assert_eq!(asked["dcr"], jwt);
    let stranger = signed(keys::stranger_key(), "2", &web_metadata());
    let refused = world.register_signed(&stranger).await;
    assert_eq!(refused_with(refused), Code::InvalidClientMetadata);
}

/// An HS256 token of these claims.
fn hmac(secret: &str, claims: &Value) -> String {
    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let input = format!("{}.{}", part(&json!({ "alg": "HS256" })), part(claims));
    let tag = hmac_sha256(secret.as_bytes(), input.as_bytes());
    format!("{input}.{}", URL_SAFE_NO_PAD.encode(tag))
}

/// RFC 2104, for secrets of at most 64 bytes.
fn hmac_sha256(secret: &[u8], text: &[u8]) -> [u8; 32] {
    use durward_jose::digest::sha256;
    let pad = |byte: u8| {
        let mut block = [byte; 64];
        block.iter_mut().zip(secret).for_each(|(a, b)| *a ^= b);
        block
    };
    let inner = sha256([&pad(0x36)[..], text].concat());
    sha256([&pad(0x5c)[..], &inner].concat())
}

#[tokio::test]
async fn secrets_of_statements_and_requests_come_from_a_script() {
    const SECRET: &str = "a secret that is long enough for it";
    let world = open().await;
    world
        .reconfigure(|c| c.software_statement_validation_type = StatementValidation::Script)
        .await;
    let claims = json!({ "iss": "https://d.example", "iat": START.seconds() });
    let stated = |secret: &str| {
        let text = hmac(secret, &claims);
        and(&web_metadata(), &json!({ "software_statement": text }))
    };
    knows(&world, "getSoftwareStatementHmacSecret", SECRET).await;
    world.register(&stated(SECRET)).await.unwrap();
    let refused = world.register(&stated(&SECRET.to_uppercase())).await;
    assert_eq!(refused_with(refused), Code::InvalidSoftwareStatement);
    knows(&world, "getDcrHmacSecret", SECRET).await;
    let request = json!({
        "iss": "x", "aud": "https://op.example", "jti": "1", "exp": START.seconds() + 60,
        "redirect_uris": ["https://new.example/cb"],
    });
    world
        .register_signed(&hmac(SECRET, &request))
        .await
        .unwrap();
    let other = and(&request, &json!({ "jti": "2" }));
    let refused = world
        .register_signed(&hmac(&SECRET.to_uppercase(), &other))
        .await;
    assert_eq!(refused_with(refused), Code::InvalidClientMetadata);
}

#[tokio::test]
async fn only_the_highest_level_is_asked_for_keys() {
    let world = open().await;
    let key = keys::client_key();
    let set = json!({ "keys": [key.public_jwk()] }).to_string();
    world.engine.define("low", move |call| {
        Ok(if call.method == "getDcrJwks" {
            json!(set)
        } else {
            json!(true)
        })
    });
    world.engine.always("high", true);
    for text in ["low", "high"] {
        world.engine.also_defines(text, "getDcrJwks");
    }
    save(&world, "low", 1).await;
    save(&world, "high", 2).await;
    let refused = world
        .register_signed(&signed(key, "1", &web_metadata()))
        .await;
    assert_eq!(refused_with(refused), Code::InvalidClientMetadata);
}

#[tokio::test]
async fn answers_are_changed_by_the_script_that_says_so() {
    let world = open().await;
    for answer in ["Post", "Put", "Read"] {
        let method = format!("modify{answer}Response");
        world.engine.also_defines("modifies", &method);
    }
    world.engine.define_reply("modifies", |call| {
        let mut changes = Map::new();
        if let Some(Value::Object(answer)) = call.arguments.get("responseAsJsonObject") {
            let mut answer = answer.clone();
            answer.insert("by".to_owned(), json!(call.method));
            changes.insert("responseAsJsonObject".to_owned(), Value::Object(answer));
        }
        Ok(Reply {
            result: json!(call.method != "modifyReadResponse"),
            changes,
        })
    });
    save(&world, "modifies", 1).await;
    let registered = world.register(&web_metadata()).await.unwrap();
    assert_eq!(member(&registered, "by"), "modifyPostResponse");
    let read = world.read_client(&From::owner(&registered)).await.unwrap();
    assert!(
        !read.members.contains_key("by"),
        "false discards what was changed"
    );
    let asked = and(
        &web_metadata(),
        &json!({ "client_id": member(&registered, "client_id") }),
    );
    let updated = world
        .update_client(&From::owner(&registered), &asked)
        .await
        .unwrap();
    assert_eq!(member(&updated, "by"), "modifyPutResponse");
}

#[tokio::test]
async fn a_certificate_speaks_for_a_client_if_the_script_says_so() {
    let world = open().await;
    let registered = world.register(&web_metadata()).await.unwrap();
    let client = world.stored_client(&registered).await;
    let shown = Holder::new(7, &[("CN", "x")]).self_signed();
    let certificate = shown.read(false);
    let visit = Visit::default();
    let asked = || certificate_may_speak_for(&world.provider, &visit, &client, &certificate);
    assert!(asked().await, "without a script");
    let pem = certificate.pem();
    world.engine.define("certifies", move |call| {
        let right = call.arguments.get("cert") == Some(&json!(pem));
        let context = &call.context;
        let told = context["certificatePem"].is_null() && context["client"].is_object();
        Ok(json!(
            right && told && call.method == "isCertValidForClient"
        ))
    });
    save(&world, "certifies", 1).await;
    assert!(asked().await);
    let fresh = "certifies no more";
    world.engine.always(fresh, false);
    world
        .save_script_of(TYPE, "certifies", 1, fresh)
        .await
        .unwrap();
    assert!(!asked().await);
}

/// One step of a client's life, and what the script gives in it.
#[derive(Debug, Clone)]
struct Step {
    asked_scope: &'static str,
    asked_grants: &'static [&'static str],
    given_scope: Option<&'static str>,
    given_grants: Option<&'static [&'static str]>,
}

const POLICY_SCOPE: &str = "openid profile email offline_access";
const POLICY_GRANTS: [&str; 2] = ["authorization_code", "refresh_token"];

fn step() -> impl proptest::strategy::Strategy<Value = Step> {
    use proptest::strategy::Strategy as _;
    let scopes = prop_oneof![
        Just("openid"),
        Just("openid accounts"),
        Just("accounts payments admin"),
        Just("email made_up")
    ];
    let grants = prop_oneof![
        Just(&["authorization_code"][..]),
        Just(&["authorization_code", "client_credentials"][..]),
        Just(&["authorization_code", "refresh_token"][..])
    ];
    let given_scope = prop_oneof![
        Just(None),
        Just(Some("accounts")),
        Just(Some("openid payments"))
    ];
    let given_grants = prop_oneof![
        Just(None),
        Just(Some(&["authorization_code", "client_credentials"][..]))
    ];
    (scopes, grants, given_scope, given_grants).prop_map(
        |(asked_scope, asked_grants, given_scope, given_grants)| Step {
            asked_scope,
            asked_grants,
            given_scope,
            given_grants,
        },
    )
}

async fn walk(steps: Vec<Step>) {
    let world = open().await;
    world
        .reconfigure(|c| {
            c.scopes_supported
                .extend(["accounts".to_owned(), "payments".to_owned()]);
        })
        .await;
    let mut given_scope = Scope::parse(POLICY_SCOPE);
    let mut given_grants: Vec<&str> = POLICY_GRANTS.to_vec();
    let mut registered = None;
    for (index, step) in steps.into_iter().enumerate() {
        let mut change = Map::new();
        if let Some(scope) = step.given_scope {
            let list: Vec<&str> = scope.split(' ').collect();
            change.insert("client.scopes".to_owned(), json!(list));
            given_scope = Scope::parse(&format!("{given_scope} {scope}"));
        }
        if let Some(grants) = step.given_grants {
            change.insert("client.grantTypes".to_owned(), json!(grants));
            given_grants.extend(grants);
        }
        let text = format!("step {index}");
        changes(&world, &text, Value::Object(change));
        world.save_script_of(TYPE, "steps", 1, &text).await.unwrap();
        let mut asked = and(
            &web_metadata(),
            &json!({ "scope": step.asked_scope, "grant_types": step.asked_grants }),
        );
        let outcome = match &registered {
            None => world.register(&asked).await,
            Some(before) => {
                asked = and(&asked, &json!({ "client_id": member(before, "client_id") }));
                world.update_client(&From::owner(before), &asked).await
            }
        };
        let told = outcome.unwrap();
        let client = world.stored_client(&told).await;
        assert!(
            client.metadata.scope.is_within(&given_scope),
            "{}",
            client.metadata.scope
        );
        for grant in &client.metadata.grant_types {
            assert!(given_grants.contains(&grant.as_str()), "{grant}");
        }
        assert_eq!(json!(client.metadata.redirect_uris), asked["redirect_uris"]);
        registered = Some(told);
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 24, ..Default::default() })]

    #[test]
    fn nobody_gets_what_neither_policy_nor_script_gave(
        steps in proptest::collection::vec(step(), 1..5)
    ) {
        tokio::runtime::Runtime::new().unwrap().block_on(walk(steps));
    }
}
