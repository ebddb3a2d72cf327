//! Turns the placeholders of keywords back into the author's names, in trees
//! of both dialects.

use ruff_python_ast::visitor::transformer::{
    Transformer, walk_alias, walk_except_handler, walk_expr, walk_keyword, walk_parameter,
    walk_stmt,
};
use ruff_python_ast::{
    Alias, ExceptHandler, Expr, Identifier, Keyword, ModModule, Parameter, Stmt,
};

use super::names::restored;

/// Restores every name in `module`.
pub(super) fn restore(module: &mut ModModule) {
    Keywords.visit_body(&mut module.body);
}

struct Keywords;

fn identifier(identifier: &mut Identifier) {
    if let Some(name) = restored(identifier.as_str()) {
        identifier.id = name.into();
    }
}

impl Transformer for Keywords {
    fn visit_stmt(&self, stmt: &mut Stmt) {
        match stmt {
            Stmt::FunctionDef(function) => identifier(&mut function.name),
            Stmt::ClassDef(class) => identifier(&mut class.name),
            Stmt::ImportFrom(import) => {
                if let Some(module) = &mut import.module {
                    identifier(module);
                }
            }
            Stmt::Global(global) => global.names.iter_mut().for_each(identifier),
            _ => {}
        }
        walk_stmt(self, stmt);
    }

    fn visit_expr(&self, expr: &mut Expr) {
        match expr {
            Expr::Attribute(attribute) => identifier(&mut attribute.attr),
            Expr::Name(name) => {
                if let Some(restored) = restored(name.id.as_str()) {
                    name.id = restored.into();
                }
            }
            _ => {}
        }
        walk_expr(self, expr);
    }

    fn visit_except_handler(&self, handler: &mut ExceptHandler) {
        let ExceptHandler::ExceptHandler(inner) = handler;
        if let Some(name) = &mut inner.name {
            identifier(name);
        }
        walk_except_handler(self, handler);
    }

    fn visit_alias(&self, alias: &mut Alias) {
        identifier(&mut alias.name);
        if let Some(name) = &mut alias.asname {
            identifier(name);
        }
        walk_alias(self, alias);
    }

    fn visit_parameter(&self, parameter: &mut Parameter) {
        identifier(&mut parameter.name);
        walk_parameter(self, parameter);
    }

    fn visit_keyword(&self, keyword: &mut Keyword) {
        if let Some(name) = &mut keyword.arg {
            identifier(name);
        }
        walk_keyword(self, keyword);
    }
}
