//! What every backend must do, as tests that take a [`Fixture`].
//!
//! A backend's tests call [`conformance_suite!`](crate::conformance_suite) once,
//! which makes one named test of each function below, and run
//! [`model::agrees`] under proptest.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
#![allow(clippy::missing_panics_doc, missing_docs)] // tests: their names say what they check

use std::sync::Arc;

use async_trait::async_trait;
use durward_model::Timestamp;

use crate::{
    Kind, Row, Store, StoreError, Write,
    change::{Content, Expected},
    entity::Link,
};

pub mod entities;
pub mod expiry;
pub mod issued;
pub mod journal;
pub mod links;
pub mod logout;
pub mod model;
pub mod people;
pub mod races;
pub mod recorded_calls;
pub mod registration;
pub mod requests;
pub mod revision;
pub mod rows;
pub mod script_versions;
pub mod settings;

/// One database, empty when the fixture is made.
#[async_trait]
pub trait Fixture: Send + Sync {
    /// A handle onto it. Handles may live side by side, as those of several nodes do.
    async fn open(&self) -> Arc<dyn Store>;
}

/// Makes the tests of the suite. `$fixture` is evaluated in each test, and may await.
#[macro_export]
macro_rules! conformance_suite {
    ($fixture:expr) => {
        $crate::conformance_suite! { @tests $fixture;
            rows {
                insert_makes_version_one
                insert_of_an_existing_key_conflicts
                replace_needs_the_version_that_is_there
                put_counts_whatever_was_there
                delete_forgives_absence
                remove_needs_the_version_that_is_there
                deletion_may_expect_absence
                a_deleted_key_begins_again
                versions_beyond_reach_conflict
                kinds_are_separate
                lists_are_ordered_by_key
                odd_keys_are_kept_apart
                odd_bodies_survive
                large_bodies_survive
                a_list_applies_in_order
                a_conflict_undoes_the_whole_list
                an_empty_list_is_fine
                reopening_keeps_everything
                handles_see_each_other
            }
            links {
                rows_are_found_by_link
                unique_values_are_unique
                a_row_keeps_its_own_unique_value
                uniqueness_is_by_kind_and_name
                replacing_moves_links
                a_freed_value_may_be_taken
                a_conflict_restores_links
                a_link_named_twice_is_one
                odd_values_are_kept_apart
                values_may_change_hands_in_one_list
            }
            logout {
                clients_of_a_session_are_found
                only_waiting_deliveries_are_queued
                deliveries_are_found_when_they_are_due
            }
            races {
                one_of_many_replaces_wins
                one_of_many_inserts_wins
                one_of_many_unique_values_wins
                no_increment_is_lost
                conflicts_leave_others_alone
                lists_become_visible_as_a_whole
                writes_are_read_at_once
            }
            expiry {
                expired_rows_stay_until_swept
                only_what_expired_before_goes
                many_rows_go_in_one_sweep
                writes_go_on_during_a_sweep
                sweeping_frees_links
                a_postponed_row_stays
                next_expiry_is_the_earliest_of_all
            }
            revision {
                watched_kinds_move_it
                other_kinds_leave_it
                conflicts_leave_it
                sweeping_a_watched_row_moves_it
                other_handles_see_it_move
            }
            journal {
                the_journal_is_read_from_its_end
                figures_of_scripts_round_trip
                ranges_compare_bytes
                what_was_written_is_counted
            }
            registration {
                registrations_round_trip
            }
            recorded_calls {
                the_last_recorded_calls_of_a_script_are_found
                a_recorded_call_is_swept
            }
            script_versions {
                versions_of_a_script_are_found_in_order
                figures_of_a_candidate_round_trip
                one_version_is_found_without_the_others
            }
            issued {
                tokens_round_trip
            }
            requests {
                requests_round_trip
            }
            people {
                people_round_trip
            }
            settings {
                settings_round_trip
                scripts_round_trip
            }
            entities {
                changes_expect_what_they_say
                apply_of_nothing_is_fine
                broken_bodies_are_faults
            }
        }
    };
    (@tests $fixture:expr; $($module:ident { $($name:ident)+ })+) => {
        $($(
            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn $name() {
                let fixture = $fixture;
                $crate::conformance::$module::$name(&fixture).await;
            }
        )+)+
    };
}

/// A write of a row without expiry and links.
fn write(kind: Kind, key: &str, expected: Expected, body: &str) -> Write {
    let content = Content {
        body: body.to_owned(),
        expires_at: None,
        links: Vec::new(),
    };
    Write {
        kind,
        key: key.to_owned(),
        expected,
        content: Some(content),
    }
}

fn insert(kind: Kind, key: &str, body: &str) -> Write {
    write(kind, key, Expected::Absent, body)
}

fn removal(kind: Kind, key: &str, expected: Expected) -> Write {
    Write {
        kind,
        key: key.to_owned(),
        expected,
        content: None,
    }
}

fn expiring(mut write: Write, expires_at_ms: i64) -> Write {
    write.content.as_mut().unwrap().expires_at = Some(Timestamp::from_ms(expires_at_ms));
    write
}

fn linked(mut write: Write, links: &[(&'static str, &str, bool)]) -> Write {
    let links = links.iter().map(|&(name, value, unique)| Link {
        name,
        value: value.to_owned(),
        unique,
    });
    write.content.as_mut().unwrap().links = links.collect();
    write
}

fn row(key: &str, version: u64, body: &str) -> Row {
    Row {
        key: key.to_owned(),
        version,
        body: body.to_owned(),
    }
}

async fn fetched(store: &dyn Store, kind: Kind, key: &str) -> Option<Row> {
    store.fetch(kind, key).await.unwrap()
}

/// Keys of the rows that a link finds.
async fn keys_linked(store: &dyn Store, kind: Kind, link: &str, value: &str) -> Vec<String> {
    let rows = store.fetch_linked(kind, link, value).await.unwrap();
    rows.into_iter().map(|row| row.key).collect()
}

/// Every row of every kind.
async fn everything(store: &dyn Store) -> Vec<(Kind, Row)> {
    let mut rows = Vec::new();
    for kind in Kind::ALL {
        rows.extend(
            store
                .fetch_all(kind)
                .await
                .unwrap()
                .into_iter()
                .map(|row| (kind, row)),
        );
    }
    rows
}

#[track_caller]
fn assert_conflict(outcome: Result<(), StoreError>, expected_kind: Kind, expected_key: &str) {
    match outcome {
        Err(StoreError::Conflict { kind, key }) => {
            assert_eq!((kind, key.as_str()), (expected_kind, expected_key));
        }
        other => panic!("expected a conflict on {expected_kind:?} {expected_key:?}, got {other:?}"),
    }
}
