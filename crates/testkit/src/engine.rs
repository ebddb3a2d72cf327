//! An engine without processes: programs are closures, named by a script's text.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use durward_script::{
    Engine, EngineError, Execution, LoadedProgram, Services,
    engine::{HostCallRecord, Opened, Reply},
    program::{
        self, Call, CheckReport, Failure, FailureKind, LoadReport, Problem, Program, Runtime,
    },
};
use serde_json::{Value, json};

/// What a program answers to a call.
pub type Answer = dyn Fn(&Call) -> Result<Reply, EngineError> + Send + Sync;

/// What a program asks of the server in a call, before it answers.
pub type Asking = dyn Fn(&Call) -> (String, Value) + Send + Sync;

/// Something that was done to a program, by the text of its script.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// Opened: `init` ran.
    Opened(String),
    /// A method was called with this context.
    Called(String, String, Value),
    /// A host call was answered so.
    Heard(String, String, Result<Value, String>),
    /// Closed: `destroy` ran.
    Closed(String),
}

#[derive(Default)]
struct State {
    answers: HashMap<String, Arc<Answer>>,
    asking: HashMap<String, Arc<Asking>>,
    failures: HashMap<String, EngineError>,
    problems: HashMap<String, Vec<Problem>>,
    events: Vec<Event>,
    attributes: HashMap<String, Vec<(String, String)>>,
    optional: HashMap<String, Vec<String>>,
    asks: HashMap<String, Vec<(String, Value)>>,
    durations: HashMap<String, Duration>,
    /// Runtimes in which programs may reach the outside by themselves.
    open: Vec<Runtime>,
    made: Vec<(String, Value)>,
}

/// Answers host calls with how many there were, and keeps them.
struct FakeServices(FakeEngine);

#[async_trait]
impl Services for FakeServices {
    async fn answer(&self, _: &str, service: &str, arguments: &Value) -> Result<Value, String> {
        let mut state = self.0.state();
        state.made.push((service.to_owned(), arguments.clone()));
        Ok(Value::from(state.made.len()))
    }
}

/// Runs closures. Clones are the same engine.
#[derive(Clone, Default)]
pub struct FakeEngine(Arc<Mutex<State>>);

struct FakeProgram {
    engine: FakeEngine,
    text: String,
    answer: Arc<Answer>,
    asking: Option<Arc<Asking>>,
    services: Arc<dyn Services>,
    inum: String,
}

impl FakeEngine {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A script of this text answers so. Any text that nobody defined does not compile.
    pub fn define(
        &self,
        text: &str,
        answer: impl Fn(&Call) -> Result<Value, EngineError> + Send + Sync + 'static,
    ) {
        self.define_reply(text, move |call| {
            answer(call).map(|result| Reply {
                result,
                changes: serde_json::Map::new(),
            })
        });
    }

    /// The same for a script that also changes its context.
    pub fn define_reply(
        &self,
        text: &str,
        answer: impl Fn(&Call) -> Result<Reply, EngineError> + Send + Sync + 'static,
    ) {
        let mut state = self.state();
        state.failures.remove(text);
        state.answers.insert(text.to_owned(), Arc::new(answer));
    }

    /// A script of this text defines this method, which others may leave out.
    pub fn also_defines(&self, text: &str, method: &str) {
        let mut state = self.state();
        let methods = state.optional.entry(text.to_owned()).or_default();
        methods.push(method.to_owned());
    }

    /// A script of this text asks the server first; what it is told is in the context's
    /// `answer` when it answers.
    pub fn asks(
        &self,
        text: &str,
        asking: impl Fn(&Call) -> (String, Value) + Send + Sync + 'static,
    ) {
        let mut state = self.state();
        state.asking.insert(text.to_owned(), Arc::new(asking));
    }

    /// A script of this text answers every call with the same value.
    pub fn always(&self, text: &str, value: impl Into<Value>) {
        let value = value.into();
        self.define(text, move |_| Ok(value.clone()));
    }

    /// A script of this text fails every call.
    pub fn always_fails(&self, text: &str, error: EngineError) {
        self.define(text, move |_| Err(error.clone()));
    }

    /// A script of this text makes a host call in each of its calls.
    pub fn asks_for(&self, text: &str, service: &str, arguments: impl Into<Value>) {
        let mut state = self.state();
        let asks = state.asks.entry(text.to_owned()).or_default();
        asks.push((service.to_owned(), arguments.into()));
    }

    /// Every call of a script of this text takes so long.
    pub fn takes(&self, text: &str, duration: Duration) {
        self.state().durations.insert(text.to_owned(), duration);
    }

    /// Programs of this runtime may reach the outside by themselves.
    pub fn does_not_isolate(&self, runtime: Runtime) {
        self.state().open.push(runtime);
    }

    /// The host calls that were made, in order: service and arguments.
    pub fn made(&self) -> Vec<(String, Value)> {
        self.state().made.clone()
    }

    /// A script of this text cannot be opened.
    pub fn cannot_open(&self, text: &str, error: EngineError) {
        self.state().failures.insert(text.to_owned(), error);
    }

    /// A check of this text finds a problem.
    pub fn has_problem(&self, text: &str, line: u32, message: &str) {
        let problem = Problem {
            line,
            column: 1,
            message: message.to_owned(),
            unresolved: false,
        };
        self.state()
            .problems
            .entry(text.to_owned())
            .or_default()
            .push(problem);
    }

    /// Everything that happened, in order.
    pub fn events(&self) -> Vec<Event> {
        self.state().events.clone()
    }

    /// The contexts of all calls, in order, with the text that was called.
    pub fn contexts(&self) -> Vec<(String, Value)> {
        let called = |event: &Event| match event {
            Event::Called(text, _, context) => Some((text.clone(), context.clone())),
            Event::Opened(_) | Event::Closed(_) | Event::Heard(..) => None,
        };
        self.state().events.iter().filter_map(called).collect()
    }

    /// The configuration attributes that a text was last opened with.
    pub fn attributes(&self, text: &str) -> Vec<(String, String)> {
        self.state()
            .attributes
            .get(text)
            .cloned()
            .unwrap_or_default()
    }
}

/// One error of each kind that an engine knows.
pub fn every_error() -> Vec<EngineError> {
    vec![
        raised("ValueError: no"),
        EngineError::Script(Failure {
            kind: FailureKind::Refused,
            ..failure("no class")
        }),
        EngineError::Crashed("signal 9".to_owned()),
        EngineError::TimedOut { limit_ms: 5_000 },
        EngineError::Exhausted("memory".to_owned()),
        EngineError::Broke("a frame too many".to_owned()),
        EngineError::Missing("no host".to_owned()),
    ]
}

/// A script's own exception.
pub fn raised(message: &str) -> EngineError {
    EngineError::Script(failure(message))
}

fn failure(message: &str) -> Failure {
    Failure {
        kind: FailureKind::Raised,
        message: message.to_owned(),
        line: Some(3),
        column: None,
        trace: format!("Traceback\n{message}"),
        problems: Vec::new(),
    }
}

#[async_trait]
impl Engine for FakeEngine {
    async fn check(&self, program: &Program) -> Result<CheckReport, EngineError> {
        let problems = self
            .state()
            .problems
            .get(&program.source)
            .cloned()
            .unwrap_or_default();
        Ok(CheckReport {
            problems,
            dialect: "3".to_owned(),
            ..CheckReport::default()
        })
    }

    fn isolates(&self, runtime: Runtime) -> bool {
        !self.state().open.contains(&runtime)
    }

    async fn open(&self, program: Arc<Program>) -> Result<Opened, EngineError> {
        let services = Arc::new(FakeServices(self.clone()));
        self.open_with(program, services).await
    }

    async fn open_with(
        &self,
        program: Arc<Program>,
        services: Arc<dyn Services>,
    ) -> Result<Opened, EngineError> {
        let text = program.source.clone();
        let mut state = self.state();
        if let Some(error) = state.failures.get(&text) {
            return Err(error.clone());
        }
        let unknown = || {
            EngineError::Script(Failure {
                kind: FailureKind::Refused,
                ..failure("unknown text")
            })
        };
        let answer = state.answers.get(&text).cloned().ok_or_else(unknown)?;
        state.events.push(Event::Opened(text.clone()));
        let attributes = program.attributes.iter();
        let attributes = attributes
            .map(|a| (a.value1.clone(), a.value2.clone()))
            .collect();
        state.attributes.insert(text.clone(), attributes);
        let optional = state.optional.get(&text).cloned().unwrap_or_default();
        let methods = program
            .contract
            .methods
            .iter()
            .filter(|method| !method.optional || optional.contains(&method.name))
            .map(|method| method.name.clone())
            .collect();
        let report = LoadReport {
            api_version: 11,
            methods,
            dialect: "3".to_owned(),
        };
        let asking = state.asking.get(&text).cloned();
        let inum = program.custom_script.get("inum").and_then(Value::as_str);
        let program = FakeProgram {
            engine: self.clone(),
            inum: inum.unwrap_or_default().to_owned(),
            text,
            answer,
            asking,
            services,
        };
        Ok(Opened {
            program: Arc::new(program),
            report,
            log: Vec::new(),
        })
    }
}

#[async_trait]
impl LoadedProgram for FakeProgram {
    async fn call(&self, call: Call) -> Execution {
        self.call_with(call, &*self.services).await
    }

    async fn call_with(&self, mut call: Call, services: &dyn Services) -> Execution {
        let event = Event::Called(self.text.clone(), call.method.clone(), call.context.clone());
        let (mut asks, duration) = {
            let mut state = self.engine.state();
            state.events.push(event);
            let asks = state.asks.get(&self.text).cloned().unwrap_or_default();
            let duration = state.durations.get(&self.text).copied();
            (asks, duration.unwrap_or_default())
        };
        asks.extend(self.asking.iter().map(|asking| asking(&call)));
        let mut host_calls = Vec::new();
        for (service, arguments) in asks {
            let heard = services.answer(&self.inum, &service, &arguments).await;
            let event = Event::Heard(self.text.clone(), service.clone(), heard.clone());
            self.engine.state().events.push(event);
            call.context["answer"] = match &heard {
                Ok(value) => value.clone(),
                Err(sentence) => json!({ "refused": sentence }),
            };
            host_calls.push(HostCallRecord {
                service,
                arguments,
                answer: Some(match heard {
                    Ok(value) => program::Answer::Value(value),
                    Err(sentence) => program::Answer::Refused(sentence),
                }),
            });
        }
        Execution {
            outcome: (self.answer)(&call),
            log: Vec::new(),
            host_calls,
            duration,
            killed: false,
        }
    }

    fn services(&self) -> Arc<dyn Services> {
        self.services.clone()
    }

    async fn close(&self) {
        self.engine
            .state()
            .events
            .push(Event::Closed(self.text.clone()));
    }
}
