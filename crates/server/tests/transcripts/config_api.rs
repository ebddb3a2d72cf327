//! `/jans-config-api/api/v1`: scripts and everything else administered from afar.

use axum::http::{Method, StatusCode};
use durward_model::client::ClientMetadata;
use durward_server::app::Certificates;
use durward_testkit::{
    World,
    app::{Answer, Arrival, Site},
    certificates::Holder,
    clients::basic,
    management::{ADMINISTRATOR, SCRIPT_SCOPES, administrator},
};
use serde_json::{Value, json};

use crate::HERE;

const ROUTE: &str = "config_api/scripts";
const SCRIPTS: &str = "/jans-config-api/api/v1/config/scripts";
const ROOT: &str = "/jans-config-api/api/v1/";
const READ: &str = "https://jans.io/oauth/config/scripts.readonly";

/// A site, and somebody who administers it.
struct Office {
    site: Site,
    token: String,
}

impl Office {
    async fn new(scope: &str) -> Self {
        let mut site = Site::new().await;
        for text in ["one\n", "two\n"] {
            site.world.engine.always(text, true);
        }
        site.world
            .add_client(ADMINISTRATOR, administrator(scope))
            .await;
        let token = site.world.own_token(ADMINISTRATOR, scope).await;
        site.begin_transcript();
        Self { site, token }
    }

    async fn send(&mut self, method: Method, path: &str, body: Option<&Value>) -> Answer {
        self.send_if(method, path, body, None).await
    }

    async fn send_if(
        &mut self,
        method: Method,
        path: &str,
        body: Option<&Value>,
        if_match: Option<&str>,
    ) -> Answer {
        let kind = if method == Method::PATCH {
            "application/json-patch+json"
        } else {
            "application/json"
        };
        let mut headers = vec![("authorization", format!("Bearer {}", self.token))];
        if body.is_some() {
            headers.push(("content-type", kind.to_owned()));
        }
        headers.extend(if_match.map(|tag| ("if-match", tag.to_owned())));
        let path = if path.starts_with(ROOT) {
            path.to_owned()
        } else {
            format!("{SCRIPTS}{path}")
        };
        let body = body.map(Value::to_string);
        self.site
            .exchange(method, &path, &headers, body.as_deref())
            .await
    }

    async fn get(&mut self, path: &str) -> Answer {
        self.send(Method::GET, path, None).await
    }
}

fn script(text: &str) -> Value {
    json!({
        "inum": "notify-1", "name": "notify", "scriptType": "CIBA_END_USER_NOTIFICATION",
        "programmingLanguage": "PYTHON", "script": text, "enabled": true, "level": 3,
        "description": "tells phones", "aliases": null,
        "moduleProperties": [{ "value1": "location_type", "value2": "db" }],
        "configurationProperties": [
            { "value1": "url", "value2": "https://push.example/" },
            { "value1": "key", "value2": "s3cret", "hide": true, "description": "of the service" },
        ],
    })
}

#[tokio::test]
async fn a_script_is_made_changed_rolled_back_and_deleted() {
    let mut office = Office::new(SCRIPT_SCOPES).await;
    let made = office
        .send(Method::POST, "?message=begin", Some(&script("one\n")))
        .await;
    assert_eq!(made.status, StatusCode::CREATED);
    assert_eq!(made.headers["etag"], "\"1\"");
    let mut sent_back = made.json();
    sent_back["script"] = json!("two\n");
    let put = office
        .send_if(Method::PUT, "", Some(&sent_back), Some("\"1\""))
        .await;
    assert_eq!(put.status, StatusCode::OK, "what was told may be sent back");
    let stale = office
        .send_if(Method::PUT, "", Some(&sent_back), Some("\"1\""))
        .await;
    assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED);
    let patch = json!([
        { "op": "test", "path": "/name", "value": "notify" },
        { "op": "replace", "path": "/level", "value": 7 },
        { "op": "add", "path": "/configurationProperties/-", "value": { "value1": "more", "value2": "x" } },
    ]);
    office.send(Method::PATCH, "/notify-1", Some(&patch)).await;
    for path in [
        "/name/notify",
        "/inum/notify-1",
        "/notify-1/versions",
        "/notify-1/versions/1",
        "/notify-1/versions/2/diff",
        "/notify-1/versions/3/diff?from=1",
    ] {
        assert_eq!(office.get(path).await.status, StatusCode::OK, "{path}");
    }
    let back = "/notify-1/versions/1/rollback?message=two%20breaks%20it";
    let back = office.send(Method::POST, back, None).await;
    assert_eq!(back.text("script"), "one\n");
    let gone = office.send(Method::DELETE, "/notify-1", None).await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT);
    office.get("/inum/notify-1").await;
    office.site.matches(HERE, ROUTE, "life");
    let said = std::fs::read_to_string(format!("{HERE}/{ROUTE}/life.snap")).unwrap();
    assert_eq!(said.matches("s3cret").count(), 1, "only where it was sent");
}

#[tokio::test]
async fn scripts_are_listed_in_pages() {
    let mut office = Office::new(READ).await;
    for (name, level) in [("push-b", 2), ("push-a", 1), ("other", 3)] {
        let world = &office.site.world;
        world.save_script(name, level, "one\n").await.unwrap();
    }
    for path in [
        "/types",
        "?limit=1&startIndex=2&sortBy=name&pattern=PUSH&sortOrder=descending",
        "/type/CIBA_END_USER_NOTIFICATION?sortBy=level&limit=1",
        "/type/end_session",
        "/type/person_authentication",
        "/inum/nobody",
        "/name/nobody",
        "/nobody/versions",
        "?limit=0",
        "?sortBy=colour",
        "?fieldValuePair=a%3Db",
    ] {
        office.get(path).await;
    }
    office.site.matches(HERE, ROUTE, "lists");
}

#[tokio::test]
async fn what_does_not_pass_the_gate_is_refused_with_the_place() {
    let mut office = Office::new(SCRIPT_SCOPES).await;
    office.site.world.engine.always("bad\n", true);
    office
        .site
        .world
        .engine
        .has_problem("bad\n", 7, "invalid syntax");
    let with = |name: &str, value: Value| {
        let mut script = script("one\n");
        script[name] = value;
        script
    };
    for body in [
        script("bad\n"),
        with("script", json!("unknown to the engine")),
        with("scriptType", json!("PERSON_AUTHENTICATION")),
        with("programmingLanguage", json!("JavaScript")),
        with("name", json!("no blanks")),
        with("level", json!("three")),
        with("colour", json!("red")),
        with("aliases", json!(["a"])),
        with("locationType", json!("ldap")),
        with(
            "moduleProperties",
            json!([{ "value1": "location_type", "value2": "ldap" }]),
        ),
        with(
            "moduleProperties",
            json!([{ "value1": "location_type", "value2": "file" }]),
        ),
        with(
            "configurationProperties",
            json!([{ "value1": "key", "value2": "********", "hide": true }]),
        ),
        json!([]),
    ] {
        let answer = office.send(Method::POST, "", Some(&body)).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{body}");
        assert!(answer.json()["errors"].is_array(), "{body}");
    }
    let headers = [
        ("authorization", format!("Bearer {}", office.token)),
        ("content-type", "application/json".to_owned()),
    ];
    let twice = r#"{"name":"a","name":"b"}"#;
    let answer = office
        .site
        .exchange(Method::POST, SCRIPTS, &headers, Some(twice))
        .await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    let form = office
        .site
        .exchange(Method::POST, SCRIPTS, &headers[..1], Some("name=a"))
        .await;
    assert_eq!(form.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    office.send(Method::PUT, "", Some(&script("one\n"))).await;
    office.site.matches(HERE, ROUTE, "refused");
    let nothing = office.site.world.store.list_scripts().await.unwrap();
    assert_eq!(nothing, []);
    let large = with("script", json!("x".repeat(1024 * 1024)));
    let answer = office.send(Method::POST, "", Some(&large)).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn a_script_in_a_file_has_the_text_of_the_file() {
    let mut office = Office::new(SCRIPT_SCOPES).await;
    office.site.world.files.write("notify.py", "one\n");
    let mut in_file = script("sent\n");
    in_file["moduleProperties"] = json!([]);
    in_file["locationType"] = json!("file");
    in_file["locationPath"] = json!("notify.py");
    let made = office.send(Method::POST, "", Some(&in_file)).await;
    assert_eq!(made.status, StatusCode::CREATED);
    assert_eq!(made.text("script"), "one\n");
    let mut sent_back = office.get("/inum/notify-1").await.json();
    sent_back["level"] = json!(4);
    let put = office.send(Method::PUT, "", Some(&sent_back)).await;
    assert_eq!(put.status, StatusCode::OK, "what was told may be sent back");
    let text = json!([{ "op": "replace", "path": "/script", "value": "two\n" }]);
    let kept = office.send(Method::PATCH, "/notify-1", Some(&text)).await;
    assert_eq!(kept.text("script"), "one\n");
    let back = "/notify-1/versions/1/rollback";
    let refused = office.send(Method::POST, back, None).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    for wrong in [
        json!([{ "op": "replace", "path": "/locationPath", "value": "other.py" }]),
        json!([{ "op": "replace", "path": "/locationType", "value": "db" }]),
        json!([
            { "op": "replace", "path": "/moduleProperties/1/value2", "value": "other.py" },
            { "op": "replace", "path": "/locationPath", "value": "other.py" },
        ]),
    ] {
        let refused = office.send(Method::PATCH, "/notify-1", Some(&wrong)).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{wrong}");
    }
    let into_store = json!([
        { "op": "replace", "path": "/moduleProperties", "value": [] },
        { "op": "remove", "path": "/locationType" },
        { "op": "remove", "path": "/locationPath" },
        { "op": "replace", "path": "/script", "value": "two\n" },
    ]);
    let kept = office
        .send(Method::PATCH, "/notify-1", Some(&into_store))
        .await;
    assert_eq!(
        (kept.text("locationType"), kept.text("script")),
        ("db".into(), "two\n".into())
    );
    office.site.matches(HERE, ROUTE, "in_file");
}

#[tokio::test]
async fn only_those_with_the_scope_come_in() {
    let mut office = Office::new(READ).await;
    office.get("/types").await;
    let answer = office.send(Method::POST, "", Some(&script("one\n"))).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    let answer = office.send(Method::DELETE, "/notify-1", None).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    let path = format!("{SCRIPTS}/types");
    for authorization in [None, Some("Bearer nonsense"), Some("Basic YTpi")] {
        let answer = office.site.get(&path, authorization).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
        assert!(answer.headers.contains_key("www-authenticate"));
    }
    office.site.matches(HERE, ROUTE, "access");
}

#[tokio::test]
async fn the_configuration_is_read_and_changed() {
    let scope = "https://jans.io/oauth/jans-auth-server/config/properties.write";
    let mut office = Office::new(scope).await;
    let path = &format!("{ROOT}jans-auth-server/config");
    let secret = json!([{ "op": "replace", "value": "s3cret",
        "path": "/cibaEndUserNotificationConfig/notificationKey" }]);
    let first = office.send(Method::PATCH, path, Some(&secret)).await;
    assert_eq!(first.status, StatusCode::OK);
    let seen = first.headers["etag"].to_str().unwrap().to_owned();
    let found = office.get(path).await;
    assert_eq!(
        found.json()["cibaEndUserNotificationConfig"]["notificationKey"],
        "********"
    );
    let stored = office.site.world.store.find_configuration().await.unwrap();
    let sealed = stored.unwrap().value.ciba_end_user_notification_config;
    office.site.begin_transcript();
    for wish in [
        json!([{ "op": "replace", "path": "/accessTokenLifetime", "value": 120 }]),
        json!([{ "op": "replace", "path": "/accessTokenLifetime", "value": 0 }]),
        json!([{ "op": "add", "path": "/colour", "value": "red" }]),
        json!([{ "op": "replace", "path": "/issuer", "value": "https://a.example/path" }]),
    ] {
        let answer = office.send(Method::PATCH, path, Some(&wish)).await;
        if answer.status == StatusCode::OK {
            assert_eq!(answer.json()["accessTokenLifetime"], 120);
            office.site.begin_transcript();
        }
    }
    let again = json!([{ "op": "replace", "path": "/accessTokenLifetime", "value": 240 }]);
    let stale = office
        .send_if(Method::PATCH, path, Some(&again), Some(&seen))
        .await;
    assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED);
    office
        .site
        .matches(HERE, "config_api/properties", "refused");
    let stored = office.site.world.store.find_configuration().await.unwrap();
    let stored = stored.unwrap().value;
    assert_eq!(stored.access_token_lifetime, 120);
    let now = stored.ciba_end_user_notification_config;
    assert_eq!(now, sealed, "a mask stands for what is stored");
    assert!(!now.notification_key.contains("s3cret"));
    office.site.begin_transcript();
    office.get(path).await;
    let off = json!([{ "op": "replace", "path": "/featureFlags", "value": ["config_api"] }]);
    office.send(Method::PATCH, path, Some(&off)).await;
    office.site.matches(HERE, "config_api/properties", "life");
}

#[tokio::test]
async fn clients_are_added_changed_and_taken_away() {
    let scope = "https://jans.io/oauth/config/openid/clients.write \
        https://jans.io/oauth/config/openid/clients.delete";
    let mut office = Office::new(scope).await;
    let path = &format!("{ROOT}openid/clients");
    let one = &format!("{path}/shop-1");
    let shop = json!({
        "inum": "shop-1", "clientName": "Shop", "redirectUris": ["https://shop.example/cb"],
        "grantTypes": ["authorization_code"], "scopes": ["openid", "inum=profile,ou=scopes,o=jans"],
        "requirePkce": true, "disabled": false,
    });
    let made = office.send(Method::POST, path, Some(&shop)).await;
    assert_eq!(made.status, StatusCode::CREATED);
    let secret = made.text("clientSecret");
    let found = office.get(one).await;
    assert!(!found.body.contains(&secret) && !found.body.contains("clientSecret"));
    let mut sent_back = found.json();
    sent_back["clientName"] = json!("The shop");
    let put = office
        .send_if(Method::PUT, path, Some(&sent_back), Some("\"1\""))
        .await;
    assert_eq!(put.status, StatusCode::OK, "what was told may be sent back");
    assert!(!put.body.contains("clientSecret"), "it keeps its secret");
    let off = json!([{ "op": "replace", "path": "/disabled", "value": true }]);
    office.send(Method::PATCH, one, Some(&off)).await;
    office.get(&format!("{path}?pattern=the&limit=5")).await;
    for wrong in [
        json!({ "clientName": "No address" }),
        json!({ "colour": "red" }),
        json!({ "redirect_uris": ["https://shop.example/cb"] }),
        json!({ "redirectUris": ["http://shop.example/cb"] }),
        json!({ "scopes": "openid" }),
    ] {
        let refused = office.send(Method::POST, path, Some(&wrong)).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{wrong}");
    }
    let taken = office.send(Method::POST, path, Some(&shop)).await;
    assert_eq!(taken.status, StatusCode::CONFLICT);
    let gone = office.send(Method::DELETE, one, None).await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT);
    office.get(one).await;
    office.site.matches(HERE, "config_api/clients", "life");
}

#[tokio::test]
async fn people_sessions_scopes_and_keys_are_looked_after() {
    let scope = "https://jans.io/oauth/config/user.write \
        https://jans.io/oauth/jans-auth-server/session.readonly \
        https://jans.io/oauth/jans-auth-server/session.delete \
        https://jans.io/oauth/config/scopes.readonly https://jans.io/oauth/config/jwks.write";
    let mut office = Office::new(scope).await;
    office.site.world.web_tokens().await;
    office.site.begin_transcript();
    let at = |path: &str| format!("{ROOT}{path}");
    let listed = office.get(&at("users?pattern=alice")).await;
    let alice = listed.json()["entries"][0]["inum"].clone();
    let alice = at(&format!("users/{}", alice.as_str().unwrap()));
    office.get(&alice).await;
    for turn in ["lock", "lock", "unlock"] {
        office
            .send(Method::POST, &format!("{alice}/{turn}"), None)
            .await;
    }
    let sessions = office.get(&at("jans-auth-server/session")).await;
    let sid = sessions.json()["entries"][0]["sid"].clone();
    let one = at(&format!(
        "jans-auth-server/session/sid/{}",
        sid.as_str().unwrap()
    ));
    let ended = office.send(Method::DELETE, &one, None).await;
    assert_eq!(ended.status, StatusCode::NO_CONTENT);
    let again = office.send(Method::DELETE, &one, None).await;
    assert_eq!(again.status, StatusCode::NOT_FOUND);
    for path in [
        "scopes?limit=2",
        "scopes/openid",
        "scopes/nothing",
        "users/nobody",
    ] {
        office.get(&at(path)).await;
    }
    office.get(&at("config/jwks?pattern=ES256")).await;
    let rotate = at("config/jwks/rotate");
    let fresh = format!("{rotate}?alg=ES256&publishBefore=60");
    let fresh = office.send(Method::POST, &fresh, None).await;
    assert_eq!(fresh.json()[0]["alg"], "ES256");
    for wrong in ["?alg=none", "?publishBefore=-1", "?publishBefore=soon"] {
        let path = format!("{rotate}{wrong}");
        let refused = office.send(Method::POST, &path, None).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{wrong}");
    }
    office.site.matches(HERE, "config_api/others", "life");
}

#[tokio::test]
async fn the_api_describes_itself() {
    let mut site = Site::new().await;
    let answer = site.get(&format!("{ROOT}openapi.json"), None).await;
    assert_eq!(answer.json(), durward_server::openapi::document());
    // Its text is kept in the documentation; here is that it goes with the feature.
    let mut site = Site::configured(|c| c.feature_flags.retain(|id| id != "config_api")).await;
    site.get(&format!("{ROOT}openapi.json"), None).await;
    site.matches(HERE, "config_api/openapi", "off");
}

#[tokio::test]
async fn a_bound_token_comes_in_over_a_connection_with_its_certificate() {
    let world = World::with_certificates(|_| {}).await;
    let metadata = ClientMetadata {
        tls_client_certificate_bound_access_tokens: true,
        ..administrator(READ)
    };
    world.add_client(ADMINISTRATOR, metadata).await;
    let mut site = Site::of(world, Certificates::default());
    let certificate = |seed| Holder::new(seed, &[("CN", "pipeline")]).self_signed();
    site.arrival = Arrival::with(certificate(1).read(false));
    let own = basic(ADMINISTRATOR);
    let asked = [("grant_type", "client_credentials")];
    let token = site.post("/token", Some(&own), &asked).await;
    let bearer = format!("Bearer {}", token.text("access_token"));
    let read = site.get(SCRIPTS, Some(&bearer)).await;
    assert_eq!(read.status, StatusCode::OK);
    for arrival in [Arrival::default(), Arrival::with(certificate(2).read(true))] {
        site.arrival = arrival;
        let refused = site.get(SCRIPTS, Some(&bearer)).await;
        assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    }
}

#[tokio::test]
async fn a_version_is_tried_beside_the_one_that_serves() {
    let mut office = Office::new(SCRIPT_SCOPES).await;
    office.send(Method::POST, "", Some(&script("one\n"))).await;
    office.site.begin_transcript();
    let none = office.get("/notify-1/candidate").await;
    assert_eq!(none.status, StatusCode::NOT_FOUND);
    let path = "/notify-1/candidate?message=try%20it";
    let mut tried = script("two\n");
    tried["configurationProperties"][1]["value2"] = json!("********");
    let shadow = json!({ "stage": "shadow", "minCalls": 2, "customScript": tried });
    let staged = office
        .send_if(Method::PUT, path, Some(&shadow), Some("\"1\""))
        .await;
    assert_eq!(staged.status, StatusCode::OK);
    assert_eq!(staged.headers["etag"], "\"2\"");
    let stale = office
        .send_if(Method::PUT, path, Some(&shadow), Some("\"1\""))
        .await;
    assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED);
    let canary = json!({ "stage": "canary", "sharePercent": 5, "promoteAfterCalls": 1000 });
    office
        .send(Method::PUT, "/notify-1/candidate", Some(&canary))
        .await;
    office.get("/notify-1/candidate").await;
    let told = office.get("/inum/notify-1").await.json();
    assert_eq!(told["candidate"]["sharePercent"], 5);
    assert_eq!(told["script"], "one\n");
    let promote = "/notify-1/candidate/promote";
    let promoted = office.send(Method::POST, promote, None).await;
    assert_eq!(promoted.text("script"), "two\n");
    let again = office.send(Method::POST, promote, None).await;
    assert_eq!(again.status, StatusCode::NOT_FOUND);
    let back = json!({ "stage": "shadow", "customScript": script("one\n") });
    office
        .send(Method::PUT, "/notify-1/candidate", Some(&back))
        .await;
    let saved = office.send(Method::PUT, "", Some(&told)).await;
    assert_eq!(saved.json()["candidateEnded"]["outcome"], "superseded");
    office
        .send(Method::PUT, "/notify-1/candidate", Some(&shadow))
        .await;
    let gone = office
        .send(Method::DELETE, "/notify-1/candidate", None)
        .await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT);
    office.site.matches(HERE, ROUTE, "candidate");
}

#[tokio::test]
async fn what_cannot_be_tried_is_told_and_nothing_changes() {
    let mut office = Office::new(SCRIPT_SCOPES).await;
    office.send(Method::POST, "", Some(&script("one\n"))).await;
    office.site.begin_transcript();
    let mut other = script("two\n");
    other["inum"] = json!("another");
    let mut renamed = script("two\n");
    renamed["name"] = json!("another");
    for (body, status) in [
        (json!({}), StatusCode::BAD_REQUEST),
        (json!({ "stage": "shadow" }), StatusCode::NOT_FOUND),
        (
            json!({ "stage": "shadow", "sharePercent": 5 }),
            StatusCode::BAD_REQUEST,
        ),
        (json!({ "stage": "canary" }), StatusCode::BAD_REQUEST),
        (
            json!({ "stage": "canary", "sharePercent": 0 }),
            StatusCode::BAD_REQUEST,
        ),
        (
            json!({ "stage": "canary", "sharePercent": 256 }),
            StatusCode::BAD_REQUEST,
        ),
        (
            json!({ "stage": "shadow", "weight": 5 }),
            StatusCode::BAD_REQUEST,
        ),
        (
            json!({ "stage": "shadow", "customScript": other }),
            StatusCode::BAD_REQUEST,
        ),
        (
            json!({ "stage": "shadow", "customScript": renamed }),
            StatusCode::BAD_REQUEST,
        ),
        (
            json!({ "stage": "shadow", "customScript": script("one\n") }),
            StatusCode::BAD_REQUEST,
        ),
        (
            json!({ "stage": "shadow", "customScript": script("nobody knows it") }),
            StatusCode::BAD_REQUEST,
        ),
    ] {
        let refused = office
            .send(Method::PUT, "/notify-1/candidate", Some(&body))
            .await;
        assert_eq!(refused.status, status, "{body}");
    }
    let nobody = office.send(Method::DELETE, "/nobody/candidate", None).await;
    assert_eq!(nobody.status, StatusCode::NOT_FOUND);
    let told = office.get("/inum/notify-1").await.json();
    assert_eq!(told["revision"], 1);
    office.site.matches(HERE, ROUTE, "candidate_refused");
    let mut reader = Office::new(READ).await;
    let canary = json!({ "stage": "canary", "sharePercent": 5 });
    for (method, body) in [(Method::PUT, Some(&canary)), (Method::DELETE, None)] {
        let refused = reader.send(method, "/notify-1/candidate", body).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
    }
    let refused = reader
        .send(Method::POST, "/notify-1/candidate/promote", None)
        .await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}
