//! Which Python a script is written in.
//!
//! A script's other home is Jython, so Python 2 is assumed unless the text
//! can only be Python 3: it parses as Python 3 *and* uses something that
//! Python 2.7 has no syntax for, or no sensible meaning.

use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{self as ast, Expr, ModModule, Operator, Stmt};

/// The language of a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// Python 2.7 as Jython understands it.
    Python2,
    /// Python 3, run as it is.
    Python3,
}

impl Dialect {
    /// From `2` or `3`; `None` (choose by the text) for anything else, `auto` included.
    pub fn parse(value: &str) -> Option<Self> {
        match value.trim() {
            "2" => Some(Self::Python2),
            "3" => Some(Self::Python3),
            _ => None,
        }
    }

    /// `2` or `3`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Python2 => "2",
            Self::Python3 => "3",
        }
    }
}

/// The dialect that a comment `# durward: python=3` in the first two lines asks for.
pub(super) fn declared(text: &str) -> Option<Dialect> {
    text.lines().take(2).find_map(|line| {
        let comment = line.trim_start().strip_prefix('#')?.trim();
        let setting = comment.strip_prefix("durward:")?.trim();
        Dialect::parse(
            setting
                .strip_prefix("python")?
                .trim_start()
                .strip_prefix('=')?,
        )
    })
}

/// True when `module`, which parsed as Python 3, cannot be meant as Python 2.
/// `except A, B:` says nothing: Python 3.14 reads it too, but as a tuple.
pub(super) fn only_python3(module: &ModModule) -> bool {
    let mut search = Markers {
        found: false,
        print_function: false,
    };
    search.visit_body(&module.body);
    search.found
}

struct Markers {
    found: bool,
    print_function: bool,
}

impl Markers {
    fn function(&mut self, function: &ast::StmtFunctionDef) {
        let parameters = &function.parameters;
        let annotated = parameters
            .iter()
            .any(|parameter| parameter.annotation().is_some());
        self.found |= function.is_async
            || function.returns.is_some()
            || function.type_params.is_some()
            || annotated
            || only_keyword_or_positional(parameters);
    }

    fn call(&mut self, call: &ast::ExprCall) {
        let Expr::Name(function) = call.func.as_ref() else {
            return;
        };
        let (positional, keywords) = (call.arguments.args.len(), call.arguments.keywords.len());
        self.found |= match function.id.as_str() {
            "print" => !self.print_function && (positional > 1 || keywords > 0),
            "super" => positional + keywords == 0,
            _ => false,
        };
    }
}

fn only_keyword_or_positional(parameters: &ast::Parameters) -> bool {
    !parameters.kwonlyargs.is_empty() || !parameters.posonlyargs.is_empty()
}

fn starred_target(target: &Expr) -> bool {
    match target {
        Expr::Starred(_) => true,
        Expr::Tuple(ast::ExprTuple { elts, .. }) | Expr::List(ast::ExprList { elts, .. }) => {
            elts.iter().any(starred_target)
        }
        _ => false,
    }
}

impl<'a> Visitor<'a> for Markers {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::FunctionDef(function) => self.function(function),
            Stmt::ClassDef(class) => {
                let keywords = class.arguments.as_deref().map_or(0, |a| a.keywords.len());
                self.found |= keywords > 0 || class.type_params.is_some();
            }
            Stmt::Nonlocal(_) | Stmt::AnnAssign(_) | Stmt::Match(_) | Stmt::TypeAlias(_) => {
                self.found = true;
            }
            Stmt::For(ast::StmtFor {
                is_async, target, ..
            }) => {
                self.found |= *is_async || starred_target(target);
            }
            Stmt::With(with) => self.found |= with.is_async,
            Stmt::Raise(raise) => self.found |= raise.cause.is_some(),
            Stmt::Try(attempt) => self.found |= attempt.is_star,
            Stmt::Assign(assign) => self.found |= assign.targets.iter().any(starred_target),
            Stmt::AugAssign(assign) => self.found |= assign.op == Operator::MatMult,
            Stmt::ImportFrom(import)
                if import
                    .module
                    .as_ref()
                    .is_some_and(|name| name.as_str() == "__future__") =>
            {
                let has = |name| import.names.iter().any(|alias| alias.name.as_str() == name);
                self.found |= has("annotations");
                self.print_function |= has("print_function");
            }
            _ => {}
        }
        walk_stmt(self, stmt);
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::FString(_)
            | Expr::TString(_)
            | Expr::Named(_)
            | Expr::Await(_)
            | Expr::YieldFrom(_) => {
                self.found = true;
            }
            Expr::BinOp(binary) => self.found |= binary.op == Operator::MatMult,
            Expr::Lambda(lambda) => {
                let parameters = lambda.parameters.as_deref();
                self.found |= parameters.is_some_and(only_keyword_or_positional);
            }
            Expr::Call(call) => self.call(call),
            _ => {}
        }
        walk_expr(self, expr);
    }

    fn visit_comprehension(&mut self, comprehension: &'a ast::Comprehension) {
        self.found |= comprehension.is_async;
        ast::visitor::walk_comprehension(self, comprehension);
    }
}
