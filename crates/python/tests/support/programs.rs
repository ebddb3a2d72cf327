//! An interpreter with the front end's support in it, and running one program
//! in a new one, its output collected.

use durward_python::front::{self, Dialect, Source, support};
use rustpython_vm::compiler::Mode;
use rustpython_vm::function::ArgMapping;
use rustpython_vm::scope::Scope;
use rustpython_vm::{AsObject, PyResult, VirtualMachine};

/// Collects what programs print, and reports what they leave uncaught.
const TOOLS: &str = r#"
import sys

class Output:
    def __init__(self):
        self.parts = []
    def write(self, text):
        self.parts.append(text)
    def flush(self):
        pass

sys.stdout = OUTPUT = Output()
sys.stderr = Output()

def report(error):
    from _durward_py2 import traceback
    OUTPUT.write("".join(traceback.format_exception(type(error), error, error.__traceback__)))
"#;

fn program(
    vm: &VirtualMachine,
    tools: &Scope,
    name: &str,
    text: &str,
    dialect: Option<Dialect>,
) -> PyResult<()> {
    let source = Source {
        name,
        text,
        dialect,
    };
    let compiled = match front::compile(&source) {
        Ok(compiled) => compiled,
        Err(problems) => {
            let lines: Vec<String> = problems
                .iter()
                .map(|problem| {
                    format!(
                        "{name}:{}:{}: {}\n",
                        problem.line, problem.column, problem.message
                    )
                })
                .collect();
            let write = tools
                .globals
                .get_item("OUTPUT", vm)?
                .get_attr("write", vm)?;
            write.call((lines.concat(),), vm)?;
            return Ok(());
        }
    };
    let globals = support::namespace(vm, compiled.dialect, "__main__")?;
    let code = support::code_object(vm, compiled.code);
    let locals = ArgMapping::from_dict_exact(globals.clone());
    if let Err(error) = vm.run_code_obj(code, Scope::new(Some(locals), globals)) {
        tools.globals.get_item("report", vm)?.call((error,), vm)?;
    }
    Ok(())
}

/// What the program prints, problems and the traceback of an uncaught
/// exception included.
pub fn run(name: &str, text: &str, dialect: Option<Dialect>) -> String {
    support::unconfined_interpreter().enter(|vm| {
        let tools = vm.new_scope_with_builtins();
        let result: PyResult<String> = (|| {
            let code = vm
                .compile(TOOLS, Mode::Exec, "<tools>".to_owned())
                .map_err(|error| error.into_pyexception(vm, None))?;
            vm.run_code_obj(code, tools.clone())?;
            program(vm, &tools, name, text, dialect)?;
            let parts = tools
                .globals
                .get_item("OUTPUT", vm)?
                .get_attr("parts", vm)?;
            let joined = vm
                .ctx
                .new_str("")
                .as_object()
                .get_attr("join", vm)?
                .call((parts,), vm)?;
            Ok(joined.str(vm)?.to_string_lossy().into_owned())
        })();
        result.unwrap_or_else(|error| {
            let mut text = String::new();
            vm.write_exception(&mut text, &error).unwrap();
            format!("DEFECT\n{text}")
        })
    })
}
