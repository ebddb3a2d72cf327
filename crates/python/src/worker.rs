//! A worker's life: frames in, turns of one script, frames out.
//!
//! Not here: confinement, the template, how Python is compiled.

use std::fs::File;
use std::os::fd::OwnedFd;

use durward_engine::wire::{Call, Failure, FailureKind, Limits, Problem, Program, ToHost, VERSION};
use rustpython_compiler::core::bytecode::CodeObject;
use rustpython_vm::builtins::PyBaseExceptionRef;
use rustpython_vm::scope::Scope;
use rustpython_vm::{AsObject, PyObjectRef, PyResult, VirtualMachine};
use serde_json::{Map, Value};

use crate::front::{Compiled, Dialect, Places, support};
use crate::session::{self, Session};
use crate::{check, compile, confine, value};

/// Exit code: a step of the confinement failed, nothing was run.
pub const EXIT_CONFINEMENT: i32 = 94;
/// Exit code: the wire broke, or carried what is not of the protocol.
pub const EXIT_WIRE: i32 = 95;
/// Exit code: a defect in the interpreter or in the host ended the worker.
pub const EXIT_PANIC: i32 = 101;

/// Longest message of a failure, bytes.
const MESSAGE_BYTES: usize = 8 * 1024;
/// Longest traceback, bytes.
const TRACE_BYTES: usize = 64 * 1024;
/// Descriptions of failures are made of bounded parts; this bounds their sum.
const DESCRIPTION_BYTES: usize = 512 * 1024;

/// A worker of a warmed interpreter.
pub struct Worker<'vm> {
    vm: &'vm VirtualMachine,
    /// The `durward.turns` module.
    turns: PyObjectRef,
    call: PyObjectRef,
    limits: Option<Limits>,
    /// Of the loaded script.
    places: Option<Places>,
    /// Address space before any script, bytes.
    base_bytes: u64,
}

/// How a turn ended, before it is encoded.
enum Outcome {
    Done(Value, Map<String, Value>),
    Failed(Failure),
}

impl<'vm> Worker<'vm> {
    /// A worker over the warmed interpreter.
    ///
    /// # Errors
    /// Our own Python module lacks a function: a defect.
    pub fn new(vm: &'vm VirtualMachine, turns: PyObjectRef, base_bytes: u64) -> PyResult<Self> {
        let call = turns.get_attr("call", vm)?;
        Ok(Self {
            vm,
            turns,
            call,
            limits: None,
            places: None,
            base_bytes,
        })
    }

    /// Serves the wire until its other end closes it. Answers the exit code.
    pub fn serve(&mut self, wire: OwnedFd) -> i32 {
        session::install(Session::new(File::from(wire)));
        loop {
            let frame = match session::with(Session::next) {
                Ok(Some(frame)) => frame,
                Ok(None) => return 0,
                Err(_) => return EXIT_WIRE,
            };
            let Some(limits) = self.limits_of(&frame) else {
                return EXIT_WIRE;
            };
            if self.begin(limits).is_err() {
                return EXIT_CONFINEMENT;
            }
            let outcome = self.turn(frame);
            let sent = session::with(|session| match outcome {
                Outcome::Done(result, changes) => session.done(result, changes),
                Outcome::Failed(failure) => session.failed(failure),
            });
            if confine::disarm_alarms().is_err() || sent.is_err() {
                return EXIT_WIRE;
            }
        }
    }

    /// The limits of the turn that `frame` asks for; `None` for a frame that may not come now.
    fn limits_of(&self, frame: &ToHost) -> Option<Limits> {
        match frame {
            ToHost::Load(program) | ToHost::Check(program) => Some(program.limits),
            ToHost::Call(_) | ToHost::Destroy => self.limits,
            ToHost::Answer(_) => None,
        }
    }

    fn begin(&mut self, limits: Limits) -> std::io::Result<()> {
        if self
            .limits
            .is_none_or(|known| known.memory_bytes != limits.memory_bytes)
        {
            confine::limit_address_space(self.base_bytes.saturating_add(limits.memory_bytes))?;
        }
        session::with(|session| {
            session.begin(limits);
            Ok(())
        })?;
        self.vm.recursion_limit.set(limits.recursion);
        self.limits = Some(limits);
        confine::arm_alarms(limits.cpu_ms, limits.wall_ms)
    }

    fn turn(&mut self, frame: ToHost) -> Outcome {
        match frame {
            ToHost::Load(program) => self.load(&program),
            ToHost::Check(program) => self.check(&program),
            ToHost::Call(call) => self.call(*call),
            ToHost::Destroy => match self.invoke("destroy", Vec::new()) {
                Ok(_) => Outcome::Done(Value::Null, Map::new()),
                Err(exception) => self.raised(&exception),
            },
            ToHost::Answer(_) => Outcome::Done(Value::Null, Map::new()),
        }
    }

    fn invoke(&self, name: &'static str, arguments: Vec<PyObjectRef>) -> PyResult {
        self.turns.get_attr(name, self.vm)?.call(arguments, self.vm)
    }

    fn result_bytes(&self) -> usize {
        self.limits.map_or(0, |limits| limits.result_bytes)
    }

    fn load(&mut self, program: &Program) -> Outcome {
        if program.wire != VERSION {
            return refused(
                format!("wire version {} is not {VERSION}", program.wire),
                Vec::new(),
            );
        }
        let Compiled {
            code,
            dialect,
            places,
            ..
        } = match compile::compile(program) {
            Ok(compiled) => compiled,
            Err(problems) => return refused_with(problems),
        };
        self.places = Some(places);
        match self
            .run(program, code, dialect)
            .and_then(|report| value::to_json(self.vm, &report, DESCRIPTION_BYTES))
        {
            Ok(report) => Outcome::Done(report, Map::new()),
            Err(exception) => self.raised(&exception),
        }
    }

    /// Runs the text of the script as `__main__`, then makes and initialises its object.
    fn run(&self, program: &Program, code: CodeObject, dialect: Dialect) -> PyResult {
        let vm = self.vm;
        let description = self.program_value(program, dialect.as_str())?;
        self.invoke("prepare", vec![description.clone()])?;
        let globals = support::namespace(vm, dialect, "__main__")?;
        let module: PyObjectRef = vm.new_module("__main__", globals.clone(), None).into();
        let modules = vm.sys_module.as_object().get_attr("modules", vm)?;
        modules.set_item("__main__", module.clone(), vm)?;
        vm.run_code_obj(support::code_object(vm, code), Scope::new(None, globals))?;
        self.invoke("load", vec![module, description])
    }

    fn check(&self, program: &Program) -> Outcome {
        if program.wire != VERSION {
            return refused(
                format!("wire version {} is not {VERSION}", program.wire),
                Vec::new(),
            );
        }
        match check::report(self.vm, &self.turns, program) {
            Ok(report) => match serde_json::to_value(report) {
                Ok(report) => Outcome::Done(report, Map::new()),
                Err(error) => refused(error.to_string(), Vec::new()),
            },
            Err(exception) => self.raised(&exception),
        }
    }

    /// What Python needs of the program.
    fn program_value(&self, program: &Program, dialect: &str) -> PyResult {
        let description = serde_json::json!({
            "fileName": program.file_name,
            "source": program.source,
            "dialect": dialect,
            "contract": program.contract,
            "customScript": program.custom_script,
            "attributes": program.attributes,
            "currentTimeMs": program.current_time_ms,
        });
        value::to_python(self.vm, description)
    }

    fn call(&self, call: Call) -> Outcome {
        let vm = self.vm;
        let answer = value::to_python(vm, call.context).and_then(|context| {
            let arguments = value::to_python(vm, Value::Object(call.arguments))?;
            let method = vm.ctx.new_str(call.method).into();
            let pair = self.call.call(vec![method, context, arguments], vm)?;
            value::to_json(vm, &pair, self.result_bytes())
        });
        match answer {
            Ok(Value::Array(mut pair)) if pair.len() == 2 => {
                let changes = match pair.pop() {
                    Some(Value::Object(changes)) => changes,
                    _ => Map::new(),
                };
                Outcome::Done(pair.pop().unwrap_or(Value::Null), changes)
            }
            Ok(_) => Outcome::Done(Value::Null, Map::new()),
            Err(exception) => self.raised(&exception),
        }
    }

    /// Describes an exception that left the script, or our refusal of it.
    fn raised(&self, exception: &PyBaseExceptionRef) -> Outcome {
        let described = self
            .invoke("describe", vec![exception.clone().into()])
            .and_then(|described| value::to_json(self.vm, &described, DESCRIPTION_BYTES));
        let mut failure = described
            .ok()
            .and_then(|described| serde_json::from_value(described).ok())
            .unwrap_or_else(|| Failure {
                kind: FailureKind::Raised,
                message: exception.class().name().to_string(),
                line: None,
                column: None,
                trace: String::new(),
                problems: Vec::new(),
            });
        if let (Some(line), Some(column), Some(places)) =
            (failure.line, failure.column, &self.places)
        {
            let (_, column) = places.author(count(line), count(column));
            failure.column = Some(compile::number(column));
        }
        truncate(&mut failure.message, MESSAGE_BYTES);
        truncate(&mut failure.trace, TRACE_BYTES);
        Outcome::Failed(failure)
    }
}

fn count(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

fn truncate(text: &mut String, bytes: usize) {
    text.truncate(text.floor_char_boundary(bytes));
}

fn refused_with(problems: Vec<Problem>) -> Outcome {
    let message = problems.first().map_or_else(
        || "the script does not compile".to_owned(),
        |problem| problem.message.clone(),
    );
    refused(message, problems)
}

fn refused(message: String, problems: Vec<Problem>) -> Outcome {
    let first = problems.first();
    Outcome::Failed(Failure {
        kind: FailureKind::Refused,
        line: first.map(|problem| problem.line),
        column: first.map(|problem| problem.column),
        message,
        trace: String::new(),
        problems,
    })
}
