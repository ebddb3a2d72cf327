//! The demonstration's pages over HTTP: start, shop, phone. Only for this
//! machine's browser: a request that names another host is refused.

use std::sync::Arc;

use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Path, Request, State},
    http::{StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse as _, Response},
    routing::get,
};
use durward_jose::digest::constant_time_eq;
use durward_model::Entropy as _;
use durward_server::{
    pages::{parts::Account, policy::ContentSecurityPolicy, untrusted::Untrusted},
    respond::{page, see_other},
};
use url::form_urlencoded;

use super::{
    pages::{ASSETS, ClientPage, ClientStatusPage, DemoUser, PhonePage, StartPage, problem},
    push::Inbox,
    setup::{ALICE, Addresses, PASSWORD, PEOPLE, Person, unique},
    shop::Shop,
};
use crate::system::SystemEntropy;

/// Where the pages' files are.
const STATIC_PATH: &str = "/static";

/// Largest form, bytes.
const MAX_FORM_BYTES: usize = 16 * 1024;

/// Words that are easy to compare at a glance.
const COLOURS: [&str; 8] = [
    "amber", "blue", "coral", "green", "ivory", "pink", "silver", "violet",
];
const THINGS: [&str; 8] = [
    "anchor", "bridge", "candle", "falcon", "harbour", "lantern", "otter", "walnut",
];

/// What the pages stand on.
pub struct Web {
    issuer: String,
    hosts: [String; 2],
    shop: Arc<Shop>,
    inbox: Arc<Inbox>,
    csrf_token: String,
}

impl Web {
    /// Pages for these addresses.
    pub fn new(addresses: &Addresses, shop: Arc<Shop>, inbox: Arc<Inbox>) -> Arc<Self> {
        let named = addresses.pages();
        let named = named.strip_prefix("http://").unwrap_or_default().to_owned();
        Arc::new(Self {
            issuer: addresses.issuer(),
            hosts: [named, addresses.demo.to_string()],
            shop,
            inbox,
            csrf_token: unique(),
        })
    }
}

/// The routes of the pages.
pub fn router(web: &Arc<Web>) -> Router {
    Router::new()
        .route("/", get(start))
        .route("/client", get(client).post(ask))
        .route("/client/{id}", get(status))
        .route(
            "/phone",
            get(|| async { see_other(&phone_path(ALICE.username)) }),
        )
        .route("/phone/{username}", get(phone))
        .route("/phone/{username}/feed", get(feed))
        .route("/static/{name}", get(asset))
        .layer(DefaultBodyLimit::max(MAX_FORM_BYTES))
        .layer(middleware::from_fn_with_state(web.clone(), check_host))
        .with_state(web.clone())
}

/// Another name for this machine may be somebody's page in the same browser.
async fn check_host(State(web): State<Arc<Web>>, request: Request, next: Next) -> Response {
    let host = request
        .headers()
        .get(header::HOST)
        .and_then(|value| value.to_str().ok());
    if host.is_some_and(|host| web.hosts.iter().any(|own| own.eq_ignore_ascii_case(host))) {
        next.run(request).await
    } else {
        StatusCode::MISDIRECTED_REQUEST.into_response()
    }
}

fn shown(html: String) -> Response {
    page(
        StatusCode::OK,
        html,
        &ContentSecurityPolicy::new().with_own_scripts(),
    )
}

fn phone_path(username: &str) -> String {
    format!("/phone/{username}")
}

fn person(username: &str) -> Option<&'static Person> {
    PEOPLE.iter().find(|person| person.username == username)
}

fn users() -> Vec<DemoUser> {
    let user = |person: &Person| DemoUser {
        account: Account::new(person.username, Some(person.name)),
        login_hint: person.username.to_owned(),
        password: PASSWORD.to_owned(),
    };
    PEOPLE.iter().map(user).collect()
}

/// Words for one login: a colour, a thing and a number.
pub fn new_words() -> String {
    let mut bytes = [0; 3];
    SystemEntropy.fill(&mut bytes);
    let [colour, thing, number] = bytes;
    let pick = |words: &[&'static str; 8], byte: u8| {
        words
            .get(usize::from(byte) % words.len())
            .copied()
            .unwrap_or_default()
    };
    format!(
        "{} {} {}",
        pick(&COLOURS, colour),
        pick(&THINGS, thing),
        10 + number % 90
    )
}

async fn start(State(web): State<Arc<Web>>) -> Response {
    let start = StartPage {
        static_path: STATIC_PATH.to_owned(),
        phone_url: "/phone".to_owned(),
        client_url: "/client".to_owned(),
        discovery_url: format!("{}/.well-known/openid-configuration", web.issuer),
        users: users(),
    };
    shown(start.render())
}

fn client_page(web: &Web, words: String, wrong: &str) -> Response {
    let client = ClientPage {
        static_path: STATIC_PATH.to_owned(),
        action: "/client".to_owned(),
        csrf_token: web.csrf_token.clone(),
        start_url: "/".to_owned(),
        users: users(),
        binding_message: words,
        problem: problem(wrong),
    };
    shown(client.render())
}

async fn client(State(web): State<Arc<Web>>) -> Response {
    client_page(&web, new_words(), "")
}

async fn ask(State(web): State<Arc<Web>>, body: Bytes) -> Response {
    let fields: Vec<(String, String)> = form_urlencoded::parse(&body).into_owned().collect();
    let find = |name: &str| {
        let found = fields.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.trim()).unwrap_or_default()
    };
    let words = find("binding_message");
    if !constant_time_eq(find("csrf_token").as_bytes(), web.csrf_token.as_bytes()) {
        return client_page(
            &web,
            words.to_owned(),
            "This form is from before a restart. Send it again.",
        );
    }
    match web.shop.start(find("login_hint"), words).await {
        Ok(id) => see_other(&format!("/client/{id}")),
        Err(failure) => client_page(&web, words.to_owned(), &failure.message),
    }
}

async fn status(State(web): State<Arc<Web>>, Path(id): Path<String>) -> Response {
    let Some(login) = web.shop.find(&id) else {
        return see_other("/client");
    };
    let owner = person(&login.login_hint).unwrap_or(&ALICE);
    let status = ClientStatusPage {
        static_path: STATIC_PATH.to_owned(),
        client_url: "/client".to_owned(),
        phone_url: phone_path(owner.username),
        login_hint: Untrusted::line(&login.login_hint, 80),
        binding_message: Some(Untrusted::line(&login.binding_message, 160))
            .filter(|message| !message.is_empty()),
        state: login.state,
        polls: login.polls,
        tokens: login.tokens,
        exchanges: login.exchanges,
    };
    shown(status.render())
}

async fn phone(State(web): State<Arc<Web>>, Path(username): Path<String>) -> Response {
    let Some(owner) = person(&username) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let phone = PhonePage {
        static_path: STATIC_PATH.to_owned(),
        start_url: "/".to_owned(),
        feed_url: format!("{}/feed", phone_path(owner.username)),
        stream_url: None,
        owner: Untrusted::line(owner.name, 60),
        feed: web.inbox.feed(owner.device),
    };
    shown(phone.render())
}

async fn feed(State(web): State<Arc<Web>>, Path(username): Path<String>) -> Response {
    let Some(owner) = person(&username) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    match serde_json::to_string(&web.inbox.feed(owner.device)) {
        Ok(text) => {
            let headers = [
                (header::CONTENT_TYPE, "application/json"),
                (header::CACHE_CONTROL, "no-store"),
                (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            ];
            (headers, text).into_response()
        }
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

async fn asset(Path(name): Path<String>) -> Response {
    match ASSETS.iter().find(|asset| asset.name == name) {
        None => StatusCode::NOT_FOUND.into_response(),
        Some(asset) => {
            let headers = [
                (header::CONTENT_TYPE, asset.content_type),
                (header::CACHE_CONTROL, "no-cache"),
                (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            ];
            (headers, asset.body).into_response()
        }
    }
}
