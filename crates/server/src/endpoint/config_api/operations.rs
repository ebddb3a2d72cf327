//! What the config API's document says of each operation: one row each, in the order of the
//! routes. That there is a row for every route, and a route for every row, is tested.

/// One operation.
#[derive(Debug)]
pub struct Operation {
    /// Method.
    pub method: &'static str,
    /// Path below the API's.
    pub path: &'static str,
    /// Jans's `operationId`, or ours where Jans has none.
    pub id: &'static str,
    /// What it does.
    pub about: &'static str,
    /// Scopes, any of which will do.
    pub scopes: &'static [&'static str],
    /// Parameters of the query.
    pub query: &'static [&'static str],
    /// What is sent.
    pub sent: Sent,
    /// What is answered.
    pub told: Told,
}

/// A body that is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sent {
    /// None.
    Nothing,
    /// A document of that schema.
    Document(&'static str),
    /// A JSON Patch.
    Patch,
}

/// A body that is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// 204.
    Nothing,
    /// 200 with a document of that schema.
    Document(&'static str),
    /// 201 with one.
    Made(&'static str),
    /// 200 with a page of them.
    Page(&'static str),
    /// 200 with a list of them.
    List(&'static str),
}

/// Jans's tags, each with the beginning of the paths that it stands for. Jans writes some with an en dash.
pub const TAGS: &[(&str, &str)] = &[
    ("/config/scripts", "Custom Scripts"),
    ("/jans-auth-server/config", "Configuration – Properties"),
    ("/jans-auth-server/session", "Auth - Session Management"),
    ("/openid/clients", "OAuth - OpenID Connect - Clients"),
    ("/scopes", "OAuth - Scopes"),
    ("/users", "Configuration – User Management"),
    ("/config/jwks", "Configuration – JWK - JSON Web Key (JWK)"),
];

/// The tag of a path.
pub fn tag_of(path: &str) -> Option<&'static str> {
    let found = TAGS
        .iter()
        .find(|(beginning, _)| path.starts_with(beginning));
    found.map(|(_, tag)| *tag)
}

const PAGED: &[&str] = &["limit", "pattern", "startIndex", "sortBy", "sortOrder"];
const SCRIPT_READ: &[&str] = &[
    "https://jans.io/oauth/config/scripts.readonly",
    "https://jans.io/oauth/config/scripts.write",
];
const SCRIPT_WRITE: &[&str] = &["https://jans.io/oauth/config/scripts.write"];
const SCRIPT_DELETE: &[&str] = &["https://jans.io/oauth/config/scripts.delete"];
const PROPERTY_READ: &[&str] = &[
    "https://jans.io/oauth/jans-auth-server/config/properties.readonly",
    "https://jans.io/oauth/jans-auth-server/config/properties.write",
];
const PROPERTY_WRITE: &[&str] = &["https://jans.io/oauth/jans-auth-server/config/properties.write"];
const CLIENT_READ: &[&str] = &[
    "https://jans.io/oauth/config/openid/clients.readonly",
    "https://jans.io/oauth/config/openid/clients.write",
];
const CLIENT_WRITE: &[&str] = &["https://jans.io/oauth/config/openid/clients.write"];
const CLIENT_DELETE: &[&str] = &["https://jans.io/oauth/config/openid/clients.delete"];
const SCOPE_READ: &[&str] = &["https://jans.io/oauth/config/scopes.readonly"];
const USER_READ: &[&str] = &[
    "https://jans.io/oauth/config/user.readonly",
    "https://jans.io/oauth/config/user.write",
];
const USER_WRITE: &[&str] = &["https://jans.io/oauth/config/user.write"];
const SESSION_READ: &[&str] = &["https://jans.io/oauth/jans-auth-server/session.readonly"];
const SESSION_DELETE: &[&str] = &["https://jans.io/oauth/jans-auth-server/session.delete"];
const KEY_READ: &[&str] = &[
    "https://jans.io/oauth/config/jwks.readonly",
    "https://jans.io/oauth/config/jwks.write",
];
const KEY_WRITE: &[&str] = &["https://jans.io/oauth/config/jwks.write"];

macro_rules! operation {
    ($method:literal $path:literal $id:literal $about:literal $scopes:ident $query:expr,
     $sent:expr => $told:expr) => {
        Operation {
            method: $method,
            path: $path,
            id: $id,
            about: $about,
            scopes: $scopes,
            query: $query,
            sent: $sent,
            told: $told,
        }
    };
}

const SCRIPT: &str = "CustomScript";
const PROPERTIES: &str = "AppConfiguration";
const SESSION: &str = "SessionId";
const CLIENT: &str = "Client";
const SCOPE: &str = "Scope";
const USER: &str = "User";
const KEY: &str = "JSONWebKey";

/// The operations.
#[rustfmt::skip] // a row each
pub const OPERATIONS: &[Operation] = &[
    operation!("GET" "/config/scripts" "get-config-scripts" "List scripts." SCRIPT_READ PAGED, Sent::Nothing => Told::Page(SCRIPT)),
    operation!("POST" "/config/scripts" "post-config-scripts" "Add a script." SCRIPT_WRITE &["addScriptTemplate", "message"], Sent::Document(SCRIPT) => Told::Made(SCRIPT)),
    operation!("PUT" "/config/scripts" "put-config-scripts" "Replace a script." SCRIPT_WRITE &["message"], Sent::Document(SCRIPT) => Told::Document(SCRIPT)),
    operation!("GET" "/config/scripts/types" "get-custom-script-type" "List script types." SCRIPT_READ &[], Sent::Nothing => Told::List("Text")),
    operation!("GET" "/config/scripts/name/{name}" "get-custom-script-by-name" "Find a script by its name." SCRIPT_READ &[], Sent::Nothing => Told::Document(SCRIPT)),
    operation!("GET" "/config/scripts/type/{type}" "get-config-scripts-by-type" "List scripts of a type." SCRIPT_READ PAGED, Sent::Nothing => Told::Page(SCRIPT)),
    operation!("GET" "/config/scripts/inum/{inum}" "get-config-scripts-by-inum" "Find a script." SCRIPT_READ &[], Sent::Nothing => Told::Document(SCRIPT)),
    operation!("PATCH" "/config/scripts/{inum}" "patch-config-scripts-by-inum" "Change a script." SCRIPT_WRITE &["message"], Sent::Patch => Told::Document(SCRIPT)),
    operation!("DELETE" "/config/scripts/{inum}" "delete-config-scripts-by-inum" "Delete a script and its history." SCRIPT_DELETE &[], Sent::Nothing => Told::Nothing),
    operation!("GET" "/config/scripts/{inum}/versions" "get-script-versions" "List versions of a script." SCRIPT_READ PAGED, Sent::Nothing => Told::Page("Version")),
    operation!("GET" "/config/scripts/{inum}/versions/{revision}" "get-script-version" "Find a version of a script." SCRIPT_READ &[], Sent::Nothing => Told::Document("Version")),
    operation!("GET" "/config/scripts/{inum}/versions/{revision}/diff" "get-script-version-diff" "Show what a version changed." SCRIPT_READ &["from"], Sent::Nothing => Told::Document("Difference")),
    operation!("POST" "/config/scripts/{inum}/versions/{revision}/rollback" "post-script-rollback" "Make an earlier version the next one." SCRIPT_WRITE &["message"], Sent::Nothing => Told::Document(SCRIPT)),
    operation!("GET" "/config/scripts/{inum}/candidate" "get-script-candidate" "Find the version on trial." SCRIPT_READ &[], Sent::Nothing => Told::Document("CandidateTold")),
    operation!("PUT" "/config/scripts/{inum}/candidate" "put-script-candidate" "Try a version beside the one that serves, or the candidate otherwise." SCRIPT_WRITE &["message"], Sent::Document("CandidateForm") => Told::Document("CandidateTold")),
    operation!("DELETE" "/config/scripts/{inum}/candidate" "delete-script-candidate" "Take the version on trial out." SCRIPT_WRITE &["message"], Sent::Nothing => Told::Nothing),
    operation!("POST" "/config/scripts/{inum}/candidate/promote" "post-script-candidate-promote" "Make the version on trial the one that serves." SCRIPT_WRITE &["message"], Sent::Nothing => Told::Document(SCRIPT)),
    operation!("POST" "/config/scripts/{inum}/call" "post-script-call" "Try one call of a script; nothing is sent or stored." SCRIPT_WRITE &[], Sent::Document("TrialForm") => Told::Document("Told")),
    operation!("GET" "/config/scripts/{inum}/recordings" "get-script-recordings" "List recorded calls of a script." SCRIPT_READ PAGED, Sent::Nothing => Told::Page("RecordedSummary")),
    operation!("GET" "/config/scripts/{inum}/recordings/{id}" "get-script-recording" "Find a recorded call." SCRIPT_READ &[], Sent::Nothing => Told::Document("RecordedCall")),
    operation!("POST" "/config/scripts/{inum}/replay" "post-script-replay" "Make recorded calls again; nothing is sent or stored." SCRIPT_WRITE &[], Sent::Document("ReplayForm") => Told::Document("Replayed")),
    operation!("GET" "/jans-auth-server/config" "get-properties" "Read the configuration." PROPERTY_READ &[], Sent::Nothing => Told::Document(PROPERTIES)),
    operation!("PATCH" "/jans-auth-server/config" "patch-properties" "Change the configuration." PROPERTY_WRITE &[], Sent::Patch => Told::Document(PROPERTIES)),
    operation!("GET" "/jans-auth-server/session" "get-sessions" "List sessions." SESSION_READ PAGED, Sent::Nothing => Told::Page(SESSION)),
    operation!("DELETE" "/jans-auth-server/session/sid/{sid}" "delete-session" "End a session." SESSION_DELETE &[], Sent::Nothing => Told::Nothing),
    operation!("GET" "/openid/clients" "get-oauth-openid-clients" "List clients." CLIENT_READ PAGED, Sent::Nothing => Told::Page(CLIENT)),
    operation!("POST" "/openid/clients" "post-oauth-openid-client" "Add a client; the answer has its secret, once." CLIENT_WRITE &[], Sent::Document(CLIENT) => Told::Made(CLIENT)),
    operation!("PUT" "/openid/clients" "put-oauth-openid-client" "Replace a client." CLIENT_WRITE &[], Sent::Document(CLIENT) => Told::Document(CLIENT)),
    operation!("GET" "/openid/clients/{inum}" "get-oauth-openid-clients-by-inum" "Find a client." CLIENT_READ &[], Sent::Nothing => Told::Document(CLIENT)),
    operation!("PATCH" "/openid/clients/{inum}" "patch-oauth-openid-client-by-inum" "Change a client." CLIENT_WRITE &[], Sent::Patch => Told::Document(CLIENT)),
    operation!("DELETE" "/openid/clients/{inum}" "delete-oauth-openid-client-by-inum" "Delete a client." CLIENT_DELETE &[], Sent::Nothing => Told::Nothing),
    operation!("GET" "/scopes" "get-oauth-scopes" "List scopes." SCOPE_READ PAGED, Sent::Nothing => Told::Page(SCOPE)),
    operation!("GET" "/scopes/{inum}" "get-oauth-scopes-by-inum" "Find a scope." SCOPE_READ &[], Sent::Nothing => Told::Document(SCOPE)),
    operation!("GET" "/users" "get-user" "List people." USER_READ PAGED, Sent::Nothing => Told::Page(USER)),
    operation!("GET" "/users/{inum}" "get-user-by-inum" "Find somebody." USER_READ &[], Sent::Nothing => Told::Document(USER)),
    operation!("POST" "/users/{inum}/lock" "post-user-lock" "Lock somebody out." USER_WRITE &[], Sent::Nothing => Told::Document(USER)),
    operation!("POST" "/users/{inum}/unlock" "post-user-unlock" "Let somebody in again." USER_WRITE &[], Sent::Nothing => Told::Document(USER)),
    operation!("GET" "/config/jwks" "get-config-jwks" "List keys." KEY_READ PAGED, Sent::Nothing => Told::Page(KEY)),
    operation!("POST" "/config/jwks/rotate" "post-config-jwks-rotate" "Make new keys." KEY_WRITE &["alg", "publishBefore"], Sent::Nothing => Told::List(KEY)),
];
