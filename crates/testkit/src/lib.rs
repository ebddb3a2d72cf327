//! Everything that tests of rules and routes need: fixed time, repeatable
//! randomness, a store of their own, a fake engine, and a world of users,
//! clients and keys in which flows can be walked.
//!
//! For tests only: it panics where a server would answer. Not here: any test.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::missing_panics_doc
)]

#[cfg(feature = "app")]
pub mod app;
pub mod certificates;
pub mod ciba;
pub mod claims;
pub mod clients;
pub mod clock;
pub mod decisions;
pub mod details;
pub mod engine;
pub mod entropy;
pub mod files;
pub mod flow;
pub mod hostile;
pub mod keys;
pub mod management;
pub mod registration;
pub mod remote;
pub mod request_objects;
pub mod stages;
#[cfg(feature = "app")]
pub mod transcript;
pub mod users;
pub mod world;

pub use claims::{claims_of, header_of};
pub use clock::FixedClock;
pub use decisions::Decisions;
pub use engine::FakeEngine;
pub use entropy::SeededEntropy;
pub use files::FakeFiles;
pub use flow::{member, refusal, with};
pub use remote::FakeRemote;
pub use world::World;
