//! The rules of the house as tests: layers, sizes, names, documents, completeness.
//!
//! Each test reads the repository itself and names every place that breaks a
//! rule. Not here: what the compiler, rustfmt or clippy already say.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
// `DURWARD_UPDATE=1` writes the generated files anew.
#![allow(clippy::disallowed_methods)]

mod command_line;
mod configuration;
mod documents;
mod fuzzing;
mod layers;
mod links;
mod metrics;
mod names;
mod openapi;
mod repository;
mod routes;
mod script_types;
mod setup;
mod sizes;
mod source;
mod text;
