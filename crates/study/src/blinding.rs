//! A rehearsal with the arm labels permuted: everything runs, and no number is a result.

use crate::plan::Plan;
use polars::prelude::{IdxCa, IdxSize, PolarsError};
use regtrial_registers::People;
use regtrial_stats::resampling::Draws;
use std::collections::BTreeMap;

/// What is added to the study's title.
pub(crate) const NOTICE: &str = "blind: arm labels permuted";

/// Deals the arms out again by the plan's seed: among the people, as many in each arm as before; of clusters that
/// were allotted whole among these.
pub(crate) fn permute(plan: &Plan, people: &mut People) -> Result<(), PolarsError> {
    let mut draws = Draws::new(plan.seed, 0);
    let order: Vec<IdxSize> = match crate::randomised::clusters(plan, people) {
        None => {
            let mut order: Vec<IdxSize> = (0..people.len() as IdxSize).collect();
            draws.shuffle(&mut order);
            order
        }
        Some(labels) => {
            let mut first: BTreeMap<usize, IdxSize> = BTreeMap::new();
            for (row, &label) in labels.iter().enumerate() {
                first.entry(label).or_insert(row as IdxSize);
            }
            let mut dealt: Vec<IdxSize> = first.values().copied().collect();
            draws.shuffle(&mut dealt);
            let dealt: BTreeMap<usize, IdxSize> = first.into_keys().zip(dealt).collect();
            labels.iter().map(|label| dealt[label]).collect()
        }
    };
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
