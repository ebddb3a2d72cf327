//! Typed reads by name.

use std::ops::Range;

use durward_model::{
    AccessToken, AuthorizationCode, CandidateFigures, CibaRequest, Client, ClientId, ClientSession,
    Configuration, Consent, Grant, GrantId, InitialAccessToken, Interaction, IssuedStatement,
    JournalEntry, LogoutNotice, PushedRequest, RecordedCall, RefreshToken, Script, ScriptFigures,
    ScriptId, ScriptLogEntry, ScriptVersion, SecretHash, Session, StoredSigningKey, Throttle,
    Timestamp, User, UserId,
};

use crate::{
    Entity, Row, Store, StoreError, Versioned,
    entities::{consent_key, folded, moment, script_version_key},
};

type Found<T> = Result<Option<Versioned<T>>, StoreError>;
type Listed<T> = Result<Vec<Versioned<T>>, StoreError>;

#[allow(missing_docs)] // each name says what it finds
impl dyn Store + '_ {
    pub async fn find_access_token(&self, hash: &SecretHash) -> Found<AccessToken> {
        self.find(hash.as_str()).await
    }

    pub async fn find_code(&self, hash: &SecretHash) -> Found<AuthorizationCode> {
        self.find(hash.as_str()).await
    }

    /// What the last trial of a script's candidate added up to.
    pub async fn find_candidate_figures(&self, inum: &ScriptId) -> Found<CandidateFigures> {
        self.find(inum.as_str()).await
    }

    pub async fn find_ciba_request(&self, hash: &SecretHash) -> Found<CibaRequest> {
        self.find(hash.as_str()).await
    }

    pub async fn list_pending_ciba_requests(&self, user_id: &UserId) -> Listed<CibaRequest> {
        self.linked("pending_user", user_id.as_str()).await
    }

    pub async fn find_client(&self, client_id: &ClientId) -> Found<Client> {
        self.find(client_id.as_str()).await
    }

    pub async fn find_client_by_digest(&self, digest: &str) -> Found<Client> {
        Ok(self.linked("digest", digest).await?.into_iter().next())
    }

    /// Those that were added by hand, under a name that people read alike.
    pub async fn list_known_clients_named(&self, name: &str) -> Listed<Client> {
        self.linked("known_name", &folded(name)).await
    }

    /// Those that were added by hand.
    pub async fn list_known_clients_at(&self, redirect_uri: &str) -> Listed<Client> {
        self.linked("known_redirect", redirect_uri).await
    }

    /// Those that were added by hand, by what they are called as resource servers.
    pub async fn list_known_resource_servers(&self, name: &str) -> Listed<Client> {
        self.linked("known_resource", name).await
    }

    pub async fn list_clients(&self) -> Listed<Client> {
        self.every().await
    }

    pub async fn find_client_session(&self, sid: &str) -> Found<ClientSession> {
        self.find(sid).await
    }

    pub async fn list_client_sessions(&self, session: &SecretHash) -> Listed<ClientSession> {
        self.linked("session", session.as_str()).await
    }

    pub async fn find_configuration(&self) -> Found<Configuration> {
        self.find("configuration").await
    }

    pub async fn find_consent(&self, user_id: &UserId, client_id: &ClientId) -> Found<Consent> {
        self.find(&consent_key(user_id.as_str(), client_id.as_str()))
            .await
    }

    pub async fn find_grant(&self, id: &GrantId) -> Found<Grant> {
        self.find(id.as_str()).await
    }

    pub async fn list_consents_of(&self, user_id: &UserId) -> Listed<Consent> {
        self.linked("user", user_id.as_str()).await
    }

    /// Those that are bound to no session, or outlive it.
    pub async fn list_lasting_grants_of(
        &self,
        user_id: &UserId,
        client_id: &ClientId,
    ) -> Listed<Grant> {
        let owner = consent_key(user_id.as_str(), client_id.as_str());
        self.linked("owner", &owner).await
    }

    pub async fn list_grants_of_sid(&self, sid: &str) -> Listed<Grant> {
        self.linked("sid", sid).await
    }

    pub async fn list_logout_notices(&self) -> Listed<LogoutNotice> {
        self.every().await
    }

    pub async fn list_notices_of_logout(&self, logout: &SecretHash) -> Listed<LogoutNotice> {
        self.linked("logout", logout.as_str()).await
    }

    /// At most `limit` of those that wait to be delivered from server to server and are due,
    /// the earliest first.
    pub async fn list_due_deliveries(&self, now: Timestamp, limit: usize) -> Listed<LogoutNotice> {
        let now = moment(now);
        let rows = self.fetch_linked_up_to(LogoutNotice::KIND, "delivery", &now, limit);
        rows.await?.iter().map(decode).collect()
    }

    pub async fn find_initial_access_token(&self, hash: &SecretHash) -> Found<InitialAccessToken> {
        self.find(hash.as_str()).await
    }

    pub async fn list_initial_access_tokens(&self) -> Listed<InitialAccessToken> {
        self.every().await
    }

    pub async fn find_issued_statement(&self, jti: &str) -> Found<IssuedStatement> {
        self.find(jti).await
    }

    pub async fn list_issued_statements_of(&self, org_id: &str) -> Listed<IssuedStatement> {
        self.linked("org", org_id).await
    }

    pub async fn list_issued_statements(&self) -> Listed<IssuedStatement> {
        self.every().await
    }

    pub async fn find_interaction(&self, id: &SecretHash) -> Found<Interaction> {
        self.find(id.as_str()).await
    }

    pub async fn find_pushed_request(&self, hash: &SecretHash) -> Found<PushedRequest> {
        self.find(hash.as_str()).await
    }

    pub async fn find_refresh_token(&self, hash: &SecretHash) -> Found<RefreshToken> {
        self.find(hash.as_str()).await
    }

    pub async fn find_script(&self, inum: &ScriptId) -> Found<Script> {
        self.find(inum.as_str()).await
    }

    pub async fn find_script_by_name(&self, name: &str) -> Found<Script> {
        Ok(self.linked("name", name).await?.into_iter().next())
    }

    pub async fn list_scripts(&self) -> Listed<Script> {
        self.every().await
    }

    /// The last `limit` entries of a script's log in a range of keys, the last one first.
    pub async fn list_last_script_log(
        &self,
        inum: &ScriptId,
        keys: Range<&str>,
        limit: usize,
    ) -> Listed<ScriptLogEntry> {
        let link = Some(("script", inum.as_str()));
        self.last(link, keys, limit).await
    }

    /// The same of its recorded calls.
    pub async fn list_last_recorded_calls(
        &self,
        inum: &ScriptId,
        keys: Range<&str>,
        limit: usize,
    ) -> Listed<RecordedCall> {
        let link = Some(("script", inum.as_str()));
        self.last(link, keys, limit).await
    }

    pub async fn find_recorded_call(&self, id: &str) -> Found<RecordedCall> {
        self.find(id).await
    }

    pub async fn find_script_figures(&self, inum: &ScriptId) -> Found<ScriptFigures> {
        self.find(inum.as_str()).await
    }

    pub async fn list_script_figures(&self) -> Listed<ScriptFigures> {
        self.every().await
    }

    /// The last `limit` entries of the journal in a range of keys, the last one first.
    pub async fn list_last_journal(&self, keys: Range<&str>, limit: usize) -> Listed<JournalEntry> {
        self.last(None, keys, limit).await
    }

    /// The same of one script.
    pub async fn list_last_journal_of(
        &self,
        inum: &ScriptId,
        keys: Range<&str>,
        limit: usize,
    ) -> Listed<JournalEntry> {
        let link = Some(("script", inum.as_str()));
        self.last(link, keys, limit).await
    }

    /// The same of one request.
    pub async fn list_last_journal_of_request(
        &self,
        request_id: &str,
        keys: Range<&str>,
        limit: usize,
    ) -> Listed<JournalEntry> {
        self.last(Some(("request", request_id)), keys, limit).await
    }

    pub async fn find_script_version(
        &self,
        inum: &ScriptId,
        revision: i64,
    ) -> Found<ScriptVersion> {
        self.find(&script_version_key(inum, revision)).await
    }

    /// Revisions of its versions, oldest first; without reading what they hold.
    pub async fn list_script_revisions(&self, inum: &ScriptId) -> Result<Vec<i64>, StoreError> {
        let kind = ScriptVersion::KIND;
        let keys = self.fetch_linked_keys(kind, "script", inum.as_str());
        let revision = |key: &String| {
            let (_, revision) = key.rsplit_once('/')?;
            revision.parse().ok()
        };
        let keys = keys.await?;
        let revisions = keys.iter().map(|key| {
            revision(key).ok_or_else(|| StoreError::Fault(format!("{kind:?} {key}: no revision")))
        });
        revisions.collect()
    }

    /// Its versions, oldest first.
    pub async fn list_script_versions(&self, inum: &ScriptId) -> Listed<ScriptVersion> {
        self.linked("script", inum.as_str()).await
    }

    pub async fn find_session(&self, id: &SecretHash) -> Found<Session> {
        self.find(id.as_str()).await
    }

    pub async fn find_session_by_sid(&self, sid: &str) -> Found<Session> {
        Ok(self.linked("sid", sid).await?.into_iter().next())
    }

    pub async fn list_sessions(&self) -> Listed<Session> {
        self.every().await
    }

    pub async fn list_sessions_of(&self, user_id: &UserId) -> Listed<Session> {
        self.linked("user", user_id.as_str()).await
    }

    pub async fn list_signing_keys(&self) -> Listed<StoredSigningKey> {
        self.every().await
    }

    pub async fn find_throttle(&self, key: &str) -> Found<Throttle> {
        self.find(key).await
    }

    pub async fn find_user(&self, id: &UserId) -> Found<User> {
        self.find(id.as_str()).await
    }

    pub async fn find_user_by_username(&self, username: &str) -> Found<User> {
        Ok(self
            .linked("username", &username.to_lowercase())
            .await?
            .into_iter()
            .next())
    }

    pub async fn list_users_by_email(&self, email: &str) -> Listed<User> {
        self.linked("email", &email.to_lowercase()).await
    }

    pub async fn list_users(&self) -> Listed<User> {
        self.every().await
    }

    async fn find<E: Entity>(&self, key: &str) -> Found<E> {
        self.fetch(E::KIND, key)
            .await?
            .as_ref()
            .map(decode)
            .transpose()
    }

    async fn linked<E: Entity>(&self, link: &str, value: &str) -> Listed<E> {
        let rows = self.fetch_linked(E::KIND, link, value).await?;
        rows.iter().map(decode).collect()
    }

    async fn last<E: Entity>(
        &self,
        link: Option<(&str, &str)>,
        keys: Range<&str>,
        limit: usize,
    ) -> Listed<E> {
        let rows = self.fetch_last(E::KIND, link, keys, limit).await?;
        rows.iter().map(decode).collect()
    }

    async fn every<E: Entity>(&self) -> Listed<E> {
        self.fetch_all(E::KIND).await?.iter().map(decode).collect()
    }
}

fn decode<E: Entity>(row: &Row) -> Result<Versioned<E>, StoreError> {
    match serde_json::from_str(&row.body) {
        Ok(value) => Ok(Versioned {
            value,
            version: row.version,
        }),
        Err(error) => Err(StoreError::Fault(format!(
            "{:?} {}: {error}",
            E::KIND,
            row.key
        ))),
    }
}
