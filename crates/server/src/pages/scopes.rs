//! What the scopes of `OpenID` Connect Core mean, said to an end user. Scopes
//! an operator defines bring their own description.

/// The meaning of a scope from `OpenID` Connect Core, sections 5.4 and 11, as a
/// phrase that completes "this application would like to …"; nothing for a
/// scope we do not know.
pub fn describe_scope(scope: &str) -> Option<&'static str> {
    Some(match scope {
        "openid" => "Confirm who you are",
        "profile" => "See your profile: name, picture, birth date, language",
        "email" => "See your email address",
        "address" => "See your postal address",
        "phone" => "See your phone number",
        "offline_access" => "Keep this access while you are away, until you withdraw it",
        _ => return None,
    })
}
