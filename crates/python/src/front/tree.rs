//! The tree pass over Python 2 programs: what Python 3 reads, but means
//! otherwise, becomes calls of the run-time support in `lib/py2`.
//!
//! Not here: syntax (see `rewrite`), names of modules (see `lib/py2`).

mod comprehensions;
mod expressions;
mod functions;

use std::cell::RefCell;
use std::collections::HashSet;

use ruff_python_ast::visitor::transformer::{Transformer, walk_expr, walk_stmt};
use ruff_python_ast::{self as ast, ExceptHandler, Expr, Stmt};
use ruff_text_size::{Ranged, TextSize};

use super::rewrite::Future;
use super::{build, names};

/// Something wrong at a byte of the changed text.
pub(super) type Fault = (TextSize, String);

/// Applies Python 2's meaning to `module`.
pub(super) fn python2(module: &mut ast::ModModule, future: Future) -> Vec<Fault> {
    let tree = Tree {
        future,
        leaking: comprehensions::leaking_names(&module.body),
        state: RefCell::new(State::default()),
    };
    tree.visit_body(&mut module.body);
    tree.state.into_inner().faults
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scope {
    Class,
    Function,
}

#[derive(Debug, Default)]
struct State {
    faults: Vec<Fault>,
    scopes: Vec<Scope>,
    /// How many constructs around us forbid assignment expressions.
    sealed: usize,
    /// Names of the caught exceptions around us.
    caught: Vec<String>,
    temporaries: usize,
}

/// The pass. A `Transformer` visits by shared reference, hence the cell.
struct Tree {
    future: Future,
    /// Comprehension variables that are read outside their comprehension.
    leaking: HashSet<String>,
    state: RefCell<State>,
}

impl Tree {
    fn fault(&self, at: TextSize, message: &str) {
        self.state
            .borrow_mut()
            .faults
            .push((at, message.to_owned()));
    }

    fn temporary(&self) -> String {
        let mut state = self.state.borrow_mut();
        state.temporaries += 1;
        format!("__durward_temporary_{}__", state.temporaries)
    }

    fn within<T>(&self, scope: Scope, action: impl FnOnce() -> T) -> T {
        self.state.borrow_mut().scopes.push(scope);
        let result = action();
        self.state.borrow_mut().scopes.pop();
        result
    }

    fn sealed<T>(&self, action: impl FnOnce() -> T) -> T {
        self.state.borrow_mut().sealed += 1;
        let result = action();
        self.state.borrow_mut().sealed -= 1;
        result
    }

    fn class(&self, class: &mut ast::StmtClassDef) {
        for decorator in &mut class.decorator_list {
            self.visit_decorator(decorator);
        }
        if let Some(arguments) = &mut class.arguments {
            self.visit_arguments(arguments);
        }
        self.within(Scope::Class, || self.visit_body(&mut class.body));
        let range = class.name.range;
        if let Some(metaclass) = metaclass_of(&class.body) {
            let arguments = class
                .arguments
                .get_or_insert_with(|| Box::new(build::no_arguments(range)));
            arguments
                .keywords
                .push(build::keyword("metaclass", metaclass, range));
        }
        class
            .decorator_list
            .push(build::decorator("__durward_class__", range));
    }

    /// Python 3 deletes `e` at the end of `except X as e`, Python 2 does not,
    /// and it also takes any target.
    fn handler(&self, handler: &mut ast::ExceptHandlerExceptHandler) {
        let mut target = None;
        if let Some(Expr::Call(call)) = handler.type_.as_deref_mut()
            && matches!(call.func.as_ref(), Expr::Name(name) if name.id == names::CATCH)
        {
            let mut args = std::mem::take(&mut call.arguments.args).into_vec();
            if args.len() != 2 || !call.arguments.keywords.is_empty() {
                return self.fault(
                    call.range_start,
                    "multiple exception types need parentheses",
                );
            }
            let mut pattern = args.swap_remove(1);
            if !functions::as_target(&mut pattern) {
                return self.fault(pattern.range().start(), "cannot assign to this expression");
            }
            target = Some(pattern);
            handler.type_ = args.pop().map(Box::new);
        }
        let plain = handler.name.take();
        if let Some(name) = &plain {
            target = Some(build::store(name.as_str(), name.range));
        }
        let caught = plain.map(|name| name.id.to_string());
        self.state.borrow_mut().caught.extend(caught.clone());
        if let Some(types) = handler.type_.as_deref_mut() {
            self.visit_expr(types);
        }
        self.visit_body(&mut handler.body);
        if caught.is_some() {
            self.state.borrow_mut().caught.pop();
        }
        if let Some(target) = target {
            self.bind_caught(handler, target);
        }
    }

    fn bind_caught(&self, handler: &mut ast::ExceptHandlerExceptHandler, target: Expr) {
        let range = target.range();
        let temporary = self.temporary();
        let mut value = build::load(&temporary, range);
        if matches!(target, Expr::Tuple(_) | Expr::List(_)) {
            value = build::call("__durward_arguments__", vec![value], range);
        }
        handler.name = Some(ast::Identifier::new(temporary, range));
        handler.body.insert(0, build::assign(target, value, range));
    }
}

/// The value of `__metaclass__ = …` in a class body.
fn metaclass_of(body: &[Stmt]) -> Option<Expr> {
    body.iter().find_map(|stmt| match stmt {
        Stmt::Assign(assign) => assign
            .targets
            .iter()
            .any(|target| matches!(target, Expr::Name(name) if name.id == "__metaclass__"))
            .then(|| assign.value.as_ref().clone()),
        _ => None,
    })
}

impl Transformer for Tree {
    fn visit_stmt(&self, stmt: &mut Stmt) {
        match stmt {
            Stmt::FunctionDef(function) => self.function(function),
            Stmt::ClassDef(class) => self.class(class),
            _ => walk_stmt(self, stmt),
        }
        if let Stmt::AugAssign(assign) = stmt {
            self.augmented(assign);
        }
    }

    fn visit_except_handler(&self, handler: &mut ExceptHandler) {
        let ExceptHandler::ExceptHandler(handler) = handler;
        self.handler(handler);
    }

    fn visit_expr(&self, expr: &mut Expr) {
        match expr {
            Expr::ListComp(comprehension) => self.list_comprehension(comprehension),
            Expr::SetComp(_) | Expr::DictComp(_) | Expr::Generator(_) => {
                self.sealed(|| walk_expr(self, expr));
            }
            Expr::Lambda(lambda) => self.lambda(lambda),
            _ => walk_expr(self, expr),
        }
        self.rewrite(expr);
    }
}
