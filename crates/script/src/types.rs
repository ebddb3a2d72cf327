//! The list of script types. A new type is a new file here and a line in [`ALL`].

pub mod authz_detail;
pub mod ciba_end_user_notification;
pub mod client_registration;
pub mod end_session;

use crate::contract::ScriptType;

/// Every script type that the server asks.
pub const ALL: &[&ScriptType] = &[
    &authz_detail::CONTRACT,
    &ciba_end_user_notification::CONTRACT,
    &client_registration::CONTRACT,
    &end_session::CONTRACT,
];

/// The type of that wire name, ignoring ASCII case as Jans's config API does.
pub fn find(name: &str) -> Option<&'static ScriptType> {
    ALL.iter()
        .copied()
        .find(|script_type| script_type.name.eq_ignore_ascii_case(name))
}
