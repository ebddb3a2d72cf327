//! Engines over the real hosts, and small scripts for them.

use std::{
    path::Path,
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use durward_engine::{EngineSettings, HostCommand, HostEngine, JvmCommand};
use durward_script::{
    Engine as _, Execution, Services,
    engine::Opened,
    program::{Attribute, Call, Limits, Program, Runtime},
    types::end_session,
};
use serde_json::{Map, Value, json};

use crate::support::{
    home::DURWARD,
    jvm::{host_jar_for, java_for},
};

pub const SETTINGS: EngineSettings = EngineSettings {
    max_workers: 2,
    max_waiting: 100,
};

/// Roomy, so that a slow machine fails nothing that is not about limits.
pub const LIMITS: Limits = Limits {
    wall_ms: 20_000,
    cpu_ms: 20_000,
    memory_bytes: 256 * 1024 * 1024,
    result_bytes: 64 * 1024,
    log_lines: 256,
    log_line_bytes: 4096,
    host_calls: 8,
    recursion: 1000,
};

/// Host calls that scripts made; `decrypt` answers with what it was given.
#[derive(Default)]
pub struct Heard(pub Mutex<Vec<String>>);

impl Heard {
    pub fn all(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

#[async_trait]
impl Services for Heard {
    async fn answer(&self, _: &str, service: &str, arguments: &Value) -> Result<Value, String> {
        if service != "decrypt" {
            return Err(format!("no {service} here"));
        }
        let text = arguments["value"].as_str().unwrap_or_default();
        self.0.lock().unwrap().push(text.to_owned());
        Ok(json!({ "value": text.to_uppercase() }))
    }
}

pub fn native(heard: &Arc<Heard>) -> HostEngine {
    native_with(heard.clone())
}

/// The same where other services answer.
pub fn native_with(services: Arc<dyn Services>) -> HostEngine {
    let command = HostCommand {
        program: DURWARD.into(),
        args: vec!["host-python".into()],
    };
    HostEngine::new(command, SETTINGS, services)
}

/// How the binary starts a JVM; `None` with a word on standard output where there is none.
pub fn jvm_command(test: &str, libs: &[&Path]) -> Option<JvmCommand> {
    let (jar, java) = (host_jar_for(test)?, java_for(test)?);
    Some(JvmCommand {
        launcher: Some(HostCommand {
            program: DURWARD.into(),
            args: vec!["host-jvm".into()],
        }),
        java,
        jar,
        libs: libs.iter().map(|path| path.to_path_buf()).collect(),
        network: false,
        heap_mib: 128,
        run_directory: std::env::temp_dir(),
        idle: Duration::from_secs(30),
        loading: JvmCommand::LOADING,
    })
}

pub fn jvm(test: &str, heard: &Arc<Heard>) -> Option<HostEngine> {
    jvm_with(test, heard.clone())
}

/// The same where other services answer.
pub fn jvm_with(test: &str, services: Arc<dyn Services>) -> Option<HostEngine> {
    Some(HostEngine::jvm(jvm_command(test, &[])?, SETTINGS, services))
}

/// The hosts that can run Python here, by name.
pub fn python_hosts(test: &str) -> Vec<(&'static str, HostEngine, Arc<Heard>)> {
    let heard = Arc::new(Heard::default());
    let mut hosts = vec![("native", native(&heard), heard)];
    let heard = Arc::new(Heard::default());
    if let Some(engine) = jvm(test, &heard) {
        hosts.push(("jython", engine, heard));
    }
    hosts
}

/// An `end_session` program; results may be anything that JSON can say.
pub fn program(source: &str, runtime: Runtime) -> Program {
    let mut contract = end_session::CONTRACT.host_contract();
    for method in &mut contract.methods {
        "json".clone_into(&mut method.returns);
    }
    Program {
        wire: durward_engine::wire::VERSION,
        file_name: "probe".to_owned(),
        source: source.to_owned(),
        dialect: if runtime == Runtime::Java {
            "java"
        } else {
            "2"
        }
        .to_owned(),
        runtime,
        contract,
        custom_script: json!({ "inum": "AB-1", "name": "probe", "level": 3 }),
        attributes: vec![Attribute {
            value1: "colour".into(),
            value2: "blue".into(),
            description: String::new(),
            hide: false,
        }],
        current_time_ms: 1_700_000_000_123,
        limits: LIMITS,
    }
}

fn indented(body: &str, by: &str) -> String {
    body.lines().fold(String::new(), |mut text, line| {
        text.push_str(by);
        text.push_str(line);
        text.push('\n');
        text
    })
}

/// A Python 2 script: `body` answers the call.
pub fn python(body: &str) -> String {
    format!(
        "from io.jans.model.custom.script.type.logout import EndSessionType\n\
         from io.jans.service.cdi.util import CdiUtil\n\
         from io.jans.as.common.service.common import EncryptionService\n\
         class EndSession(EndSessionType):\n    \
             def __init__(self, currentTimeMillis):\n        self.now = currentTimeMillis\n    \
             def init(self, customScript, configurationAttributes):\n        \
                 self.name = customScript.getName()\n        \
                 self.colour = configurationAttributes.get('colour').getValue2()\n        return True\n    \
             def destroy(self, configurationAttributes):\n        \
                 CdiUtil.bean(EncryptionService).decrypt('destroyed')\n        return True\n    \
             def getApiVersion(self):\n        return 11\n    \
             def getFrontchannelHtml(self, context):\n{}",
        indented(body, "        ")
    )
}

/// A Java script: `body` answers the call, `members` stand beside it.
pub fn java_script(members: &str, body: &str) -> String {
    format!(
        "import io.jans.as.server.service.external.context.*;\n\
         import io.jans.model.SimpleCustomProperty;\n\
         import io.jans.model.custom.script.model.CustomScript;\n\
         import io.jans.model.custom.script.type.logout.EndSessionType;\n\
         import java.util.*;\n\
         import org.slf4j.*;\n\
         public class EndSession implements EndSessionType {{\n\
         private static final Logger log = LoggerFactory.getLogger(\"any.name\");\n\
         public boolean init(Map<String, SimpleCustomProperty> a) {{ return true; }}\n\
         public boolean init(CustomScript s, Map<String, SimpleCustomProperty> a) {{ return true; }}\n\
         public boolean destroy(Map<String, SimpleCustomProperty> a) {{ return true; }}\n\
         public int getApiVersion() {{ return 11; }}\n\
         {members}\n\
         public String getFrontchannelHtml(Object given) {{\n\
         EndSessionContext context = (EndSessionContext) given;\n{body}\n}}\n}}\n"
    )
}

pub async fn open(engine: &HostEngine, program: Program) -> Opened {
    engine
        .open(Arc::new(program))
        .await
        .unwrap_or_else(|error| panic!("{error:?}"))
}

/// Calls the one method.
pub async fn call(opened: &Opened, context: Value) -> Execution {
    let call = Call {
        method: "getFrontchannelHtml".to_owned(),
        context,
        arguments: Map::new(),
    };
    opened.program.call(call).await
}

/// The result of one call of a script, which must succeed.
pub async fn result(opened: &Opened, context: Value) -> Value {
    let execution = call(opened, context).await;
    match execution.outcome {
        Ok(reply) => reply.result,
        Err(error) => panic!("{error:?}"),
    }
}
