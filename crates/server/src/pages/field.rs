//! Names and values that forms send back, for the routes that read them.

/// Hidden on every form: proves that the form is ours.
pub const CSRF_TOKEN: &str = "csrf_token";
/// Hidden on every form: the request being answered.
pub const REQUEST_ID: &str = "request_id";
/// On the login form.
pub const USERNAME: &str = "username";
/// On the login form.
pub const PASSWORD: &str = "password";
/// Which button was pressed; one of the values below.
pub const DECISION: &str = "decision";
/// Which account was chosen, by the key it was listed with.
pub const ACCOUNT: &str = "account";

/// On consent and approval pages that let a person choose: what, see [`DETAILS`].
pub const CHOOSE: &str = "choose";
/// `choose`: single elements of `authorization_details`.
pub const DETAILS: &str = "details";
/// An element that the person allows, followed by its place: `detail_0`.
pub const DETAIL: &str = "detail_";

/// On the account page: the session to end.
pub const END_SESSION: &str = "end_session";
/// On the account page: the application to disconnect.
pub const DISCONNECT: &str = "disconnect";

/// `decision`: sign in with what was typed.
pub const LOGIN: &str = "login";
/// `decision`: yes.
pub const ALLOW: &str = "allow";
/// `decision`: no. Also what cancelling a login means.
pub const DENY: &str = "deny";
/// `decision`: sign in as somebody else.
pub const SWITCH_ACCOUNT: &str = "switch_account";
/// `decision`: end the session.
pub const LOGOUT: &str = "logout";
/// `decision`: stay signed in.
pub const STAY: &str = "stay";
