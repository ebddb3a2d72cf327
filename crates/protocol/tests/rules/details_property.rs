//! Any sequence of grants, refreshes, narrowings and introspections never shows or grants
//! more than a person consented to.

use std::collections::BTreeMap;

use durward_model::Detail;
use durward_protocol::{
    authorize::{Step, decision::Decision, interaction},
    token::TokenResponse,
};
use durward_testkit::{
    World,
    clients::{OTHER, WEB, WEB_URI, basic},
    details::{array, detailed},
    flow::{member, with},
};
use proptest::prelude::{ProptestConfig, Strategy, any, prop, proptest};

/// Elements that differ in little.
const ELEMENTS: [&str; 6] = [
    r#"{"type":"payment","amount":1.0}"#,
    r#"{"type":"payment","amount":1.00}"#,
    r#"{"type":"payment","amount":10000000000000000000001}"#,
    r#"{"type":"payment","amount":10000000000000000000002}"#,
    r#"{"type":"account","locations":["https://bank.example"]}"#,
    r#"{"type":"account","locations":["https://else.example"]}"#,
];

#[derive(Debug, Clone)]
enum Move {
    /// Asks for elements; the person keeps those whose bit is set.
    Grant(Vec<usize>, u8),
    /// Refreshes the newest tokens, asking for elements or not at all.
    Refresh(Option<Vec<usize>>),
    /// Both resource servers ask about the newest access token.
    Introspect,
}

fn steps() -> impl Strategy<Value = Vec<Move>> {
    let elements = || prop::collection::vec(0..ELEMENTS.len(), 0..4);
    let step = proptest::prop_oneof![
        2 => (elements(), any::<u8>()).prop_map(|(asked, kept)| Move::Grant(asked, kept)),
        4 => prop::option::of(elements()).prop_map(Move::Refresh),
        2 => proptest::strategy::Just(Move::Introspect),
    ];
    prop::collection::vec(step, 1..12)
}

fn counts<'a>(texts: impl Iterator<Item = &'a str>) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for text in texts {
        *counts.entry(text.to_owned()).or_insert(0) += 1;
    }
    counts
}

/// Every element of `shown` is in `consented`, and not more often.
#[track_caller]
fn is_within<'a>(shown: impl Iterator<Item = &'a str>, consented: &BTreeMap<String, usize>) {
    for (text, count) in counts(shown) {
        let most = consented.get(&text).copied().unwrap_or(0);
        assert!(count <= most, "{text}: {count} shown, {most} consented");
    }
}

struct Walk {
    world: World,
    /// What the person allowed for the newest grant.
    consented: BTreeMap<String, usize>,
    tokens: Option<TokenResponse>,
}

impl Walk {
    async fn take(&mut self, step: &Move) {
        match step {
            Move::Grant(asked, kept) => self.grant(asked, *kept).await,
            Move::Refresh(asked) => self.refresh(asked.as_deref()).await,
            Move::Introspect => self.introspect().await,
        }
    }

    async fn grant(&mut self, asked: &[usize], kept: u8) {
        let texts: Vec<&str> = asked.iter().map(|index| ELEMENTS[*index]).collect();
        let details = array(&texts);
        let mut alice = self.world.alices_browser().await;
        // Nothing remembered: each grant is one that a person was asked for.
        let request = detailed(&details, &[("prompt", "consent")]);
        let turn = self.world.authorize(&mut alice, &request).await.unwrap();
        let Step::Consent(page) = turn.step else {
            panic!("no consent page")
        };
        let places: Vec<usize> = (0..texts.len())
            .filter(|place| kept & (1 << place) != 0)
            .collect();
        self.consented = counts(places.iter().map(|place| texts[*place]));
        let decision = Decision::AllowOnly(places);
        let provider = &self.world.provider;
        let turn = interaction::decide(provider, &page.interaction, &alice, decision)
            .await
            .unwrap();
        let Step::Answer(answer) = turn.step else {
            panic!("no answer")
        };
        let request = [
            ("grant_type", "authorization_code"),
            ("code", &member(&answer, "code")),
            ("redirect_uri", WEB_URI),
        ];
        let tokens = self.world.token(Some(&basic(WEB)), &request).await.unwrap();
        let granted = counts(tokens.authorization_details.iter().map(Detail::as_str));
        assert_eq!(granted, self.consented, "absent means everything");
        self.tokens = Some(tokens);
    }

    async fn refresh(&mut self, asked: Option<&[usize]>) {
        let Some(before) = &self.tokens else { return };
        let details = asked.map(|asked| {
            let texts: Vec<&str> = asked.iter().map(|index| ELEMENTS[*index]).collect();
            array(&texts)
        });
        let request = [
            ("grant_type", "refresh_token"),
            ("refresh_token", before.refresh_token.as_deref().unwrap()),
            (
                "authorization_details",
                details.as_deref().unwrap_or_default(),
            ),
        ];
        let answer = self
            .world
            .token(Some(&basic(WEB)), &with(&request, &[]))
            .await;
        if let Ok(tokens) = answer {
            let granted = counts(tokens.authorization_details.iter().map(Detail::as_str));
            is_within(
                tokens.authorization_details.iter().map(Detail::as_str),
                &self.consented,
            );
            if asked.is_none() {
                assert_eq!(granted, self.consented, "a refresh keeps the grant");
            }
            self.tokens = Some(tokens);
        } else {
            assert!(asked.is_some(), "only asking for something can be refused");
        }
    }

    async fn introspect(&self) {
        let Some(tokens) = &self.tokens else { return };
        let of_token = counts(tokens.authorization_details.iter().map(Detail::as_str));
        let told = self
            .world
            .introspected_details(OTHER, &tokens.access_token)
            .await;
        is_within(told.iter().map(String::as_str), &of_token);
        assert!(
            told.iter().all(|text| !text.contains("else.example")),
            "{told:?}"
        );
        let own = self
            .world
            .introspected_details(WEB, &tokens.access_token)
            .await;
        assert_eq!(counts(own.iter().map(String::as_str)), of_token);
    }
}

#[test]
fn no_sequence_of_requests_shows_or_grants_more_than_was_consented() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .build()
        .unwrap();
    proptest!(ProptestConfig::with_cases(24), |(steps in steps(), jwt in any::<bool>())| {
        runtime.block_on(async {
            let world = World::with_details().await;
            world
                .change_client(WEB, |client| client.metadata.access_token_as_jwt = jwt)
                .await;
            world
                .change_client(OTHER, |client| {
                    client.metadata.resource_identifiers = vec!["https://bank.example".to_owned()];
                })
                .await;
            let mut walk = Walk { world, consented: BTreeMap::new(), tokens: None };
            for step in &steps {
                walk.take(step).await;
            }
        });
    });
}
