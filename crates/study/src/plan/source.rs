//! The plan's text, and every problem found in it with its line and column.

use regtrial_registers::Problem;
use std::cell::{Cell, RefCell};
use std::ops::Range;
use std::path::Path;

/// The plan's text and the problems found in it.
pub(super) struct Source<'a> {
    path: &'a Path,
    pub(super) text: &'a str,
    problems: RefCell<Vec<(usize, Problem)>>,
    failed: Cell<bool>,
}

impl<'a> Source<'a> {
    pub(super) fn new(path: &'a Path, text: &'a str) -> Self {
        Self {
            path,
            text,
            problems: RefCell::new(Vec::new()),
            failed: Cell::new(false),
        }
    }

    pub(super) fn problem(&self, code: &'static str, span: Range<usize>, rule: impl Into<String>) {
        self.problem_with_help(code, span, rule, None);
    }

    pub(super) fn problem_with_help(
        &self,
        code: &'static str,
        span: Range<usize>,
        rule: impl Into<String>,
        help: Option<String>,
    ) {
        let before = &self.text[..span.start.min(self.text.len())];
        let line = before.matches('\n').count() as u64 + 1;
        let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
        let mut problem = Problem::new(code, self.path, rule);
        problem = problem.at_line(line).in_column(column.to_string());
        if let Some(help) = help {
            problem = problem.help(help);
        }
        self.failed.set(true);
        self.problems.borrow_mut().push((span.start, problem));
    }

    pub(super) fn failed(&self) -> bool {
        self.failed.get()
    }

    /// The problems in the order of the text.
    pub(super) fn into_problems(self) -> Vec<Problem> {
        let mut problems = self.problems.into_inner();
        problems.sort_by_key(|(at, _)| *at);
        problems.dedup();
        problems.into_iter().map(|(_, problem)| problem).collect()
    }
}
