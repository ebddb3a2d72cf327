//! Keys, expiries and links of every kind. One `impl` each, nothing else.

use durward_model::{
    AccessToken, AuthorizationCode, CandidateFigures, CibaRequest, CibaStatus, Client,
    ClientSession, Configuration, Consent, Grant, InitialAccessToken, Interaction, IssuedStatement,
    JournalEntry, LogoutNotice, PushedRequest, RecordedCall, RefreshToken, Script, ScriptFigures,
    ScriptId, ScriptLogEntry, ScriptVersion, Session, StoredSigningKey, Throttle, Timestamp, User,
    logout::{Channel, NoticeState},
    token::SeenAssertion,
};

use crate::entity::{Entity, Kind, Link};

/// Days that redeemed or dead rows are kept so that a replay is still recognised.
const REPLAY_MEMORY_SECONDS: i64 = 24 * 3_600;

fn link(name: &'static str, value: &str) -> Link {
    Link {
        name,
        value: value.to_owned(),
        unique: false,
    }
}

fn unique(name: &'static str, value: &str) -> Link {
    Link {
        name,
        value: value.to_owned(),
        unique: true,
    }
}

impl Entity for AccessToken {
    const KIND: Kind = Kind::AccessToken;
    fn key(&self) -> String {
        self.hash.as_str().to_owned()
    }
    fn expires_at(&self) -> Option<Timestamp> {
        Some(self.expires_at)
    }
}

impl Entity for AuthorizationCode {
    const KIND: Kind = Kind::AuthorizationCode;
    fn key(&self) -> String {
        self.hash.as_str().to_owned()
    }
    fn expires_at(&self) -> Option<Timestamp> {
        Some(self.expires_at.plus_seconds(REPLAY_MEMORY_SECONDS))
    }
}

impl Entity for CandidateFigures {
    const KIND: Kind = Kind::CandidateFigures;
    fn key(&self) -> String {
        self.inum.as_str().to_owned()
    }
}

impl Entity for CibaRequest {
    const KIND: Kind = Kind::CibaRequest;
    fn key(&self) -> String {
        self.hash.as_str().to_owned()
    }
    fn expires_at(&self) -> Option<Timestamp> {
        Some(self.expires_at.plus_seconds(REPLAY_MEMORY_SECONDS))
    }
    fn links(&self) -> Vec<Link> {
        match self.status {
            CibaStatus::Pending => vec![link("pending_user", self.user_id.as_str())],
            _ => Vec::new(),
        }
    }
}

impl Entity for Client {
    const KIND: Kind = Kind::Client;
    fn key(&self) -> String {
        self.client_id.as_str().to_owned()
    }
    fn expires_at(&self) -> Option<Timestamp> {
        self.registration.as_ref()?.expires_at
    }
    fn links(&self) -> Vec<Link> {
        let Some(registration) = &self.registration else {
            return by_hand(self);
        };
        let digest = registration.digest.as_deref();
        digest
            .map(|digest| unique("digest", digest))
            .into_iter()
            .collect()
    }
}

/// What a client that was added by hand has to itself: its name, its redirect URIs, what
/// it is called as a resource server.
fn by_hand(client: &Client) -> Vec<Link> {
    let name = client.metadata.client_name.as_deref();
    let name = name.map(|name| link("known_name", &folded(name)));
    let uris = client.metadata.redirect_uris.iter();
    let mut links: Vec<Link> = uris.map(|uri| link("known_redirect", uri)).collect();
    links.extend(name);
    let resources = client.metadata.resource_identifiers.iter();
    links.extend(resources.map(|resource| link("known_resource", resource)));
    links.sort_by(|a, b| a.value.cmp(&b.value));
    links.dedup();
    links
}

/// A name as people read it: case and spaces do not tell two names apart.
pub(crate) fn folded(name: &str) -> String {
    name.split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .to_lowercase()
}

impl Entity for ClientSession {
    const KIND: Kind = Kind::ClientSession;
    fn key(&self) -> String {
        self.sid.clone()
    }
    fn expires_at(&self) -> Option<Timestamp> {
        Some(self.expires_at)
    }
    fn links(&self) -> Vec<Link> {
        vec![link("session", self.session.as_str())]
    }
}

impl Entity for Configuration {
    const KIND: Kind = Kind::Configuration;
    fn key(&self) -> String {
        "configuration".to_owned()
    }
}

impl Entity for Consent {
    const KIND: Kind = Kind::Consent;
    fn key(&self) -> String {
        consent_key(self.user_id.as_str(), self.client_id.as_str())
    }
    fn links(&self) -> Vec<Link> {
        vec![link("user", self.user_id.as_str())]
    }
}

/// Key of a consent: the user's id has no NUL, so the pair is unambiguous.
pub(crate) fn consent_key(user_id: &str, client_id: &str) -> String {
    format!("{user_id}\0{client_id}")
}

impl Entity for Grant {
    const KIND: Kind = Kind::Grant;
    fn key(&self) -> String {
        self.id.as_str().to_owned()
    }
    fn expires_at(&self) -> Option<Timestamp> {
        Some(self.expires_at)
    }
    fn links(&self) -> Vec<Link> {
        let authentication = self.authentication.as_ref();
        let sid = authentication.and_then(|authentication| authentication.sid.as_deref());
        // Those of a session are found by it; these outlive one, or never had one.
        let outlives = sid.is_none() || self.scope.contains("offline_access");
        let owner = self.user_id.as_ref().filter(|_| outlives).map(|user| {
            let owner = consent_key(user.as_str(), self.client_id.as_str());
            link("owner", &owner)
        });
        sid.map(|sid| link("sid", sid))
            .into_iter()
            .chain(owner)
            .collect()
    }
}

impl Entity for InitialAccessToken {
    const KIND: Kind = Kind::InitialAccessToken;
    fn key(&self) -> String {
        self.hash.as_str().to_owned()
    }
    fn expires_at(&self) -> Option<Timestamp> {
        Some(self.expires_at)
    }
}

impl Entity for IssuedStatement {
    const KIND: Kind = Kind::IssuedStatement;
    fn key(&self) -> String {
        self.jti.clone()
    }
    fn expires_at(&self) -> Option<Timestamp> {
        Some(self.expires_at.plus_seconds(REPLAY_MEMORY_SECONDS))
    }
    fn links(&self) -> Vec<Link> {
        vec![link("org", &self.org_id)]
    }
}

impl Entity for JournalEntry {
    const KIND: Kind = Kind::JournalEntry;
    fn key(&self) -> String {
        self.id.clone()
    }
    fn expires_at(&self) -> Option<Timestamp> {
        Some(self.expires_at)
    }
    fn links(&self) -> Vec<Link> {
        let request = self.request_id.as_deref();
        let request = request.map(|request| link("request", request));
        let script = link("script", self.inum.as_str());
        [script].into_iter().chain(request).collect()
    }
}

impl Entity for Interaction {
    const KIND: Kind = Kind::Interaction;
    fn key(&self) -> String {
        self.id.as_str().to_owned()
    }
    fn expires_at(&self) -> Option<Timestamp> {
        Some(self.expires_at)
    }
}

impl Entity for LogoutNotice {
    const KIND: Kind = Kind::LogoutNotice;
    fn key(&self) -> String {
        self.id.clone()
    }
    fn expires_at(&self) -> Option<Timestamp> {
        Some(self.expires_at)
    }
    fn links(&self) -> Vec<Link> {
        let mut links = vec![link("logout", self.logout.as_str())];
        if let NoticeState::Waiting { until, .. } = self.state
            && self.channel != Channel::Front
        {
            links.push(link("delivery", &moment(until)));
        }
        links
    }
}

/// A moment as a text that sorts as moments do.
pub(crate) fn moment(at: Timestamp) -> String {
    format!("{:020}", at.ms().max(0))
}

impl Entity for PushedRequest {
    const KIND: Kind = Kind::PushedRequest;
    fn key(&self) -> String {
        self.hash.as_str().to_owned()
    }
    fn expires_at(&self) -> Option<Timestamp> {
        Some(self.expires_at)
    }
}

impl Entity for RefreshToken {
    const KIND: Kind = Kind::RefreshToken;
    fn key(&self) -> String {
        self.hash.as_str().to_owned()
    }
    fn expires_at(&self) -> Option<Timestamp> {
        Some(self.expires_at)
    }
}

impl Entity for Script {
    const KIND: Kind = Kind::Script;
    fn key(&self) -> String {
        self.inum.as_str().to_owned()
    }
    fn links(&self) -> Vec<Link> {
        vec![unique("name", &self.name)]
    }
}

impl Entity for ScriptFigures {
    const KIND: Kind = Kind::ScriptFigures;
    fn key(&self) -> String {
        self.inum.as_str().to_owned()
    }
}

impl Entity for ScriptLogEntry {
    const KIND: Kind = Kind::ScriptLog;
    fn key(&self) -> String {
        self.id.clone()
    }
    fn expires_at(&self) -> Option<Timestamp> {
        Some(self.expires_at)
    }
    fn links(&self) -> Vec<Link> {
        vec![link("script", self.inum.as_str())]
    }
}

impl Entity for RecordedCall {
    const KIND: Kind = Kind::RecordedCall;
    fn key(&self) -> String {
        self.id.clone()
    }
    fn expires_at(&self) -> Option<Timestamp> {
        Some(self.expires_at)
    }
    fn links(&self) -> Vec<Link> {
        vec![link("script", self.inum.as_str())]
    }
}

/// Key of a script's version. They sort by revision, so a listing is in order.
pub fn script_version_key(inum: &ScriptId, revision: i64) -> String {
    format!("{inum}/{revision:019}")
}

impl Entity for ScriptVersion {
    const KIND: Kind = Kind::ScriptVersion;
    fn key(&self) -> String {
        script_version_key(&self.inum, self.revision)
    }
    fn links(&self) -> Vec<Link> {
        vec![link("script", self.inum.as_str())]
    }
}

impl Entity for SeenAssertion {
    const KIND: Kind = Kind::SeenAssertion;
    fn key(&self) -> String {
        self.hash.as_str().to_owned()
    }
    fn expires_at(&self) -> Option<Timestamp> {
        Some(self.expires_at)
    }
}

impl Entity for Session {
    const KIND: Kind = Kind::Session;
    fn key(&self) -> String {
        self.id.as_str().to_owned()
    }
    fn expires_at(&self) -> Option<Timestamp> {
        Some(self.expires_at)
    }
    fn links(&self) -> Vec<Link> {
        vec![link("user", self.user_id.as_str()), link("sid", &self.sid)]
    }
}

impl Entity for StoredSigningKey {
    const KIND: Kind = Kind::SigningKey;
    fn key(&self) -> String {
        self.kid.clone()
    }
    fn expires_at(&self) -> Option<Timestamp> {
        self.archived_until()
    }
}

impl Entity for Throttle {
    const KIND: Kind = Kind::Throttle;
    fn key(&self) -> String {
        self.key.clone()
    }
    fn expires_at(&self) -> Option<Timestamp> {
        Some(self.expires_at)
    }
}

impl Entity for User {
    const KIND: Kind = Kind::User;
    fn key(&self) -> String {
        self.id.as_str().to_owned()
    }
    fn links(&self) -> Vec<Link> {
        let mut links = vec![unique("username", &self.username.to_lowercase())];
        links.extend(
            self.email
                .as_deref()
                .map(|email| link("email", &email.to_lowercase())),
        );
        links
    }
}
