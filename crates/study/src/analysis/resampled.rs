//! Intervals by the bootstrap: what is said of them, for plans and for ad-hoc commands alike.

use super::Context;
use super::records::diagnostic;
use crate::plan::BootstrapPlan;
use regtrial_results::DiagnosticRecord;
use regtrial_stats::StatsError;
use regtrial_stats::resampling::{BootstrapFit, BootstrapInterval};

/// The kind of interval, as readers know it.
fn name(kind: BootstrapInterval) -> &'static str {
    match kind {
        BootstrapInterval::Bca => "BCa",
        other => other.as_str(),
    }
}

/// How the intervals of a table come about: those of the first kind stand in it.
pub(super) fn note(context: &Context<'_>, plan: &BootstrapPlan) -> String {
    let kind = plan.kinds.first().copied().map_or("", name);
    let (replicates, seed) = (plan.replicates, context.study.plan().seed);
    match &plan.cluster {
        None => format!(
            "Intervals: bootstrap ({kind}), {replicates} replicates of the people within their arms, seed {seed}. \
             p by the usual method (of means Welch's test)."
        ),
        Some(column) => format!(
            "Intervals: bootstrap ({kind}), {replicates} replicates of whole clusters ({column}), seed {seed}. p by \
             the usual method, which takes people as independent."
        ),
    }
}

/// The labels of the clusters of some rows.
pub(super) fn clusters(
    context: &Context<'_>,
    column: &str,
    rows: &[usize],
) -> Result<Vec<usize>, StatsError> {
    let labels = context.data.labels(column, rows)?;
    if rows
        .iter()
        .any(|&row| !context.data.is_present(column, row))
    {
        return Err(StatsError::ColumnType {
            column: column.to_owned(),
            rule: "holds the clusters and is empty for people who have the outcome".to_owned(),
        });
    }
    Ok(super::allocation::numbered(&labels))
}

/// What is fragile about a bootstrap. How often something happened is in the head of an ad-hoc document; a plan's
/// results do not tell it, because it may tell how few people a level has.
#[must_use]
pub fn remarks(fit: &BootstrapFit, term: Option<&str>) -> Vec<DiagnosticRecord> {
    let mut found = Vec::new();
    if fit.without_value() > 0 {
        let message =
            "the estimator has no value on some replicates of the bootstrap: they are left out";
        found.push(diagnostic("bootstrap_failed", "note", term, message));
    }
    if fit.without_error() > 0 {
        let message = "some replicates of the bootstrap have no standard error: the studentised interval is of the \
                       others";
        found.push(diagnostic("bootstrap_without_error", "note", term, message));
    }
    if fit.lone > 0 {
        let message = "a stratum (or arm) with one person or cluster is the same in every replicate of the \
                       bootstrap: the intervals lack its variation; draw from larger strata";
        found.push(diagnostic("bootstrap_stratum", "warning", term, message));
    }
    found
}
