//! The totals of a quantity that numbers about means give away, for the rule on dominance.
//!
//! A mean gives the total of its people. The equations of a linear model give that of everyone with a
//! 1 in a column of ones and zeros, so that of each arm, once the means of the covariates are known,
//! which the table of characteristics shows. Of two windows of one endpoint, the wider with the
//! narrower gives what lies between.

use super::Context;
use crate::StudyError;
use crate::plan::{OutcomePlan, OutcomeSource};
use regtrial_outcomes::measure::Measure;
use regtrial_results::{Cells, Record, Total};
use regtrial_stats::design::Design;
use regtrial_stats::glm::Family;
use std::sync::Arc;

/// A quantity by its name, a number a row.
pub(super) type Quantity = (String, Vec<f64>);

impl Context<'_> {
    /// What some rows have of a quantity in all; of those where it is known.
    pub(super) fn total(&self, rows: &[usize], (name, values): &Quantity) -> Option<Arc<Total>> {
        let known = rows.iter().copied().filter(|&row| !values[row].is_nan());
        Total::of(name, known.map(|row| (self.number(row), values[row])))
    }
}

/// An outcome as a quantity, and what is left between it and those of which it is a part, or which are
/// a part of it. That is told by both together: it counts as shown with the less important of them.
pub(super) fn quantities(
    context: &Context<'_>,
    outcome: &OutcomePlan,
    values: &[f64],
) -> Result<Vec<Quantity>, StudyError> {
    let mut found = vec![(name(outcome).to_owned(), values.to_vec())];
    let plan = context.study.plan();
    let main = plan.analyses.first().map(|first| first.outcome.as_str());
    let mut before = true;
    for other in &plan.outcomes {
        before &= other.key != outcome.key;
        let other_is_less = match main {
            Some(main) if main == outcome.key => true,
            Some(main) if main == other.key => false,
            _ => !before,
        };
        if other.key == outcome.key
            || other_is_less
            || other.is_time()
            || context.is_binary(other)?
        {
            continue;
        }
        let of_other = context.numbers(&other.key)?;
        let (key, own) = (&other.key, &outcome.key);
        if may_hold(other, outcome) {
            found.extend(rest((key, &of_other), (own, values)));
        } else if may_hold(outcome, other) {
            found.extend(rest((own, values), (key, &of_other)));
        }
    }
    Ok(found)
}

/// A column keeps its name, so that its means among the characteristics are of the same quantity.
fn name(outcome: &OutcomePlan) -> &str {
    match &outcome.source {
        OutcomeSource::Column(column) => column,
        _ => &outcome.key,
    }
}

/// What one quantity is more than another, if nobody has more of the other.
pub(super) fn rest(
    (outer, of_outer): (&str, &[f64]),
    (inner, of_inner): (&str, &[f64]),
) -> Option<Quantity> {
    let values: Vec<f64> = of_outer.iter().zip(of_inner).map(|(a, b)| a - b).collect();
    let negative = values.iter().any(|value| *value < 0.0);
    let differs = values.iter().any(|value| *value > 0.0);
    (differs && !negative).then(|| (format!("{outer} less {inner}"), values))
}

/// Whether by the plan an outcome adds up more of the same than another. Of columns only the data
/// say it.
fn may_hold(outer: &OutcomePlan, inner: &OutcomePlan) -> bool {
    match (&outer.source, &inner.source) {
        (OutcomeSource::Derived(outer), OutcomeSource::Derived(inner)) => {
            let (wide, narrow) = (outer.window(0), inner.window(0));
            outer.endpoint == inner.endpoint
                && outer.measure == inner.measure
                && adds_up(outer.measure)
                && wide.start <= narrow.start
                && narrow.end <= wide.end
        }
        (OutcomeSource::Column(_), OutcomeSource::Column(_)) => true,
        _ => false,
    }
}

/// Whether a measure in a window is the sum of those in its parts.
fn adds_up(measure: Measure) -> bool {
    use Measure::{BedDays, Days, Months, PersonDays, Starts, Sum, Visits, Weeks};
    matches!(
        measure,
        Days | Weeks | Months | PersonDays | Sum(_) | Starts | Visits | BedDays
    )
}

/// The totals of a model's outcome.
pub(super) struct OfModel {
    totals: Vec<Arc<Total>>,
    /// Whether they are known beside the totals of all people.
    exactly: bool,
}

impl OfModel {
    /// None of a yes-or-no outcome: its counts are judged themselves.
    pub(super) fn new(
        context: &Context<'_>,
        outcome: &str,
        design: &Design,
        family: Family,
    ) -> Result<Self, StudyError> {
        let plan = context.study.plan();
        let (Some(planned), false) = (plan.outcome(outcome), family == Family::Binomial) else {
            return Ok(Self {
                totals: Vec::new(),
                exactly: true,
            });
        };
        let outcome = context.numbers(outcome)?;
        let (mut exactly, policy) = (true, context.policy());
        for (_, rows) in context.groups() {
            let left_out =
                |row: &&usize| !outcome[**row].is_nan() && design.rows.binary_search(*row).is_err();
            // Of how many people a mean is may not be known: then nothing can be subtracted from it.
            exactly &= policy.allows(rows.iter().filter(left_out).count() as u64);
        }
        let number = |row: usize| context.number(row);
        Ok(Self {
            totals: totals(design, name(planned), number),
            exactly,
        })
    }

    /// Adds them to what stands behind a number of the model.
    pub(super) fn behind(&self, cells: Cells) -> Cells {
        let totals = self.totals.iter().cloned();
        match self.exactly {
            true => cells.adding_up(totals),
            false => cells.roughly(totals),
        }
    }
}

/// The totals that the equations of a linear model give: of everyone, and on both sides of each column
/// of ones and zeros.
#[must_use]
pub fn totals(design: &Design, quantity: &str, number: impl Fn(usize) -> u64) -> Vec<Arc<Total>> {
    let of = |wanted: &dyn Fn(usize) -> bool| {
        let rows = (0..design.nobs()).filter(|&row| wanted(row));
        let people = rows.map(|row| (number(design.rows[row]), design.response[row]));
        Total::of(quantity, people)
    };
    let mut found: Vec<Arc<Total>> = of(&|_| true).into_iter().collect();
    for column in 0..design.terms.len() {
        let values = design.x.column(column);
        if values.iter().all(|value| *value == 0.0 || *value == 1.0) {
            for side in [1.0, 0.0] {
                let total = of(&|row| values[row] == side);
                found.extend(total.filter(|total| !found.contains(total)));
            }
        }
    }
    found
}

/// Adds the totals of arms to what stands behind records that compare them.
pub(super) fn add(context: &Context<'_>, quantities: &[Quantity], records: &mut [Record]) {
    let groups = context.groups();
    let of_arms = groups.iter().flat_map(|(_, rows)| {
        let of = |quantity| context.total(rows, quantity);
        quantities.iter().filter_map(of)
    });
    let totals: Vec<Arc<Total>> = of_arms.collect();
    for record in records {
        record.cells = std::mem::take(&mut record.cells).adding_up(totals.iter().cloned());
    }
}
