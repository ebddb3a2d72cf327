//! `_durward_front`: the native part of Python 2's run-time support, and the
//! namespaces that programs run in.
//!
//! Not here: the larger part of that support, which is Python (`lib/py2`).

use rustpython_compiler::core::bytecode::CodeObject;
use rustpython_vm::builtins::{PyCode, PyDictRef, PyModuleDef};
use rustpython_vm::{AsObject, Context, Interpreter, PyRef, PyResult, VirtualMachine};

use super::Dialect;

/// The definition of the native module, for an interpreter's builder.
pub fn module_def(ctx: &Context) -> &'static PyModuleDef {
    _durward_front::module_def(ctx)
}

/// Name of the package of Python modules in `lib/py2`.
pub const PACKAGE: &str = "_durward_py2";

/// What was compiled as an object of the interpreter. Not by `Context::new_code`, which
/// panics at a constant set (`x in {1, 2}`): hashing its elements takes a machine.
pub fn code_object(vm: &VirtualMachine, code: CodeObject) -> PyRef<PyCode> {
    PyCode::new_ref_from_bytecode(vm, code)
}

/// A new global namespace for a program of `dialect` that is module `name`.
/// Programs of Python 2 have their own builtins in it, so that the standard
/// library's modules keep theirs.
///
/// # Errors
/// A Python exception when the support package is missing or broken.
pub fn namespace(vm: &VirtualMachine, dialect: Dialect, name: &str) -> PyResult<PyDictRef> {
    let globals = vm.ctx.new_dict();
    globals.set_item("__name__", vm.ctx.new_str(name).into(), vm)?;
    globals.set_item("__doc__", vm.ctx.none(), vm)?;
    let builtins = match dialect {
        Dialect::Python2 => vm.import(PACKAGE, 0)?.get_attr("NAMESPACE", vm)?,
        Dialect::Python3 => vm.builtins.dict().as_object().to_owned(),
    };
    globals.set_item("__builtins__", builtins, vm)?;
    Ok(globals)
}

/// A new interpreter as the worker processes have it, but in this process and
/// unconfined: for tests and tools, never for scripts that nobody has read.
#[doc(hidden)]
pub fn unconfined_interpreter() -> Interpreter {
    let interpreter = crate::interpreter::build();
    interpreter.enter(|vm| {
        if let Err(error) = crate::interpreter::warm(vm) {
            vm.print_exception(&error);
        }
    });
    interpreter
}

// Native functions take their arguments as the macro hands them over.
#[allow(clippy::needless_pass_by_value)]
#[rustpython_vm::pymodule]
mod _durward_front {
    use rustpython_vm::builtins::{PyBaseExceptionRef, PyCode, PyInt, PyStr, PyStrRef};
    use rustpython_vm::types::PyComparisonOp;
    use rustpython_vm::{AsObject, PyObject, PyObjectRef, PyRef, PyResult, VirtualMachine};

    use crate::front::{Dialect, Problem, Shape, Source, compile_as};

    /// Compiles the operand of a script's `exec`, `eval` or `compile`.
    #[pyfunction]
    fn compile_text(
        text: PyStrRef,
        name: PyStrRef,
        expression: bool,
        dialect: PyStrRef,
        vm: &VirtualMachine,
    ) -> PyResult<PyRef<PyCode>> {
        let (text, name) = (text.to_string_lossy(), name.to_string_lossy());
        let source = Source {
            name: &name,
            text: &text,
            dialect: Dialect::parse(&dialect.to_string_lossy()),
        };
        let shape = if expression {
            Shape::Expression
        } else {
            Shape::Program
        };
        match compile_as(&source, shape) {
            Ok(compiled) => Ok(super::code_object(vm, compiled.code)),
            Err(problems) => Err(syntax_error(vm, &name, &text, problems)?),
        }
    }

    /// The `SyntaxError` of the first of `problems`.
    fn syntax_error(
        vm: &VirtualMachine,
        name: &str,
        text: &str,
        problems: Vec<Problem>,
    ) -> PyResult<PyBaseExceptionRef> {
        let problem = problems.into_iter().next().unwrap_or(Problem {
            line: 1,
            column: 1,
            message: "invalid syntax".to_owned(),
        });
        let line = text
            .lines()
            .nth(problem.line.saturating_sub(1))
            .unwrap_or_default();
        let place = vm.new_tuple((name, problem.line, problem.column, line));
        let class = vm.ctx.exceptions.syntax_error.as_object();
        let error = class.call((problem.message, place), vm)?;
        error
            .downcast::<rustpython_vm::builtins::PyBaseException>()
            .map_err(|_| vm.new_runtime_error("SyntaxError is not an exception"))
    }

    /// Calls function `name` of the Python part.
    fn fallback(vm: &VirtualMachine, name: &str, args: Vec<PyObjectRef>) -> PyResult {
        let modules = vm.sys_module.as_object().get_attr("modules", vm)?;
        let package = modules.get_item(super::PACKAGE, vm)?;
        package
            .get_attr(vm.ctx.intern_str(name), vm)?
            .call(args, vm)
    }

    fn is_int(object: &PyObject) -> bool {
        object.downcast_ref::<PyInt>().is_some()
    }

    fn is_zero(object: &PyObject, vm: &VirtualMachine) -> PyResult<bool> {
        object.to_owned().is_true(vm).map(|truth| !truth)
    }

    /// `a / b`: integers divide to integers.
    #[pyfunction]
    fn div(a: PyObjectRef, b: PyObjectRef, vm: &VirtualMachine) -> PyResult {
        if is_int(&a) && is_int(&b) {
            if is_zero(&b, vm)? {
                return Err(vm.new_zero_division_error("integer division or modulo by zero"));
            }
            return vm._floordiv(&a, &b);
        }
        vm._truediv(&a, &b)
    }

    /// `a % b`: strings format as in Python 2.
    #[pyfunction]
    fn modulo(a: PyObjectRef, b: PyObjectRef, vm: &VirtualMachine) -> PyResult {
        if a.downcast_ref::<PyStr>().is_some() {
            return fallback(vm, "format_string", vec![a, b]);
        }
        if is_int(&a) && is_int(&b) && is_zero(&b, vm)? {
            return Err(vm.new_zero_division_error("integer division or modulo by zero"));
        }
        vm._mod(&a, &b)
    }

    /// An ordering; Python 2 orders values of any two types.
    fn compare(
        a: PyObjectRef,
        b: PyObjectRef,
        op: PyComparisonOp,
        verdict: fn(i32) -> bool,
        vm: &VirtualMachine,
    ) -> PyResult {
        match a.clone().rich_compare(b.clone(), op, vm) {
            Err(error) if unordered(&error, vm) => {
                let order = fallback(vm, "order", vec![a, b])?.try_into_value::<i32>(vm)?;
                Ok(vm.ctx.new_bool(verdict(order)).into())
            }
            result => result,
        }
    }

    /// True for the interpreter's own refusal to order two values.
    fn unordered(error: &PyBaseExceptionRef, vm: &VirtualMachine) -> bool {
        error.fast_isinstance(vm.ctx.exceptions.type_error)
            && error.as_object().str(vm).is_ok_and(|text| {
                text.to_string_lossy()
                    .contains("not supported between instances")
            })
    }

    /// `a < b`.
    #[pyfunction]
    fn lt(a: PyObjectRef, b: PyObjectRef, vm: &VirtualMachine) -> PyResult {
        compare(a, b, PyComparisonOp::Lt, |order| order < 0, vm)
    }

    /// `a <= b`.
    #[pyfunction]
    fn le(a: PyObjectRef, b: PyObjectRef, vm: &VirtualMachine) -> PyResult {
        compare(a, b, PyComparisonOp::Le, |order| order <= 0, vm)
    }

    /// `a > b`.
    #[pyfunction]
    fn gt(a: PyObjectRef, b: PyObjectRef, vm: &VirtualMachine) -> PyResult {
        compare(a, b, PyComparisonOp::Gt, |order| order > 0, vm)
    }

    /// `a >= b`.
    #[pyfunction]
    fn ge(a: PyObjectRef, b: PyObjectRef, vm: &VirtualMachine) -> PyResult {
        compare(a, b, PyComparisonOp::Ge, |order| order >= 0, vm)
    }
}
