//! `[registers.*]`: extracts, what they cover, and who was looked up.

use super::section::Section;
use regtrial_outcomes::span::Span;
use regtrial_registers::JobLayout;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// One register's extract.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct RegisterPlan {
    /// Key in the plan.
    pub key: String,
    /// Layout of the files.
    pub layout: JobLayout,
    /// Files or patterns, relative to the plan.
    pub files: Vec<String>,
    /// Days the register covers.
    pub cover: Span,
    /// The linkage list: who was looked up.
    pub linked: Option<PathBuf>,
    /// Field to header, beyond the built-in header map.
    pub columns: BTreeMap<String, String>,
    /// Largest share of the people's rows that may be refused.
    pub max_refused_share: f64,
}

pub(super) fn read(root: &Section<'_>) -> Vec<RegisterPlan> {
    root.sections("registers")
        .into_iter()
        .filter_map(|(key, section)| one(key, &section))
        .collect()
}

fn one(key: String, section: &Section<'_>) -> Option<RegisterPlan> {
    let kind = section
        .required_string("kind")
        .and_then(|_| section.choice("kind", &JobLayout::NAMES));
    let files = section.string_list("files");
    if files.as_ref().is_none_or(Vec::is_empty) {
        section.problem_at(
            "files",
            "missing_key",
            format!("`{}.files` must list at least one file", section.name),
        );
    }
    let cover = section.required_section("covers").and_then(|covers| {
        let (from, to) = (covers.date("from"), covers.date("to"));
        covers.finish();
        let (from, to) = (from?, to?);
        if to < from {
            covers.problem("bad_value", covers.span.clone(), "`to` lies before `from`");
        }
        Some(Span::closed(from, to))
    });
    let plan = RegisterPlan {
        layout: kind
            .and_then(|kind| JobLayout::named(&kind))
            .unwrap_or(JobLayout::Spells),
        files: files.unwrap_or_default(),
        cover: cover.unwrap_or(Span::new(0, 0)),
        linked: section.string("linked").map(PathBuf::from),
        columns: section
            .section("columns")
            .map(|columns| columns.strings_map())
            .unwrap_or_default(),
        max_refused_share: section.fraction("max_refused_share").unwrap_or(0.0),
        key,
    };
    section.finish();
    Some(plan)
}
