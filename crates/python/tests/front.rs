//! The front end by itself: what it refuses and where, what it finds in a
//! program, which dialect it chooses, and that nothing makes it panic.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

#[path = "support/programs.rs"]
mod programs;

use std::fs;
use std::path::Path;

use durward_python::front::{
    self, Compiled, Dialect, MAX_NESTING, MAX_OPERATORS, MAX_SOURCE_BYTES, Problem, Source,
};
use programs::run;
use proptest::prelude::{ProptestConfig, any, prop, prop_assert, proptest};
use proptest::sample::Index;

fn compile(text: &str) -> Result<Compiled, Vec<Problem>> {
    front::compile(&Source {
        name: "script.py",
        text,
        dialect: None,
    })
}

/// Line and column of the first problem.
fn place(text: &str) -> (usize, usize) {
    let problem = compile(text)
        .expect_err("the program is wrong")
        .swap_remove(0);
    let ours = problem.message.contains("__durward") && !text.contains("__durward");
    assert!(!ours, "{}", problem.message);
    (problem.line, problem.column)
}

fn dialect(text: &str) -> Dialect {
    front::dialect_of(text)
}

const REGISTRATION: &str = "\
from io.jans.model.custom.script.type.client import ClientRegistrationType
from io.jans.as.server.service import ScopeService, OtherService
import java.util.HashMap as Map, sys
try:
    import simplejson as json
except ImportError:
    import json

class ClientRegistration(ClientRegistrationType):
    def __init__(self, currentTimeMillis):
        self.currentTimeMillis = currentTimeMillis

    def init(self, customScript, configurationAttributes):
        print \"starting\"
        return True

    @staticmethod
    def helper(a, b=1, *rest):
        import uuid
        return a
";

#[test]
fn imports_and_classes_are_found() {
    let compiled = compile(REGISTRATION).unwrap();
    let modules: Vec<(&str, usize, bool)> = compiled
        .imports
        .iter()
        .map(|import| (import.module.as_str(), import.line, import.guarded))
        .collect();
    assert_eq!(
        modules,
        [
            ("io.jans.model.custom.script.type.client", 1, false),
            ("io.jans.as.server.service", 2, false),
            ("java.util.HashMap", 3, false),
            ("sys", 3, false),
            ("simplejson", 5, true),
            ("json", 7, false),
            ("uuid", 19, false),
        ]
    );
    assert_eq!(compiled.imports[1].names, ["ScopeService", "OtherService"]);
    assert_eq!(compiled.imports[2].asname.as_deref(), Some("Map"));
    assert_eq!(
        (compiled.imports[3].column, compiled.imports[4].column),
        (34, 12)
    );
    let class = &compiled.classes[0];
    assert_eq!(
        (class.name.as_str(), class.line, class.column),
        ("ClientRegistration", 9, 7)
    );
    assert_eq!(class.bases, ["ClientRegistrationType"]);
    let methods: Vec<(&str, usize, Option<usize>, usize)> = class
        .methods
        .iter()
        .map(|m| (m.name.as_str(), m.positional_min, m.positional_max, m.line))
        .collect();
    assert_eq!(
        methods,
        [
            ("__init__", 1, Some(1), 10),
            ("init", 2, Some(2), 13),
            ("helper", 1, None, 18),
        ]
    );
}

#[test]
fn keywords_after_a_dot_keep_their_names() {
    let text = "from a.as.in import x\nclass K: pass\nk = K()\nk.from = 5\nprint k.from, sorted(k.__dict__)";
    let compiled = compile(text).unwrap();
    assert_eq!(compiled.imports[0].module, "a.as.in");
    let text = text.replacen("from a.as.in import x", "pass", 1);
    assert_eq!(run("k.py", &text, None), "5 ['from']\n");
    assert_eq!(
        run(
            "k.py",
            "class K:\n    pass\nk = K()\nk.is = f'{6}'\nprint(k.is, k.__dict__)\n",
            None
        ),
        "6 {'is': '6'}\n"
    );
}

#[test]
fn problems_stand_where_the_author_wrote_them() {
    assert_eq!(place("x = 1\nprint \"a\", (1\n"), (2, 12));
    assert_eq!(place("if True:\n\tprint \"tab\", 1 2\n"), (2, 17));
    assert_eq!(place("print 'é', 089\n"), (1, 12));
    assert_eq!(place("\u{feff}print 'x\r\n"), (1, 7));
    assert_eq!(place("a = 1\r\nb = 0777 0777\r\n"), (2, 10));
    assert_eq!(place("raise ValueError, 'x', 1, 2\n"), (1, 7));
    assert_eq!(place("print a=1\n"), (1, 8));
    assert_eq!(place("print >>f, *x\n").0, 1);
    assert_eq!(place("x = `1\n"), (1, 5));
    assert_eq!(place("def f():\n    return 1\nprint 1\nreturn 2\n"), (4, 1));
    assert_eq!(place("__durward_x = 1\n"), (1, 1));
    // Neither, and it looks like Python 3.
    assert_eq!(place("x = f'{1}' + 1L\n"), (1, 15));
    assert_eq!(place("try:\n    pass\nexcept A, 5:\n    pass\n"), (3, 11));
    assert_eq!(place("x = '\0'\n"), (1, 6));
    assert_eq!(place("exec\n"), (1, 1));
}

#[test]
fn limits_are_problems() {
    let message = |text: &str| {
        compile(text)
            .expect_err("over a limit")
            .swap_remove(0)
            .message
    };
    assert!(message(&"#".repeat(MAX_SOURCE_BYTES + 1)).contains("larger"));
    let brackets =
        |open: &str, close: &str, n| format!("x = {}{}", open.repeat(n), close.repeat(n));
    assert!(message(&brackets("[", "]", MAX_NESTING + 1)).contains("brackets"));
    assert!(compile(&brackets("[", "]", MAX_NESTING - 10)).is_ok());
    for chain in [
        "+1",
        ".a",
        "()",
        "[0]",
        " or 1",
        "**1",
        " if 1 else 1",
        ",lambda:lambda:1",
    ] {
        let text = format!("x = 1{}", chain.repeat(200_000 / chain.len()));
        assert!(compile(&text).is_err() || chain.starts_with(','), "{chain}");
    }
    for prefix in ["-", "not ", "lambda:", "~"] {
        let text = format!("x = {}1", prefix.repeat(MAX_OPERATORS * 5));
        assert!(message(&text).contains("operators"), "{prefix}");
        let text = format!("x = {}1", prefix.repeat(300));
        assert!(compile(&text).is_ok(), "{prefix}");
    }
    let sum = format!("f'{{1{}}}'", "+1".repeat(100_000));
    assert!(message(&sum).contains("operators"));
    let blocks: Vec<String> = (0..150)
        .map(|n| format!("{}if 1:\n", " ".repeat(n)))
        .collect();
    assert!(message(&blocks.concat()).contains("blocks"));
    let long = "'x' + ".repeat(400);
    assert!(compile(&format!("x = {long}''")).is_ok());
    let elifs = format!("if 0: pass\n{}", "elif 0: pass\n".repeat(20_000));
    let _ = compile(&elifs);
}

#[test]
fn a_text_that_is_neither_is_told_off_as_what_it_looks_like() {
    let message = |text: &str| compile(text).unwrap_err().remove(0);
    let modern = message("def f(a: int) -> int:\n    return a +\n");
    assert_eq!((modern.line, modern.column), (2, 15), "{modern:?}");
    assert!(!modern.message.contains("Python 2"), "{modern:?}");
    let old = message("print 'a'\nx = (1\n");
    assert_eq!(old.line, 2, "{old:?}");
}

#[test]
fn the_dialect_is_chosen_by_the_text() {
    for text in [
        "",
        "x = 1",
        "print 'a'",
        "print('a')",
        "print(('a', 'b'))",
        "except_ = 1",
        "x = {1, 2}",
        "class A: pass",
        "def f(a, b=1, *c, **d): return a",
        "x = {k: 1 for k in 'ab'}",
        "from __future__ import print_function\nprint('a', 'b', sep='')",
        "try:\n  pass\nexcept A, B:\n  pass",
        "x = 0777",
        "with a as b: pass",
        "raise A('x')",
        "import io.jans.as.x",
        "x = b'a'",
        "x = (",
        "print f",
        "x = 5 if y else 6",
    ] {
        assert_eq!(dialect(text), Dialect::Python2, "{text}");
    }
    for text in [
        "x = f'{y}'",
        "def f():\n  x = 1\n  def g():\n    nonlocal x",
        "def f(a: int): pass",
        "def f() -> int: pass",
        "x: int = 1",
        "if (x := 1): pass",
        "async def f(): pass",
        "try:\n  pass\nexcept A as e:\n  raise B from e",
        "def f(*, a): pass",
        "def f(a, /): pass",
        "class A(B):\n  def f(self):\n    super().f()",
        "print('a', 'b')",
        "print('a', end='')",
        "x = a @ b",
        "a, *b = c",
        "try:\n  pass\nexcept* A:\n  pass",
        "match x:\n  case 1: pass",
        "from __future__ import annotations",
        "def f():\n  yield from g()",
        "class A(metaclass=M): pass",
        // These compile as neither, and are meant as the one.
        "print f'{x}'",
        "def f() -> int:\n  return (",
        "import io.jans.as.x\nx = f'{y}'",
    ] {
        assert_eq!(dialect(text), Dialect::Python3, "{text}");
    }
    assert_eq!(dialect("# durward: python=3\nx = 1"), Dialect::Python3);
    assert_eq!(
        dialect("#!x\n#  durward:  python = 2\nx = f'{y}'"),
        Dialect::Python2
    );
    assert_eq!(dialect("\n\n# durward: python=3\nx = 1"), Dialect::Python2);
    let source = Source {
        name: "x",
        text: "x = 7 / 2",
        dialect: Some(Dialect::Python3),
    };
    assert_eq!(front::compile(&source).unwrap().dialect, Dialect::Python3);
    assert_eq!(Dialect::parse("auto"), None);
}

#[test]
fn python_3_runs_as_it_is() {
    let text = "def f(*, n): return n / 2\nprint(f(n=7), [x for x in {}.keys()], type(b'x').__name__)\n\
                x = 'kept'\n[x for x in 'ab']\nprint(x, str(1.1 * 3), sep='|')\n";
    assert_eq!(
        run("p.py", text, None),
        "3.5 [] bytes\nkept|3.3000000000000003\n"
    );
}

#[test]
fn standard_modules_keep_python_3_semantics() {
    let text = "import _durward_py2.json, _durward_py2\nimport decimal, fractions\n\
                print decimal.Decimal(7) / 2, fractions.Fraction(7, 2), fractions.Fraction(1) / 3, 7 / 2\n";
    assert_eq!(run("p.py", text, Some(Dialect::Python2)), "3.5 7/2 1/3 3\n");
}

#[test]
fn the_page_lists_every_difference() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = fs::read_to_string(root.join("../../docs/compatibility/python2.md")).unwrap();
    for entry in fs::read_dir(root.join("tests/corpus")).unwrap() {
        let path = entry.unwrap().path();
        if path
            .extension()
            .is_some_and(|extension| extension == "expected-difference")
        {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            assert!(
                page.contains(&format!("`{name}`")),
                "{name} is not on the page"
            );
        }
    }
}

fn corpus() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    let mut programs: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "py"))
        .collect();
    programs.sort();
    programs
        .iter()
        .map(|path| fs::read_to_string(path).unwrap())
        .collect()
}

/// Compiles `text` in every way; problems must lie inside the text.
fn survive(text: &str) {
    let lines = text
        .replace("\r\n", "\n")
        .replace('\r', "\n")
        .matches('\n')
        .count()
        + 1;
    for dialect in [None, Some(Dialect::Python2), Some(Dialect::Python3)] {
        let source = Source {
            name: "any.py",
            text,
            dialect,
        };
        if let Err(problems) = front::compile(&source) {
            assert!(!problems.is_empty());
            for problem in problems {
                assert!(
                    problem.line >= 1 && problem.line <= lines,
                    "{problem:?} of {lines}"
                );
                assert!(
                    problem.column >= 1 && !problem.message.is_empty(),
                    "{problem:?}"
                );
            }
        }
    }
    let _ = front::compile_as(
        &Source {
            name: "any.py",
            text,
            dialect: None,
        },
        front::Shape::Expression,
    );
}

const FRAGMENTS: [&str; 40] = [
    "print ",
    "exec ",
    "raise ",
    "except ",
    "lambda (a, b): ",
    "def f((a, b)):",
    "`",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ":",
    ";",
    ",",
    "\n",
    "\r",
    "\t",
    "\\\n",
    "'",
    "\"\"\"",
    "ur'",
    "b\"",
    "0777",
    "10L",
    "<>",
    ">>",
    "in ",
    ".as",
    " as ",
    "é",
    "\u{2028}",
    "\0",
    "#",
    "@",
    "=",
    "...",
    "f'{",
    "__durward_",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_text_makes_it_panic(text in any::<String>()) {
        survive(&text);
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        survive(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn no_fragments_make_it_panic(picks in prop::collection::vec(any::<Index>(), 0..60)) {
        let text: String = picks.iter().map(|pick| FRAGMENTS[pick.index(FRAGMENTS.len())]).collect();
        survive(&text);
    }

    #[test]
    fn no_mutation_makes_it_panic(
        program in any::<Index>(),
        changes in prop::collection::vec((any::<Index>(), any::<Index>(), 0_u8..3), 1..6),
    ) {
        let programs = corpus();
        let mut characters: Vec<char> = programs[program.index(programs.len())].chars().collect();
        for (place, pick, kind) in changes {
            let at = place.index(characters.len() + 1);
            let fragment = FRAGMENTS[pick.index(FRAGMENTS.len())].chars();
            let end = if kind == 0 { at } else { (at + usize::from(kind) * 3).min(characters.len()) };
            characters.splice(at..end, fragment);
        }
        survive(&characters.into_iter().collect::<String>());
    }

    #[test]
    fn an_error_keeps_its_line(program in any::<Index>(), blank in 0_usize..5) {
        let programs = corpus();
        let text = &programs[program.index(programs.len())];
        let compiles = front::compile(&Source { name: "x", text, dialect: Some(Dialect::Python2) }).is_ok();
        let wrong = format!("{text}{}x = = 1\n", "\n".repeat(blank));
        let problems = front::compile(&Source { name: "x", text: &wrong, dialect: Some(Dialect::Python2) })
            .expect_err("the last line is wrong");
        let last = wrong.matches('\n').count();
        prop_assert!(!compiles || problems[0].line == last, "{:?} {}", problems, last);
    }
}

#[test]
fn errors_are_raised_on_the_authors_lines() {
    let text = "# coding: utf-8\r\ndef f((a, b)):\r\n\tprint >>None, `a`, 0777, ur'x'\r\n\treturn a / b\r\n\r\n\r\ntry:\r\n\tf((1, 0))\r\nexcept KeyError, e: pass\r\n";
    let output = run("lines.py", text, None);
    assert_eq!(
        output,
        "1 511 x\nTraceback (most recent call last):\n  File \"lines.py\", line 8, in <module>\n  \
         File \"lines.py\", line 4, in f\nZeroDivisionError: integer division or modulo by zero\n"
    );
}

#[test]
fn the_seed_scripts_compile() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/seeds/scripts");
    let Ok(entries) = fs::read_dir(folder) else {
        println!("skipped the_seed_scripts_compile: ../shared/seeds is not there");
        return;
    };
    for entry in entries {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "py") {
            let text = fs::read_to_string(&path).unwrap();
            let compiled =
                compile(&text).unwrap_or_else(|problems| panic!("{path:?} {problems:?}"));
            assert_eq!(compiled.dialect, Dialect::Python2);
            assert!(!compiled.classes.is_empty());
        }
    }
}

#[test]
fn the_passes_have_the_stack_for_the_limits() {
    for part in [
        "-",
        "not ",
        "lambda:",
        "1+",
        "1**",
        "1 if 1 else ",
        "x.a+",
        "`1`+",
        "1<",
    ] {
        for brackets in [0, 100, MAX_NESTING - 5] {
            for count in [500, MAX_OPERATORS - 1] {
                let (open, close) = ("(".repeat(brackets), ")".repeat(brackets));
                survive(&format!(
                    "def f():\n  return {open}{}1{close}\n",
                    part.repeat(count)
                ));
            }
        }
    }
}
