//! The trials of a manifest pooled, and what becomes of them when their totals are misread.

use super::LEVEL;
use super::manifest::{Basis, Manifest};
use crate::StudyError;
use regtrial_stats::StatsError;
use regtrial_stats::meta::effects::of_table;
use regtrial_stats::meta::tables::mantel_haenszel;
use regtrial_stats::meta::{Effect, Measure, MetaAnalysis, PooledTest};
use regtrial_stats::proportion::TwoByTwo;

/// Risk ratios of tables, with those that say nothing left out.
fn effects(tables: &[TwoByTwo]) -> Result<Vec<Effect>, StatsError> {
    let made = tables
        .iter()
        .map(|table| of_table(*table, Measure::RiskRatio));
    Ok(made
        .collect::<Result<Vec<_>, _>>()?
        .into_iter()
        .flatten()
        .collect())
}

fn summary(tables: &[TwoByTwo]) -> Result<String, StatsError> {
    let effects = effects(tables)?;
    let fit = MetaAnalysis::new(Measure::RiskRatio).fit(&effects, LEVEL)?;
    let pooled = fit.pooled;
    Ok(format!(
        "{:.2} ({:.2} to {:.2}; {} trials)",
        pooled.estimate,
        pooled.conf_low,
        pooled.conf_high,
        tables.len()
    ))
}

/// The trials pooled: all of them, and by how their counts are known.
pub(super) fn pooled(manifest: &Manifest, about: &str) -> Result<String, StudyError> {
    let failed = |error: StatsError| manifest.problem(error.to_string());
    let of = |basis: Option<Basis>| -> Vec<TwoByTwo> {
        let trials = manifest.trials.iter();
        let kept = trials.filter(|trial| basis.is_none_or(|basis| trial.basis == basis));
        kept.map(|trial| trial.table).collect()
    };
    let all = of(None);
    let analysis = MetaAnalysis {
        test: PooledTest::HartungKnapp,
        ..MetaAnalysis::new(Measure::RiskRatio)
    };
    let fit = analysis
        .fit(&effects(&all).map_err(failed)?, LEVEL)
        .map_err(failed)?;
    let direct = mantel_haenszel(&all, Measure::RiskRatio, LEVEL).map_err(failed)?;
    let mut finding = format!(
        "{about}: our {} trials give a risk ratio of {} by REML, {:.2} to {:.2} by Hartung and Knapp, {:.2} by Mantel and Haenszel; a new trial's is expected from {:.2} to {:.2}",
        all.len(),
        summary(&all).map_err(failed)?,
        fit.pooled.conf_low,
        fit.pooled.conf_high,
        direct.estimate,
        fit.prediction_low,
        fit.prediction_high
    );
    for basis in [
        Basis::Printed,
        Basis::PrintedPercentage,
        Basis::Reconstructed,
    ] {
        let tables = of(Some(basis));
        if !tables.is_empty() {
            let made = summary(&tables).map_err(failed)?;
            finding.push_str(&format!("; {}: {made}", basis.as_str()));
        }
    }
    Ok(finding)
}

/// The same trials with totals read as numbers without the event.
pub(super) fn misread(manifest: &Manifest) -> Result<String, StudyError> {
    let failed = |error: StatsError| manifest.problem(error.to_string());
    let read: Vec<TwoByTwo> = manifest.trials.iter().map(|trial| trial.table).collect();
    // A total that is taken for the number without the event makes the total that much larger.
    let misread: Vec<TwoByTwo> = read
        .iter()
        .map(|table| {
            let (treated, control) = (table.treated, table.control);
            TwoByTwo::from_counts(
                treated.events(),
                treated.events() + treated.total(),
                control.events(),
                control.events() + control.total(),
            )
        })
        .collect::<Result<_, _>>()
        .map_err(failed)?;
    Ok(format!(
        "arm totals passed where numbers without the event are expected pull a risk ratio towards 1: our trials give {} with totals read as totals, and {} misread",
        summary(&read).map_err(failed)?,
        summary(&misread).map_err(failed)?
    ))
}
