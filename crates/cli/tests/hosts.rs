//! Both script hosts behind the one engine trait, as the binary starts them: processes of
//! our own, and a real JVM.
//!
//! What needs the JVM says that it was skipped where there is none.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

#[path = "hosts/both.rs"]
mod both;
#[path = "hosts/choice.rs"]
mod choice;
#[path = "hosts/confined.rs"]
mod confined;
#[path = "hosts/corpus.rs"]
mod corpus;
#[path = "hosts/hostile_java.rs"]
mod hostile_java;
#[path = "hosts/jars.rs"]
mod jars;
#[path = "hosts/replacement.rs"]
mod replacement;
#[path = "hosts/stand.rs"]
mod stand;
#[path = "support/all.rs"]
mod support;
#[path = "hosts/surface.rs"]
mod surface;
#[path = "hosts/swaps.rs"]
mod swaps;
