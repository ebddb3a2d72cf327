//! The processes behind a program's workers, and how much memory they have.
//!
//! Not here: ending them (`source.rs`), limits of memory (the hosts set those).

use std::{
    collections::BTreeMap,
    fs,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use durward_script::engine::Workers;

/// The workers that a program has now.
#[derive(Debug, Default)]
pub(crate) struct Census(Mutex<BTreeMap<u32, Household>>);

/// The workers of one process.
#[derive(Debug, Clone, Copy, Default)]
struct Household {
    workers: u64,
    shared: bool,
}

impl Census {
    /// Counts a worker of that process until the entry is dropped.
    pub(crate) fn enter(self: &Arc<Self>, pid: u32, shared: bool) -> Entry {
        let mut households = self.lock();
        let household = households.entry(pid).or_default();
        household.workers += 1;
        household.shared = shared;
        Entry {
            census: Arc::clone(self),
            pid,
        }
    }

    /// Looks at the processes now. One that ended meanwhile counts nothing.
    pub(crate) fn look(&self) -> Workers {
        self.look_with(memory_of)
    }

    fn look_with(&self, memory_of: impl Fn(u32) -> Memory) -> Workers {
        // Read without the lock: whoever ends a worker waits for it, and the pool for them.
        let households = self.lock().clone();
        let mut found = Workers::default();
        for (pid, household) in households {
            let memory = memory_of(pid);
            found.count += household.workers;
            found.resident_bytes += memory.resident_bytes;
            found.peak_bytes = found.peak_bytes.max(memory.peak_bytes);
            found.shared |= household.shared;
        }
        found
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<u32, Household>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A worker in a census.
#[derive(Debug)]
pub(crate) struct Entry {
    census: Arc<Census>,
    pid: u32,
}

impl Drop for Entry {
    fn drop(&mut self) {
        let mut households = self.census.lock();
        if let Some(household) = households.get_mut(&self.pid) {
            household.workers = household.workers.saturating_sub(1);
            if household.workers == 0 {
                households.remove(&self.pid);
            }
        }
    }
}

#[derive(Debug, Default, PartialEq, Eq)]
struct Memory {
    resident_bytes: u64,
    peak_bytes: u64,
}

/// What Linux says of a process; nothing where there is none, or no Linux.
fn memory_of(pid: u32) -> Memory {
    let status = fs::read_to_string(format!("/proc/{pid}/status"));
    status.map_or_else(|_| Memory::default(), |status| parse(&status))
}

fn parse(status: &str) -> Memory {
    let bytes = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let kib = line.and_then(|rest| rest.trim().strip_suffix(" kB"));
        kib.and_then(|kib| kib.trim().parse::<u64>().ok())
            .unwrap_or(0)
            .saturating_mul(1024)
    };
    Memory {
        resident_bytes: bytes("VmRSS:"),
        peak_bytes: bytes("VmHWM:"),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn workers_of_one_process_are_counted_and_its_memory_once() {
        let census = Arc::new(Census::default());
        assert_eq!(census.look(), Workers::default());
        let pid = std::process::id();
        let first = census.enter(pid, true);
        let alone = census.look();
        let second = census.enter(pid, true);
        let both = census.look();
        assert_eq!((alone.count, both.count), (1, 2));
        assert!(alone.resident_bytes > 0, "{alone:?}");
        assert!(both.resident_bytes < 2 * alone.resident_bytes, "{both:?}");
        assert!(both.peak_bytes >= both.resident_bytes && both.shared);
        drop((first, second));
        assert_eq!(census.look(), Workers::default());
    }

    #[test]
    fn workers_end_while_somebody_looks() {
        let census = Arc::new(Census::default());
        let entry = Mutex::new(Some(census.enter(1, false)));
        let found = census.look_with(|_| {
            assert!(census.0.try_lock().is_ok(), "the lock is held");
            drop(entry.lock().unwrap().take());
            Memory::default()
        });
        assert_eq!((found.count, census.look().count), (1, 0));
    }

    #[test]
    fn memory_is_read_from_its_lines_alone() {
        let status = "Name:\tVmRSS: 7 kB\nVmHWM:\t    2048 kB\nVmRSS:\t    1024 kB\nThreads:\t1\n";
        let memory = parse(status);
        assert_eq!(memory.resident_bytes, 1024 * 1024);
        assert_eq!(memory.peak_bytes, 2048 * 1024);
        assert_eq!(parse("VmRSS: many kB"), Memory::default());
    }
}
