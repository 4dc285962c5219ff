//! A table of study.toml that knows which of its keys were asked for.

mod lists;
mod tables;
mod values;

use super::source::Source;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A table of the plan.
pub(super) struct Section<'a> {
    source: &'a Source<'a>,
    /// `outcomes.employed_18m`, for messages.
    pub(super) name: String,
    table: &'a DeTable<'a>,
    pub(super) span: Range<usize>,
    used: RefCell<BTreeSet<String>>,
}

impl<'a> Section<'a> {
    pub(super) fn new(
        source: &'a Source<'a>,
        name: String,
        table: &'a DeTable<'a>,
        span: Range<usize>,
    ) -> Self {
        Self {
            source,
            name,
            table,
            span,
            used: RefCell::default(),
        }
    }

    fn get(&self, key: &str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.used.borrow_mut().insert(key.to_owned());
        self.table
            .iter()
            .find(|(name, _)| name.get_ref() == key)
            .map(|(_, value)| value)
    }

    fn child_name(&self, key: &str) -> String {
        if self.name.is_empty() {
            key.to_owned()
        } else {
            format!("{}.{key}", self.name)
        }
    }

    pub(super) fn problem(&self, code: &'static str, span: Range<usize>, rule: impl Into<String>) {
        self.source.problem(code, span, rule);
    }

    /// A problem at a key, or at the section if the key is absent.
    pub(super) fn problem_at(&self, key: &str, code: &'static str, rule: impl Into<String>) {
        let span = self.get(key).map_or(self.span.clone(), Spanned::span);
        self.source.problem(code, span, rule);
    }

    /// A problem with what can be done about it.
    pub(super) fn problem_with_help(
        &self,
        code: &'static str,
        span: Range<usize>,
        rule: impl Into<String>,
        help: &str,
    ) {
        let help = Some(help.to_owned());
        self.source.problem_with_help(code, span, rule, help);
    }

    /// The same at a key, or at the section if the key is absent.
    pub(super) fn problem_at_with_help(
        &self,
        key: &str,
        code: &'static str,
        rule: impl Into<String>,
        help: &str,
    ) {
        let span = self.get(key).map_or(self.span.clone(), Spanned::span);
        self.problem_with_help(code, span, rule, help);
    }

    fn wrong_type(&self, key: &str, value: &Spanned<DeValue<'_>>, wanted: &str) {
        let found = value.get_ref().type_str();
        let rule = format!("`{}` must be {wanted}, not {found}", self.child_name(key));
        self.source.problem("wrong_type", value.span(), rule);
    }

    /// Whether it holds no key.
    pub(super) fn is_empty(&self) -> bool {
        self.table.is_empty()
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    fn require(&self, key: &str) {
        if self.get(key).is_none() {
            let rule = format!("`{}` is missing", self.child_name(key));
            self.source.problem("missing_key", self.span.clone(), rule);
        }
    }

    /// Takes every key as read: what they mean depends on another one, which is wrong.
    pub(super) fn use_all(&self) {
        for (key, _) in self.table {
            self.used.borrow_mut().insert(key.get_ref().to_string());
        }
    }

    /// The line on which the section starts.
    pub(super) fn line(&self) -> u64 {
        let before = &self.source.text[..self.span.start.min(self.source.text.len())];
        before.matches('\n').count() as u64 + 1
    }

    /// A reference to something named elsewhere in the plan.
    pub(super) fn unknown_reference(
        &self,
        what: &str,
        name: &str,
        span: Range<usize>,
        known: &[&str],
    ) {
        let rule = format!("there is no {what} `{name}` in this plan");
        let help = if known.is_empty() {
            format!("the plan declares no {what}")
        } else {
            format!("declared: {}", known.join(", "))
        };
        self.source
            .problem_with_help("unknown_reference", span, rule, Some(help));
    }

    /// Reports every key that nobody asked for.
    pub(super) fn finish(&self) {
        let used = self.used.borrow();
        for (key, _) in self
            .table
            .iter()
            .filter(|(key, _)| !used.contains(key.get_ref().as_ref()))
        {
            let place = if self.name.is_empty() {
                "the plan".to_owned()
            } else {
                format!("[{}]", self.name)
            };
            let rule = format!("unknown key `{}` in {place}", key.get_ref());
            let known: Vec<&str> = used.iter().map(String::as_str).collect();
            let help = format!("known here: {}", known.join(", "));
            self.source
                .problem_with_help("unknown_key", key.span(), rule, Some(help));
        }
    }
}
