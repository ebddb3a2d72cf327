//! Every page rendered, with friendly and with hostile words in it, and the
//! rules every template keeps.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

#[path = "pages/samples.rs"]
mod samples;

use std::fs;
use std::path::Path;

use durward_server::pages::approval::{ApprovalOutcome, ApprovalPage, OutcomePage};
use durward_server::pages::login::{LoginPage, LoginProblem};
use durward_server::pages::parts::{Account, ClientCard, ClientFacts, FormTarget};
use durward_server::pages::{assets, field};
use samples::{FRIENDLY, Words, frame};

/// Closes every context a value could stand in, and turns text around.
const HOSTILE: &str = "</script></p>'\"><script>alert(1)</script><img src=x onerror=alert(2)>\u{202E}gro.\u{2066}\u{200F}\u{61C}&amp;";

const HOSTILE_WORDS: Words<'static> = Words {
    name: HOSTILE,
    message: HOSTILE,
    scope: HOSTILE,
    text: HOSTILE,
};

fn page(name: &str) -> String {
    samples::all(FRIENDLY)
        .into_iter()
        .find(|(other, _)| other == name)
        .unwrap_or_else(|| panic!("no sample {name}"))
        .1
}

fn form() -> FormTarget {
    FormTarget {
        action: "/go".to_owned(),
        csrf_token: "c".to_owned(),
        request_id: "r".to_owned(),
    }
}

#[test]
fn every_page_is_a_whole_document() {
    for (name, html) in samples::all(FRIENDLY) {
        assert!(
            html.starts_with("<!doctype html>\n<html lang=\"en\">"),
            "{name}"
        );
        assert!(html.trim_end().ends_with("</html>"), "{name}");
        assert_eq!(html.matches("<h1").count(), 1, "{name}: one main heading");
        assert_eq!(html.matches("<main").count(), 1, "{name}");
        assert!(html.contains("href=\"/static/durward.css\""), "{name}");
        assert!(
            !html.contains("<title> ") && !html.contains("<title></title>"),
            "{name}"
        );
    }
}

#[test]
fn headings_never_skip_a_level() {
    for (name, html) in samples::all(FRIENDLY) {
        let mut level = 0;
        for (at, _) in html.match_indices("<h") {
            let Some(found) = html[at + 2..].chars().next().and_then(|c| c.to_digit(10)) else {
                continue;
            };
            assert!(found <= level + 1, "{name}: h{found} after h{level}");
            level = found;
        }
    }
}

#[test]
fn every_post_form_carries_the_token_and_the_request() {
    for (name, html) in samples::all(FRIENDLY) {
        if name == "form_post" {
            continue;
        }
        for form in html.split("<form").skip(1) {
            let form = form.split("</form>").next().unwrap();
            for (field, value) in [
                (field::CSRF_TOKEN, "csrf-value"),
                (field::REQUEST_ID, "request-value"),
            ] {
                let input = format!("type=\"hidden\" name=\"{field}\" value=\"{value}\"");
                assert!(form.contains(&input), "{name}: {field}");
            }
            assert!(form.contains("method=\"post\""), "{name}");
        }
    }
}

#[test]
fn buttons_send_the_published_names_and_values() {
    let expected = [
        ("login", vec![field::LOGIN, field::DENY]),
        (
            "consent",
            vec![field::ALLOW, field::DENY, field::SWITCH_ACCOUNT],
        ),
        ("approval", vec![field::ALLOW, field::DENY]),
        ("accounts", vec![field::SWITCH_ACCOUNT]),
        ("logout", vec![field::LOGOUT, field::STAY]),
    ];
    for (name, values) in expected {
        let html = page(name);
        for value in values {
            let button = format!("name=\"{}\" value=\"{value}\"", field::DECISION);
            assert_eq!(html.matches(&button).count(), 1, "{name}: {value}");
        }
    }
    assert!(page("accounts").contains(&format!("name=\"{}\" value=\"a1\"", field::ACCOUNT)));
    let login = page("login");
    for name in [field::USERNAME, field::PASSWORD] {
        assert!(login.contains(&format!("<label for=\"{name}\">")), "{name}");
        assert!(
            login.contains(&format!("id=\"{name}\" name=\"{name}\"")),
            "{name}"
        );
    }
}

#[test]
fn hostile_words_stay_words() {
    let mut shown = 0;
    for (name, html) in samples::all(HOSTILE_WORDS) {
        let own_script = "<script nonce=\"r4nd0m\">";
        let mut markup = html.replacen(own_script, "", 1);
        if let Some(at) = markup.find("<script src=\"/static/logout.js\"") {
            let end = at + markup[at..].find("></script>").unwrap();
            markup.replace_range(at..=end, "");
        }
        let markup = markup.replacen("</script>\n", "\n", 1);
        assert!(!markup.contains("<script"), "{name}");
        assert!(!markup.contains("</script"), "{name}");
        assert!(!markup.contains("<img src=x"), "{name}");
        assert!(!markup.contains("'\">"), "{name}");
        shown += usize::from(html.contains("&#60;script&#62;alert(1)"));
        if name == "form_post" {
            // Parameters must arrive unchanged, reordering characters included.
            continue;
        }
        for control in ['\u{202E}', '\u{2066}', '\u{200F}', '\u{61C}'] {
            assert!(!html.contains(control), "{name}: {control:?}");
        }
    }
    assert!(
        shown >= 10,
        "the words were to be seen on {shown} pages only"
    );
}

#[test]
fn a_form_post_passes_parameters_on_unchanged_but_escaped() {
    let html = page("form_post");
    assert!(
        html.contains("action=\"https://shop.nordbank.example/callback?a=1&#38;b=&#34;2&#34;\"")
    );
    assert!(html.contains("name=\"code\" value=\"SplxlOBeZQQYbYS6WxSbIA\""));
    assert!(
        html.contains("129.90 EUR to Hansen Books\nfrom"),
        "line breaks stay"
    );
    assert!(html.contains("<script nonce=\"r4nd0m\">HTMLFormElement.prototype.submit.call("));
    assert!(html.contains("<button class=\"button button-main button-wide\" type=\"submit\">"));
}

#[test]
fn a_login_problem_is_announced_and_tied_to_the_fields() {
    let html = page("login_again");
    assert!(html.contains("id=\"problem\" role=\"alert\""));
    assert_eq!(html.matches("aria-describedby=\"problem\"").count(), 2);
    assert!(html.contains("value=\"alice@example.org\""));
    assert!(!page("login").contains("role=\"alert\""));
    let locked = LoginPage::new(frame(), form(), None)
        .with_problem(LoginProblem::TooManyAttempts {
            retry_after_seconds: 300,
        })
        .render();
    assert!(locked.contains("Try again in 5 minutes."));
    assert!(!locked.contains("value=\"deny\""), "nothing to go back to");
}

#[test]
fn a_hint_that_cannot_be_shown_as_it_is_is_not_prefilled() {
    let html = LoginPage::new(frame(), form(), None)
        .with_login_hint("ecila\u{202E}")
        .render();
    assert!(!html.contains("ecila"));
}

#[test]
fn an_approval_shows_the_words_or_says_that_there_are_none() {
    let with = page("approval");
    assert!(with.contains("class=\"binding-message\" dir=\"auto\">Amber harbour 42</p>"));
    assert!(with.contains("same words are shown on the device where you started"));
    assert!(with.contains("1 minute ago, 3 minutes left to answer"));
    let without = page("approval_without_message");
    assert!(without.contains("came without words to compare"));
    assert!(!without.contains("class=\"binding\""));
    let client = ClientCard::new(ClientFacts {
        client_id: "c",
        ..ClientFacts::default()
    });
    let blank = ApprovalPage::new(frame(), form(), client, Account::new("a", None))
        .with_binding_message(" \u{200B}\n")
        .render();
    assert!(blank.contains("came without words to compare"));
}

#[test]
fn outcomes_differ_and_do_not_tell_others_who_asked() {
    let client = ClientCard::new(ClientFacts {
        client_id: "nordbank",
        ..ClientFacts::default()
    });
    for outcome in ApprovalOutcome::ALL {
        let html = OutcomePage::new(frame(), outcome, Some(&client)).render();
        assert!(html.contains(&format!("<h1>{}</h1>", outcome.title())));
        assert_eq!(
            html.contains("nordbank"),
            outcome != ApprovalOutcome::WrongAccount,
            "{outcome:?}"
        );
    }
}

#[test]
fn only_web_addresses_are_framed_at_logout() {
    let html = page("logged_out");
    assert_eq!(html.matches("<iframe").count(), 1);
    assert!(html.contains("src=\"https://rp.example/out?iss=a&#38;sid=b\""));
    assert!(!html.contains("javascript:"));
    assert!(html.contains("data-redirect=\"https://shop.nordbank.example/bye?x=1&#38;y=2\""));
    assert!(
        html.contains("href=\"https://shop.nordbank.example/bye?x=1&#38;y=2\""),
        "without script"
    );
    assert!(
        !page("logged_out_here").contains("<script"),
        "nothing to wait for"
    );
}

#[test]
fn a_detail_must_be_scrolled_past_before_the_answer() {
    let plain = page("approval_without_message");
    assert!(plain.contains("<form class=\"answer\""));
    for name in ["approval", "consent"] {
        let html = page(name);
        assert!(!html.contains("class=\"answer\""), "{name}");
        let (detail, answer) = (html.find("Hansen Books"), html.find("value=\"allow\""));
        assert!(detail.is_some() && detail < answer, "{name}");
    }
}

#[test]
fn detail_text_keeps_its_lines() {
    assert!(page("consent").contains("Hansen Books\nfrom account DK50"));
}

#[test]
fn templates_keep_to_the_strict_policy() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
    let mut seen = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        let name = path.display();
        seen += 1;
        for forbidden in [
            "style=",
            "<style",
            "http://",
            "https://",
            "src=\"//",
            "|safe",
            "javascript:",
        ] {
            assert!(!text.contains(forbidden), "{name}: {forbidden}");
        }
        let starts_handler = |word: &str| {
            word.starts_with("on")
                && word.split('=').next().is_some_and(|n| {
                    n.len() < word.len() && n.chars().all(|c| c.is_ascii_lowercase())
                })
        };
        assert!(
            !text.split_whitespace().any(starts_handler),
            "{name}: event handler"
        );
        for script in text.split("<script").skip(1) {
            assert!(
                script.starts_with(" nonce=\"{{ nonce }}\">") || script.starts_with(" src=\"{{"),
                "{name}: a script without nonce or source"
            );
        }
    }
    assert!(seen >= 10, "{seen} templates");
}

#[test]
fn files_load_nothing_from_elsewhere() {
    for asset in assets::ALL {
        let text = asset.body.replace("http://www.w3.org/2000/svg", "");
        for forbidden in ["http:", "https:", "@import", "url(", "<script", "style="] {
            assert!(!text.contains(forbidden), "{}: {forbidden}", asset.name);
        }
    }
}

/// Relative luminance and contrast as WCAG 2.2 defines them.
fn contrast(one: &str, other: &str) -> f64 {
    let luminance = |hex: &str| {
        let channel = |at: usize| {
            let value = f64::from(u8::from_str_radix(&hex[at..at + 2], 16).unwrap()) / 255.0;
            if value <= 0.04045 {
                value / 12.92
            } else {
                ((value + 0.055) / 1.055).powf(2.4)
            }
        };
        0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
    };
    let (a, b) = (luminance(one), luminance(other));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[test]
fn colours_have_the_contrast_that_wcag_aa_asks_for() {
    let themes: Vec<&str> = assets::STYLESHEET.body.split(":root {").skip(1).collect();
    assert_eq!(themes.len(), 2, "light and dark");
    for theme in themes {
        let colour = |name: &str| {
            let start = theme.find(&format!("--{name}: #")).unwrap() + name.len() + 4;
            &theme[start..start + 7]
        };
        for (front, back) in [
            ("text", "ground"),
            ("text", "surface"),
            ("text", "sunken"),
            ("text", "accent-tint"),
            ("text", "bad-tint"),
            ("muted", "ground"),
            ("muted", "surface"),
            ("muted", "sunken"),
            ("accent", "surface"),
            ("accent", "sunken"),
            ("accent", "accent-tint"),
            ("accent-hover", "accent-tint"),
            ("on-accent", "accent"),
            ("on-accent", "accent-hover"),
            ("bad", "surface"),
        ] {
            let ratio = contrast(colour(front), colour(back));
            assert!(ratio >= 4.5, "{front} on {back}: {ratio:.2}");
        }
        for back in ["surface", "ground"] {
            let ratio = contrast(colour("control-line"), colour(back));
            assert!(ratio >= 3.0, "control-line on {back}: {ratio:.2}");
        }
    }
}
