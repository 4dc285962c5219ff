//! Tables: one shape for all of them, made from the records of one analysis and written in six
//! formats.

mod adjusted;
mod baseline;
mod cells;
mod comparison;
mod csv;
mod distribution;
mod excel;
mod html;
mod latex;
mod markdown;
mod model;
mod occupancy;
mod rates;
mod specification;
mod standardisation;
mod subgroups;
mod table;
mod times;
mod word;

pub(crate) use cells::{is_permutation, left};
pub(crate) use model::term_label;
pub use table::{Row, RowKind, Table};

use regtrial_results::{AnalysisKind, Released};

/// The tables of a study, in the order of its analyses. Curves are figures, not tables; an
/// analysis without records has none.
#[must_use]
pub fn tables(released: &Released) -> Vec<Table> {
    let made = released
        .catalogue()
        .analyses
        .iter()
        .filter_map(|analysis| match analysis.kind {
            AnalysisKind::Baseline => baseline::table(released, analysis),
            AnalysisKind::Comparison => comparison::table(released, analysis),
            AnalysisKind::Model => model::table(released, analysis),
            AnalysisKind::Times => times::table(released, analysis),
            AnalysisKind::Rates => rates::table(released, analysis),
            AnalysisKind::Standardisation => standardisation::table(released, analysis),
            AnalysisKind::Specification => specification::table(released, analysis),
            AnalysisKind::Subgroups => subgroups::table(released, analysis),
            AnalysisKind::Distribution => distribution::table(released, analysis),
            AnalysisKind::Occupancy => occupancy::table(released, analysis),
            _ => None,
        });
    made.filter(|table| !table.rows.is_empty())
        .map(|table| table.presented(released.catalogue()))
        .collect()
}

#[cfg(test)]
mod tests;
