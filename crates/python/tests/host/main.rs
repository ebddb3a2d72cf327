//! The host in real processes: this binary starts itself again as the
//! template, and every test talks to a forked, confined worker.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod authz_detail;
mod harness;
mod hostile;
mod java;
mod loading;
mod open_banking;
mod registration;
mod seeds;
mod semantics;
mod standard;
mod timing;

use durward_python::BoundedAlloc;

#[global_allocator]
static ALLOCATOR: BoundedAlloc = BoundedAlloc;

/// Not a test of its own: the entry of the template process. Without the
/// variable it has nothing to do.
#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "how a test binary is told that it is the template"
)]
fn template_process() {
    if std::env::var_os(harness::TEMPLATE_VARIABLE).is_some() {
        assert_eq!(
            format!("{:?}", durward_python::host::main()),
            format!("{:?}", std::process::ExitCode::SUCCESS)
        );
    }
}
