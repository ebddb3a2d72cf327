//! Operators, attributes and calls that Python 2 gives another meaning.

use ruff_python_ast::{self as ast, CmpOp, Expr, ExprContext, Operator};
use ruff_text_size::Ranged;

use super::Tree;
use crate::front::{build, names};

/// Attributes that some types have in Python 2 only, or that give lists there.
/// `lib/py2/attributes.py` has a function for each.
const ATTRIBUTES: [&str; 28] = [
    "decode",
    "encode",
    "format",
    "func_closure",
    "func_code",
    "func_defaults",
    "func_dict",
    "func_doc",
    "func_globals",
    "func_name",
    "has_key",
    "im_class",
    "im_func",
    "im_self",
    "items",
    "iteritems",
    "iterkeys",
    "itervalues",
    "keys",
    "message",
    "next",
    "sort",
    "translate",
    "values",
    "viewitems",
    "viewkeys",
    "viewvalues",
    "write",
];

/// Most values of a print statement that are written one by one.
const MAX_PRINTED: usize = 100;

fn ordering(op: CmpOp) -> Option<&'static str> {
    match op {
        CmpOp::Lt => Some("__durward_lt__"),
        CmpOp::LtE => Some("__durward_le__"),
        CmpOp::Gt => Some("__durward_gt__"),
        CmpOp::GtE => Some("__durward_ge__"),
        _ => None,
    }
}

impl Tree {
    /// Gives one expression, its parts already done, Python 2's meaning.
    pub(super) fn rewrite(&self, expr: &mut Expr) {
        let range = expr.range();
        match expr {
            Expr::BinOp(binary) => {
                if let Some(function) = self.operator(binary.op) {
                    let args = vec![
                        build::take(&mut binary.left),
                        build::take(&mut binary.right),
                    ];
                    *expr = build::call(function, args, range);
                }
            }
            Expr::Compare(compare) => {
                if let Some(call) = comparison(compare) {
                    *expr = call;
                }
            }
            Expr::Attribute(attribute)
                if attribute.ctx == ExprContext::Load
                    && ATTRIBUTES.contains(&attribute.attr.as_str()) =>
            {
                let function = format!("__durward_attribute_{}__", attribute.attr);
                let args = vec![build::take(&mut attribute.value)];
                *expr = build::call(&function, args, range);
            }
            Expr::Subscript(subscript)
                if subscript.ctx == ExprContext::Load && self.is_caught(&subscript.value) =>
            {
                let args = vec![
                    build::take(&mut subscript.value),
                    build::take(&mut subscript.slice),
                ];
                *expr = build::call("__durward_item__", args, range);
            }
            Expr::Call(call) => {
                self.call(call);
                if let Some(printed) = one_by_one(call) {
                    *expr = printed;
                }
            }
            _ => {}
        }
    }

    fn operator(&self, op: Operator) -> Option<&'static str> {
        match op {
            Operator::Div if !self.future.division => Some("__durward_div__"),
            Operator::Mod => Some("__durward_mod__"),
            _ => None,
        }
    }

    /// `a /= b`: the right side is wrapped, so that the target is evaluated once.
    pub(super) fn augmented(&self, assign: &mut ast::StmtAugAssign) {
        if assign.op == Operator::Div && !self.future.division {
            let range = assign.value.range();
            let value = build::take(&mut assign.value);
            *assign.value = build::call("__durward_divisor__", vec![value], range);
        }
    }

    fn is_caught(&self, expr: &Expr) -> bool {
        let Expr::Name(name) = expr else { return false };
        let state = self.state.borrow();
        state.caught.iter().any(|caught| caught == name.id.as_str())
    }

    fn call(&self, call: &mut ast::ExprCall) {
        let Expr::Name(function) = call.func.as_mut() else {
            return;
        };
        let range = function.range;
        match function.id.as_str() {
            "str" | "unicode" => {
                let converter = if function.id == "str" {
                    "__durward_str__"
                } else {
                    "__durward_unicode__"
                };
                let original = std::mem::replace(call.func.as_mut(), build::load(converter, range));
                let mut args = std::mem::take(&mut call.arguments.args).into_vec();
                args.insert(0, original);
                call.arguments.args = args.into_boxed_slice();
            }
            names::PRINT | names::PRINT_PART | names::PRINT_TO | names::PRINT_PART_TO => {
                self.print(call);
            }
            names::EXEC => self.exec(call),
            names::RAISE if !(2..=3).contains(&call.arguments.args.len()) => {
                self.fault(range.start(), "raise takes at most three expressions");
            }
            _ => {}
        }
    }

    /// What fits into a call's parentheses but not into a print statement.
    fn print(&self, call: &ast::ExprCall) {
        let misplaced = call.arguments.args.iter().find(|arg| match arg {
            Expr::Starred(_) => true,
            Expr::Generator(generator) => !generator.parenthesized,
            _ => false,
        });
        if let Some(arg) = misplaced {
            self.fault(arg.range().start(), "invalid syntax in a print statement");
        }
        if let Some(keyword) = call.arguments.keywords.first() {
            self.fault(keyword.range.start(), "invalid syntax in a print statement");
        }
    }

    /// `exec code`, `exec code in globals, locals`, `exec(code, globals)`.
    fn exec(&self, call: &mut ast::ExprCall) {
        let range = call.func.range();
        let mut args = std::mem::take(&mut call.arguments.args).into_vec();
        if let [Expr::Tuple(tuple)] = args.as_mut_slice()
            && (2..=3).contains(&tuple.elts.len())
        {
            args = std::mem::take(&mut tuple.elts);
        }
        if args.len() == 1 {
            args.push(build::call("__durward_globals__", Vec::new(), range));
            args.push(build::call("__durward_locals__", Vec::new(), range));
        }
        let starred = args.iter().any(|arg| matches!(arg, Expr::Starred(_)));
        if args.len() > 3 || starred || !call.arguments.keywords.is_empty() {
            self.fault(range.start(), "invalid syntax in an exec statement");
        }
        call.arguments.args = args.into_boxed_slice();
    }
}

/// A print statement evaluates and writes one value after the other. Where
/// that can be told apart from writing them together, it becomes
/// `end(printer(stream)(a)(b))`.
fn one_by_one(call: &mut ast::ExprCall) -> Option<Expr> {
    let Expr::Name(function) = call.func.as_ref() else {
        return None;
    };
    let (range, name) = (function.range, function.id.to_string());
    let (to, end) = match name.as_str() {
        names::PRINT => (false, "__durward_print_end__"),
        names::PRINT_PART => (false, "__durward_print_rest__"),
        names::PRINT_TO => (true, "__durward_print_end__"),
        names::PRINT_PART_TO => (true, "__durward_print_rest__"),
        _ => return None,
    };
    let values = call
        .arguments
        .args
        .get(usize::from(to)..)
        .unwrap_or_default();
    let inert = |value: &Expr| value.is_literal_expr() || matches!(value, Expr::Name(_));
    let wanted = (2..=MAX_PRINTED).contains(&values.len()) && !values.iter().all(inert);
    if !wanted {
        return None;
    }
    let mut args = std::mem::take(&mut call.arguments.args)
        .into_vec()
        .into_iter();
    let stream = if to {
        args.next().into_iter().collect()
    } else {
        Vec::new()
    };
    let printer = build::call("__durward_printer__", stream, range);
    let all = args.fold(printer, |printer, value| {
        build::call_of(printer, vec![value], range)
    });
    Some(build::call(end, vec![all], range))
}

/// An ordering that works for values of any types.
fn comparison(compare: &mut ast::ExprCompare) -> Option<Expr> {
    let range = compare.range;
    if let ([op], [right]) = (compare.ops.as_ref(), compare.comparators.as_mut()) {
        let function = ordering(*op)?;
        let args = vec![build::take(&mut compare.left), build::take(right)];
        return Some(build::call(function, args, range));
    }
    // A chain evaluates each operand once, so it stays a chain of wrapped
    // operands. Identity and membership do not survive the wrapping.
    let wrappable = |op: &CmpOp| ordering(*op).is_some() || matches!(op, CmpOp::Eq | CmpOp::NotEq);
    let wanted = compare.ops.iter().any(|op| ordering(*op).is_some());
    if wanted && compare.ops.iter().all(wrappable) {
        let operands = std::iter::once(compare.left.as_mut()).chain(compare.comparators.as_mut());
        for operand in operands {
            let range = operand.range();
            *operand = build::call("__durward_ordered__", vec![build::take(operand)], range);
        }
    }
    None
}
