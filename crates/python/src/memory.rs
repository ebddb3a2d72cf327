//! The allocator of a worker: running out of memory ends the process with a
//! known exit code instead of an abort.
//!
//! Not here: the limit itself, which is the kernel's (see `confine`).

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicBool, Ordering};

use crate::log_buffer;

/// Exit code of a worker whose allocation was refused.
pub const EXIT_MEMORY: i32 = 97;

static IS_WORKER: AtomicBool = AtomicBool::new(false);

/// From here on a refused allocation ends this process with [`EXIT_MEMORY`].
pub(crate) fn bind_to_worker() {
    IS_WORKER.store(true, Ordering::Relaxed);
}

/// Whether this process is a worker.
pub(crate) fn is_worker() -> bool {
    IS_WORKER.load(Ordering::Relaxed)
}

/// The system allocator; in a worker, a null answer ends the process.
///
/// The binary that hosts workers declares it:
/// `#[global_allocator] static ALLOCATOR: BoundedAlloc = BoundedAlloc;`
/// In any process that is not a worker it is the system allocator and no more.
#[derive(Debug, Clone, Copy, Default)]
pub struct BoundedAlloc;

fn checked(pointer: *mut u8) -> *mut u8 {
    if pointer.is_null() && is_worker() {
        // Of no use if the wire broke: nobody is left to tell.
        let _ = log_buffer::flush();
        // SAFETY: `_exit` takes no memory and does not return.
        unsafe { libc::_exit(EXIT_MEMORY) }
    }
    pointer
}

// SAFETY: every call goes to the system allocator unchanged.
unsafe impl GlobalAlloc for BoundedAlloc {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller keeps the contract of `GlobalAlloc::alloc`.
        checked(unsafe { System.alloc(layout) })
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: `pointer` came from `System` with this layout.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller keeps the contract of `GlobalAlloc::alloc_zeroed`.
        checked(unsafe { System.alloc_zeroed(layout) })
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        // SAFETY: `pointer` came from `System` with this layout.
        checked(unsafe { System.realloc(pointer, layout, new_size) })
    }
}
