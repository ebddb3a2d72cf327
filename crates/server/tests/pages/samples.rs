//! One sample of every page, shared by the tests and by the example that
//! writes them to files.

use durward_server::pages::account::{AccountPage, ApplicationCard, SessionCard};
use durward_server::pages::accounts::{AccountChoice, AccountsPage};
use durward_server::pages::approval::{ApprovalOutcome, ApprovalPage, OutcomePage};
use durward_server::pages::consent::ConsentPage;
use durward_server::pages::detail::DetailBlock;
use durward_server::pages::error::ErrorPage;
use durward_server::pages::form_post::FormPostPage;
use durward_server::pages::login::{LoginPage, LoginProblem};
use durward_server::pages::logout::{LoggedOutPage, LogoutPage, Telling, TellingFrame};
use durward_server::pages::message::MessagePage;
use durward_server::pages::parts::{
    Account, ClientCard, ClientFacts, FormTarget, Frame, Link, ScopeLine,
};
use durward_server::pages::untrusted::Untrusted;

/// The words that come from outside, to be set to something nasty.
#[derive(Clone, Copy)]
pub struct Words<'a> {
    pub name: &'a str,
    pub message: &'a str,
    pub scope: &'a str,
    pub text: &'a str,
}

pub const FRIENDLY: Words<'static> = Words {
    name: "Nordbank Shop",
    message: "Amber harbour 42",
    scope: "payments:initiate",
    text: "Pay 129.90 EUR to Hansen Books\nfrom account DK50 0040 0440 1162 43",
};

pub fn frame() -> Frame {
    Frame::new("/static/", "Durward")
}

fn form() -> FormTarget {
    FormTarget {
        action: "/interaction".to_owned(),
        csrf_token: "csrf-value".to_owned(),
        request_id: "request-value".to_owned(),
    }
}

fn client(words: Words<'_>) -> ClientCard {
    ClientCard::new(ClientFacts {
        client_id: "s6BhdRkqt3",
        client_name: Some(words.name),
        client_uri: Some("https://shop.nordbank.example/"),
        policy_uri: Some("https://nordbank.example/privacy"),
        tos_uri: Some("https://nordbank.example/terms"),
    })
}

fn scopes(words: Words<'_>) -> Vec<ScopeLine> {
    ["openid", "profile", "email", words.scope]
        .map(|scope| ScopeLine::new(scope, None))
        .to_vec()
}

fn account() -> Account {
    Account::new("alice@example.org", Some("Alice Andersen"))
}

/// File name and HTML of every page with these words in it.
pub fn all(words: Words<'_>) -> Vec<(String, String)> {
    let mut pages = entry_pages(words);
    pages.extend(ciba_pages(words));
    pages.extend(plain_pages(words));
    pages
}

fn entry_pages(words: Words<'_>) -> Vec<(String, String)> {
    let mut consent = ConsentPage::new(
        frame(),
        form(),
        client(words),
        account(),
        "https://shop.nordbank.example/callback",
    );
    consent.scopes = scopes(words);
    let facts = [
        ("instructedAmount.amount".to_owned(), "129.90".to_owned()),
        (words.scope.to_owned(), words.text.to_owned()),
    ];
    consent.details = vec![
        DetailBlock::new("payment_initiation", words.text).at(0),
        DetailBlock::new("account_access", words.text)
            .claimed(&facts)
            .at(1),
        DetailBlock::new(words.scope, "").with_facts(&facts).at(2),
    ];
    let login = LoginPage::new(frame(), form(), Some(client(words)));
    let choice = |key: &str, account| AccountChoice {
        key: key.to_owned(),
        account,
    };
    vec![
        named("login", login.render()),
        named(
            "login_again",
            login
                .clone()
                .with_login_hint("alice@example.org")
                .with_problem(LoginProblem::WrongCredentials)
                .render(),
        ),
        named("consent", consent.render()),
        named(
            "accounts",
            AccountsPage {
                frame: frame(),
                form: form(),
                client: Some(client(words)),
                choices: vec![
                    choice("a1", account()),
                    choice("a2", Account::new(words.name, None)),
                ],
            }
            .render(),
        ),
    ]
}

fn ciba_pages(words: Words<'_>) -> Vec<(String, String)> {
    let mut approval = ApprovalPage::new(frame(), form(), client(words), account())
        .with_binding_message(words.message)
        .with_times(75, 230);
    approval.scopes = scopes(words);
    approval.details = vec![DetailBlock::new("payment_initiation", words.text)];
    let mut bare = ApprovalPage::new(frame(), form(), client(words), account()).with_times(2, 120);
    bare.scopes = vec![ScopeLine::new("openid", None)];
    let mut pages = vec![
        named("approval", approval.render()),
        named("approval_without_message", bare.render()),
    ];
    for outcome in ApprovalOutcome::ALL {
        let mut page = OutcomePage::new(frame(), outcome, Some(&client(words)));
        page.link = Some(Link {
            text: "Back to the phone".to_owned(),
            href: "/demo/phone".to_owned(),
        });
        pages.push(named(&format!("outcome_{outcome:?}"), page.render()));
    }
    pages
}

fn plain_pages(words: Words<'_>) -> Vec<(String, String)> {
    vec![
        named(
            "error",
            ErrorPage::new(
                frame(),
                "This login cannot go on",
                "The application asked us to send you to an address it has not registered.",
            )
            .with_code("invalid_request")
            .with_reference_id("7f3c-91ab-20de")
            .with_next(
                "Go back to the application and start again. If it happens again, \
                 send them the reference below.",
            )
            .render(),
        ),
        named(
            "error_from_outside",
            ErrorPage::new(frame(), words.name, words.text)
                .with_code(words.scope)
                .with_next(words.message)
                .render(),
        ),
        named(
            "form_post",
            FormPostPage {
                frame: frame(),
                redirect_uri: "https://shop.nordbank.example/callback?a=1&b=\"2\"".to_owned(),
                parameters: vec![
                    ("code".to_owned(), "SplxlOBeZQQYbYS6WxSbIA".to_owned()),
                    ("state".to_owned(), words.text.to_owned()),
                    ("submit".to_owned(), "a name the form has too".to_owned()),
                ],
                nonce: "r4nd0m".to_owned(),
                client_name: Untrusted::line(words.name, 60),
            }
            .render(),
        ),
        named(
            "message",
            MessagePage::new(
                frame(),
                "Nothing to do here",
                &["Open the link again.", words.text],
            )
            .render(),
        ),
        named(
            "logout",
            LogoutPage {
                frame: frame(),
                form: form(),
                account: account(),
                client_name: Some(Untrusted::line(words.name, 60)),
            }
            .render(),
        ),
        named(
            "logged_out",
            LoggedOutPage::new(
                frame(),
                true,
                &[
                    telling("https://rp.example/out?iss=a&sid=b"),
                    telling("javascript:alert(1)"),
                ],
                Telling {
                    report: "/end_session/report/secret".to_owned(),
                    seconds: 5,
                    nonce: "abc".to_owned(),
                },
                Some("https://shop.nordbank.example/bye?x=1&y=2"),
            )
            .render(),
        ),
        named(
            "logged_out_here",
            LoggedOutPage::new(frame(), true, &[], Telling::default(), None).render(),
        ),
        named("account", account_page(words)),
        named(
            "nobody_was_logged_in",
            LoggedOutPage::new(frame(), false, &[], Telling::default(), None).render(),
        ),
    ]
}

fn account_page(words: Words<'_>) -> String {
    let session = |is_this_browser| SessionCard {
        sid: "sid".to_owned(),
        is_this_browser,
        signed_in: "2 days".to_owned(),
        used: "5 minutes".to_owned(),
        applications: SessionCard::names(&[words.name.to_owned(), "Other".to_owned()]),
    };
    AccountPage {
        frame: frame(),
        form: form(),
        account: account(),
        sessions: vec![session(true), session(false)],
        applications: vec![ApplicationCard {
            client_id: "nordbank".to_owned(),
            name: Untrusted::line(words.name, 60),
            scopes: vec![
                ScopeLine::new("openid", None),
                ScopeLine::new(words.scope, None),
            ],
        }],
    }
    .render()
}

fn telling(uri: &str) -> TellingFrame {
    TellingFrame {
        uri: uri.to_owned(),
        notice: "1".to_owned(),
        required: true,
    }
}

fn named(name: &str, html: String) -> (String, String) {
    (name.to_owned(), html)
}
