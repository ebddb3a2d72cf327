//! The lines that operators read of what clients do about themselves: who did what, no secrets.

use std::{
    fmt::{Debug, Write as _},
    sync::{Arc, Mutex},
};

use durward_model::configuration::RegistrationMode;
use durward_protocol::ssa::{self, ADMIN, Which};
use durward_testkit::{
    World, claims_of,
    registration::{From, and, member, web_metadata},
};
use serde_json::json;
use tracing::{
    Event, Metadata, Subscriber,
    field::{Field, Visit},
    span,
};

/// Collects the audit lines of this thread.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<String>>>);

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, "{}={value:?} ", field.name()).unwrap();
    }
}

impl Subscriber for Lines {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "audit"
    }
    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }
    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}
    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
    fn event(&self, event: &Event<'_>) {
        let mut line = Line(String::new());
        event.record(&mut line);
        self.0.lock().unwrap().push(line.0);
    }
    fn enter(&self, _: &span::Id) {}
    fn exit(&self, _: &span::Id) {}
}

impl Lines {
    fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }

    /// The one line since the last look has all of these words and none of those secrets.
    #[track_caller]
    fn has(&self, words: &[&str], secrets: &[&str]) {
        let lines = self.take();
        let [line] = lines.as_slice() else {
            panic!("not one line: {lines:?}")
        };
        for word in words {
            assert!(line.contains(word), "{word} is not in {line}");
        }
        for secret in secrets {
            assert!(!line.contains(secret), "{line}");
        }
    }
}

#[tokio::test]
async fn what_a_client_does_about_itself_is_told() {
    let world = World::configured(|c| c.dynamic_registration_mode = RegistrationMode::Open).await;
    let lines = Lines::default();
    let _guard = tracing::subscriber::set_default(lines.clone());
    let registered = world.register(&web_metadata()).await.unwrap();
    let id = member(&registered, "client_id");
    let token = member(&registered, "registration_access_token");
    let secret = member(&registered, "client_secret");
    let secrets = [token.as_str(), secret.as_str()];
    let words = ["registered", &id, "address:192.0.2.1"];
    lines.has(&words, &secrets);

    let update = and(&web_metadata(), &json!({ "client_id": id }));
    let owner = From::owner(&registered);
    let updated = world.update_client(&owner, &update).await.unwrap();
    let token = member(&updated, "registration_access_token");
    lines.has(&["changed", &id], &[&token, &secret]);
    world.read_client(&From::owner(&updated)).await.unwrap();
    assert!(lines.take().is_empty(), "looking changes nothing");
    world.delete_client(&From::owner(&updated)).await.unwrap();
    lines.has(&["deleted", &id], &[&token]);
}

#[tokio::test]
async fn who_issues_statements_and_takes_them_back_is_told() {
    let world = World::configured(|c| c.feature_flags.push("ssa".to_owned())).await;
    let token = world.administers(ADMIN).await;
    let author = claims_of(&token)["client_id"].as_str().unwrap().to_owned();
    let lines = Lines::default();
    let _guard = tracing::subscriber::set_default(lines.clone());
    let bearer = Some((&token).into());
    let issued = ssa::issue(&world.provider, bearer, br#"{"org_id":"org"}"#).await;
    let text = issued.unwrap()["ssa"].as_str().unwrap().to_owned();
    let jti = claims_of(&text)["jti"].as_str().unwrap().to_owned();
    lines.has(&["issued", &jti, &author, "org"], &[&text, &token]);
    for times in [1, 0] {
        ssa::revoke(&world.provider, bearer, Which::Jti(&jti))
            .await
            .unwrap();
        let told = lines.take();
        assert_eq!(told.len(), times, "{told:?}");
        assert!(
            told.iter()
                .all(|line| line.contains("revoked") && line.contains(&jti))
        );
    }
}
