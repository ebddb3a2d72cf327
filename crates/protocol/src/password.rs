//! Passwords and user codes: Argon2id, the same work for a miss as for a hit,
//! and pauses after failures.

use argon2::{
    Argon2, PasswordHash, PasswordHasher as _, PasswordVerifier as _, password_hash::SaltString,
};
use durward_model::{Configuration, Entropy, Throttle, Timestamp};
use durward_store::{Change, Store, StoreError};

use crate::error::{Code, Error};

/// Longest password that is hashed, bytes: longer ones only cost us time.
const MAX_PASSWORD_BYTES: usize = 1_024;

/// Longest pause, seconds.
const MAX_PAUSE_SECONDS: i64 = 900;

/// Seconds after which failures are forgotten.
const FAILURE_MEMORY_SECONDS: i64 = 24 * 3_600;

/// Hash that no password has, with the cost of a real one: an unknown user
/// takes as long as a known one.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5LWhhcy10aGlz$\
                      AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Hashes a new password (Argon2id, OWASP parameters: 19 MiB, 2 passes).
///
/// # Errors
/// A refusal when it is empty or too long, a fault when hashing fails.
pub async fn hash(password: &str, entropy: &dyn Entropy) -> Result<String, Error> {
    if password.is_empty() || password.len() > MAX_PASSWORD_BYTES {
        return Err(Code::InvalidRequest.because("a password has 1 to 1024 bytes"));
    }
    let mut salt = [0; 16];
    entropy.fill(&mut salt);
    let password = password.to_owned();
    blocking(move || {
        let salt = SaltString::encode_b64(&salt).map_err(|error| error.to_string())?;
        Argon2::default()
            .hash_password(password.as_bytes(), &salt)
            .map(|hash| hash.to_string())
            .map_err(|error| error.to_string())
    })
    .await
}

/// Does the password fit? A missing hash fits nothing, after the same work.
///
/// # Errors
/// A fault when hashing fails.
pub async fn verify(password: &str, stored: Option<&str>) -> Result<bool, Error> {
    if password.len() > MAX_PASSWORD_BYTES {
        return Ok(false);
    }
    let password = password.to_owned();
    let known = stored.is_some();
    let stored = stored.unwrap_or(NOBODY).to_owned();
    let fits = blocking(move || {
        let hash = PasswordHash::new(&stored).map_err(|error| error.to_string())?;
        Ok(Argon2::default()
            .verify_password(password.as_bytes(), &hash)
            .is_ok())
    })
    .await?;
    Ok(fits && known)
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, String> + Send + 'static,
) -> Result<T, Error> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| Error::Fault(error.to_string()))?
        .map_err(Error::Fault)
}

/// What failures are counted against, and how many pass before pauses begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counter {
    /// Key in the store.
    pub key: String,
    /// Failures without a pause.
    pub allowance: u32,
    /// Do many people's attempts meet here? Then only failures are counted, and
    /// afterwards; otherwise every attempt is, before it is judged.
    pub shared: bool,
}

/// Counters of a login. The pair pauses first, so that an attacker elsewhere
/// does not lock the owner out; the wider two stop a distributed attack.
pub fn login_counters(
    username: &str,
    address: &str,
    configuration: &Configuration,
) -> Vec<Counter> {
    // As the user is found: another spelling of a name is not another counter.
    let username = username.trim().to_lowercase();
    let allowance = configuration.login_failures_before_pause;
    let counter = |key: String, factor: u32, shared: bool| Counter {
        key,
        allowance: allowance.saturating_mul(factor),
        shared,
    };
    vec![
        // The address first: no name can then be taken for a name and an address.
        counter(format!("login_from:{address}/{username}"), 1, false),
        counter(format!("login:{username}"), 10, false),
        counter(format!("address:{address}"), 20, true),
    ]
}

/// An attempt that is counted as a failure until it succeeds. Attempts at the
/// same instant therefore get no more tries than one after the other.
#[derive(Debug)]
pub struct Attempt {
    counters: Vec<Counter>,
    claims: Vec<Claim>,
    now: Timestamp,
}

/// A counter before and after an attempt was counted.
#[derive(Debug)]
struct Claim {
    before: Option<Throttle>,
    after: Throttle,
}

impl Attempt {
    /// Counts an attempt, unless there is a pause.
    ///
    /// # Errors
    /// `temporarily_unavailable` with the seconds to wait.
    pub async fn begin(
        store: &dyn Store,
        counters: Vec<Counter>,
        now: Timestamp,
        configuration: &Configuration,
    ) -> Result<Self, Error> {
        for _ in 0..MAX_TRIES {
            check_pause(store, &counters, now).await?;
            let mut claims = Vec::new();
            let mut changes = Vec::new();
            for counter in counters.iter().filter(|counter| !counter.shared) {
                let found = store.find_throttle(&counter.key).await?;
                let after = failed_once_more(found.as_deref(), counter, now, configuration);
                changes.push(match &found {
                    // Between the check above and this read an attempt may have set a pause.
                    Some(found) if is_paused(found, now) => break,
                    Some(found) => Change::replace(found, &after),
                    None => Change::insert(&after),
                });
                claims.push(Claim {
                    before: found.map(|found| found.value),
                    after,
                });
            }
            if claims.len() < counters.iter().filter(|counter| !counter.shared).count() {
                continue;
            }
            match store.apply(changes).await {
                Err(StoreError::Conflict { .. }) => {}
                other => {
                    return other.map_err(Error::from).map(|()| Self {
                        counters,
                        claims,
                        now,
                    });
                }
            }
        }
        Err(Code::TemporarilyUnavailable.because("too many attempts at once; try again"))
    }

    /// It was a miss: the shared counters learn of it too.
    ///
    /// # Errors
    /// A fault of the store.
    pub async fn failed(
        self,
        store: &dyn Store,
        configuration: &Configuration,
    ) -> Result<(), Error> {
        let shared: Vec<Counter> = self
            .counters
            .iter()
            .filter(|counter| counter.shared)
            .cloned()
            .collect();
        record_failure(store, &shared, self.now, configuration).await
    }

    /// It was a hit: the narrowest counter is forgotten, the others are as if
    /// nobody had tried.
    ///
    /// # Errors
    /// A fault of the store.
    pub async fn succeeded(self, store: &dyn Store) -> Result<(), StoreError> {
        for _ in 0..MAX_TRIES {
            match store.apply(self.forgiveness(store).await?).await {
                Err(StoreError::Conflict { .. }) => {}
                other => return other,
            }
        }
        Ok(())
    }

    /// The same, in one commit with `changes` unless somebody else's attempt
    /// comes in between.
    ///
    /// # Errors
    /// A fault of the store; a conflict of `changes`.
    pub async fn succeeded_with(
        self,
        store: &dyn Store,
        changes: Vec<Change>,
    ) -> Result<(), StoreError> {
        let mut all = changes.clone();
        all.extend(self.forgiveness(store).await?);
        match store.apply(all).await {
            Err(StoreError::Conflict { .. }) => {
                self.succeeded(store).await?;
                store.apply(changes).await
            }
            other => other,
        }
    }

    /// What a success changes, as the counters are now.
    async fn forgiveness(&self, store: &dyn Store) -> Result<Vec<Change>, StoreError> {
        let mut changes = Vec::new();
        for (index, claim) in self.claims.iter().enumerate() {
            let Some(found) = store.find_throttle(&claim.after.key).await? else {
                continue;
            };
            changes.push(match &claim.before {
                Some(before) if index > 0 && found.value == claim.after => {
                    Change::replace(&found, before)
                }
                // Others failed meanwhile: their pause stays, this attempt does not count.
                _ if index > 0 && found.value != claim.after => {
                    let failures = found.failures.saturating_sub(1);
                    let forgiven = Throttle {
                        failures,
                        ..found.value.clone()
                    };
                    Change::replace(&found, &forgiven)
                }
                _ => Change::remove(&found),
            });
        }
        Ok(changes)
    }
}

/// Is an attempt on any of these allowed now?
async fn check_pause(store: &dyn Store, counters: &[Counter], now: Timestamp) -> Result<(), Error> {
    for counter in counters {
        let found = store.find_throttle(&counter.key).await?;
        if let Some(found) = found.filter(|found| is_paused(found, now)) {
            let seconds = found.blocked_until.ms_since(now).div_euclid(1000) + 1;
            return Err(Code::TemporarilyUnavailable.because(format!(
                "too many failed attempts; try again in {seconds} seconds"
            )));
        }
    }
    Ok(())
}

/// No pause is longer than the longest: one that seems so began before the clock was set back.
fn is_paused(found: &Throttle, now: Timestamp) -> bool {
    let left_ms = found.blocked_until.ms_since(now);
    left_ms > 0 && left_ms <= MAX_PAUSE_SECONDS.saturating_mul(1000)
}

/// Counts a failure. A concurrent failure is counted too: the write is a
/// compare-and-set and tried again on conflict.
async fn record_failure(
    store: &dyn Store,
    counters: &[Counter],
    now: Timestamp,
    configuration: &Configuration,
) -> Result<(), Error> {
    for counter in counters {
        for _ in 0..MAX_TRIES {
            let before = store.find_throttle(&counter.key).await?;
            let after = failed_once_more(before.as_deref(), counter, now, configuration);
            let change = match &before {
                Some(before) => Change::replace(before, &after),
                None => Change::insert(&after),
            };
            match store.apply(vec![change]).await {
                Err(StoreError::Conflict { .. }) => {}
                other => {
                    other?;
                    break;
                }
            }
        }
    }
    Ok(())
}

/// Tries of a contended compare-and-set.
const MAX_TRIES: usize = 64;

fn failed_once_more(
    before: Option<&Throttle>,
    counter: &Counter,
    now: Timestamp,
    configuration: &Configuration,
) -> Throttle {
    let failures = before
        .filter(|found| found.expires_at > now)
        .map_or(0, |found| found.failures)
        .saturating_add(1);
    let pause = pause_seconds(
        failures,
        counter.allowance,
        configuration.login_pause_seconds,
    );
    Throttle {
        key: counter.key.clone(),
        failures,
        blocked_until: now.plus_seconds(pause),
        expires_at: now.plus_seconds(FAILURE_MEMORY_SECONDS),
    }
}

/// Seconds of pause after `failures` in a row: none at first, then doubling.
fn pause_seconds(failures: u32, allowance: u32, first_pause_seconds: i64) -> i64 {
    let Some(over) = failures.checked_sub(allowance) else {
        return 0;
    };
    let factor = 1_i64
        .checked_shl(over)
        .filter(|factor| *factor > 0)
        .unwrap_or(i64::MAX);
    first_pause_seconds
        .saturating_mul(factor)
        .clamp(0, MAX_PAUSE_SECONDS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_begin_after_the_allowance_and_double_to_a_limit() {
        let pauses = [1, 4, 5, 6, 7, 20, 68, 80].map(|failures| pause_seconds(failures, 5, 2));
        assert_eq!(pauses, [0, 0, 2, 4, 8, 900, 900, 900]);
    }
}
