//! Tuple parameters, and generators that a stray `StopIteration` ends.

use ruff_python_ast::visitor::transformer::Transformer;
use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{self as ast, Expr, ExprContext, Stmt};
use ruff_text_size::{Ranged, TextRange};

use super::{Scope, Tree};
use crate::front::{build, names};

impl Tree {
    pub(super) fn function(&self, function: &mut ast::StmtFunctionDef) {
        for decorator in &mut function.decorator_list {
            self.visit_decorator(decorator);
        }
        let mut patterns = Vec::new();
        for parameter in parameters(&mut function.parameters) {
            if parameter.name.as_str().starts_with(names::PARAMETER)
                && let Some(mut pattern) = parameter.annotation.take()
            {
                if !as_target(&mut pattern) {
                    self.fault(pattern.range().start(), "this cannot be a parameter");
                }
                patterns.push((parameter.name.id.to_string(), *pattern));
            }
        }
        self.visit_parameters(&mut function.parameters);
        self.within(Scope::Function, || self.visit_body(&mut function.body));
        let documented = usize::from(matches!(
            function.body.first(),
            Some(Stmt::Expr(first)) if matches!(first.value.as_ref(), Expr::StringLiteral(_))
        ));
        if !function.is_async && yields(&function.body) {
            let range = function.name.range;
            let body = function.body.split_off(documented.min(function.body.len()));
            if !body.is_empty() {
                function
                    .body
                    .push(build::return_on("__durward_stop__", body, range));
            }
        }
        for (name, pattern) in patterns.into_iter().rev() {
            let range = pattern.range();
            let value = build::load(&name, range);
            function.body.insert(
                documented.min(function.body.len()),
                build::assign(pattern, value, range),
            );
        }
    }

    pub(super) fn lambda(&self, lambda: &mut ast::ExprLambda) {
        if let Some(parameters) = &mut lambda.parameters {
            self.visit_parameters(parameters);
        }
        let patterns = lambda_patterns(&mut lambda.body);
        self.within(Scope::Function, || self.visit_expr(&mut lambda.body));
        let named: Vec<String> = lambda
            .parameters
            .as_deref_mut()
            .into_iter()
            .flat_map(parameters)
            .map(|parameter| parameter.name.id.to_string())
            .filter(|name| name.starts_with(names::PARAMETER))
            .collect();
        if named.len() != patterns.len() {
            return self.fault(lambda.range.start(), "invalid parameters of a lambda");
        }
        let range = lambda.body.range();
        for (name, pattern) in named.iter().zip(patterns).rev() {
            let body = build::take(&mut lambda.body);
            *lambda.body = self.unpacked(build::load(name, range), pattern, body, range);
        }
    }

    /// `(lambda names…: body)(*value)`, again for each pattern inside.
    fn unpacked(&self, value: Expr, pattern: Expr, body: Expr, range: TextRange) -> Expr {
        let Expr::Tuple(tuple) = pattern else {
            return match pattern {
                Expr::Name(name) => {
                    let inner = build::lambda(&[name.id.to_string()], body, range);
                    build::call_of(inner, vec![value], range)
                }
                other => {
                    self.fault(other.range().start(), "this cannot be a parameter");
                    body
                }
            };
        };
        let count = tuple.elts.len();
        let mut taken = Vec::with_capacity(count);
        let mut nested = Vec::new();
        for element in tuple.elts {
            if let Expr::Name(name) = element {
                taken.push(name.id.to_string());
            } else {
                let name = self.temporary();
                nested.push((build::load(&name, range), element));
                taken.push(name);
            }
        }
        let body = nested
            .into_iter()
            .rev()
            .fold(body, |body, (value, pattern)| {
                self.unpacked(value, pattern, body, range)
            });
        let unpacked = build::call(
            "__durward_exactly__",
            vec![value, number(count, range)],
            range,
        );
        let inner = build::lambda(&taken, body, range);
        build::call_of(inner, vec![build::starred(unpacked, range)], range)
    }
}

fn number(value: usize, range: TextRange) -> Expr {
    Expr::NumberLiteral(ast::ExprNumberLiteral {
        node_index: ast::AtomicNodeIndex::NONE,
        range,
        value: ast::Number::Int(ast::Int::from(u32::try_from(value).unwrap_or(u32::MAX))),
    })
}

/// The patterns that the token pass put before a lambda's body, taken away.
fn lambda_patterns(body: &mut Expr) -> Vec<Expr> {
    let Expr::If(conditional) = body else {
        return Vec::new();
    };
    if !matches!(conditional.test.as_ref(), Expr::Name(name) if name.id == names::LAMBDA) {
        return Vec::new();
    }
    let patterns = match build::take(&mut conditional.body) {
        Expr::Tuple(tuple) => tuple.elts,
        other => vec![other],
    };
    let real = build::take(&mut conditional.orelse);
    *body = real;
    patterns
}

fn parameters(parameters: &mut ast::Parameters) -> impl Iterator<Item = &mut ast::Parameter> {
    parameters
        .posonlyargs
        .iter_mut()
        .chain(&mut parameters.args)
        .map(|parameter| &mut parameter.parameter)
}

/// Makes an expression that was read into one that is assigned; false when it
/// cannot be.
pub(super) fn as_target(expr: &mut Expr) -> bool {
    match expr {
        Expr::Name(name) => name.ctx = ExprContext::Store,
        Expr::Attribute(attribute) => attribute.ctx = ExprContext::Store,
        Expr::Subscript(subscript) => subscript.ctx = ExprContext::Store,
        Expr::Tuple(tuple) => {
            tuple.ctx = ExprContext::Store;
            return !tuple.elts.is_empty() && tuple.elts.iter_mut().all(as_target);
        }
        Expr::List(list) => {
            list.ctx = ExprContext::Store;
            return !list.elts.is_empty() && list.elts.iter_mut().all(as_target);
        }
        _ => return false,
    }
    true
}

/// True when the statements belong to a generator.
fn yields(body: &[Stmt]) -> bool {
    struct Search(bool);
    impl<'a> Visitor<'a> for Search {
        fn visit_stmt(&mut self, stmt: &'a Stmt) {
            match stmt {
                Stmt::FunctionDef(_) | Stmt::ClassDef(_) => {}
                _ => walk_stmt(self, stmt),
            }
        }
        fn visit_expr(&mut self, expr: &'a Expr) {
            match expr {
                Expr::Yield(_) | Expr::YieldFrom(_) => self.0 = true,
                Expr::Lambda(_) => {}
                _ => walk_expr(self, expr),
            }
        }
    }
    let mut search = Search(false);
    search.visit_body(body);
    search.0
}
