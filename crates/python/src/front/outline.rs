//! What a program imports and which classes it defines, without running it.

use ruff_python_ast::{self as ast, Expr, Stmt};
use ruff_text_size::TextSize;

/// One imported module, or names out of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// Dotted name as the author wrote it.
    pub module: String,
    /// The names taken out of it; empty for `import module`, `*` for all.
    pub names: Vec<String>,
    /// The name bound by `import module as name`.
    pub asname: Option<String>,
    /// Leading dots of a relative import.
    pub level: u32,
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    /// Inside a `try` whose handlers catch a failing import.
    pub guarded: bool,
}

/// A class at the top level of a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClassOutline {
    /// Its name.
    pub name: String,
    /// The classes it derives from, where they are written as plain names.
    pub bases: Vec<String>,
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    /// The methods defined in its own body.
    pub methods: Vec<MethodOutline>,
}

/// A method of a class, counted as a caller of an instance sees it: without
/// the first parameter, unless it is a static method.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MethodOutline {
    /// Its name.
    pub name: String,
    /// Fewest positional arguments.
    pub positional_min: usize,
    /// Most positional arguments; `None` with `*args`.
    pub positional_max: Option<usize>,
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
}

/// Turns a byte of the tree into the author's line and column.
pub(super) type Locate<'a> = &'a dyn Fn(TextSize) -> (usize, usize);

/// Everything that `body` imports, in order, and its classes.
pub(super) fn outline(body: &[Stmt], locate: Locate<'_>) -> (Vec<Import>, Vec<ClassOutline>) {
    let mut imports = Vec::new();
    find_imports(body, false, locate, &mut imports);
    let mut classes = Vec::new();
    find_classes(body, locate, &mut classes);
    (imports, classes)
}

fn find_imports(body: &[Stmt], guarded: bool, locate: Locate<'_>, found: &mut Vec<Import>) {
    for stmt in body {
        match stmt {
            Stmt::Import(import) => {
                for alias in &import.names {
                    let (line, column) = locate(alias.range.start());
                    found.push(Import {
                        module: alias.name.to_string(),
                        names: Vec::new(),
                        asname: alias.asname.as_ref().map(ToString::to_string),
                        level: 0,
                        line,
                        column,
                        guarded,
                    });
                }
            }
            Stmt::ImportFrom(import) => {
                let (line, column) = locate(import.range.start());
                found.push(Import {
                    module: import
                        .module
                        .as_ref()
                        .map(ToString::to_string)
                        .unwrap_or_default(),
                    names: import
                        .names
                        .iter()
                        .map(|alias| alias.name.to_string())
                        .collect(),
                    asname: None,
                    level: import.level,
                    line,
                    column,
                    guarded,
                });
            }
            Stmt::Try(attempt) => {
                let catches = attempt.handlers.iter().any(catches_import_error);
                find_imports(&attempt.body, guarded || catches, locate, found);
                for handler in &attempt.handlers {
                    let ast::ExceptHandler::ExceptHandler(handler) = handler;
                    find_imports(&handler.body, guarded, locate, found);
                }
                find_imports(&attempt.orelse, guarded, locate, found);
                find_imports(&attempt.finalbody, guarded, locate, found);
            }
            _ => inner_bodies(stmt, &mut |body| find_imports(body, guarded, locate, found)),
        }
    }
}

fn inner_bodies(stmt: &Stmt, visit: &mut dyn FnMut(&[Stmt])) {
    match stmt {
        Stmt::FunctionDef(function) => visit(&function.body),
        Stmt::ClassDef(class) => visit(&class.body),
        Stmt::With(with) => visit(&with.body),
        Stmt::If(branch) => {
            visit(&branch.body);
            branch
                .elif_else_clauses
                .iter()
                .for_each(|clause| visit(&clause.body));
        }
        Stmt::For(repeat) => {
            visit(&repeat.body);
            visit(&repeat.orelse);
        }
        Stmt::While(repeat) => {
            visit(&repeat.body);
            visit(&repeat.orelse);
        }
        Stmt::Match(choice) => choice.cases.iter().for_each(|case| visit(&case.body)),
        _ => {}
    }
}

fn catches_import_error(handler: &ast::ExceptHandler) -> bool {
    fn named(expr: &Expr) -> bool {
        match expr {
            Expr::Name(name) => matches!(
                name.id.as_str(),
                "ImportError"
                    | "ModuleNotFoundError"
                    | "Exception"
                    | "BaseException"
                    | "StandardError"
            ),
            Expr::Tuple(tuple) => tuple.elts.iter().any(named),
            _ => false,
        }
    }
    let ast::ExceptHandler::ExceptHandler(handler) = handler;
    handler.type_.as_deref().is_none_or(named)
}

fn find_classes(body: &[Stmt], locate: Locate<'_>, found: &mut Vec<ClassOutline>) {
    for stmt in body {
        match stmt {
            Stmt::ClassDef(class) => found.push(class_outline(class, locate)),
            Stmt::FunctionDef(_) => {}
            Stmt::Try(attempt) => find_classes(&attempt.body, locate, found),
            _ => inner_bodies(stmt, &mut |body| find_classes(body, locate, found)),
        }
    }
}

fn class_outline(class: &ast::StmtClassDef, locate: Locate<'_>) -> ClassOutline {
    let (line, column) = locate(class.name.range.start());
    let bases = class
        .arguments
        .as_deref()
        .map_or(&[][..], |arguments| &arguments.args);
    ClassOutline {
        name: class.name.to_string(),
        bases: bases
            .iter()
            .filter_map(|base| match base {
                Expr::Name(name) => Some(name.id.to_string()),
                Expr::Attribute(attribute) => Some(attribute.attr.to_string()),
                _ => None,
            })
            .collect(),
        line,
        column,
        methods: class
            .body
            .iter()
            .filter_map(|stmt| match stmt {
                Stmt::FunctionDef(function) => Some(method_outline(function, locate)),
                _ => None,
            })
            .collect(),
    }
}

fn method_outline(function: &ast::StmtFunctionDef, locate: Locate<'_>) -> MethodOutline {
    let parameters = &function.parameters;
    let is_static = function.decorator_list.iter().any(
        |decorator| matches!(&decorator.expression, Expr::Name(name) if name.id == "staticmethod"),
    );
    let positional = || parameters.posonlyargs.iter().chain(&parameters.args);
    let bound = usize::from(!is_static);
    let most = positional().count().saturating_sub(bound);
    let fewest = positional()
        .filter(|parameter| parameter.default.is_none())
        .count()
        .saturating_sub(bound);
    let (line, column) = locate(function.name.range.start());
    MethodOutline {
        name: function.name.to_string(),
        positional_min: fewest,
        positional_max: parameters.vararg.is_none().then_some(most),
        line,
        column,
    }
}
