//! `[prices]`: an index that puts sums of money in the prices of one year.

use super::section::Section;
use std::path::PathBuf;

/// A price index as planned.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PricesPlan {
    /// A table with `year`, perhaps `month`, and `index`, relative to the plan.
    pub file: PathBuf,
    /// The year in whose prices sums are given.
    pub base: i32,
}

pub(super) fn read(root: &Section<'_>) -> Option<PricesPlan> {
    let section = root.section("prices")?;
    let file = section.required_string("file").map(PathBuf::from);
    if !section.has("base") {
        let rule = "[prices] needs `base`: the year in whose prices sums are given";
        section.problem("missing_key", section.span.clone(), rule);
    }
    let base = section.integer("base", 1900, 2200);
    section.finish();
    Some(PricesPlan {
        file: file?,
        base: base? as i32,
    })
}
