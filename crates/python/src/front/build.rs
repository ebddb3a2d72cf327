//! Making tree nodes. Each takes the place it should be reported at.

use ruff_python_ast::{
    self as ast, Arguments, AtomicNodeIndex, Expr, ExprContext, Identifier, Stmt,
};
use ruff_text_size::{Ranged, TextRange};

/// A name that is read.
pub(super) fn load(id: &str, range: TextRange) -> Expr {
    name(id, ExprContext::Load, range)
}

/// A name that is assigned.
pub(super) fn store(id: &str, range: TextRange) -> Expr {
    name(id, ExprContext::Store, range)
}

fn name(id: &str, ctx: ExprContext, range: TextRange) -> Expr {
    Expr::Name(ast::ExprName {
        node_index: AtomicNodeIndex::NONE,
        range,
        id: id.into(),
        ctx,
    })
}

/// `None`.
pub(super) fn none(range: TextRange) -> Expr {
    Expr::NoneLiteral(ast::ExprNoneLiteral {
        node_index: AtomicNodeIndex::NONE,
        range,
    })
}

/// Takes `expr` out of the tree and leaves `None` in its place.
pub(super) fn take(expr: &mut Expr) -> Expr {
    let range = expr.range();
    std::mem::replace(expr, none(range))
}

/// `function(args…)`, reported at `range`.
pub(super) fn call(function: &str, args: Vec<Expr>, range: TextRange) -> Expr {
    call_of(load(function, range), args, range)
}

/// `function(args…)` for any expression.
pub(super) fn call_of(function: Expr, args: Vec<Expr>, range: TextRange) -> Expr {
    Expr::Call(ast::ExprCall {
        node_index: AtomicNodeIndex::NONE,
        range_start: range.start(),
        func: Box::new(function),
        arguments: Arguments {
            range,
            node_index: AtomicNodeIndex::NONE,
            args: args.into_boxed_slice(),
            keywords: std::iter::empty().collect(),
            runtime_args: None,
            runtime_bases: None,
        },
    })
}

/// `*value`.
pub(super) fn starred(value: Expr, range: TextRange) -> Expr {
    Expr::Starred(ast::ExprStarred {
        node_index: AtomicNodeIndex::NONE,
        range,
        value: Box::new(value),
        ctx: ExprContext::Load,
    })
}

/// `[elts…]`.
pub(super) fn list(elts: Vec<Expr>, range: TextRange) -> Expr {
    Expr::List(ast::ExprList {
        node_index: AtomicNodeIndex::NONE,
        range,
        elts,
        ctx: ExprContext::Load,
        runtime_elts: None,
    })
}

/// `(target := value)`.
pub(super) fn named(target: &str, value: Expr, range: TextRange) -> Expr {
    Expr::Named(ast::ExprNamed {
        node_index: AtomicNodeIndex::NONE,
        range,
        target: Box::new(store(target, range)),
        value: Box::new(value),
    })
}

/// `target = value`.
pub(super) fn assign(target: Expr, value: Expr, range: TextRange) -> Stmt {
    Stmt::Assign(ast::StmtAssign {
        node_index: AtomicNodeIndex::NONE,
        range,
        targets: vec![target],
        value: Box::new(value),
        runtime_targets: None,
        runtime_type_comment: None,
        runtime_type_comment_bytes: None,
    })
}

/// `try: body` / `except exception: return`.
pub(super) fn return_on(exception: &str, body: ast::Suite, range: TextRange) -> Stmt {
    let leave = Stmt::Return(ast::StmtReturn {
        node_index: AtomicNodeIndex::NONE,
        range,
        value: None,
    });
    let handler = ast::ExceptHandler::ExceptHandler(ast::ExceptHandlerExceptHandler {
        range,
        node_index: AtomicNodeIndex::NONE,
        type_: Some(Box::new(load(exception, range))),
        name: None,
        body: std::iter::once(leave).collect(),
        runtime_body: None,
    });
    Stmt::Try(ast::StmtTry {
        node_index: AtomicNodeIndex::NONE,
        range,
        body,
        handlers: vec![handler],
        orelse: ast::Suite::new(),
        finalbody: ast::Suite::new(),
        is_star: false,
        runtime_body: None,
        runtime_handlers: None,
        runtime_orelse: None,
        runtime_finalbody: None,
    })
}

/// `lambda names…: body`.
pub(super) fn lambda(names: &[String], body: Expr, range: TextRange) -> Expr {
    let args = names
        .iter()
        .map(|id| ast::ParameterWithDefault {
            range,
            node_index: AtomicNodeIndex::NONE,
            parameter: ast::Parameter {
                range,
                node_index: AtomicNodeIndex::NONE,
                name: Identifier::new(id.as_str(), range),
                annotation: None,
                runtime_type_comment: None,
                runtime_type_comment_bytes: None,
            },
            default: None,
        })
        .collect();
    Expr::Lambda(ast::ExprLambda {
        node_index: AtomicNodeIndex::NONE,
        range,
        parameters: Some(Box::new(ast::Parameters {
            range,
            node_index: AtomicNodeIndex::NONE,
            posonlyargs: std::iter::empty().collect(),
            args,
            vararg: None,
            kwonlyargs: std::iter::empty().collect(),
            kwarg: None,
            runtime_defaults: None,
        })),
        body: Box::new(body),
    })
}

/// `@function`, to stand above a class.
pub(super) fn decorator(function: &str, range: TextRange) -> ast::Decorator {
    ast::Decorator {
        range,
        node_index: AtomicNodeIndex::NONE,
        expression: load(function, range),
    }
}

/// `metaclass=value` in a class's arguments.
pub(super) fn keyword(name: &str, value: Expr, range: TextRange) -> ast::Keyword {
    ast::Keyword {
        range,
        node_index: AtomicNodeIndex::NONE,
        arg: Some(Identifier::new(name, range)),
        value,
    }
}

/// No arguments.
pub(super) fn no_arguments(range: TextRange) -> Arguments {
    Arguments {
        range,
        node_index: AtomicNodeIndex::NONE,
        args: Box::default(),
        keywords: std::iter::empty().collect(),
        runtime_args: None,
        runtime_bases: None,
    }
}
