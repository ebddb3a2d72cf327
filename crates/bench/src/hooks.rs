//! A script behind the engine's own API, in this process: what (a) and (e)
//! measure. The host is the `durward` binary, as in the server.

use std::{path::Path, sync::Arc};

use durward_engine::{EngineSettings, HostCommand, HostEngine, wire};
use durward_script::{
    Engine as _, LoadedProgram,
    program::{Call, Limits, Program},
    services::NoServices,
    types::ciba_end_user_notification::{AppConfiguration, CONTRACT, Client, Context, User},
};
use serde_json::{Map, Value, json};

use crate::failure::{Failure, Result};

/// A hook that looks at its context and asks nothing of the server.
const SCRIPT: &str = r#"# durward: python=3
class EndUserNotification:
    def __init__(self, current_time_millis):
        pass

    def init(self, custom_script, configuration_attributes):
        return True

    def destroy(self, configuration_attributes):
        return True

    def getApiVersion(self):
        return 11

    def notifyEndUser(self, context):
        return context.deviceRegistrationToken is not None and "openid" in context.scope
"#;

/// A loaded script and the engine that serves it.
pub struct Hook {
    // Dropped first: the host ends with its engine.
    program: Arc<dyn LoadedProgram>,
    _engine: HostEngine,
}

impl Hook {
    /// Loads the script into a worker.
    ///
    /// # Errors
    /// When the host does not start or refuses the script.
    pub async fn load(durward: &Path) -> Result<Self> {
        let command = HostCommand {
            program: durward.to_owned(),
            args: vec!["host-python".into()],
        };
        let engine = HostEngine::new(command, EngineSettings::default(), Arc::new(NoServices));
        let opened = engine.open(Arc::new(program())).await;
        let program = opened
            .map_err(|error| Failure::new(format!("the script: {error}")))?
            .program;
        Ok(Self {
            program,
            _engine: engine,
        })
    }

    /// One call; what the host sent back.
    ///
    /// # Errors
    /// When it fails or answers anything but true.
    pub async fn call(&self, call: Call) -> Result<wire::Done> {
        let reply = self.program.call(call).await.outcome;
        let reply = reply.map_err(|error| Failure::new(format!("the hook: {error}")))?;
        if reply.result == Value::Bool(true) {
            Ok(wire::Done {
                result: reply.result,
                changes: reply.changes,
                ..wire::Done::default()
            })
        } else {
            Err(Failure::new(format!("the hook answered {}", reply.result)))
        }
    }
}

/// The call that the server makes for a CIBA request.
///
/// # Errors
/// Never: the context has a JSON form.
pub fn call() -> Result<Call> {
    let context = serde_json::to_value(context())?;
    Ok(Call {
        method: "notifyEndUser".to_owned(),
        context,
        arguments: Map::new(),
    })
}

fn context() -> Context {
    let base = "https://login.example/jans-auth/restv1";
    Context {
        app_configuration: AppConfiguration {
            issuer: "https://login.example".to_owned(),
            base_endpoint: base.to_owned(),
            authorization_endpoint: format!("{base}/authorize"),
            token_endpoint: format!("{base}/token"),
            user_info_endpoint: format!("{base}/userinfo"),
            backchannel_client_id: "durward-ciba-approval".to_owned(),
            backchannel_redirect_uri: "https://login.example/jans-auth/ciba/home.htm".to_owned(),
            backchannel_authentication_endpoint: format!("{base}/bc-authorize"),
            ..AppConfiguration::default()
        },
        scope: "openid profile email".to_owned(),
        acr_values: None,
        auth_req_id: "kJ4mZ8sT1vX6yB3nQ0wE5rU9iO2pA7dF".to_owned(),
        device_registration_token: Some("phone-1".to_owned()),
        binding_message: Some("till 7".to_owned()),
        user: User {
            inum: "bench-user-1".to_owned(),
            user_id: "user-1".to_owned(),
            display_name: Some("User 1".to_owned()),
            mail: None,
        },
        client: Client {
            client_id: "till".to_owned(),
            client_name: Some("Till".to_owned()),
        },
        expires_in: 300,
    }
}

fn program() -> Program {
    Program {
        wire: wire::VERSION,
        file_name: "bench.py".to_owned(),
        source: SCRIPT.to_owned(),
        dialect: "auto".to_owned(),
        runtime: durward_script::program::Runtime::default(),
        contract: CONTRACT.host_contract(),
        custom_script: json!({ "name": "bench", "scriptType": CONTRACT.name }),
        attributes: Vec::new(),
        current_time_ms: 0,
        limits: Limits {
            wall_ms: 5_000,
            cpu_ms: 1_000,
            memory_bytes: 256 << 20,
            result_bytes: 1 << 20,
            log_lines: 256,
            log_line_bytes: 4_096,
            host_calls: 32,
            recursion: 1_000,
        },
    }
}
