//! A script behind the engine's own API, in this process: what (a) and (e)
//! measure. The host is the `durward` binary, as in the server.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use durward_engine::{EngineSettings, HostCommand, HostEngine, JvmCommand, wire};
use durward_script::{
    Engine as _, EngineError, LoadedProgram,
    program::{Call, Limits, Program, Runtime},
    services::NoServices,
    types::ciba_end_user_notification::{AppConfiguration, CONTRACT, Client, Context, User},
};
use serde_json::{Map, Value, json};

use crate::failure::{Failure, Result};

/// Which host runs the hook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Host {
    /// A process of ours.
    Native,
    /// Java in a JVM.
    Java,
    /// Python in a JVM.
    Jython,
}

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

/// The same in Java.
const JAVA: &str = r#"import io.jans.as.server.service.external.context.ExternalCibaEndUserNotificationContext;
import io.jans.model.SimpleCustomProperty;
import io.jans.model.custom.script.model.CustomScript;
import io.jans.model.custom.script.type.ciba.EndUserNotificationType;
import java.util.Map;

public class EndUserNotification implements EndUserNotificationType {
    public boolean init(Map<String, SimpleCustomProperty> attributes) { return true; }
    public boolean init(CustomScript script, Map<String, SimpleCustomProperty> attributes) { return true; }
    public boolean destroy(Map<String, SimpleCustomProperty> attributes) { return true; }
    public int getApiVersion() { return 11; }
    public boolean notifyEndUser(Object given) {
        ExternalCibaEndUserNotificationContext context = (ExternalCibaEndUserNotificationContext) given;
        return context.getDeviceRegistrationToken() != null && context.getScope().contains("openid");
    }
}
"#;

/// A loaded script and the engine that serves it.
pub struct Hook {
    // Dropped first: the host ends with its engine.
    program: RwLock<Arc<dyn LoadedProgram>>,
    engine: HostEngine,
    host: Host,
}

impl Hook {
    /// Loads the script into a worker.
    ///
    /// # Errors
    /// When the host does not start or refuses the script.
    pub async fn load(durward: &Path, host: Host) -> Result<Self> {
        let engine = engine(durward, host)?;
        let opened = engine.open(Arc::new(program(host))).await;
        let program = opened
            .map_err(|error| Failure::new(format!("the script: {error}")))?
            .program;
        Ok(Self {
            program: RwLock::new(program),
            engine,
            host,
        })
    }

    /// What a save does to the host: another version is checked, tried out, loaded and put in
    /// the place of the last, which is closed once its calls have ended.
    ///
    /// # Errors
    /// When the host refuses it.
    pub async fn swap(&self, version: usize) -> Result<()> {
        let named = |error: EngineError| Failure::new(format!("version {version}: {error}"));
        let mut next = program(self.host);
        next.source = format!("{}# version {version}\n", next.source);
        self.engine.check(&next).await.map_err(named)?;
        let next = Arc::new(next);
        let tried = self.engine.open(next.clone()).await.map_err(named)?;
        tried.program.close().await;
        let loaded = self.engine.open(next).await.map_err(named)?.program;
        self.replace(loaded).close().await;
        Ok(())
    }

    fn serving(&self) -> Arc<dyn LoadedProgram> {
        let serving = self.program.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&serving)
    }

    fn replace(&self, next: Arc<dyn LoadedProgram>) -> Arc<dyn LoadedProgram> {
        let mut serving = self.program.write().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *serving, next)
    }

    /// One call; what the host sent back.
    ///
    /// # Errors
    /// When it fails or answers anything but true.
    pub async fn call(&self, call: Call) -> Result<wire::Done> {
        let reply = self.serving().call(call).await.outcome;
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

fn engine(durward: &Path, host: Host) -> Result<HostEngine> {
    let settings = EngineSettings::default();
    let command = |word: &str| HostCommand {
        program: durward.to_owned(),
        args: vec![word.into()],
    };
    if host == Host::Native {
        let command = command("host-python");
        return Ok(HostEngine::new(command, settings, Arc::new(NoServices)));
    }
    let lib = durward.parent().unwrap_or(Path::new("/")).join("../lib");
    let jar = lib
        .join("durward-jvm-host.jar")
        .canonicalize()
        .map_err(|_| Failure::new("there is no JVM host: bin/setup builds it"))?;
    let java = java().ok_or_else(|| Failure::new("there is no java on PATH"))?;
    let command = JvmCommand {
        launcher: Some(command("host-jvm")),
        java,
        jar,
        libs: Vec::new(),
        network: false,
        heap_mib: 256,
        run_directory: "/tmp".into(),
        idle: Duration::from_secs(30),
        loading: JvmCommand::LOADING,
    };
    Ok(HostEngine::jvm(command, settings, Arc::new(NoServices)))
}

#[expect(clippy::disallowed_methods, reason = "where Java is installed")]
fn java() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join("java"))
        .find(|java| java.is_file())
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

fn program(host: Host) -> Program {
    let (source, dialect, runtime) = match host {
        Host::Native => (SCRIPT, "auto", Runtime::Native),
        Host::Java => (JAVA, "java", Runtime::Java),
        // The hook is the same in Python 2.
        Host::Jython => (SCRIPT, "2", Runtime::Jython),
    };
    Program {
        wire: wire::VERSION,
        file_name: "bench".to_owned(),
        source: source.to_owned(),
        dialect: dialect.to_owned(),
        runtime,
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
