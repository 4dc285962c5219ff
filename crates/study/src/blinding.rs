//! A rehearsal with the arm labels permuted: everything runs, and no number is a result.

use crate::plan::Plan;
use polars::prelude::{IdxCa, IdxSize, PolarsError};
use regtrial_registers::People;
use regtrial_stats::resampling::Draws;

/// What is added to the study's title.
pub(crate) const NOTICE: &str = "blind: arm labels permuted";

/// Deals the arms out again among the people, by the plan's seed: as many in each arm as before.
pub(crate) fn permute(plan: &Plan, people: &mut People) -> Result<(), PolarsError> {
    let mut order: Vec<IdxSize> = (0..people.len() as IdxSize).collect();
    Draws::new(plan.seed, 0).shuffle(&mut order);
    if people.arm.len() == order.len() {
        people.arm = order.iter().map(|&at| people.arm[at as usize]).collect();
    }
    if let Some((column, _)) = &plan.people.arm {
        let rows = IdxCa::from_vec("rows".into(), order);
        let permuted = people.frame.column(column)?.take(&rows)?;
        people.frame.with_column(permuted)?;
    }
    Ok(())
}
