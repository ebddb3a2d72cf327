//! What `durward jans-cli` takes: Jans's options, under Jans's names. Those that Jans writes
//! with one hyphen come here with two (`spelling`).

use std::path::PathBuf;

use clap::Args;

/// `durward jans-cli`.
#[derive(Debug, Clone, Args)]
pub struct JansCliArgs {
    /// Print the operations of a task, such as CustomScripts.
    #[arg(long, value_name = "TASK", help_heading = "What to do")]
    pub info: Option<String>,
    /// Call this operation.
    #[arg(long, value_name = "ID", help_heading = "What to do")]
    pub operation_id: Option<String>,
    /// Print what a schema says of its members.
    #[arg(long, value_name = "NAME", help_heading = "What to do")]
    pub schema: Option<String>,
    /// Print a document of a schema that can be filled in and sent.
    #[arg(long, value_name = "NAME", help_heading = "What to do")]
    pub schema_sample: Option<String>,
    /// Print an access token and do nothing else.
    #[arg(long, help_heading = "What to do")]
    pub output_access_token: bool,
    #[command(flatten)]
    pub call: CallArgs,
    #[command(flatten)]
    pub caller: CallerArgs,
    #[command(flatten)]
    pub other: OtherArgs,
}

/// What an operation is called with.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "What an operation is called with")]
pub struct CallArgs {
    /// What the operation is about, such as inum:2B29 or inum:2B29,revision:3.
    #[arg(long, value_name = "NAME:VALUE,…")]
    pub url_suffix: Option<String>,
    /// Parameters of the query, such as limit:5,pattern:shop.
    #[arg(long, value_name = "NAME:VALUE,…")]
    pub endpoint_args: Option<String>,
    /// What is sent: a JSON file, - for standard input, or the JSON itself. `_file PATH` in
    /// it stands for the text of a file.
    #[arg(long, value_name = "FILE")]
    pub data: Option<String>,
    /// Put a value where there is none, in a patch of one change.
    #[arg(long, value_name = "MEMBER:VALUE", conflicts_with_all = ["data", "patch_replace", "patch_remove"])]
    pub patch_add: Option<String>,
    /// Put another value in the place of the one there is.
    #[arg(long, value_name = "MEMBER:VALUE", conflicts_with_all = ["data", "patch_remove"])]
    pub patch_replace: Option<String>,
    /// Take a value away.
    #[arg(long, value_name = "MEMBER", conflicts_with = "data")]
    pub patch_remove: Option<String>,
}

/// Where the server is, and who calls.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Where the server is, and who calls")]
pub struct CallerArgs {
    /// The server's host, or its URL. jans_host in the environment if absent.
    #[arg(long, value_name = "HOST")]
    pub host: Option<String>,
    /// PEM file of the authority that vouches for the server; the system's authorities if absent.
    #[arg(long, value_name = "FILE")]
    pub ca_file: Option<PathBuf>,
    /// The client's id. jca_client_id in the environment, or the common name of its certificate, if absent.
    #[arg(long, value_name = "ID")]
    pub client_id: Option<String>,
    /// The client's secret. Others can read a command's arguments: --client-secret-file keeps it from them.
    #[arg(long, alias = "client_secret", value_name = "SECRET")]
    pub client_secret: Option<String>,
    /// A file with the client's secret; - is standard input. jca_client_secret in the environment if absent.
    #[arg(long, value_name = "FILE", conflicts_with = "client_secret")]
    pub client_secret_file: Option<PathBuf>,
    /// An access token, or a file with one, instead of a client.
    #[arg(long, value_name = "TOKEN")]
    pub access_token: Option<String>,
    /// PEM file of the client's certificate (Jans: -CC).
    #[arg(
        long,
        visible_alias = "config-api-mtls-client-cert",
        value_name = "FILE"
    )]
    pub cert_file: Option<PathBuf>,
    /// PEM file of its key (Jans: -CK); absent where the certificate's file has it.
    #[arg(
        long,
        visible_alias = "config-api-mtls-client-key",
        value_name = "FILE"
    )]
    pub key_file: Option<PathBuf>,
}

/// Options of Jans that change nothing here, or are refused.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Options of Jans that do nothing here, or are refused")]
#[allow(clippy::struct_excessive_bools)] // Jans's own options
pub struct OtherArgs {
    /// Refused: certificates are always checked (Jans: -noverify).
    #[arg(long)]
    pub noverify: bool,
    /// Refused: a key's file has no password.
    #[arg(long, value_name = "TEXT")]
    pub key_password: Option<String>,
    /// Refused: nobody's password is taken.
    #[arg(long, value_name = "NAME")]
    pub username: Option<String>,
    /// Refused: nobody's password is taken.
    #[arg(long, value_name = "TEXT")]
    pub password: Option<String>,
    /// Refused: nobody's password is taken.
    #[arg(short = 'j', value_name = "FILE")]
    pub password_file: Option<PathBuf>,
    /// Refused: there is no SCIM here (Jans: -scim).
    #[arg(long)]
    pub scim: bool,
    /// Refused: this is for the config API (Jans: -auth).
    #[arg(long)]
    pub auth: bool,
    /// Nothing: every client is used without a person (Jans: -use-test-client).
    #[arg(long)]
    pub use_test_client: bool,
    /// Nothing: no session is kept that could be revoked (Jans: -revoke-session).
    #[arg(long)]
    pub revoke_session: bool,
    /// Nothing: the operation says how it is called.
    #[arg(long, value_name = "METHOD")]
    pub op_mode: Option<String>,
    /// Nothing: there are no plugins.
    #[arg(long, value_name = "NAMES")]
    pub plugins: Option<String>,
    /// Nothing: output has no colours (Jans: -no-color).
    #[arg(long)]
    pub no_color: bool,
    /// Nothing: there are no screens.
    #[arg(long)]
    pub no_tui: bool,
    /// Nothing: there are no suggestions.
    #[arg(long)]
    pub no_suggestion: bool,
    /// Nothing: no log is written (Jans: -debug).
    #[arg(long)]
    pub debug: bool,
    /// Nothing: no log is written.
    #[arg(long, value_name = "FILE")]
    pub debug_log_file: Option<PathBuf>,
    /// Nothing: no log is written.
    #[arg(long, value_name = "DIR")]
    pub log_dir: Option<PathBuf>,
    /// Nothing: no temporary files are written.
    #[arg(long, value_name = "DIR")]
    pub tmp_dir: Option<PathBuf>,
}
