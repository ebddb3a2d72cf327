//! Browser sessions, and what of them each client knows.

use serde::{Deserialize, Serialize};

use crate::{ClientId, SecretHash, Timestamp, UserId};

/// A browser that somebody has logged in from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Hash of the cookie's value.
    pub id: SecretHash,
    /// Id for our own people and tools. No client ever sees it.
    pub sid: String,
    /// Who.
    pub user_id: UserId,
    /// When the password was given (`auth_time`).
    pub auth_time: Timestamp,
    /// How (`acr`).
    pub acr: String,
    /// By which means (`amr`, RFC 8176).
    pub amr: Vec<String>,
    /// When it was last used, to within some minutes.
    pub used_at: Timestamp,
    /// End of its life, however busy it is.
    pub expires_at: Timestamp,
}

impl Session {
    /// Does it live at `now`, if it may lie idle for so long?
    pub fn lives(&self, now: Timestamp, idle_seconds: i64) -> bool {
        now < self.expires_at && now < self.used_at.plus_seconds(idle_seconds)
    }

    /// What pages in this browser may know of it: another value for another login, and
    /// of no use for anything else (Session Management 1.0, "OP browser state").
    pub fn browser_state(id: &SecretHash) -> String {
        SecretHash::of(&format!("browser state\0{}", id.as_str()))
            .as_str()
            .to_owned()
    }

    /// The `sid` by which `client_id` knows this session: another one for each
    /// client, so that clients cannot compare notes; the same for every login of
    /// one client, so that it can be told which session has ended.
    pub fn sid_for(&self, client_id: &ClientId) -> String {
        SecretHash::of(&format!("{}\0{client_id}", self.sid))
            .as_str()
            .to_owned()
    }
}

/// A client that somebody is logged in to, within a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientSession {
    /// The `sid` that the client knows ([`Session::sid_for`]).
    pub sid: String,
    /// Within which session.
    pub session: SecretHash,
    /// Which client.
    pub client_id: ClientId,
    /// Who.
    pub user_id: UserId,
    /// When the client was last given a code.
    pub signed_in_at: Timestamp,
    /// With the session.
    pub expires_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session() -> Session {
        Session {
            id: SecretHash::of("cookie"),
            sid: "inner".to_owned(),
            user_id: UserId::new("u"),
            auth_time: Timestamp::from_seconds(1_000),
            acr: String::new(),
            amr: Vec::new(),
            used_at: Timestamp::from_seconds(2_000),
            expires_at: Timestamp::from_seconds(3_000),
        }
    }

    #[test]
    fn a_session_ends_by_age_and_by_idleness() {
        let at = |seconds| session().lives(Timestamp::from_seconds(seconds), 500);
        assert!(at(2_499));
        assert!(!at(2_500), "idle");
        let busy = |seconds| session().lives(Timestamp::from_seconds(seconds), 5_000);
        assert!(busy(2_999));
        assert!(!busy(3_000), "old");
    }

    #[test]
    fn every_client_knows_it_by_another_name() {
        let (a, b) = (ClientId::new("a"), ClientId::new("b"));
        assert_eq!(session().sid_for(&a), session().sid_for(&a));
        assert_ne!(session().sid_for(&a), session().sid_for(&b));
        assert_ne!(session().sid_for(&a), session().sid);
    }
}
