//! The front end: from an author's text, Python 2.7 or Python 3, to code for
//! `RustPython`, or to everything that is wrong with it by the author's own
//! lines and columns.
//!
//! Two passes turn Python 2 into Python 3: one over the tokens, which keeps
//! every line where it is (`rewrite`), and one over the syntax tree, which
//! gives operators, attributes and classes their old meaning (`tree`) with
//! the help of the modules in `lib/py2` (`support`). Python 3 text
//! is only freed of keywords in dotted names, as in `io.jans.as.client`.
//!
//! Not here: running anything, resolving imports, what a script means.

mod build;
mod dialect;
mod edits;
mod keywords;
mod lexer;
mod literals;
mod names;
mod outline;
mod rewrite;
mod statements;
pub mod support;
mod text;
mod tree;

use ruff_python_ast::{Mod, ModModule};
use ruff_python_parser::{
    Mode as ParserMode, ParseError, ParseOptions, parse_module, parse_unchecked,
};
use ruff_source_file::SourceFileBuilder;
use ruff_text_size::{Ranged, TextSize};
use rustpython_compiler::CompileOpts;
use rustpython_compiler::codegen::compile::compile_top;
use rustpython_compiler::core::Mode;
use rustpython_compiler::core::bytecode::CodeObject;

pub use dialect::Dialect;
pub use outline::{ClassOutline, Import, MethodOutline};

use edits::Edited;
use lexer::Lexed;
use rewrite::Future;
use text::Text;

/// The largest script, bytes.
pub const MAX_SOURCE_BYTES: usize = 1024 * 1024;
/// Most brackets open at one place.
pub const MAX_NESTING: usize = 200;
/// Most blocks inside each other.
pub const MAX_INDENTS: usize = 99;
/// Most operators around one operand; the code generator's own limit is near.
pub const MAX_OPERATORS: usize = 900;

/// Stack for the passes and the code generator, which recurse over trees that
/// the limits above bound. Only what is used becomes resident.
const STACK_BYTES: usize = 32 * 1024 * 1024;
const STACK_RED_ZONE_BYTES: usize = 24 * 1024 * 1024;

/// A script to compile.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// The file name that tracebacks show.
    pub name: &'a str,
    /// The author's text.
    pub text: &'a str,
    /// The language, or `None` to find it out from the text.
    pub dialect: Option<Dialect>,
}

/// A script that can be run.
#[derive(Debug)]
pub struct Compiled {
    /// The program. Its names and lines are the author's.
    pub code: CodeObject,
    /// The language it is written in.
    pub dialect: Dialect,
    /// Everything it imports, inside functions too.
    pub imports: Vec<Import>,
    /// The classes at its top level.
    pub classes: Vec<ClassOutline>,
    /// From the columns of `code` to the author's.
    pub places: Places,
}

/// The way from places in what was compiled to places in the author's text.
#[derive(Debug)]
pub struct Places {
    text: Text,
    edited: Edited,
}

impl Places {
    /// The author's line and column (both from 1, columns in characters) of a
    /// line and column of the compiled code.
    pub fn author(&self, line: usize, column: usize) -> (usize, usize) {
        let offset = text::offset_of(&self.edited.text, line, column);
        self.text.position(self.edited.author_offset(offset))
    }
}

/// One thing that is wrong with a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// From 1.
    pub line: usize,
    /// From 1, in characters of the author's line.
    pub column: usize,
    /// A sentence for the author.
    pub message: String,
}

impl Problem {
    fn new(line: usize, column: usize, message: impl Into<String>) -> Self {
        Self {
            line,
            column,
            message: message.into(),
        }
    }
}

/// What kind of program a text is, as for Python's `compile`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// A module or the operand of `exec`.
    Program,
    /// One expression, the operand of `eval`.
    Expression,
}

/// Compiles a script.
///
/// # Errors
/// The problems found: those of the first step that fails.
pub fn compile(source: &Source<'_>) -> Result<Compiled, Vec<Problem>> {
    compile_as(source, Shape::Program)
}

/// Compiles a program or an expression, for a script's own `exec` and `eval`.
///
/// # Errors
/// The problems found.
pub fn compile_as(source: &Source<'_>, shape: Shape) -> Result<Compiled, Vec<Problem>> {
    stacker::maybe_grow(STACK_RED_ZONE_BYTES, STACK_BYTES, || passes(source, shape))
}

/// The language of a text, as `compile` would choose it.
pub fn dialect_of(text: &str) -> Dialect {
    let source = Source {
        name: "<dialect>",
        text,
        dialect: None,
    };
    stacker::maybe_grow(STACK_RED_ZONE_BYTES, STACK_BYTES, || {
        front(&source, Shape::Program).map_or_else(|_| looks_like(text), |front| front.dialect)
    })
}

/// A tree ready for code, and the text that its places refer to.
struct Front {
    text: Text,
    edited: Edited,
    module: ModModule,
    dialect: Dialect,
}

fn passes(source: &Source<'_>, shape: Shape) -> Result<Compiled, Vec<Problem>> {
    let front = front(source, shape)?;
    let locate = |offset: TextSize| {
        front
            .text
            .position(front.edited.author_offset(offset.to_usize()))
    };
    let (imports, classes) = outline::outline(&front.module.body, &locate);
    let Front {
        text,
        edited,
        module,
        dialect,
    } = front;
    let code = generate(source.name, &text, &edited, module, shape)?;
    Ok(Compiled {
        code,
        dialect,
        imports,
        classes,
        places: Places { text, edited },
    })
}

fn front(source: &Source<'_>, shape: Shape) -> Result<Front, Vec<Problem>> {
    let text = Text::new(source.text).map_err(|problem| vec![problem])?;
    let expression;
    let text = if shape == Shape::Expression {
        expression = text.as_str().trim().replace('\n', " ");
        Text::new(&expression).map_err(|problem| vec![problem])?
    } else {
        text
    };
    let lexed = lexer::lex(text.as_str());
    if let Some((at, message)) = statements::too_deep(text.as_str(), &lexed) {
        return Err(vec![text.problem(at, message)]);
    }
    if let Some(problem) = too_nested(&text, &lexed) {
        return Err(vec![problem]);
    }
    if let Some(problem) = rewrite::reserved_name(&text, &lexed) {
        return Err(vec![problem]);
    }
    match source.dialect.or_else(|| dialect::declared(text.as_str())) {
        Some(Dialect::Python3) => python3(text, &lexed),
        Some(Dialect::Python2) => python2(text, &lexed),
        None => either(text, &lexed),
    }
}

/// The dialect that the text shows; where it compiles as neither, the problems of
/// the one that it looks like.
fn either(text: Text, lexed: &Lexed) -> Result<Front, Vec<Problem>> {
    match python3(text.clone(), lexed) {
        Ok(front) if dialect::only_python3(&front.module) => Ok(front),
        Ok(_) => python2(text, lexed),
        Err(faults) => {
            let dialect = looks_like(text.as_str());
            python2(text, lexed).map_err(|others| match dialect {
                Dialect::Python3 => faults,
                Dialect::Python2 => others,
            })
        }
    }
}

/// What a text that does not compile is meant as. The parser goes on after a
/// fault, so what is around it can be looked at.
fn looks_like(text: &str) -> Dialect {
    if let Some(declared) = dialect::declared(text) {
        return declared;
    }
    let edited = rewrite::keyword_names(text, &lexer::lex(text)).apply(text);
    let parsed = parse_unchecked(&edited.text, ParseOptions::from(ParserMode::Module));
    match parsed.into_syntax() {
        Mod::Module(module) if dialect::only_python3(&module) => Dialect::Python3,
        _ => Dialect::Python2,
    }
}

/// A fault of nesting counts in both dialects; the rest is the parser's to say.
fn too_nested(text: &Text, lexed: &Lexed) -> Option<Problem> {
    let deepest = lexed
        .tokens
        .iter()
        .find(|token| token.depth > MAX_NESTING)?;
    let message = format!("more than {MAX_NESTING} brackets inside each other");
    Some(text.problem(deepest.start, message))
}

fn python3(text: Text, lexed: &Lexed) -> Result<Front, Vec<Problem>> {
    let edited = rewrite::keyword_names(text.as_str(), lexed).apply(text.as_str());
    let mut module = parse(&text, &edited)?;
    keywords::restore(&mut module);
    Ok(Front {
        text,
        edited,
        module,
        dialect: Dialect::Python3,
    })
}

fn python2(text: Text, lexed: &Lexed) -> Result<Front, Vec<Problem>> {
    if let Some((at, message)) = lexed.faults.first() {
        return Err(vec![text.problem(*at, message.clone())]);
    }
    let lines = statements::lines(text.as_str(), lexed);
    let future = Future::read(text.as_str(), &lines);
    let edited = rewrite::python2(&text, lexed, &lines, future)?;
    let mut module = parse(&text, &edited)?;
    keywords::restore(&mut module);
    let faults = tree::python2(&mut module, future);
    if !faults.is_empty() {
        let located = |(at, message): (TextSize, String)| {
            text.problem(edited.author_offset(at.to_usize()), message)
        };
        return Err(faults.into_iter().map(located).collect());
    }
    Ok(Front {
        text,
        edited,
        module,
        dialect: Dialect::Python2,
    })
}

fn parse(text: &Text, edited: &Edited) -> Result<ModModule, Vec<Problem>> {
    let parsed = parse_module(&edited.text).map_err(|error: ParseError| {
        let at = error.location.start().to_usize();
        vec![text.problem(edited.author_offset(at), error.error.to_string())]
    })?;
    Ok(parsed.into_syntax())
}

fn generate(
    name: &str,
    text: &Text,
    edited: &Edited,
    module: ModModule,
    shape: Shape,
) -> Result<CodeObject, Vec<Problem>> {
    let file = SourceFileBuilder::new(name, edited.text.as_str()).finish();
    let options = CompileOpts {
        debug_ranges: true,
        ..CompileOpts::default()
    };
    let (tree, mode) = match shape {
        Shape::Program => (Mod::Module(module), Mode::Exec),
        Shape::Expression => (expression(text, module)?, Mode::Eval),
    };
    compile_top(tree, file, mode, options).map_err(|error| {
        let at = error.location.map_or(0, |location| {
            let (line, column) = (location.line.get(), location.character_offset.get());
            edited.author_offset(text::offset_of(&edited.text, line, column))
        });
        vec![text.problem(at, error.error.to_string())]
    })
}

/// The one expression that `module` must consist of.
fn expression(text: &Text, mut module: ModModule) -> Result<Mod, Vec<Problem>> {
    let range = module.range;
    let last = module.body.pop();
    match last {
        Some(ruff_python_ast::Stmt::Expr(statement)) if module.body.is_empty() => {
            Ok(Mod::Expression(ruff_python_ast::ModExpression {
                node_index: ruff_python_ast::AtomicNodeIndex::NONE,
                range,
                body: statement.value,
            }))
        }
        other => {
            let at = other.map_or(0, |statement| statement.range().start().to_usize());
            Err(vec![text.problem(at, "an expression is expected")])
        }
    }
}
