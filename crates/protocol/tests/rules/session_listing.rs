//! The list of sessions: searched, sorted and cut into pages, and nobody read who is not on
//! the page.

use durward_model::{ClientId, ClientSession, SecretHash, Session, UserId};
use durward_protocol::management::{ManagementError, Page, Request, sessions};
use durward_store::{
    Change, Kind, Write,
    change::{Content, Expected},
};
use durward_testkit::{
    World,
    clients::WEB,
    flow::parameters,
    users::{ALICE, BOB},
};
use serde_json::Value;

const READ: &str = "https://jans.io/oauth/jans-auth-server/session.readonly";

/// A user whose row cannot be read.
const BROKEN: &str = "broken-inum";

struct Office {
    world: World,
    bearer: String,
}

impl Office {
    /// Sessions from the first to the last: of Bob, of the one who cannot be read, of Alice.
    async fn open() -> Self {
        let world = World::new().await;
        let bearer = world.administers(READ).await;
        let now = world.provider.now();
        let mut changes = Vec::new();
        for (seconds, user) in (0..).zip([BOB, BROKEN, ALICE]) {
            let session = Session {
                id: SecretHash::of(user),
                sid: format!("sid-{seconds}"),
                user_id: UserId::new(user),
                auth_time: now.plus_seconds(seconds),
                acr: "simple_password_auth".to_owned(),
                amr: vec!["pwd".to_owned()],
                used_at: now,
                expires_at: now.plus_seconds(3_600),
            };
            changes.push(Change::insert(&session));
            changes.push(Change::insert(&ClientSession {
                sid: format!("sid of {user}"),
                session: session.id,
                client_id: ClientId::new(WEB),
                user_id: session.user_id,
                signed_in_at: now,
                expires_at: session.expires_at,
            }));
        }
        world.store.apply(changes).await.unwrap();
        let broken = Write {
            kind: Kind::User,
            key: BROKEN.to_owned(),
            expected: Expected::Absent,
            content: Some(Content {
                body: "{}".to_owned(),
                expires_at: None,
                links: Vec::new(),
            }),
        };
        world.store.write(vec![broken]).await.unwrap();
        Self { world, bearer }
    }

    async fn list(&self, pairs: &[(&str, &str)]) -> Result<Page<Value>, ManagementError> {
        let parameters = parameters(pairs);
        let request = Request {
            provider: &self.world.provider,
            bearer: Some(durward_protocol::bearer::Bearer {
                token: &self.bearer,
                certificate: None,
            }),
            parameters: &parameters,
            if_match: None,
            body: b"",
        };
        sessions::list(&request).await
    }
}

#[tokio::test]
async fn only_who_is_on_the_page_is_read() {
    let office = Office::open().await;
    for (start, sid, user) in [("1", "sid-2", "alice"), ("3", "sid-0", "bob")] {
        let asked = [("limit", "1"), ("startIndex", start)];
        let page = office.list(&asked).await.unwrap();
        assert_eq!((page.total_entries_count, page.entries.len()), (3, 1));
        let entry = &page.entries[0];
        assert_eq!(
            (&entry["sid"], &entry["userId"]),
            (&sid.into(), &user.into())
        );
        assert_eq!(entry["clients"], serde_json::json!([WEB]));
        assert_eq!(entry["amr"][0], "pwd");
    }
    assert!(office.list(&[]).await.is_err(), "the broken one is on it");
}

#[tokio::test]
async fn names_are_searched_and_sorted_by() {
    let office = Office::open().await;
    let broken = Change::delete::<durward_model::User>(BROKEN);
    office.world.store.apply(vec![broken]).await.unwrap();
    let found = office.list(&[("pattern", "ALIC")]).await.unwrap();
    assert_eq!(found.entries[0]["sid"], "sid-2");
    assert_eq!(found.total_entries_count, 1);
    let sorted = [("sortBy", "userId"), ("sortOrder", "ascending")];
    let sorted = office.list(&sorted).await.unwrap();
    let names: Vec<&Value> = sorted
        .entries
        .iter()
        .map(|entry| &entry["userId"])
        .collect();
    assert_eq!(names, ["alice", "bob", BROKEN]);
}
