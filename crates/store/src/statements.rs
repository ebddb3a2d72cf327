//! The SQL of each kind's table, in words that SQLite and PostgreSQL both
//! understand. Not here: transactions, locking and migrations, which differ.
//!
//! Parameters are written `$1`, `$2` … and appear first in that order: SQLite
//! numbers them by first appearance, PostgreSQL by their digits.

use crate::entity::Kind;

/// The statements of one kind.
#[derive(Debug)]
pub struct Statements {
    /// Table name, also the kind's name in `link`.
    pub table: &'static str,
    /// A new row of version 1: key, expiry, links, body. No row changes if the key exists.
    pub insert: &'static str,
    /// Version and body of a key.
    pub find: &'static str,
    /// Version and links of a key: what a write must know of the row that it meets.
    pub inspect: &'static str,
    /// New content, version counted up: expiry, links, body, key.
    pub update: &'static str,
    /// Removes a key.
    pub delete: &'static str,
    /// Key, version and body of the rows whose link has a value, by key: name, value.
    pub linked: &'static str,
    /// The same of the first ones whose link has that value or one before it, by value and
    /// key: name, value, limit.
    pub linked_up_to: &'static str,
    /// Keys of the rows whose link has a value, in their order: name, value.
    pub linked_keys: &'static str,
    /// Key, version and body of every row, by key.
    pub all: &'static str,
    /// Key, version and body of the rows in a range of keys, the last ones first: from,
    /// before, limit.
    pub last: &'static str,
    /// The same of those whose link has a value: name, value, from, before, limit.
    pub last_linked: &'static str,
    /// Removes expired rows, earliest first, and returns their keys and links: moment, limit.
    pub sweep: &'static str,
    /// The earliest expiry, NULL if nothing expires.
    pub next_expiry: &'static str,
    /// A new link: name, value, key, uniqueness. No row changes where another key holds a unique value.
    pub insert_link: &'static str,
    /// Removes a link: name, value, key.
    pub delete_link: &'static str,
}

/// Counts commits that changed one of the [watched](Kind::is_watched) kinds.
pub const BUMP_REVISION: &str = "UPDATE revision SET value = value + 1";

/// The count of such commits.
pub const REVISION: &str = "SELECT value FROM revision";

macro_rules! statements {
    ($table:literal) => {
        &Statements {
            table: $table,
            insert: concat!(
                "INSERT INTO \"",
                $table,
                "\" (key, version, expires_at, links, body) ",
                "VALUES ($1, 1, $2, $3, $4) ON CONFLICT (key) DO NOTHING"
            ),
            find: concat!("SELECT version, body FROM \"", $table, "\" WHERE key = $1"),
            inspect: concat!("SELECT version, links FROM \"", $table, "\" WHERE key = $1"),
            update: concat!(
                "UPDATE \"",
                $table,
                "\" SET version = version + 1, expires_at = $1, links = $2, ",
                "body = $3 WHERE key = $4"
            ),
            delete: concat!("DELETE FROM \"", $table, "\" WHERE key = $1"),
            linked: concat!(
                "SELECT t.key, t.version, t.body FROM link JOIN \"",
                $table,
                "\" AS t ",
                "ON t.key = link.key WHERE link.kind = '",
                $table,
                "' ",
                "AND link.name = $1 AND link.value = $2 ORDER BY link.key"
            ),
            linked_up_to: concat!(
                "SELECT t.key, t.version, t.body FROM link JOIN \"",
                $table,
                "\" AS t ",
                "ON t.key = link.key WHERE link.kind = '",
                $table,
                "' ",
                "AND link.name = $1 AND link.value <= $2 ORDER BY link.value, link.key LIMIT $3"
            ),
            linked_keys: concat!(
                "SELECT key FROM link WHERE kind = '",
                $table,
                "' ",
                "AND name = $1 AND value = $2 ORDER BY key"
            ),
            all: concat!(
                "SELECT key, version, body FROM \"",
                $table,
                "\" ORDER BY key"
            ),
            last: concat!(
                "SELECT key, version, body FROM \"",
                $table,
                "\" WHERE key >= $1 AND key < $2 ORDER BY key DESC LIMIT $3"
            ),
            last_linked: concat!(
                "SELECT t.key, t.version, t.body FROM link JOIN \"",
                $table,
                "\" AS t ",
                "ON t.key = link.key WHERE link.kind = '",
                $table,
                "' ",
                "AND link.name = $1 AND link.value = $2 AND link.key >= $3 AND link.key < $4 ",
                "ORDER BY link.key DESC LIMIT $5"
            ),
            sweep: concat!(
                "DELETE FROM \"",
                $table,
                "\" WHERE key IN (SELECT key FROM \"",
                $table,
                "\" ",
                "WHERE expires_at < $1 ORDER BY expires_at LIMIT $2) RETURNING key, links"
            ),
            next_expiry: concat!(
                "SELECT min(expires_at) FROM \"",
                $table,
                "\" WHERE expires_at IS NOT NULL"
            ),
            insert_link: concat!(
                "INSERT INTO link (kind, name, value, key, is_unique) ",
                "VALUES ('",
                $table,
                "', $1, $2, $3, $4) ON CONFLICT DO NOTHING"
            ),
            delete_link: concat!(
                "DELETE FROM link WHERE kind = '",
                $table,
                "' ",
                "AND name = $1 AND value = $2 AND key = $3"
            ),
        }
    };
}

/// The statements of a kind.
pub const fn of(kind: Kind) -> &'static Statements {
    match kind {
        Kind::AccessToken => statements!("access_token"),
        Kind::AuthorizationCode => statements!("authorization_code"),
        Kind::CandidateFigures => statements!("candidate_figures"),
        Kind::CibaRequest => statements!("ciba_request"),
        Kind::Client => statements!("client"),
        Kind::ClientSession => statements!("client_session"),
        Kind::Configuration => statements!("configuration"),
        Kind::Consent => statements!("consent"),
        Kind::Grant => statements!("grant"),
        Kind::InitialAccessToken => statements!("initial_access_token"),
        Kind::Interaction => statements!("interaction"),
        Kind::IssuedStatement => statements!("issued_statement"),
        Kind::JournalEntry => statements!("journal_entry"),
        Kind::LogoutNotice => statements!("logout_notice"),
        Kind::PushedRequest => statements!("pushed_request"),
        Kind::RecordedCall => statements!("recorded_call"),
        Kind::RefreshToken => statements!("refresh_token"),
        Kind::Script => statements!("script"),
        Kind::ScriptFigures => statements!("script_figures"),
        Kind::ScriptLog => statements!("script_log"),
        Kind::ScriptVersion => statements!("script_version"),
        Kind::SeenAssertion => statements!("seen_assertion"),
        Kind::Session => statements!("session"),
        Kind::SigningKey => statements!("signing_key"),
        Kind::Throttle => statements!("throttle"),
        Kind::User => statements!("user"),
    }
}

#[cfg(test)]
mod tests {
    use super::{BUMP_REVISION, REVISION, of};
    use crate::entity::Kind;

    /// Both numberings of parameters must agree.
    #[test]
    fn parameters_first_appear_in_order() {
        for kind in Kind::ALL {
            let s = of(kind);
            let texts = [
                s.insert,
                s.find,
                s.inspect,
                s.update,
                s.delete,
                s.linked,
                s.linked_up_to,
                s.linked_keys,
                s.all,
                s.last,
                s.last_linked,
                s.sweep,
                s.next_expiry,
                s.insert_link,
                s.delete_link,
                BUMP_REVISION,
                REVISION,
            ];
            for text in texts {
                let mut seen = 0;
                for digits in text.split('$').skip(1) {
                    let number: u32 = digits
                        .chars()
                        .next()
                        .and_then(|c| c.to_digit(10))
                        .unwrap_or(0);
                    assert!(number >= 1 && number <= seen + 1, "{text}");
                    seen = seen.max(number);
                }
            }
        }
    }
}
