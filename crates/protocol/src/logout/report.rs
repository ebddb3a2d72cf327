//! What the logout page saw: which frames loaded.

use durward_model::{
    LogoutNotice, SecretHash,
    logout::{Channel, NoticeState},
};
use durward_store::{Change, StoreError, Versioned};

use crate::{Provider, error::Error};

/// Takes the page's report. `secret` is the one that the page was given; with an
/// unknown one nothing happens, and nothing is told. `told` are the notices whose
/// frames loaded. Only the first report counts.
///
/// # Errors
/// A fault of the store.
pub async fn take(provider: &Provider, secret: &str, told: &[&str]) -> Result<(), Error> {
    let notices = provider
        .store
        .list_notices_of_logout(&SecretHash::of(secret))
        .await?;
    let changes = notices
        .iter()
        .filter_map(|notice| change(provider, notice, &notices, told))
        .collect();
    match provider.store.apply(changes).await {
        // Somebody else reported, or a delivery has begun: theirs counts.
        Ok(()) | Err(StoreError::Conflict { .. }) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

fn change(
    provider: &Provider,
    notice: &Versioned<LogoutNotice>,
    all: &[Versioned<LogoutNotice>],
    told: &[&str],
) -> Option<Change> {
    let NoticeState::Waiting { attempts: 0, .. } = notice.state else {
        return None;
    };
    let now = provider.now();
    let is_told = |notice: &LogoutNotice| told.contains(&notice.id.as_str());
    let state = match notice.channel {
        Channel::Front if is_told(notice) => NoticeState::Told { at: now },
        Channel::Front => NoticeState::Failed {
            at: now,
            reason: "its frame did not load in time".to_owned(),
        },
        Channel::BackIfFrontFails => {
            // Only together with its frame: a report that comes later is none.
            let frame = all.iter().find(|other| {
                other.channel == Channel::Front
                    && other.client_id == notice.client_id
                    && matches!(other.state, NoticeState::Waiting { .. })
            })?;
            if is_told(frame) {
                NoticeState::NotNeeded
            } else {
                NoticeState::Waiting {
                    until: now,
                    attempts: 0,
                    problem: None,
                }
            }
        }
        Channel::Back => return None,
    };
    let changed = LogoutNotice {
        state,
        ..notice.value.clone()
    };
    Some(Change::replace(notice, &changed))
}
