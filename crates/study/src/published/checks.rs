//! Whether printed numbers fit together.

use super::manifest::Manifest;
use super::pooled::{misread, pooled};
use super::recompute::counts;
use super::{Finding, LEVEL, Verdict, digits};
use crate::StudyError;
use regtrial_stats::StatsError;
use regtrial_stats::consistency::{
    Arm, EffectMeasure, Printed, PrintedEffect, PrintedModel, percentage, shares,
};
use regtrial_stats::proportion::{Proportion, TwoByTwo};
use serde::Deserialize;

/// A check as a manifest asks for it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub(super) enum Check {
    /// Whether a percentage has a count among some totals.
    Denominator {
        label: String,
        printed: String,
        /// First and last total.
        totals: [u64; 2],
    },
    /// Whether a model's chi-squared and R-squared belong to a number of people.
    Model {
        label: String,
        chi_squared: String,
        mcfadden: String,
        cox_snell: String,
        nagelkerke: String,
        percentage: String,
        n: u64,
        totals: [u64; 2],
    },
    /// Whether some table has a printed effect with its limits.
    Table {
        label: String,
        effect: PrintedMeasure,
        estimate: String,
        limits: Option<[String; 2]>,
        treated: PrintedArm,
        control: PrintedArm,
    },
    /// Whether a printed difference is one of percentage points or relative.
    Relative {
        label: String,
        printed: String,
        treated: String,
        control: String,
    },
    /// The manifest's trials pooled: all of them, and by how their counts are known.
    Pooled { label: String, about: String },
    /// The same trials with totals read as numbers without the event.
    TotalsMisread { label: String },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum PrintedMeasure {
    RiskRatio,
    OddsRatio,
    PercentagePoints,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PrintedArm {
    totals: [u64; 2],
    percentage: Option<String>,
}

pub(super) fn check(manifest: &Manifest, check: &Check) -> Result<Finding, StudyError> {
    let (label, (fits, finding)) = match check {
        Check::Denominator {
            label,
            printed,
            totals,
        } => (label, denominator(manifest, printed, *totals)?),
        Check::Model { label, .. } => (label, model(manifest, check)?),
        Check::Table { label, .. } => (label, table(manifest, check)?),
        Check::Relative {
            label,
            printed,
            treated,
            control,
        } => (label, relative(manifest, [printed, treated, control])?),
        Check::Pooled { label, about } => (label, (true, pooled(manifest, about)?)),
        Check::TotalsMisread { label } => (label, (false, misread(manifest)?)),
    };
    Ok(Finding {
        label: label.clone(),
        verdict: if fits {
            Verdict::Agrees
        } else {
            Verdict::DoesNotFit
        },
        finding,
    })
}

/// Some of many, in words.
fn listed(items: &[String], most: usize) -> String {
    let shown = items
        .iter()
        .take(most)
        .cloned()
        .collect::<Vec<_>>()
        .join(", ");
    match items.len().saturating_sub(most) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

fn denominator(
    manifest: &Manifest,
    text: &str,
    [from, to]: [u64; 2],
) -> Result<(bool, String), StudyError> {
    let failed = |error: StatsError| manifest.problem(error.to_string());
    let printed = digits(manifest, text)?;
    let found = percentage::among(printed, from..=to).map_err(failed)?;
    let range = if from == to {
        format!("{from} people")
    } else {
        format!("a denominator from {from} to {to}")
    };
    if !found.is_empty() {
        let found: Vec<String> = found.iter().map(|p| counts(*p)).collect();
        return Ok((
            true,
            format!("{text} % of {range} can be {}", listed(&found, 6)),
        ));
    }
    let near = percentage::nearest(printed, to).map_err(failed)?;
    let decimals = printed.decimals() as usize + 1;
    let mut finding = format!(
        "no count gives {text} % with {range}: the nearest, {}, is {:.decimals$} %",
        counts(near),
        100.0 * near.risk()
    );
    // The nearest totals outside that can.
    let below = (1..from).rev().find_map(|n| one(printed, n));
    let above = (to + 1..to + 1000).find_map(|n| one(printed, n));
    let outside: Vec<String> = below.into_iter().chain(above).map(counts).collect();
    if !outside.is_empty() {
        finding.push_str(&format!("; {} would", outside.join(" or ")));
    }
    Ok((false, finding))
}

fn one(printed: Printed, total: u64) -> Option<Proportion> {
    percentage::counts(printed, total).ok()?.into_iter().next()
}

fn model(manifest: &Manifest, check: &Check) -> Result<(bool, String), StudyError> {
    let Check::Model {
        chi_squared,
        mcfadden,
        cox_snell,
        nagelkerke,
        percentage: share,
        n,
        totals,
        ..
    } = check
    else {
        return Err(manifest.problem("is no check of a model"));
    };
    let failed = |error: StatsError| manifest.problem(error.to_string());
    let share = digits(manifest, share)?;
    let printed = PrintedModel {
        chi_squared: digits(manifest, chi_squared)?,
        mcfadden: Some(digits(manifest, mcfadden)?),
        cox_snell: Some(digits(manifest, cox_snell)?),
        nagelkerke: Some(digits(manifest, nagelkerke)?),
        percentage: Some(share),
    };
    let at = percentage::counts(share, *n).map_err(failed)?;
    let made: Vec<String> = at
        .iter()
        .map(|people| {
            let found = shares(printed.chi_squared.value(), *people);
            format!(
                "{:.3} / {:.3} / {:.3} with {}",
                found.mcfadden,
                found.cox_snell,
                found.nagelkerke,
                counts(*people)
            )
        })
        .collect();
    let fits = at.iter().any(|people| printed.fits(*people));
    let people = printed.people(totals[0]..=totals[1]).map_err(failed)?;
    let hold = match (people.first(), people.last()) {
        (Some(first), Some(last)) => format!(
            "all three hold together only for {} to {} complete cases (looked at: {} to {}, {share} % with the event), so some people were left out",
            first.total(),
            last.total(),
            totals[0],
            totals[1]
        ),
        _ => format!(
            "all three hold for no n from {} to {}",
            totals[0], totals[1]
        ),
    };
    let finding = format!(
        "chi-squared {chi_squared} and R-squared {mcfadden} / {cox_snell} / {nagelkerke}: n = {n} gives {}; {hold}",
        made.join(", ")
    );
    Ok((fits, finding))
}

fn table(manifest: &Manifest, check: &Check) -> Result<(bool, String), StudyError> {
    let Check::Table {
        effect,
        estimate,
        limits,
        treated,
        control,
        ..
    } = check
    else {
        return Err(manifest.problem("is no check of a table"));
    };
    let failed = |error: StatsError| manifest.problem(error.to_string());
    let arm = |printed: &PrintedArm| -> Result<Arm, StudyError> {
        let mut arm = Arm::of(printed.totals[0]);
        arm.totals = printed.totals[0]..=printed.totals[1];
        if let Some(text) = &printed.percentage {
            arm.percentage = Some(digits(manifest, text)?);
        }
        Ok(arm)
    };
    let (treated, control) = (arm(treated)?, arm(control)?);
    let limit = |i: usize| -> Result<Option<Printed>, StudyError> {
        limits
            .as_ref()
            .map(|both| digits(manifest, &both[i]))
            .transpose()
    };
    let printed = PrintedEffect {
        measure: match effect {
            PrintedMeasure::RiskRatio => EffectMeasure::RiskRatio,
            PrintedMeasure::OddsRatio => EffectMeasure::OddsRatio,
            PrintedMeasure::PercentagePoints => EffectMeasure::PercentagePoints,
        },
        estimate: digits(manifest, estimate)?,
        conf_low: limit(0)?,
        conf_high: limit(1)?,
        level: LEVEL,
    };
    let words = match limits {
        Some([low, high]) => format!("{estimate} ({low} to {high})"),
        None => estimate.clone(),
    };
    let found = printed.tables(&treated, &control).map_err(failed)?;
    if !found.is_empty() {
        let finding = format!("{words} can be {}", tables(&found));
        return Ok((true, finding));
    }
    let mut finding = format!("no table gives {words} in these arms");
    for (name, without) in [
        (
            "lower limit",
            PrintedEffect {
                conf_low: None,
                ..printed
            },
        ),
        (
            "upper limit",
            PrintedEffect {
                conf_high: None,
                ..printed
            },
        ),
        (
            "limits",
            PrintedEffect {
                conf_low: None,
                conf_high: None,
                ..printed
            },
        ),
    ] {
        let found = without.tables(&treated, &control).map_err(failed)?;
        if let Some(first) = found.first() {
            let ours = printed.of(*first);
            finding.push_str(&format!(
                "; without the {name} it is {}, whose limits are {:.3} and {:.3}",
                tables(&found),
                ours.conf_low,
                ours.conf_high
            ));
            break;
        }
    }
    Ok((false, finding))
}

fn tables(found: &[TwoByTwo]) -> String {
    let each: Vec<String> = found
        .iter()
        .map(|table| {
            format!(
                "{} against {}",
                counts(table.treated),
                counts(table.control)
            )
        })
        .collect();
    let only = if found.len() == 1 { " alone" } else { "" };
    listed(&each, 5) + only
}

fn relative(
    manifest: &Manifest,
    [text, treated, control]: [&String; 3],
) -> Result<(bool, String), StudyError> {
    let printed = digits(manifest, text)?;
    let (treated, control) = (digits(manifest, treated)?, digits(manifest, control)?);
    let points = treated.value() - control.value();
    let excess = 100.0 * (treated.value() / control.value() - 1.0);
    let fits = printed.is_of(points);
    let finding = format!(
        "{text} % more is relative: {treated} % against {control} % is {:.2} times as much ({excess:.1} % more), and {points:.1} percentage points absolute",
        treated.value() / control.value()
    );
    Ok((fits, finding))
}
