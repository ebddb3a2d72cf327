//! List comprehensions, whose variables stay behind in Python 2.
//!
//! `[f(x) for x in xs]` becomes `[f(x) for t in xs if [x := t]]` when `x` is
//! read anywhere else in the program; otherwise nobody can tell.

use std::collections::{HashMap, HashSet};

use ruff_python_ast::visitor::transformer::Transformer;
use ruff_python_ast::visitor::{Visitor, walk_expr};
use ruff_python_ast::{self as ast, Expr, ExprContext, Stmt};
use ruff_text_size::Ranged;

use super::{Scope, Tree};
use crate::front::build;

impl Tree {
    pub(super) fn list_comprehension(&self, comprehension: &mut ast::ExprListComp) {
        for generator in &mut comprehension.generators {
            // Python 3 allows no assignment expression inside an iterable.
            self.sealed(|| self.visit_expr(&mut generator.iter));
            self.visit_expr(&mut generator.target);
            for condition in &mut generator.ifs {
                self.visit_expr(condition);
            }
        }
        self.visit_expr(&mut comprehension.elt);
        let open = {
            let state = self.state.borrow();
            state.sealed == 0 && state.scopes.last() != Some(&Scope::Class)
        };
        if !open {
            return;
        }
        for generator in &mut comprehension.generators {
            let mut names = Vec::new();
            target_names(&generator.target, &mut names);
            if names.iter().any(|name| self.leaking.contains(name)) {
                self.leave_behind(generator);
            }
        }
    }

    fn leave_behind(&self, generator: &mut ast::Comprehension) {
        let mut assignments = Vec::new();
        self.rename(&mut generator.target, &mut assignments);
        let range = generator.target.range();
        generator.ifs.insert(0, build::list(assignments, range));
    }

    /// Replaces the names in `target` by temporaries; `assignments` gets what
    /// assigns the names.
    fn rename(&self, target: &mut Expr, assignments: &mut Vec<Expr>) {
        match target {
            Expr::Name(name) => {
                let temporary = self.temporary();
                let range = name.range;
                let value = build::load(&temporary, range);
                assignments.push(build::named(name.id.as_str(), value, range));
                name.id = temporary.into();
            }
            Expr::Tuple(ast::ExprTuple { elts, .. }) | Expr::List(ast::ExprList { elts, .. }) => {
                for element in elts {
                    self.rename(element, assignments);
                }
            }
            _ => {}
        }
    }
}

fn target_names(target: &Expr, names: &mut Vec<String>) {
    match target {
        Expr::Name(name) => names.push(name.id.to_string()),
        Expr::Tuple(ast::ExprTuple { elts, .. }) | Expr::List(ast::ExprList { elts, .. }) => {
            for element in elts {
                target_names(element, names);
            }
        }
        _ => {}
    }
}

#[derive(Default)]
struct Reads {
    /// Names bound by the list comprehensions around us, with counts.
    bound: HashMap<String, usize>,
    /// Names read where no list comprehension binds them.
    free: HashSet<String>,
    /// The names of each list comprehension.
    groups: Vec<Vec<String>>,
}

impl<'a> Visitor<'a> for Reads {
    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Name(name) if name.ctx != ExprContext::Store => {
                let id = name.id.as_str();
                if self.bound.get(id).is_none_or(|count| *count == 0) {
                    self.free.insert(id.to_owned());
                }
            }
            Expr::ListComp(comprehension) => {
                let mut names = Vec::new();
                for generator in &comprehension.generators {
                    target_names(&generator.target, &mut names);
                }
                // The first iterable is evaluated outside.
                let mut generators = comprehension.generators.iter();
                if let Some(first) = generators.next() {
                    self.visit_expr(&first.iter);
                    self.bind(&names, true);
                    first
                        .ifs
                        .iter()
                        .for_each(|condition| self.visit_expr(condition));
                }
                for generator in generators {
                    self.visit_comprehension(generator);
                }
                self.visit_expr(&comprehension.elt);
                self.bind(&names, false);
                self.groups.push(names);
            }
            _ => walk_expr(self, expr),
        }
    }
}

impl Reads {
    fn bind(&mut self, names: &[String], inside: bool) {
        for name in names {
            let count = self.bound.entry(name.clone()).or_default();
            *count = if inside {
                *count + 1
            } else {
                count.saturating_sub(1)
            };
        }
    }
}

/// The comprehension variables that must stay behind. Variables of one
/// comprehension go together: Python 3 forbids assigning to the variable of a
/// comprehension around.
pub(super) fn leaking_names(body: &[Stmt]) -> HashSet<String> {
    let mut reads = Reads::default();
    reads.visit_body(body);
    let bound: HashSet<&String> = reads.groups.iter().flatten().collect();
    let mut leaking: HashSet<String> = reads
        .free
        .iter()
        .filter(|name| bound.contains(name))
        .cloned()
        .collect();
    loop {
        let before = leaking.len();
        for group in &reads.groups {
            if group.iter().any(|name| leaking.contains(name)) {
                leaking.extend(group.iter().cloned());
            }
        }
        if leaking.len() == before {
            return leaking;
        }
    }
}
