//! What the fuzz targets share: one server for all inputs of a run.

use std::cell::RefCell;

use durward_testkit::hostile::{Entrance, Ground};

thread_local! {
    static GROUND: RefCell<Ground> = RefCell::default();
}

/// Lets one input in.
pub fn meet(entrance: Entrance, bytes: &[u8]) {
    GROUND.with(|ground| ground.borrow_mut().meet(entrance, bytes));
}
