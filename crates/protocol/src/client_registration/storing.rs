//! Storing a registration with everything that it used up, in one `apply`.

use durward_model::SeenAssertion;
use durward_store::{Change, Kind, StoreError};

use super::{
    access::{self, Admission},
    invalid,
};
use crate::{
    Provider,
    error::{Code, Error},
};

/// Attempts beside others that register at the same time from the same place.
const ATTEMPTS: usize = 8;

/// Something that counts once, and was used.
#[derive(Debug)]
pub(super) struct Spent {
    /// That it was used: conflicts when it was used before.
    pub change: Change,
    /// Key of the row.
    pub key: String,
    /// What to say to whoever uses it again.
    pub refusal: Error,
}

impl Spent {
    /// A token that counts once; `refusal` for whoever shows it again.
    pub(super) fn once(seen: &SeenAssertion, refusal: Error) -> Self {
        Self {
            key: seen.hash.as_str().to_owned(),
            change: Change::insert(seen),
            refusal,
        }
    }
}

/// Stores a new client.
///
/// # Errors
/// `access_denied` beyond the quota, `invalid_token` when the token was used up,
/// whatever `spent` says, `invalid_client_metadata` for a `client_id` that is taken.
pub(super) async fn insert(
    provider: &Provider,
    admission: &Admission,
    spent: Vec<Spent>,
    client: Vec<Change>,
) -> Result<(), Error> {
    for _ in 0..ATTEMPTS {
        let mut changes = access::used_up(provider, admission).await?;
        changes.extend(spent.iter().map(|spent| spent.change.clone()));
        changes.extend(client.iter().cloned());
        match provider.store.apply(changes).await {
            // Somebody else registers from the same place: count again.
            Err(StoreError::Conflict {
                kind: Kind::Throttle | Kind::InitialAccessToken,
                ..
            }) => {}
            Err(StoreError::Conflict { kind, key }) => {
                return Err(conflict(spent, kind, &key));
            }
            other => return Ok(other?),
        }
    }
    Err(Code::TemporarilyUnavailable.because("too many registrations at once; try again"))
}

/// Stores a changed client.
///
/// # Errors
/// Whatever `spent` says; `invalid_token` when somebody else changed the client, and
/// with it the token.
pub(super) async fn replace(
    provider: &Provider,
    spent: Vec<Spent>,
    client: Change,
) -> Result<(), Error> {
    let mut changes: Vec<Change> = spent.iter().map(|spent| spent.change.clone()).collect();
    changes.push(client);
    match provider.store.apply(changes).await {
        Err(StoreError::Conflict {
            kind: Kind::Client, ..
        }) => Err(Code::InvalidToken.because("the registration access token is not valid")),
        Err(StoreError::Conflict { kind, key }) => Err(conflict(spent, kind, &key)),
        other => Ok(other?),
    }
}

fn conflict(spent: Vec<Spent>, kind: Kind, key: &str) -> Error {
    match spent.into_iter().find(|spent| spent.key == key) {
        Some(used) => used.refusal,
        None if kind == Kind::Client => invalid("the client is registered already"),
        None => Error::Fault(format!("conflict on {kind:?} {key}")),
    }
}
