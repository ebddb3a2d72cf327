//! The commands as a person and as a program meet them: `script check`,
//! `script call`, `script put`, `config`, `doctor`, help and `--json`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

#[path = "support/all.rs"]
mod support;

#[path = "script_commands/call.rs"]
mod call;
#[path = "script_commands/check.rs"]
mod check;
#[path = "script_commands/dry_run.rs"]
mod dry_run;
#[path = "script_commands/help.rs"]
mod help;
#[path = "script_commands/history.rs"]
mod history;
#[path = "script_commands/json.rs"]
mod json;
#[path = "script_commands/keep.rs"]
mod keep;
#[path = "script_commands/mistakes.rs"]
mod mistakes;
#[path = "script_commands/stages.rs"]
mod stages;
#[path = "script_commands/starting.rs"]
mod starting;
