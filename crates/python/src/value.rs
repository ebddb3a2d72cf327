//! JSON values and Python objects, one into the other.
//!
//! Not here: what the values mean; beans are made of dictionaries in Python.

use crate::interpreter::own_module;
use rustpython_vm::builtins::{
    PyBaseExceptionRef, PyDict, PyFloat, PyInt, PyList, PyStr, PyTuple, PyTypeRef,
};
use rustpython_vm::{AsObject, PyObject, PyObjectRef, PyResult, VirtualMachine};
use serde_json::{Map, Number, Value};

/// Deepest nesting that travels.
const MAX_DEPTH: usize = 64;

/// The Python object for a JSON value: dict, list, str, int, float, bool, None.
///
/// # Errors
/// None in practice; the interpreter's own.
pub fn to_python(vm: &VirtualMachine, value: Value) -> PyResult {
    Ok(match value {
        Value::Null => vm.ctx.none(),
        Value::Bool(flag) => vm.ctx.new_bool(flag).into(),
        Value::Number(number) => number_to_python(vm, &number),
        Value::String(text) => vm.ctx.new_str(text).into(),
        Value::Array(items) => {
            let items = items
                .into_iter()
                .map(|item| to_python(vm, item))
                .collect::<PyResult<Vec<_>>>()?;
            vm.ctx.new_list(items).into()
        }
        Value::Object(entries) => {
            let dict = vm.ctx.new_dict();
            for (key, item) in entries {
                dict.set_item(key.as_str(), to_python(vm, item)?, vm)?;
            }
            dict.into()
        }
    })
}

fn number_to_python(vm: &VirtualMachine, number: &Number) -> PyObjectRef {
    if let Some(integer) = number.as_i64() {
        vm.ctx.new_int(integer).into()
    } else if let Some(integer) = number.as_u64() {
        vm.ctx.new_int(integer).into()
    } else {
        vm.ctx.new_float(number.as_f64().unwrap_or(f64::NAN)).into()
    }
}

/// The JSON value of a Python object, of at most `limit` encoded bytes (roughly counted).
///
/// Objects with a `_json_value()` method travel as what it answers.
///
/// # Errors
/// A Python exception: `TypeError` for what has no JSON form, `ResultTooLarge`,
/// `ValueError` for what nests too deeply or is not a number.
pub fn to_json(vm: &VirtualMachine, object: &PyObject, limit: usize) -> PyResult<Value> {
    Encoder {
        vm,
        left: limit,
        limit,
    }
    .encode(object, 0)
}

struct Encoder<'vm> {
    vm: &'vm VirtualMachine,
    left: usize,
    limit: usize,
}

impl Encoder<'_> {
    fn spend(&mut self, bytes: usize) -> PyResult<()> {
        match self.left.checked_sub(bytes) {
            Some(left) => {
                self.left = left;
                Ok(())
            }
            None => Err(self.too_large()),
        }
    }

    /// `ResultTooLarge`, which the server knows by its name.
    fn too_large(&self) -> PyBaseExceptionRef {
        let message = format!("over {} bytes", self.limit);
        let class = own_module(self.vm, "durward.failures")
            .and_then(|module| module.get_attr("ResultTooLarge", self.vm))
            .and_then(|class| class.try_into_value::<PyTypeRef>(self.vm));
        match class {
            Ok(class) => self.vm.new_exception_msg(class, message.into()),
            Err(error) => error,
        }
    }

    fn encode(&mut self, object: &PyObject, depth: usize) -> PyResult<Value> {
        let vm = self.vm;
        if depth > MAX_DEPTH {
            return Err(vm.new_value_error(format!("nested deeper than {MAX_DEPTH}, or in itself")));
        }
        if vm.is_none(object) {
            self.spend(4)?;
            return Ok(Value::Null);
        }
        if let Some(text) = object.downcast_ref::<PyStr>() {
            self.spend(text.byte_len() + 2)?;
            return Ok(Value::String(text.to_string_lossy().into_owned()));
        }
        if object.fast_isinstance(vm.ctx.types.bool_type) {
            self.spend(5)?;
            return Ok(Value::Bool(object.to_owned().try_to_bool(vm)?));
        }
        if let Some(integer) = object.downcast_ref::<PyInt>() {
            return self.integer(integer);
        }
        if let Some(float) = object.downcast_ref::<PyFloat>() {
            self.spend(8)?;
            return Number::from_f64(float.to_f64())
                .map(Value::Number)
                .ok_or_else(|| vm.new_value_error("not a number, or infinite"));
        }
        if let Some(list) = object.downcast_ref::<PyList>() {
            let items = list.borrow_vec().to_vec();
            return self.sequence(&items, depth);
        }
        if let Some(tuple) = object.downcast_ref::<PyTuple>() {
            return self.sequence(tuple.as_slice(), depth);
        }
        if let Some(dict) = object.downcast_ref::<PyDict>() {
            return self.mapping(dict, depth);
        }
        let stand_in = vm.get_attribute_opt(object, "_json_value")?;
        match stand_in {
            Some(method) => {
                let stand_in = method.call((), vm)?;
                self.encode(&stand_in, depth + 1)
            }
            None => Err(vm.new_type_error(format!("a {} has no JSON form", object.class().name()))),
        }
    }

    fn integer(&mut self, integer: &PyInt) -> PyResult<Value> {
        self.spend(8)?;
        let number = integer.as_bigint();
        let value = i64::try_from(number)
            .map(Number::from)
            .or_else(|_| u64::try_from(number).map(Number::from));
        value.map(Value::Number).map_err(|_| {
            self.vm
                .new_overflow_error("an integer of more than 64 bits")
        })
    }

    fn sequence(&mut self, items: &[PyObjectRef], depth: usize) -> PyResult<Value> {
        self.spend(2 + items.len())?;
        let items = items
            .iter()
            .map(|item| self.encode(item, depth + 1))
            .collect::<PyResult<Vec<_>>>()?;
        Ok(Value::Array(items))
    }

    fn mapping(&mut self, dict: &PyDict, depth: usize) -> PyResult<Value> {
        let mut entries = Map::new();
        for (key, item) in dict.items_vec() {
            let key = match key.downcast_ref::<PyStr>() {
                Some(text) => text.to_string_lossy().into_owned(),
                None => key.str(self.vm)?.to_string_lossy().into_owned(),
            };
            self.spend(key.len() + 4)?;
            let value = self.encode(&item, depth + 1)?;
            entries.insert(key, value);
        }
        Ok(Value::Object(entries))
    }
}
