//! `_durward`: the few native functions that the Python side of the host is
//! built on. Everything a script can reach goes through these.
//!
//! Not here: anything that touches the system beyond the wire and entropy.

pub(crate) use _durward::module_def;

#[rustpython_vm::pymodule]
#[allow(
    clippy::needless_pass_by_value,
    reason = "the interpreter hands arguments over by value"
)]
mod _durward {
    use rustpython_vm::builtins::{PyCode, PyStrRef};
    use rustpython_vm::{PyObjectRef, PyRef, PyResult, VirtualMachine};

    use crate::session::{self, HostAnswer, Stream};
    use crate::{interpreter, value};

    /// Most entropy that one call hands out, bytes.
    const MAX_ENTROPY: usize = 1024 * 1024;

    /// Writes to standard output (`error` false) or standard error.
    #[pyfunction]
    fn write(error: bool, text: PyStrRef) {
        let stream = if error { Stream::Error } else { Stream::Output };
        session::write_text(stream, &text.to_string_lossy());
    }

    /// Logs `text` at `level`, a line for each of its lines.
    #[pyfunction]
    fn log(level: PyStrRef, text: PyStrRef) {
        session::log(&level.to_string_lossy(), &text.to_string_lossy());
    }

    /// Asks the server: `(True, result)` or `(False, sentence)`.
    #[pyfunction]
    fn host(service: PyStrRef, arguments: PyObjectRef, vm: &VirtualMachine) -> PyResult {
        let limit = durward_engine::wire::MAX_FRAME_BYTES / 2;
        let arguments = value::to_json(vm, &arguments, limit)?;
        let answer = session::ask(service.to_string_lossy().into_owned(), arguments)
            .map_err(|error| vm.new_runtime_error(error.to_string()))?;
        let pair = match answer {
            HostAnswer::Value(result) => (true, value::to_python(vm, result)?),
            HostAnswer::Refused(sentence) => (false, vm.ctx.new_str(sentence).into()),
            HostAnswer::TooMany(limit) => {
                return Err(
                    vm.new_runtime_error(format!("more than {limit} host calls in one turn"))
                );
            }
        };
        Ok(vm.new_tuple((vm.ctx.new_bool(pair.0), pair.1)).into())
    }

    /// `size` bytes from the system's random generator.
    #[pyfunction]
    #[expect(
        clippy::disallowed_methods,
        reason = "a worker is a process of its own; this is where its randomness comes in"
    )]
    fn entropy(size: usize, vm: &VirtualMachine) -> PyResult<Vec<u8>> {
        if size > MAX_ENTROPY {
            return Err(vm.new_value_error(format!("at most {MAX_ENTROPY} bytes at a time")));
        }
        let mut bytes = vec![0; size];
        getrandom::fill(&mut bytes).map_err(|error| vm.new_runtime_error(error.to_string()))?;
        Ok(bytes)
    }

    /// 0: not one of our modules, 1: a module, 2: a package.
    #[pyfunction]
    fn kind(name: PyStrRef) -> u8 {
        match crate::modules::find(&name.to_string_lossy()) {
            None => 0,
            Some(module) if module.is_package => 2,
            Some(_) => 1,
        }
    }

    /// The compiled code of one of our modules.
    #[pyfunction]
    fn code(name: PyStrRef, vm: &VirtualMachine) -> PyResult<PyRef<PyCode>> {
        interpreter::module_code(vm, &name.to_string_lossy())
    }

    /// `sys.setrecursionlimit`, never above the limit of the running script.
    #[pyfunction]
    fn set_recursion_limit(limit: usize, vm: &VirtualMachine) -> PyResult<()> {
        let most = session::recursion_limit();
        if limit < 50 || limit > most {
            return Err(
                vm.new_value_error(format!("the recursion limit must be from 50 to {most}"))
            );
        }
        vm.recursion_limit.set(limit);
        Ok(())
    }
}
