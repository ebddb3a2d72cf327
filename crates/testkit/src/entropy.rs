//! Randomness that is the same in every run and different in every call.

use std::sync::atomic::{AtomicU64, Ordering};

use durward_jose::digest::sha256;
use durward_model::Entropy;

/// SHA-256 of a seed and a counter.
#[derive(Debug, Default)]
pub struct SeededEntropy {
    seed: u64,
    blocks: AtomicU64,
}

impl SeededEntropy {
    /// A stream of its own for each seed.
    pub fn new(seed: u64) -> Self {
        Self {
            seed,
            blocks: AtomicU64::new(0),
        }
    }
}

impl Entropy for SeededEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(32) {
            let block = self.blocks.fetch_add(1, Ordering::SeqCst);
            let digest = sha256([self.seed.to_be_bytes(), block.to_be_bytes()].concat());
            chunk.copy_from_slice(&digest[..chunk.len()]);
        }
    }
}
