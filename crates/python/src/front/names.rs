//! Names that stand in for others between the two passes, and the names under
//! which translated code finds its run-time support. Scripts may not use them.

/// Every name of ours starts with this.
pub(super) const RESERVED: &str = "__durward_";
const KEYWORD: &str = "__durward_kw_";

pub(super) const PRINT: &str = "__durward_print__";
pub(super) const PRINT_PART: &str = "__durward_print_part__";
pub(super) const PRINT_TO: &str = "__durward_print_to__";
pub(super) const PRINT_PART_TO: &str = "__durward_print_part_to__";
pub(super) const RAISE: &str = "__durward_raise__";
pub(super) const EXEC: &str = "__durward_exec__";
pub(super) const REPR: &str = "__durward_repr__";
/// Marks the pattern of a tuple parameter of a lambda; gone after the passes.
pub(super) const LAMBDA: &str = "__durward_lambda__";
/// Marks `except X, (a, b)`; gone after the passes.
pub(super) const CATCH: &str = "__durward_catch__";
/// Starts the name of a parameter that stands for a tuple.
pub(super) const PARAMETER: &str = "__durward_parameter_";

/// The placeholder of keyword `word`.
pub(super) fn placeholder(word: &str) -> String {
    format!("{KEYWORD}{word}__")
}

/// `name` with every placeholder in it turned back into its keyword; `None`
/// when there is none.
pub(super) fn restored(name: &str) -> Option<String> {
    if !name.contains(KEYWORD) {
        return None;
    }
    let parts: Vec<&str> = name
        .split('.')
        .map(|part| {
            part.strip_prefix(KEYWORD)
                .and_then(|rest| rest.strip_suffix("__"))
                .unwrap_or(part)
        })
        .collect();
    Some(parts.join("."))
}
