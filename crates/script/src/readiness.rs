//! Whether what has to be asked can be asked.

use std::sync::Arc;

use crate::{
    contract::FailureMeaning,
    scripts::{LoadedScript, Scripts},
    types,
};

/// Enabled scripts that vet, and cannot be called: whatever they are asked about is refused.
pub fn unable_to_vet(scripts: &Scripts) -> Vec<Arc<LoadedScript>> {
    let vetting = types::ALL
        .iter()
        .filter(|script_type| script_type.failure == FailureMeaning::Refused);
    vetting
        .flat_map(|script_type| scripts.of(script_type))
        .filter(|script| script.program.is_err())
        .collect()
}
