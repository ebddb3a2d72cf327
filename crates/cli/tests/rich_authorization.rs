//! Rich authorization requests through the whole binary: the catalogue's scripts in their
//! workers, the consent page in a real browser, tokens and introspection.
//!
//! The picture of the consent page is kept under the target folder. Without Chromium and
//! chromedriver the browser's test says so by name and does nothing.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

#[path = "support/all.rs"]
mod support;

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use support::{
    caller::{Answer, Caller},
    home::{Credentials, Home, REDIRECT_URI, app_metadata, password_of},
    jvm::host_jar_for,
    push::Push,
    server::Server,
    visitor::{Visitor, code_of},
    webdriver::{ENTER, TAB, Window, browser_for},
};
use tokio::runtime::Runtime;
use url::form_urlencoded;

const PAY: &str = r#"{"type":"payment_initiation","instructedAmount":{"currency":"EUR","amount":"123.50"},"creditorName":"Merchant A","creditorAccount":{"iban":"DE02100100109307118603"}}"#;
const ACCESS: &str = r#"{"type":"account_access","actions":["list_accounts","read_balances"],"locations":["https://bank.example/accounts"]}"#;
/// What the script makes of it.
const ENRICHED: &str = r#"{"type":"account_access","actions":["list_accounts","read_balances"],"locations":["https://bank.example/accounts"],"accounts":["DE1","DE2"]}"#;

struct Bank {
    home: Home,
    app: Credentials,
    rs: Credentials,
    caller: Caller,
    _server: Server,
}

fn catalogue(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../catalog/authz_detail")
        .join(name)
        .canonicalize()
        .unwrap()
}

impl Bank {
    fn open(redirect_uri: &str) -> Self {
        Self::with_payments_by("payment_initiation.py", redirect_uri)
    }

    /// With that script of the catalogue for payments.
    fn with_payments_by(payments: &str, redirect_uri: &str) -> Self {
        let home = Home::new();
        home.user("alice");
        for (name, file, property) in [
            ("payment_initiation", payments, "maxAmount=1000"),
            (
                "account_access",
                "account_access.py",
                "accounts=alice=DE1 alice=DE2 bob=DE3",
            ),
        ] {
            let file = catalogue(file);
            let put = [
                "script",
                "put",
                file.to_str().unwrap(),
                "--name",
                name,
                "--type",
                "authz_detail",
                "--enable",
                "--property",
                property,
            ];
            home.run(&put).ok();
        }
        let mut metadata = app_metadata(redirect_uri);
        metadata["authorization_details_types"] = json!(["payment_initiation", "account_access"]);
        let app = home.client(&metadata);
        let mut metadata = app_metadata(redirect_uri);
        metadata["client_name"] = json!("Accounts of the bank");
        metadata["resource_identifiers"] = json!(["https://bank.example/accounts"]);
        let rs = home.client(&metadata);
        let server = home.serve();
        let caller = Caller::new(&home);
        Self {
            home,
            app,
            rs,
            caller,
            _server: server,
        }
    }

    fn authorize_url(&self, redirect_uri: &str, details: &str) -> String {
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs([
                ("client_id", self.app.id.as_str()),
                ("response_type", "code"),
                ("redirect_uri", redirect_uri),
                ("scope", "openid profile"),
                ("state", "state-of-the-test"),
                ("authorization_details", details),
            ])
            .finish();
        self.caller.url(&format!("/authorize?{query}"))
    }

    async fn token(&self, fields: &[(&str, &str)]) -> Answer {
        self.caller
            .post("/token", Some(&self.app), fields)
            .await
            .unwrap()
    }

    async fn exchange(&self, code: &str, redirect_uri: &str) -> Answer {
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", redirect_uri),
        ];
        self.token(&fields).await
    }
}

impl Bank {
    /// What the metadata says.
    async fn types_supported(&self) -> Value {
        let url = format!("{}/.well-known/openid-configuration", self.caller.issuer());
        let request = self.caller.request(reqwest::Method::GET, &url);
        let text = request.send().await.unwrap().text().await.unwrap();
        let metadata: Value = serde_json::from_str(&text).unwrap();
        metadata["authorization_details_types_supported"].clone()
    }

    /// Ends once a script has decided each of these.
    fn has_decided(&self, script: &str, verdicts: &[&str]) {
        self.home.script_log_with(script, |log| {
            verdicts.iter().all(|verdict| {
                log.iter()
                    .any(|call| call["decision"]["verdict"] == *verdict)
            })
        });
    }
}

#[test]
fn two_elements_through_the_scripts_of_the_catalogue() {
    Runtime::new().unwrap().block_on(async {
        let bank = Bank::open(REDIRECT_URI);
        assert_eq!(
            bank.types_supported().await,
            json!(["account_access", "payment_initiation"])
        );

        let mut alice = Visitor::new(&bank.caller);
        let dear = PAY.replace("123.50", "1000.01");
        let refused = alice
            .open(&bank.authorize_url(REDIRECT_URI, &format!("[{ACCESS},{dear}]")))
            .await
            .unwrap();
        let location = refused.header("location").unwrap();
        assert!(
            location.contains("error=invalid_authorization_details"),
            "{location}"
        );
        assert!(
            location.contains("over+the+limit"),
            "the script's own words: {location}"
        );

        // Who logs in first is known to the script, which then fills in her accounts.
        let first = alice
            .open(&bank.authorize_url(REDIRECT_URI, &format!("[{PAY}]")))
            .await
            .unwrap();
        let page = alice.log_in(&first, "alice").await.unwrap();
        alice.press(&page, "deny", &[]).await.unwrap();
        let page = alice
            .open(&bank.authorize_url(REDIRECT_URI, &format!("[{PAY},{ACCESS}]")))
            .await
            .unwrap();
        assert!(
            page.body.contains("Pay 123.50 EUR\nto account DE02"),
            "{page:?}"
        );
        assert!(page.body.contains("account DE2"), "{page:?}");
        let ticked = [
            ("choose", "details"),
            ("detail_0", "on"),
            ("detail_1", "on"),
        ];
        let answer = alice.press(&page, "allow", &ticked).await.unwrap();
        let tokens = bank.exchange(&code_of(&answer), REDIRECT_URI).await;
        assert_eq!(tokens.status, 200, "{tokens:?}");
        assert!(
            tokens.body.contains(&format!("[{PAY},{ENRICHED}]")),
            "{tokens:?}"
        );

        // Less, by the script's own measure; then more.
        let less = ENRICHED
            .replace(",\"read_balances\"", "")
            .replace(",\"DE2\"", "");
        let refresh = tokens.text("refresh_token");
        let fields = [
            ("grant_type", "refresh_token"),
            ("refresh_token", refresh.as_str()),
            ("authorization_details", &format!("[{less}]")),
        ];
        let narrow = bank.token(&fields).await;
        assert!(narrow.body.contains(&format!("[{less}]")), "{narrow:?}");
        let refresh = narrow.text("refresh_token");
        let foreign = ENRICHED.replace("DE2", "DE3");
        let fields = [
            ("grant_type", "refresh_token"),
            ("refresh_token", refresh.as_str()),
            ("authorization_details", &format!("[{foreign}]")),
        ];
        assert_eq!(
            bank.token(&fields).await.error(),
            "invalid_authorization_details"
        );

        // The resource server sees its part, by the script's measure as well.
        let access_token = tokens.text("access_token");
        let told = bank
            .caller
            .post(
                "/introspection",
                Some(&bank.rs),
                &[("token", &access_token)],
            )
            .await
            .unwrap();
        let shown = told.json()["authorization_details"].clone();
        let types: Vec<&str> = shown
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["type"].as_str().unwrap())
            .collect();
        assert_eq!(types, ["payment_initiation", "account_access"]);

        bank.has_decided("account_access", &["changed", "worded", "within", "shown"]);
    });
}

#[test]
fn the_consent_page_shows_two_elements_and_one_can_be_left_out() {
    let name = "the_consent_page_shows_two_elements_and_one_can_be_left_out";
    let Some(browser) = browser_for(name) else {
        return;
    };
    Runtime::new().unwrap().block_on(async {
        let site = Push::start(|_| (200, "<h1>Back at the shop</h1>".to_owned())).await;
        let there = site.url("/cb");
        // One script in Python, and one in Java where there is a JVM host.
        let payments = match host_jar_for(&format!("the Java half of {name}")) {
            Some(_) => "PaymentInitiation.java",
            None => "payment_initiation.py",
        };
        let bank = Bank::with_payments_by(payments, &there);
        let window = Window::open(&browser).await;
        window.go(&bank.authorize_url(&there, &format!("[{PAY},{ACCESS}]"))).await;
        window.wait_for_headline("Sign in").await;
        window.type_keys("alice").await;
        window.type_keys(TAB).await;
        window.type_keys(&password_of("alice")).await;
        window.type_keys(ENTER).await;
        window.wait_for_headline("wants access").await;
        let text = window.run("return document.querySelector('main').innerText").await;
        let text = text.as_str().unwrap();
        for words in ["payment_initiation", "Pay 123.50 EUR", "account_access", "see which accounts you have"] {
            assert!(text.contains(words), "{words}: {text}");
        }
        for width in [320, 800] {
            window.resize(width, 900).await;
            let sideways = "return document.documentElement.scrollWidth - document.documentElement.clientWidth";
            assert_eq!(window.run(sideways).await, 0, "scrolls sideways at {width}");
        }
        let picture = Path::new(env!("CARGO_TARGET_TMPDIR")).join("consent_two_details.png");
        std::fs::write(picture, window.screenshot().await).unwrap();
        // The payment is taken out, as a person would, by its label.
        let labelled = "return [...document.querySelectorAll('input[type=checkbox]')].map(box => [box.checked, box.labels.length])";
        assert_eq!(window.run(labelled).await, json!([[true, 1], [true, 1]]));
        window.run("document.querySelector('input[name=detail_0]').labels[0].click()").await;
        window.tab_to_button("allow").await;
        window.type_keys(ENTER).await;
        let url = window.wait_for_url("the application", |url| url.starts_with(&there)).await;
        let url = url::Url::parse(&url).unwrap();
        let code = url.query_pairs().find(|(name, _)| name == "code").unwrap().1.into_owned();
        let tokens = bank.exchange(&code, &there).await;
        let details = tokens.json()["authorization_details"].clone();
        assert_eq!(details.as_array().unwrap().len(), 1, "{tokens:?}");
        assert_eq!(details[0]["type"], "account_access");
        let console = window.console().await;
        assert!(console.is_empty(), "{console:?}");
        window.close().await;
    });
}
