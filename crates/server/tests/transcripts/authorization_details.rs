//! `authorization_details` over HTTP: every way in, every grant, every error, and the
//! seed's own request.

use std::path::{Path, PathBuf};

use axum::http::StatusCode;
use durward_model::client::grant_type;
use durward_testkit::{
    app::{Answer, Site},
    ciba::ciba_request,
    clients::{CIBA, OTHER, SERVICE, WEB, WEB_URI, basic, secret},
    details::{ACCOUNT, PAY, PAYMENT, READ, array, detailed, lenient, reply, texts_of},
    flow::with,
    users::ALICE_PASSWORD,
};
use serde_json::{Value, json};
use url::form_urlencoded;

use crate::{HERE, authorize::Walk as _};

const ROUTE: &str = "authorization_details";

const LOGIN: [(&str, &str); 3] = [
    ("decision", "login"),
    ("username", "alice"),
    ("password", ALICE_PASSWORD),
];

async fn site() -> Site {
    let site = Site::new().await;
    site.world.offer_details().await;
    site
}

/// A script for accounts that says what the client says.
async fn with_claims(site: &Site) {
    site.world
        .detail_script(ACCOUNT, "claims", |call| {
            let mut answer = lenient(call);
            if call.method == "getUiRepresentation" {
                let text = durward_testkit::details::element(call);
                let read: Value = serde_json::from_str(text).unwrap();
                answer = reply(read["ui_representation"].clone(), &[]);
            }
            Ok(answer)
        })
        .await;
}

#[tokio::test]
async fn from_the_request_to_the_resource_server() {
    let mut site = site().await;
    site.world_login().await;
    let details = array(&[PAY, READ]);
    let page = site.open_with("/authorize", &detailed(&details, &[])).await;
    let kept = [
        ("decision", "allow"),
        ("choose", "details"),
        ("detail_0", "on"),
        ("detail_1", "on"),
    ];
    let code = site
        .decide(&page.interaction(), &kept)
        .await
        .parameter("code");
    let web = basic(WEB);
    let exchange = [
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("redirect_uri", WEB_URI),
    ];
    let tokens = site.post("/token", Some(&web), &exchange).await;
    assert_eq!(texts_of(&tokens.body), [PAY, READ], "to the letter");
    let refresh = tokens.text("refresh_token");
    let less = array(&[READ]);
    let narrowed = [
        ("grant_type", "refresh_token"),
        ("refresh_token", refresh.as_str()),
        ("authorization_details", &less),
    ];
    let tokens = site.post("/token", Some(&web), &narrowed).await;
    assert_eq!(texts_of(&tokens.body), [READ]);
    let token = tokens.text("access_token");
    site.post("/introspection", Some(&web), &[("token", &token)])
        .await;
    site.post("/introspection", Some(&basic(OTHER)), &[("token", &token)])
        .await;
    let refresh = tokens.text("refresh_token");
    let wider = array(&[READ, PAY, PAY]);
    let widened = [
        ("grant_type", "refresh_token"),
        ("refresh_token", refresh.as_str()),
        ("authorization_details", &wider),
    ];
    site.post("/token", Some(&web), &widened).await;
    let whole = [
        ("grant_type", "refresh_token"),
        ("refresh_token", refresh.as_str()),
    ];
    let tokens = site.post("/token", Some(&web), &whole).await;
    assert_eq!(texts_of(&tokens.body), [PAY, READ]);
    site.matches(HERE, ROUTE, "code_and_refresh");
}

#[tokio::test]
async fn an_element_that_is_not_ticked_is_not_granted() {
    let mut site = site().await;
    site.world_login().await;
    let details = array(&[PAY, READ]);
    let page = site.open_with("/authorize", &detailed(&details, &[])).await;
    site.begin_transcript();
    let kept = [
        ("decision", "allow"),
        ("choose", "details"),
        ("detail_1", "on"),
    ];
    let code = site
        .decide(&page.interaction(), &kept)
        .await
        .parameter("code");
    let exchange = [
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("redirect_uri", WEB_URI),
    ];
    let tokens = site.post("/token", Some(&basic(WEB)), &exchange).await;
    assert_eq!(texts_of(&tokens.body), [READ]);
    site.matches(HERE, ROUTE, "left_out");
}

#[tokio::test]
async fn a_form_without_ticks_grants_nothing_where_the_page_let_choose_and_all_where_not() {
    for (may, sent, expected) in [(true, vec![("choose", "details")], 0), (false, vec![], 2)] {
        let mut site =
            Site::configured(|configuration| configuration.consent_may_leave_out_details = may)
                .await;
        site.world.offer_details().await;
        site.world_login().await;
        let details = array(&[PAY, READ]);
        let page = site.open_with("/authorize", &detailed(&details, &[])).await;
        assert_eq!(page.body.contains("type=\"checkbox\""), may);
        let mut fields = vec![("decision", "allow")];
        fields.extend(sent);
        let code = site
            .decide(&page.interaction(), &fields)
            .await
            .parameter("code");
        let tokens = site.world.exchange(&code).await.unwrap();
        assert_eq!(tokens.authorization_details.len(), expected);
    }
}

/// Whoever posts ticks that the page did not have; also where the setting changed while the
/// page was open. The page is there still, to be loaded again.
#[tokio::test]
async fn ticks_count_only_where_the_page_lets_choose() {
    let mut site =
        Site::configured(|configuration| configuration.consent_may_leave_out_details = false).await;
    site.world.offer_details().await;
    site.world_login().await;
    let details = array(&[PAY, READ]);
    let page = site.open_with("/authorize", &detailed(&details, &[])).await;
    let part = [
        ("decision", "allow"),
        ("choose", "details"),
        ("detail_0", "on"),
    ];
    let refused = site.decide(&page.interaction(), &part).await;
    assert_eq!(refused.status, 400);
    let all = [("decision", "allow")];
    let code = site.decide(&page.interaction(), &all).await;
    let tokens = site.world.exchange(&code.parameter("code")).await.unwrap();
    assert_eq!(tokens.authorization_details.len(), 2);
}

#[tokio::test]
async fn as_many_elements_as_there_may_be_can_be_chosen_from() {
    let mut site = site().await;
    site.world_login().await;
    let elements: Vec<String> = (0..64)
        .map(|n| format!(r#"{{"type":"payment","n":{n}}}"#))
        .collect();
    let details = format!("[{}]", elements.join(","));
    let page = site.open_with("/authorize", &detailed(&details, &[])).await;
    let names: Vec<String> = (0..64).map(|n| format!("detail_{n}")).collect();
    let mut fields = vec![("decision", "allow"), ("choose", "details")];
    fields.extend(names.iter().map(|name| (name.as_str(), "on")));
    let code = site
        .decide(&page.interaction(), &fields)
        .await
        .parameter("code");
    let tokens = site.world.exchange(&code).await.unwrap();
    assert_eq!(tokens.authorization_details.len(), 64);
}

#[tokio::test]
async fn attack_56_a_client_that_lies_about_its_payment_is_quoted_beside_the_facts() {
    let mut site = site().await;
    with_claims(&site).await;
    site.world_login().await;
    let lie = r#"{"type":"account","ui_representation":"Free\u202e of <b>charge</b></p><script>alert(1)</script>","x":"</dd>","instructedAmount":{"amount":"9999.00","currency":"EUR"},"actions":["pay"],"locations":["https://bank.example/pay"]}"#;
    let page = site
        .open_with("/authorize", &detailed(&array(&[lie]), &[]))
        .await;
    assert!(!page.body.contains("<script>alert"), "{}", page.body);
    assert!(!page.body.contains('\u{202e}'));
    for words in [
        "in its own words",
        "9999.00",
        "https://bank.example/pay",
        "Nobody has checked",
    ] {
        assert!(page.body.contains(words), "{words}");
    }
    site.matches(HERE, ROUTE, "claims");
}

#[tokio::test]
async fn by_ciba() {
    let mut site = site().await;
    let ciba = basic(CIBA);
    let details = array(&[PAY, READ]);
    let request = with(&ciba_request(), &[("authorization_details", &details)]);
    let asked = site.post("/bc-authorize", Some(&ciba), &request).await;
    let id = asked.text("auth_req_id");
    let page = site.open_with("/authorize", &[("auth_req_id", &id)]).await;
    let interaction = page.interaction();
    let next = site.decide(&interaction, &LOGIN).await.location();
    site.open(&next).await;
    let kept = [
        ("decision", "allow"),
        ("choose", "details"),
        ("detail_0", "on"),
    ];
    site.decide(&interaction, &kept).await;
    let poll = [
        ("grant_type", grant_type::CIBA),
        ("auth_req_id", id.as_str()),
    ];
    let tokens = site.post("/token", Some(&ciba), &poll).await;
    assert_eq!(texts_of(&tokens.body), [PAY]);
    site.matches(HERE, ROUTE, "ciba");
}

#[tokio::test]
async fn by_client_credentials() {
    let mut site = site().await;
    let (secret, details) = (secret(SERVICE), array(&[PAY]));
    let request = [
        ("grant_type", "client_credentials"),
        ("client_id", SERVICE),
        ("client_secret", secret.as_str()),
        ("authorization_details", &details),
    ];
    let tokens = site.post("/token", None, &request).await;
    assert_eq!(texts_of(&tokens.body), [PAY]);
    let token = tokens.text("access_token");
    site.post("/introspection", Some(&basic(WEB)), &[("token", &token)])
        .await;
    site.matches(HERE, ROUTE, "client_credentials");
}

#[tokio::test]
async fn every_error_by_redirect_and_as_json() {
    let mut site = site().await;
    site.world
        .detail_script("strict", "strict", |_| {
            let entity =
                json!({ "error": "access_denied", "error_description": "not on a Sunday" });
            let exception = json!({ "status": 403, "entity": entity.to_string() });
            Ok(reply(
                json!(false),
                &[("webApplicationException", exception)],
            ))
        })
        .await;
    for client_id in [WEB, CIBA, SERVICE] {
        site.world
            .change_client(client_id, |client| {
                client.metadata.authorization_details_types =
                    vec![PAYMENT.to_owned(), "strict".to_owned()];
            })
            .await;
    }
    let secret = secret(SERVICE);
    for bad in [
        "{}",
        "[1]",
        "[{}]",
        "[{\"type\":[\"payment\"]}]",
        "[{\"type\":\"payment\",\"n\":1,\"n\":2}]",
        "[{\"type\":\"payment\",\"n\":NaN}]",
        "[{\"type\":\"payment\"},{\"type\":\"gold\"}]",
        "[{\"type\":\"account\"}]",
        "[{\"type\":\"strict\"}]",
    ] {
        let by_redirect = site.open_with("/authorize", &detailed(bad, &[])).await;
        assert_eq!(
            by_redirect.parameter("error"),
            "invalid_authorization_details"
        );
        let request = with(&ciba_request(), &[("authorization_details", bad)]);
        let by_ciba = site
            .post("/bc-authorize", Some(&basic(CIBA)), &request)
            .await;
        let request = [
            ("grant_type", "client_credentials"),
            ("client_id", SERVICE),
            ("client_secret", secret.as_str()),
            ("authorization_details", bad),
        ];
        let by_token = site.post("/token", None, &request).await;
        for answer in [&by_ciba, &by_token] {
            assert_eq!(answer.status, StatusCode::BAD_REQUEST);
            assert_eq!(answer.text("error"), "invalid_authorization_details");
            assert_eq!(
                answer.text("error_description"),
                by_redirect.parameter("error_description")
            );
        }
    }
    site.matches(HERE, ROUTE, "errors");
}

#[tokio::test]
async fn attack_8_details_given_twice_are_refused() {
    let mut site = site().await;
    let path = site.path("/authorize?client_id=web&response_type=code&authorization_details=[]&authorization_details=[]");
    assert_eq!(site.open(&path).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn attack_10_an_unregistered_address_hears_nothing_of_wrong_details() {
    let mut site = site().await;
    let request = detailed("[1]", &[("redirect_uri", "https://web.example.evil/cb")]);
    let answer = site.open_with("/authorize", &request).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert!(!answer.headers.contains_key("location"));
}

#[tokio::test]
async fn attack_12_a_refusal_of_details_names_its_issuer() {
    let mut site = site().await;
    let answer = site.open_with("/authorize", &detailed("[1]", &[])).await;
    assert_eq!(answer.parameter("iss"), "https://op.example");
    assert_eq!(answer.parameter("state"), "state-1");
}

#[tokio::test]
async fn attack_14_a_code_used_twice_ends_its_details_too() {
    let mut site = site().await;
    let details = array(&[PAY]);
    let code = site.world.code_for(&detailed(&details, &[])).await;
    let exchange = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", WEB_URI),
    ];
    let token = site
        .post("/token", Some(&basic(WEB)), &exchange)
        .await
        .text("access_token");
    let again = site.post("/token", Some(&basic(WEB)), &exchange).await;
    assert_eq!(again.text("error"), "invalid_grant");
    let told = site
        .post("/introspection", Some(&basic(WEB)), &[("token", &token)])
        .await;
    assert_eq!(told.json(), json!({ "active": false }));
}

#[tokio::test]
async fn attack_15_details_of_another_clients_code_stay_where_they_are() {
    let mut site = site().await;
    let details = array(&[PAY]);
    let code = site.world.code_for(&detailed(&details, &[])).await;
    let exchange = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", WEB_URI),
        ("authorization_details", &details),
    ];
    let answer = site.post("/token", Some(&basic(OTHER)), &exchange).await;
    assert_eq!(answer.text("error"), "invalid_grant");
}

#[tokio::test]
async fn attack_19_a_token_cut_or_changed_shows_no_details() {
    let mut site = site().await;
    for jwt in [true, false] {
        site.world
            .change_client(WEB, |client| client.metadata.access_token_as_jwt = jwt)
            .await;
        let details = array(&[PAY]);
        let token = site
            .world
            .web_tokens_for(&[("authorization_details", &details)])
            .await
            .access_token;
        let (cut, longer) = (&token[..token.len() - 1], format!("{token}A"));
        for wrong in [cut, &longer] {
            let told = site
                .post("/introspection", Some(&basic(WEB)), &[("token", wrong)])
                .await;
            assert_eq!(told.json(), json!({ "active": false }));
        }
    }
}

#[tokio::test]
async fn attack_58_what_is_posted_at_the_page_cannot_change_what_was_asked() {
    let mut site = site().await;
    site.world_login().await;
    let details = array(&[PAY]);
    let page = site.open_with("/authorize", &detailed(&details, &[])).await;
    let dearer = array(&[&PAY.replace("123.50", "9999")]);
    let fields = [
        ("decision", "allow"),
        ("choose", "details"),
        ("detail_0", "on"),
        ("detail_1", "on"),
        ("authorization_details", &dearer),
    ];
    let code = site
        .decide(&page.interaction(), &fields)
        .await
        .parameter("code");
    let tokens = site.world.exchange(&code).await.unwrap();
    let granted: Vec<&str> = tokens
        .authorization_details
        .iter()
        .map(durward_model::Detail::as_str)
        .collect();
    assert_eq!(granted, [PAY]);
}

/// A file of the seeds, wherever the repository stands; `None`, said by name, without them.
fn seed(name: &str) -> Option<String> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let found = here
        .ancestors()
        .map(|folder: &Path| -> PathBuf { folder.join("shared/seeds").join(name) })
        .find(|path| path.exists());
    if found.is_none() {
        println!("skipped: {name} is not beside the repository");
    }
    std::fs::read_to_string(found?).ok()
}

/// Alice logs in, sees both types, allows; the tokens of the client.
async fn seed_walk(site: &mut Site, page: Answer, client_id: &str, redirect_uri: &str) -> Answer {
    let id = page.interaction();
    let next = site.decide(&id, &LOGIN).await.location();
    let shown = site.open(&next).await;
    assert!(
        shown.body.contains("financial-transaction"),
        "{}",
        shown.body
    );
    let kept = [
        ("decision", "allow"),
        ("choose", "details"),
        ("detail_0", "on"),
        ("detail_1", "on"),
    ];
    let code = site.decide(&id, &kept).await.parameter("code");
    let exchange = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", redirect_uri),
    ];
    let tokens = site
        .post("/token", Some(&basic(client_id)), &exchange)
        .await;
    assert_eq!(tokens.status, StatusCode::OK, "{}", tokens.body);
    tokens
}

#[tokio::test]
async fn the_seeds_request_works_verbatim_by_get_and_by_post() {
    let (Some(text), Some(elements)) = (
        seed("002_88c46a5f4d46b827.txt"),
        seed("scripts/authorization_details.json"),
    ) else {
        return;
    };
    let body = text
        .lines()
        .find(|line| line.starts_with("response_type=code&"))
        .unwrap();
    let find = |wanted: &str| {
        let mut pairs = form_urlencoded::parse(body.as_bytes());
        pairs
            .find(|(name, _)| name == wanted)
            .unwrap()
            .1
            .into_owned()
    };
    let (client_id, redirect_uri) = (find("client_id"), find("redirect_uri"));
    // The request as printed has one element; the page's two go in its place.
    let two: String = form_urlencoded::byte_serialize(elements.as_bytes()).collect();
    let (before, _) = body.split_once("authorization_details=").unwrap();
    for request in [
        body.to_owned(),
        format!("{before}authorization_details={two}"),
    ] {
        for by_post in [false, true] {
            let mut site = seed_site(&client_id, &redirect_uri).await;
            let path = site.path("/authorize");
            let page = if by_post {
                let location = site
                    .exchange(axum::http::Method::POST, &path, &[], Some(&request))
                    .await
                    .location();
                site.open(&location).await
            } else {
                site.open(&format!("{path}?{request}")).await
            };
            if request == body {
                assert!(page.body.contains("/interaction/"), "{}", page.body);
                continue;
            }
            let tokens = seed_walk(&mut site, page, &client_id, &redirect_uri).await;
            let granted = texts_of(&tokens.body);
            assert_eq!(granted.len(), 2);
            assert!(
                granted.iter().all(|one| elements.contains(one)),
                "to the letter"
            );
        }
    }
}

async fn seed_site(client_id: &str, redirect_uri: &str) -> Site {
    let site = Site::new().await;
    for name in ["demo_authz_detail", "financial-transaction"] {
        site.world
            .detail_script(name, name, |call| Ok(lenient(call)))
            .await;
    }
    let mut metadata = durward_testkit::clients::all().remove(0).metadata;
    metadata.redirect_uris = vec![redirect_uri.to_owned()];
    metadata.authorization_details_types = ["demo_authz_detail", "financial-transaction"]
        .map(str::to_owned)
        .to_vec();
    site.world.add_client(client_id, metadata).await;
    site
}
