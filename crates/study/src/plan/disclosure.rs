//! `[disclosure]`: what may leave.

use super::section::Section;
use regtrial_results::{Months, Policy, Protection};
use std::path::{Path, PathBuf};

/// The policy, and the file of earlier releases.
pub(super) fn read(root: &Section<'_>, plan: &Path) -> (Policy, Option<PathBuf>) {
    let usual = Policy::default();
    let Some(section) = root.section("disclosure") else {
        return (usual, None);
    };
    let number = |key: &str, most: i64, default: u64| {
        section.integer(key, 0, most).map_or(default, |n| n as u64)
    };
    let protection = |key: &str, default: Protection| match section
        .choice(key, &["shown", "protected"])
        .as_deref()
    {
        Some("shown") => Protection::Shown,
        Some("protected") => Protection::Protected,
        _ => default,
    };
    let policy = Policy {
        minimum_count: number("minimum_count", 1_000_000, usual.minimum_count),
        rounding: number("rounding", 1_000, usual.rounding),
        missing: protection("missing", usual.missing),
        zeros: protection("zeros", usual.zeros),
        dominance: number("dominance", 1_000, usual.dominance),
        curves: match section.choice("curves", &["all", "landmarks"]).as_deref() {
            Some("landmarks") => Months::Landmarks,
            _ => usual.curves,
        },
    };
    let folder = plan.parent().unwrap_or(Path::new(""));
    let ledger = section.string("ledger").map(|file| folder.join(file));
    section.finish();
    (policy, ledger)
}
