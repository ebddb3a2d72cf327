//! The config API's rules: who comes in, what scripts have to do with it (nothing), patches,
//! and what may not be had by registering.

use durward_model::{
    ScriptId, client::ClientMetadata, configuration::RegistrationMode, registration::TokenPolicy,
};
use durward_protocol::{
    ClientCertificate, Code, Error, Parameters,
    bearer::Bearer,
    client_registration::access::TokenGrant,
    configuration::MASK,
    management::{ManagementError, Request, clients, keys, properties, scripts, users},
    script_keeping::Which,
    ssa,
};
use durward_script::{EngineError, engine::Reply, types};
use durward_testkit::{
    World,
    certificates::Holder,
    clients::{WEB, basic},
    engine::Event,
    flow::{refusal, web_request, with},
    management::{SCRIPT_SCOPES, administrator},
    registration::{From, and, member, web_metadata},
};
use serde_json::{Value, json};

const WRITE: &str = "https://jans.io/oauth/config/scripts.write";

/// What a caller sends.
#[derive(Default)]
struct Sent {
    parameters: Parameters,
    bearer: Option<String>,
    certificate: Option<ClientCertificate>,
    if_match: Option<String>,
    body: String,
}

impl Sent {
    fn by(bearer: &str) -> Self {
        Self {
            bearer: Some(bearer.to_owned()),
            ..Self::default()
        }
    }

    fn with_body(&self, body: &Value) -> Self {
        Self {
            bearer: self.bearer.clone(),
            body: body.to_string(),
            ..Self::default()
        }
    }

    fn request<'a>(&'a self, world: &'a World) -> Request<'a> {
        Request {
            provider: &world.provider,
            bearer: self.bearer.as_deref().map(|token| Bearer {
                token,
                certificate: self.certificate.as_ref(),
            }),
            parameters: &self.parameters,
            if_match: self.if_match.as_deref(),
            body: self.body.as_bytes(),
        }
    }

    async fn reads(&self, world: &World) -> Result<(), ManagementError> {
        scripts::list(&self.request(world), None).await.map(|_| ())
    }
}

fn script(text: &str) -> Value {
    json!({
        "inum": "notify-1", "name": "notify", "scriptType": "ciba_end_user_notification",
        "script": text, "enabled": true,
        "configurationProperties": [{ "value1": "key", "value2": "s3cret", "hide": true }],
    })
}

async fn office() -> (World, Sent) {
    let world = World::new().await;
    for text in ["one\n", "two\n"] {
        world.engine.always(text, true);
    }
    let administrator = Sent::by(&world.administers(SCRIPT_SCOPES).await);
    (world, administrator)
}

/// The same with a script that is kept.
async fn kept() -> (World, Sent, ScriptId) {
    let (world, sent) = office().await;
    let post = sent.with_body(&script("one\n"));
    scripts::create(&post.request(&world), &world.engine)
        .await
        .unwrap();
    (world, sent, ScriptId::new("notify-1"))
}

fn is_refused(outcome: &Result<(), ManagementError>) -> bool {
    matches!(
        outcome,
        Err(ManagementError::NoToken | ManagementError::Error(Error::Refused(_)))
    )
}

#[tokio::test]
async fn tokens_of_people_of_others_and_of_yesterday_open_nothing() {
    let (world, administrator) = office().await;
    administrator.reads(&world).await.unwrap();
    assert!(is_refused(&Sent::default().reads(&world).await));
    assert!(is_refused(&Sent::by("").reads(&world).await));
    assert!(is_refused(&Sent::by("x.y.z").reads(&world).await));

    let token = world.administers(WRITE).await;
    let claims = durward_testkit::claims_of(&token);
    let id = claims["client_id"].as_str().unwrap().to_owned();
    world.revoke(&id, &token).await.unwrap();
    assert!(is_refused(&Sent::by(&token).reads(&world).await));

    let token = world.administers(WRITE).await;
    let claims = durward_testkit::claims_of(&token);
    let id = claims["client_id"].as_str().unwrap().to_owned();
    world
        .change_client(&id, |client| client.disabled = true)
        .await;
    assert!(is_refused(&Sent::by(&token).reads(&world).await));

    world.clock.advance_seconds(301);
    assert!(is_refused(&administrator.reads(&world).await));
}

#[tokio::test]
async fn a_token_that_is_bound_to_a_certificate_opens_with_that_one_only() {
    let certificate =
        |seed| -> ClientCertificate { Holder::new(seed, &[("CN", "a")]).self_signed().read(false) };
    let world = World::with_certificates(|_| {}).await;
    let metadata = ClientMetadata {
        tls_client_certificate_bound_access_tokens: true,
        ..administrator(WRITE)
    };
    world.add_client("a", metadata).await;
    let request = [("grant_type", "client_credentials"), ("scope", WRITE)];
    let own = certificate(1);
    let basic = basic("a");
    let answer = world.token_over(Some(&own), Some(&basic), &request).await;
    let mut sent = Sent::by(&answer.unwrap().access_token);
    assert!(is_refused(&sent.reads(&world).await));
    sent.certificate = Some(certificate(2));
    assert!(is_refused(&sent.reads(&world).await));
    sent.certificate = Some(own);
    sent.reads(&world).await.unwrap();
    sent.bearer = None;
    assert!(
        is_refused(&sent.reads(&world).await),
        "it alone opens nothing"
    );
}

#[tokio::test]
async fn a_token_for_another_resource_opens_nothing_here() {
    let world = World::configured(|c| {
        c.resources_supported = vec!["https://rs.example/".to_owned()];
    })
    .await;
    world.add_client("a", administrator(WRITE)).await;
    let request = [
        ("grant_type", "client_credentials"),
        ("scope", WRITE),
        ("resource", "https://rs.example/"),
    ];
    let answer = world.token(Some(&basic("a")), &request).await;
    let token = answer.unwrap().access_token;
    assert!(is_refused(&Sent::by(&token).reads(&world).await));
}

#[tokio::test]
async fn no_person_gives_scopes_of_administration() {
    let (world, _) = office().await;
    world
        .change_client(WEB, |client| {
            let scope = format!("{} {WRITE}", client.metadata.scope);
            client.metadata.scope = durward_model::Scope::parse(&scope);
        })
        .await;
    let asked = format!("openid {WRITE}");
    let code = world
        .code_for(&with(&web_request(), &[("scope", &asked)]))
        .await;
    let tokens = world.exchange(&code).await.unwrap();
    assert_eq!(tokens.scope.to_string(), "openid");
    assert!(is_refused(
        &Sent::by(&tokens.access_token).reads(&world).await
    ));
}

/// Whoever wants to give it: the configuration, an initial access token, a script.
#[tokio::test]
async fn nobody_gets_them_by_registering() {
    let scope = format!("openid {WRITE}");
    let world = World::configured(|c| {
        c.dynamic_registration_scopes = vec!["openid".to_owned(), WRITE.to_owned()];
        c.grant_types_supported_by_dynamic_registration
            .push("client_credentials".to_owned());
    })
    .await;
    let grant = TokenGrant {
        uses: 3,
        lifetime_seconds: 600,
        owner: None,
        policy: TokenPolicy {
            scope: Some(durward_model::Scope::parse(&scope)),
            ..TokenPolicy::default()
        },
    };
    let bearer = world.initial_access_token(grant).await;
    world.engine.define_reply("gives", |_| {
        let scopes = json!([
            format!("inum={WRITE},ou=scopes,o=jans"),
            "inum=openid,ou=scopes,o=jans"
        ]);
        Ok(Reply {
            result: json!(true),
            changes: serde_json::Map::from_iter([("client.scopes".to_owned(), scopes)]),
        })
    });
    let wishes = json!({
        "scope": scope, "grant_types": ["authorization_code", "client_credentials"],
        "token_endpoint_auth_method": "client_secret_post",
    });
    let metadata = and(&web_metadata(), &wishes);
    for script in [false, true] {
        if script {
            let types = "client_registration";
            world
                .save_script_of(types, "gives", 1, "gives")
                .await
                .unwrap();
        }
        let from = From {
            bearer: Some(bearer.clone()),
            ..From::default()
        };
        let registered = world.register_from(&from, &metadata).await.unwrap();
        let stored = world.stored_client(&registered).await;
        assert_eq!(stored.metadata.scope.to_string(), "openid", "{script}");

        let update = and(
            &metadata,
            &json!({ "client_id": stored.client_id.as_str() }),
        );
        let owner = From::owner(&registered);
        let updated = world.update_client(&owner, &update).await.unwrap();
        let stored = world.stored_client(&updated).await;
        assert_eq!(stored.metadata.scope.to_string(), "openid", "{script}");

        // Should a row hold it all the same, no token does.
        let id = stored.client_id.as_str();
        world
            .change_client(id, |client| {
                client.metadata.scope = durward_model::Scope::parse(&scope);
            })
            .await;
        let client_secret = member(&registered, "client_secret");
        let request = [
            ("grant_type", "client_credentials"),
            ("client_id", id),
            ("client_secret", &client_secret),
        ];
        let asked = with(&request, &[("scope", WRITE)]);
        let refused = world.token(None, &asked).await;
        assert_eq!(refusal(refused), Code::InvalidScope);
        let all = world.token(None, &request).await.unwrap();
        assert!(!all.scope.to_string().contains(WRITE));
    }
}

#[tokio::test]
async fn a_client_that_turns_out_to_have_registered_itself_is_let_in_no_more() {
    let (world, _) = office().await;
    world.add_client("a", administrator(WRITE)).await;
    let token = Sent::by(&world.own_token("a", WRITE).await);
    token.reads(&world).await.unwrap();
    world
        .change_client("a", |client| client.registration = Some(Box::default()))
        .await;
    assert!(is_refused(&token.reads(&world).await));
}

/// Scripts of every type are enabled and would loop; administration does not notice.
#[tokio::test]
async fn no_script_is_ever_asked() {
    let (world, _) = office().await;
    for script_type in types::ALL {
        let name = script_type.name;
        world.engine.define(name, move |_| {
            loop {
                std::thread::park();
            }
        });
        world.save_script_of(name, name, 1, name).await.unwrap();
    }
    let sent = Sent::by(&world.administers(SCRIPT_SCOPES).await);
    sent.reads(&world).await.unwrap();
    let engine = &world.engine;
    let post = sent.with_body(&script("one\n"));
    scripts::create(&post.request(&world), engine)
        .await
        .unwrap();
    let put = sent.with_body(&script("two\n"));
    scripts::replace(&put.request(&world), engine)
        .await
        .unwrap();
    let inum = ScriptId::new("notify-1");
    let request = sent.request(&world);
    scripts::roll_back(&request, engine, &inum, 1)
        .await
        .unwrap();
    scripts::diff(&request, &inum, 3).await.unwrap();
    scripts::delete(&request, engine, &inum).await.unwrap();
    // The way out of a looping script is the config API itself.
    for script_type in types::ALL {
        let off = json!([{ "op": "replace", "path": "/enabled", "value": false }]);
        let found = world.store.find_script_by_name(script_type.name).await;
        let inum = found.unwrap().unwrap().value.inum;
        let patch = sent.with_body(&off);
        let off = scripts::patch(&patch.request(&world), engine, &inum).await;
        assert!(!off.unwrap().enabled);
    }
    let called = |event: &Event| matches!(event, Event::Called(..));
    assert!(!world.engine.events().iter().any(called));
}

#[tokio::test]
async fn patches_are_bounded_and_whole() {
    let (world, sent, inum) = kept().await;
    let engine = &world.engine;
    let double =
        json!({ "op": "copy", "from": "/configurationProperties", "path": "/moduleProperties/-" });
    let grow = json!({ "op": "copy", "from": "/moduleProperties", "path": "/moduleProperties/-" });
    let bomb: Vec<Value> = std::iter::once(double)
        .chain(std::iter::repeat_n(grow, 60))
        .collect();
    let many: Vec<Value> = vec![json!({ "op": "replace", "path": "/level", "value": 1 }); 257];
    let bad = [
        json!(bomb),
        json!(many),
        json!({}),
        json!([{ "op": "explode", "path": "/level" }]),
        json!([{ "op": "replace", "path": "/nowhere/at/all", "value": 1 }]),
        json!([{ "op": "replace", "path": "", "value": [] }]),
        json!([{ "op": "replace", "path": "/inum", "value": "other" }]),
        json!([{ "op": "remove", "path": "/inum" }]),
        json!([{ "op": "replace", "path": "/level", "value": 9 }, { "op": "remove", "path": "/none" }]),
        json!([{ "op": "replace", "path": "/configurationProperties/0/hide", "value": false }]),
        json!([{ "op": "replace", "path": "/configurationProperties/0/value1", "value": "renamed" }]),
    ];
    for body in bad {
        let patch = sent.with_body(&body);
        let refused = scripts::patch(&patch.request(&world), engine, &inum).await;
        assert!(
            matches!(refused, Err(ManagementError::Invalid(_))),
            "{body}: {refused:?}"
        );
    }
    let failing = json!([{ "op": "test", "path": "/level", "value": 99 }]);
    let patch = sent.with_body(&failing);
    let refused = scripts::patch(&patch.request(&world), engine, &inum).await;
    assert!(matches!(refused, Err(ManagementError::Conflict(_))));
    let found = scripts::find(&sent.request(&world), Which::Inum(&inum)).await;
    assert_eq!(found.unwrap().revision, 1);
}

#[tokio::test]
async fn what_cannot_run_any_more_can_be_turned_off_and_nothing_else() {
    let (world, sent, inum) = kept().await;
    let engine = &world.engine;
    engine.cannot_open("one\n", EngineError::Crashed("host is gone".to_owned()));
    let patched = async |changes: Value| {
        let patch = sent.with_body(&changes);
        scripts::patch(&patch.request(&world), engine, &inum).await
    };
    let off = json!({ "op": "replace", "path": "/enabled", "value": false });
    let other = json!({ "op": "replace", "path": "/level", "value": 7 });
    let refused = patched(json!([off, other])).await;
    assert!(
        matches!(refused, Err(ManagementError::Invalid(_))),
        "{refused:?}"
    );
    let told = patched(json!([off])).await.unwrap();
    assert_eq!((told.enabled, told.revision), (false, 2));
    assert_eq!(told.configuration_properties[0].value2, MASK);
}

#[tokio::test]
async fn the_author_of_a_save_is_the_client_of_the_token() {
    let (world, sent) = office().await;
    let post = Sent {
        parameters: Parameters::parse("message=first").unwrap(),
        ..sent.with_body(&script("one\n"))
    };
    scripts::create(&post.request(&world), &world.engine)
        .await
        .unwrap();
    let inum = ScriptId::new("notify-1");
    let version = scripts::find_version(&sent.request(&world), &inum, 1).await;
    let version = version.unwrap();
    assert!(version.author.unwrap().starts_with("client:administrator-"));
    assert_eq!(version.message.as_deref(), Some("first"));
}

#[tokio::test]
async fn ids_and_names_are_nobody_elses() {
    let (world, sent) = office().await;
    let engine = &world.engine;
    let post = sent.with_body(&script("one\n"));
    scripts::create(&post.request(&world), engine)
        .await
        .unwrap();
    let again = scripts::create(&post.request(&world), engine).await;
    assert!(matches!(again, Err(ManagementError::Conflict(_))));
    let namesake = and(&script("one\n"), &json!({ "inum": "notify-2" }));
    let post = sent.with_body(&namesake);
    let taken = scripts::create(&post.request(&world), engine).await;
    assert!(matches!(taken, Err(ManagementError::Conflict(_))));
    for inum in ["types", "name", "a b", "../x", ""] {
        let body = and(&script("one\n"), &json!({ "inum": inum, "name": "other" }));
        let post = sent.with_body(&body);
        let refused = scripts::create(&post.request(&world), engine).await;
        assert!(
            matches!(refused, Err(ManagementError::Invalid(_))),
            "{inum}"
        );
    }
}

const CLIENTS: &str = "https://jans.io/oauth/config/openid/clients.write \
     https://jans.io/oauth/config/openid/clients.delete";

/// Whoever administers clients does not make himself the administrator of scripts.
#[tokio::test]
async fn nobody_gives_more_power_than_he_has() {
    let (world, _) = office().await;
    world.add_client("scripts", administrator(WRITE)).await;
    let sent = Sent::by(&world.administers(CLIENTS).await);
    let new = json!({
        "inum": "new", "grantTypes": ["client_credentials"], "responseTypes": [],
        "scopes": ["payments", WRITE],
    });
    let takes_over = and(
        &new,
        &json!({ "inum": "scripts", "scopes": [], "clientSecret": "x".repeat(20) }),
    );
    let patch = json!([{ "op": "add", "path": "/clientSecret", "value": "x".repeat(20) }]);
    let bare = sent.with_body(&json!({}));
    let refusals = [
        clients::create(&sent.with_body(&new).request(&world))
            .await
            .map(|_| ()),
        clients::replace(&sent.with_body(&takes_over).request(&world))
            .await
            .map(|_| ()),
        clients::patch(&sent.with_body(&patch).request(&world), "scripts")
            .await
            .map(|_| ()),
        clients::delete(&bare.request(&world), "scripts").await,
    ];
    for refused in refusals {
        assert!(
            matches!(&refused, Err(ManagementError::Scope(scope)) if scope == WRITE),
            "{refused:?}"
        );
    }
    world.own_token("scripts", WRITE).await;

    // With both it is the same power that is handed on.
    let both = format!("{CLIENTS} {WRITE}");
    let sent = Sent::by(&world.administers(&both).await);
    let made = clients::create(&sent.with_body(&new).request(&world))
        .await
        .unwrap();
    assert_eq!(
        made.value["scopes"][1],
        format!("inum={WRITE},ou=scopes,o=jans")
    );
}

/// Who issues software statements gives scopes to others: that is administration as well.
#[tokio::test]
async fn who_issues_statements_was_chosen_by_an_operator() {
    for scope in [ssa::ADMIN, ssa::PORTAL, ssa::DEVELOPER] {
        let world = World::configured(|c| {
            c.dynamic_registration_mode = RegistrationMode::Open;
            c.dynamic_registration_scopes = vec!["openid".to_owned(), scope.to_owned()];
        })
        .await;
        let greedy = json!({ "scope": format!("openid {scope}") });
        let registered = world.register(&and(&web_metadata(), &greedy)).await;
        assert_eq!(member(&registered.unwrap(), "scope"), "openid");

        let new = json!({
            "inum": "new", "grantTypes": ["client_credentials"], "responseTypes": [],
            "scopes": [scope],
        });
        let sent = Sent::by(&world.administers(CLIENTS).await).with_body(&new);
        let refused = clients::create(&sent.request(&world)).await;
        assert!(
            matches!(&refused, Err(ManagementError::Scope(lacked)) if lacked == scope),
            "{refused:?}"
        );
        let both = format!("{CLIENTS} {scope}");
        let sent = Sent::by(&world.administers(&both).await).with_body(&new);
        clients::create(&sent.request(&world)).await.unwrap();
    }
}

#[tokio::test]
async fn tokens_of_a_client_live_no_longer_than_a_month() {
    let (world, _) = office().await;
    let sent = Sent::by(&world.administers(CLIENTS).await);
    for (seconds, is_fine) in [(0, false), (1, true), (2_592_000, true), (2_592_001, false)] {
        let new = json!({
            "grantTypes": ["client_credentials"], "responseTypes": [],
            "accessTokenLifetime": seconds,
        });
        let made = clients::create(&sent.with_body(&new).request(&world)).await;
        assert_eq!(made.is_ok(), is_fine, "{seconds}: {made:?}");
    }
}

/// What is stored is stored, though this node cannot read all of it just now.
#[tokio::test]
async fn what_cannot_be_taken_up_at_once_was_done_all_the_same() {
    const BOTH: &str = "https://jans.io/oauth/jans-auth-server/config/properties.write \
         https://jans.io/oauth/config/jwks.write";
    let (world, _) = office().await;
    let sent = Sent::by(&world.administers(BOTH).await);
    let mut unreadable = durward_testkit::keys::signing_keys()[0].clone();
    unreadable.kid = "sealed under another name".to_owned();
    let insert = durward_store::Change::insert(&unreadable);
    world.store.apply(vec![insert]).await.unwrap();
    assert!(world.provider.reload().await.is_err());

    let body = json!([{ "op": "replace", "path": "/accessTokenLifetime", "value": 77 }]);
    let told = properties::patch(&sent.with_body(&body).request(&world)).await;
    assert_eq!(told.unwrap().value["accessTokenLifetime"], 77);
    let rotating = Sent {
        parameters: Parameters::parse("alg=ES256").unwrap(),
        ..Sent::by(sent.bearer.as_deref().unwrap())
    };
    let told = keys::rotate(&rotating.request(&world)).await;
    assert_eq!(told.unwrap().len(), 1);
}

#[tokio::test]
async fn a_client_that_registered_itself_gets_no_power_by_an_update_either() {
    let (world, _) = office().await;
    world
        .change_client(WEB, |client| client.registration = Some(Box::default()))
        .await;
    let sent = Sent::by(&world.administers(&format!("{CLIENTS} {WRITE}")).await);
    let patch = json!([{ "op": "add", "path": "/scopes/-", "value": WRITE }]);
    let changed = clients::patch(&sent.with_body(&patch).request(&world), WEB).await;
    assert!(!changed.unwrap().value.to_string().contains(WRITE));
}

#[tokio::test]
async fn secrets_of_clients_stay_what_they_are_until_another_is_given() {
    let (world, _) = office().await;
    let sent = Sent::by(&world.administers(CLIENTS).await);
    let name = json!([{ "op": "add", "path": "/clientName", "value": "New name" }]);
    clients::patch(&sent.with_body(&name).request(&world), "a")
        .await
        .unwrap_err();
    world.add_client("a", administrator("payments")).await;
    let named = clients::patch(&sent.with_body(&name).request(&world), "a")
        .await
        .unwrap();
    assert_eq!(named.value.get("clientSecret"), None);
    world.own_token("a", "payments").await;
    let given = json!([{ "op": "add", "path": "/clientSecret", "value": "another-long-secret" }]);
    let changed = clients::patch(&sent.with_body(&given).request(&world), "a")
        .await
        .unwrap();
    assert_eq!(
        changed.value.get("clientSecret"),
        None,
        "it is known to the one who gave it"
    );
    let request = [("grant_type", "client_credentials")];
    let old = world.token(Some(&basic("a")), &request).await;
    assert_eq!(refusal(old), Code::InvalidClient);
    let new = durward_testkit::clients::basic_with("a", "another-long-secret");
    world.token(Some(&new), &request).await.unwrap();
    let short = json!([{ "op": "add", "path": "/clientSecret", "value": "short" }]);
    let refused = clients::patch(&sent.with_body(&short).request(&world), "a").await;
    assert!(matches!(refused, Err(ManagementError::Invalid(_))));
}

#[tokio::test]
async fn who_is_locked_out_has_nothing_any_more() {
    let (world, _) = office().await;
    let tokens = world.web_tokens().await;
    assert!(world.is_active(&tokens.access_token).await);
    let sent = Sent::by(
        &world
            .administers("https://jans.io/oauth/config/user.write")
            .await,
    );
    let alice = world
        .store
        .find_user_by_username("alice")
        .await
        .unwrap()
        .unwrap();
    let inum = alice.value.id.as_str();
    let locked = users::set_locked(&sent.request(&world), inum, true)
        .await
        .unwrap();
    assert_eq!(locked.value["status"], "inactive");
    assert!(!world.is_active(&tokens.access_token).await);
    users::set_locked(&sent.request(&world), inum, false)
        .await
        .unwrap();
    assert!(world.is_active(&tokens.access_token).await);
    let stale = Sent {
        if_match: Some("\"1\"".to_owned()),
        bearer: sent.bearer.clone(),
        ..Sent::default()
    };
    let refused = users::set_locked(&stale.request(&world), inum, true).await;
    assert!(matches!(refused, Err(ManagementError::Stale(_))));
}
