//! Two arms compared within strata.

use super::contrasts::OutcomeType;
use regtrial_results::Cells;
use regtrial_stats::proportion::stratified::{self, Stratified};
use regtrial_stats::proportion::{Proportion, TwoByTwo};
use regtrial_stats::two_samples::stratified::StratifiedSamples;
use regtrial_stats::{ConfidenceLevel, Estimate, StatsError};
use std::collections::BTreeMap;

/// What comparing two arms within strata gives.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct WithinStrata {
    /// Every stratified estimate and test.
    pub estimates: Vec<Estimate>,
    /// The strata left out because one of the arms has nobody there.
    pub left_out: Vec<String>,
    /// People in the strata that are used.
    pub people: u64,
    /// The counts behind the estimates, over these strata together.
    pub cells: Cells,
}

/// Compares people given as stratum and outcome.
///
/// # Errors
/// Values that the type excludes, or no stratum with people of both arms.
pub fn within_strata(
    kind: OutcomeType,
    treated: &[(&str, f64)],
    control: &[(&str, f64)],
    level: ConfidenceLevel,
) -> Result<WithinStrata, StatsError> {
    match kind {
        OutcomeType::Binary => events_within_strata(treated, control, level),
        _ => values_within_strata(kind, treated, control, level),
    }
}

/// Compares a quantity or a count.
fn values_within_strata(
    kind: OutcomeType,
    treated: &[(&str, f64)],
    control: &[(&str, f64)],
    level: ConfidenceLevel,
) -> Result<WithinStrata, StatsError> {
    let mut strata: BTreeMap<&str, (Vec<f64>, Vec<f64>)> = BTreeMap::new();
    for (stratum, value) in treated {
        strata.entry(stratum).or_default().0.push(*value);
    }
    for (stratum, value) in control {
        strata.entry(stratum).or_default().1.push(*value);
    }
    let (used, left_out): (Vec<_>, Vec<_>) = strata
        .into_iter()
        .partition(|(_, (x, y))| !x.is_empty() && !y.is_empty());
    let used: Vec<(Vec<f64>, Vec<f64>)> = used.into_iter().map(|(_, arms)| arms).collect();
    let size = |arm: fn(&(Vec<f64>, Vec<f64>)) -> usize| used.iter().map(arm).sum::<usize>() as u64;
    let sizes = [size(|arms| arms.0.len()), size(|arms| arms.1.len())];
    let (mut x, mut y) = (Vec::new(), Vec::new());
    for (own, other) in &used {
        x.extend_from_slice(own);
        y.extend_from_slice(other);
    }
    let cells = Cells::counts(sizes).contributions(&x).contributions(&y);
    let samples = StratifiedSamples::new(used)?;
    let mut estimates = vec![
        samples.student(level),
        samples.welch(level),
        samples.van_elteren(),
    ];
    if kind == OutcomeType::Count {
        estimates.insert(0, samples.rate_ratio(level));
    }
    Ok(WithinStrata {
        estimates,
        left_out: left_out
            .into_iter()
            .map(|(name, _)| name.to_owned())
            .collect(),
        people: sizes.iter().sum(),
        cells,
    })
}

/// Compares people given as stratum and outcome (0 or 1).
///
/// # Errors
/// Values other than 0 and 1, or no stratum with people of both arms.
fn events_within_strata(
    treated: &[(&str, f64)],
    control: &[(&str, f64)],
    level: ConfidenceLevel,
) -> Result<WithinStrata, StatsError> {
    let people = || treated.iter().chain(control);
    if people().any(|(_, value)| *value != 0.0 && *value != 1.0) {
        return Err(StatsError::OutcomeRange {
            outcome: "outcome".to_owned(),
            expected: "0 or 1 to be compared within strata",
        });
    }
    let mut strata: BTreeMap<&str, [(u64, u64); 2]> = BTreeMap::new();
    for (arm, rows) in [treated, control].into_iter().enumerate() {
        for (stratum, value) in rows {
            let (events, total) = &mut strata.entry(stratum).or_default()[arm];
            *events += *value as u64;
            *total += 1;
        }
    }
    let (mut tables, mut left_out) = (Vec::new(), Vec::new());
    let mut sums = [(0, 0); 2];
    for (name, arms) in strata {
        if arms.iter().any(|(_, total)| *total == 0) {
            left_out.push(name.to_owned());
            continue;
        }
        let group = |arm: usize| Proportion::new(arms[arm].0, arms[arm].1);
        tables.push(TwoByTwo::new(group(0)?, group(1)?));
        for (sum, own) in sums.iter_mut().zip(arms) {
            sum.0 += own.0;
            sum.1 += own.1;
        }
    }
    let estimates = stratified::all(&Stratified::new(tables)?, level);
    let counts: Vec<u64> = sums
        .iter()
        .flat_map(|(events, total)| [*events, total - events])
        .collect();
    Ok(WithinStrata {
        estimates,
        left_out,
        people: sums.iter().map(|(_, total)| total).sum(),
        cells: Cells::counts(counts),
    })
}
