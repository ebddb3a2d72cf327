//! Why a measurement could not be made.

use std::fmt;

/// A sentence for whoever runs the benchmark.
#[derive(Debug, Clone)]
pub struct Failure(String);

/// The result of a step.
pub type Result<T> = std::result::Result<T, Failure>;

impl Failure {
    /// A failure of this description.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whatever has a description fails with it.
impl<E: std::error::Error> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(error.to_string())
    }
}
