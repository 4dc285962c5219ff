//! One printed number beside ours.

use super::interval::{Open, p_of_difference, p_of_ratio};
use super::manifest::{Manifest, Number};
use super::{LEVEL, Recomputed, Verdict, digits};
use crate::StudyError;
use regtrial_stats::Estimate;
use regtrial_stats::consistency::{Printed, percentage, shares};
use regtrial_stats::distributions::chi_squared as distribution;
use regtrial_stats::power::TwoProportions;
use regtrial_stats::proportion::{
    Proportion, TwoByTwo, association, difference, odds_ratio, ratio,
};
use serde::Deserialize;

/// How a number is recomputed. Texts are other printed numbers.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(tag = "statistic", rename_all = "kebab-case", deny_unknown_fields)]
pub(super) enum Recipe {
    /// Share of the people of one or several groups together.
    Percentage { groups: Vec<String> },
    /// The percentage of whole people among a printed total that lies nearest.
    NearestPercentage { total: u64 },
    /// A contrast of two groups.
    Effect {
        effect: Effect,
        treated: String,
        control: String,
        #[serde(default)]
        value: Value,
    },
    /// Sum of printed numbers, a minus before those that are taken away.
    Sum { of: Vec<String> },
    /// Product of printed numbers.
    Product { of: Vec<String> },
    /// One printed number over another.
    Ratio { of: [String; 2] },
    /// By how many per cent the first exceeds the second.
    RelativeExcess { of: [String; 2] },
    /// The estimate that lies in the middle of printed limits; of a ratio, on the log scale.
    Midpoint { limits: [String; 2], ratio: bool },
    /// Two-sided p-value of a printed estimate with 95 % limits.
    PFromInterval {
        estimate: String,
        limits: [String; 2],
        ratio: bool,
    },
    /// p-value of a printed chi-squared.
    PFromChiSquared { value: String, df: f64 },
    /// R-squared of a printed model chi-squared in a group.
    RSquared {
        measure: Measure,
        chi_squared: String,
        group: String,
    },
    /// People an arm for a power; the variance is pooled, as in most protocols.
    SampleSize {
        control: f64,
        treated: f64,
        power: f64,
        alpha: f64,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Effect {
    RiskRatio,
    OddsRatio,
    PercentagePoints,
    NumberNeededToTreat,
    ChiSquared,
    FisherP,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Value {
    #[default]
    Estimate,
    Low,
    High,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Measure {
    Mcfadden,
    CoxSnell,
    Nagelkerke,
}

/// Ours, with how it was made.
struct Ours {
    open: Open,
    how: String,
    basis: String,
    impossible: bool,
}

impl Ours {
    fn exact(value: f64, how: String) -> Self {
        Self {
            open: Open {
                value,
                low: value,
                high: value,
            },
            how,
            basis: String::new(),
            impossible: false,
        }
    }

    fn open(open: Open, how: String) -> Self {
        Self {
            open,
            ..Self::exact(f64::NAN, how)
        }
    }
}

pub(super) fn number(manifest: &Manifest, number: &Number) -> Result<Recomputed, StudyError> {
    let (below, text) = match number.printed.strip_prefix('<') {
        Some(rest) => (true, rest.trim()),
        None => (false, number.printed.trim()),
    };
    let printed = digits(manifest, text)?;
    let mut made = Recomputed {
        label: number.label.clone(),
        printed: number.printed.clone(),
        unit: number.unit.clone(),
        source: manifest.sources[&number.source].citation.clone(),
        place: number.place.clone(),
        recomputed: f64::NAN,
        difference: f64::NAN,
        verdict: Verdict::CannotBeRecomputed,
        how: number.unknown.clone().unwrap_or_default(),
        basis: String::new(),
        note: number.note.clone(),
    };
    let Some(recipe) = &number.recompute else {
        return Ok(made);
    };
    let ours = recompute(manifest, recipe, printed)?;
    made.recomputed = ours.open.value;
    made.how = ours.how;
    made.basis = ours.basis;
    let agrees = if below {
        ours.open.value < printed.value()
    } else {
        made.difference = printed.distance(ours.open.value);
        // Some value that rounding of the inputs leaves open may be printed so.
        let slack = 1e-9 * printed.unit();
        ours.open.low <= printed.high() + slack && ours.open.high >= printed.low() - slack
    };
    made.verdict = match (ours.impossible, agrees) {
        (true, _) => Verdict::DoesNotFit,
        (false, true) => Verdict::Agrees,
        (false, false) => Verdict::Differs,
    };
    if !made.recomputed.is_finite() {
        return Err(manifest.problem(format!("number `{}` is undefined", number.label)));
    }
    Ok(made)
}

fn recompute(manifest: &Manifest, recipe: &Recipe, printed: Printed) -> Result<Ours, StudyError> {
    let parse = |texts: &[String]| -> Result<Vec<Printed>, StudyError> {
        texts.iter().map(|text| digits(manifest, text)).collect()
    };
    let failed = |error: regtrial_stats::StatsError| manifest.problem(error.to_string());
    Ok(match recipe {
        Recipe::Percentage { groups } => percent(manifest, groups, printed)?,
        Recipe::NearestPercentage { total } => {
            let nearest = percentage::nearest(printed, *total).map_err(failed)?;
            let how = format!("nearest: {}/{total}", nearest.events());
            let mut ours = Ours::exact(100.0 * nearest.risk(), how);
            ours.impossible = percentage::counts(printed, *total)
                .map_err(failed)?
                .is_empty();
            ours
        }
        Recipe::Effect {
            effect,
            treated,
            control,
            value,
        } => contrast(manifest, *effect, [treated, control], *value)?,
        Recipe::Sum { of } => {
            let sum = Open::of(&parse(of)?, |v| v.iter().sum());
            Ours::open(sum, of.join(" + ").replace("+ -", "- "))
        }
        Recipe::Product { of } => {
            let product = Open::of(&parse(of)?, |v| v.iter().product());
            Ours::open(product, of.join(" x "))
        }
        Recipe::Ratio { of } => {
            let ratio = Open::of(&parse(of)?, |v| v[0] / v[1]);
            Ours::open(ratio, format!("{} / {}", of[0], of[1]))
        }
        Recipe::RelativeExcess { of } => {
            let excess = Open::of(&parse(of)?, |v| 100.0 * (v[0] / v[1] - 1.0));
            Ours::open(excess, format!("{} / {} - 1, relative", of[0], of[1]))
        }
        Recipe::Midpoint { limits, ratio } => {
            let middle = |v: &[f64]| match ratio {
                true => (v[0] * v[1]).sqrt(),
                false => f64::midpoint(v[0], v[1]),
            };
            let scale = if *ratio { ", log scale" } else { "" };
            let how = format!("middle of {} and {}{scale}", limits[0], limits[1]);
            Ours::open(Open::of(&parse(limits)?, middle), how)
        }
        Recipe::PFromInterval {
            estimate,
            limits,
            ratio,
        } => {
            let texts = [estimate.clone(), limits[0].clone(), limits[1].clone()];
            let of = if *ratio { p_of_ratio } else { p_of_difference };
            let open = Open::of(&parse(&texts)?, |v| of(v[0], v[1], v[2]));
            let how = format!("normal test of {estimate} ({} to {})", limits[0], limits[1]);
            Ours::open(open, how)
        }
        Recipe::PFromChiSquared { value, df } => {
            let open = Open::of(&[digits(manifest, value)?], |v| distribution::sf(v[0], *df));
            Ours::open(open, format!("chi-squared({df}) = {value}"))
        }
        Recipe::RSquared {
            measure,
            chi_squared,
            group,
        } => {
            let people = manifest.proportion(group)?;
            let of = |v: &[f64]| {
                let found = shares(v[0], people);
                match measure {
                    Measure::Mcfadden => found.mcfadden,
                    Measure::CoxSnell => found.cox_snell,
                    Measure::Nagelkerke => found.nagelkerke,
                }
            };
            let open = Open::of(&[digits(manifest, chi_squared)?], of);
            let how = format!("chi-squared {chi_squared}, {}", counts(people));
            let mut ours = Ours::open(open, how);
            basis(manifest, &[group], &mut ours)?;
            ours
        }
        Recipe::SampleSize {
            control,
            treated,
            power,
            alpha,
        } => {
            let trial = TwoProportions::new(*treated, *control, *alpha);
            let pooled = trial.sizes_with_pooled_variance(*power).map_err(failed)?;
            let apart = trial.sizes(*power).map_err(failed)?;
            let how = format!(
                "power {power}, alpha {alpha}, {control} against {treated}, variance pooled ({} unpooled)",
                apart.treated
            );
            Ours::exact(pooled.treated as f64, how)
        }
    })
}

fn percent(manifest: &Manifest, groups: &[String], printed: Printed) -> Result<Ours, StudyError> {
    let (mut events, mut total) = (0, 0);
    for key in groups {
        let people = manifest.proportion(key)?;
        events += people.events();
        total += people.total();
    }
    let failed = |error: regtrial_stats::StatsError| manifest.problem(error.to_string());
    let people = Proportion::new(events, total).map_err(failed)?;
    let mut ours = Ours::exact(100.0 * people.risk(), counts(people));
    // No count at all among these people: the percentage is wrong whatever the events were.
    ours.impossible = percentage::counts(printed, total)
        .map_err(failed)?
        .is_empty();
    let keys: Vec<&String> = groups.iter().collect();
    basis(manifest, &keys, &mut ours)?;
    Ok(ours)
}

fn contrast(
    manifest: &Manifest,
    effect: Effect,
    groups: [&String; 2],
    value: Value,
) -> Result<Ours, StudyError> {
    let table = TwoByTwo::new(
        manifest.proportion(groups[0])?,
        manifest.proportion(groups[1])?,
    );
    let of = |estimate: Estimate, factor: f64| {
        factor
            * match value {
                Value::Estimate => estimate.estimate,
                Value::Low => estimate.conf_low,
                Value::High => estimate.conf_high,
            }
    };
    let (found, method) = match effect {
        Effect::RiskRatio => (of(ratio::katz(table, LEVEL), 1.0), "risk ratio, Katz"),
        Effect::OddsRatio => (
            of(odds_ratio::woolf(table, LEVEL), 1.0),
            "odds ratio, Woolf",
        ),
        Effect::PercentagePoints => (
            of(difference::wald(table, LEVEL), 100.0),
            "difference, Wald",
        ),
        Effect::NumberNeededToTreat => {
            let estimate = difference::number_needed_to_treat(table, LEVEL);
            (of(estimate, 1.0), "number needed to treat")
        }
        Effect::ChiSquared => {
            let found = association::chi_squared(table);
            (found.statistic_value, "chi-squared, uncorrected")
        }
        Effect::FisherP => (association::fisher(table).p_value, "Fisher"),
    };
    let how = format!(
        "{method}; {} against {}",
        counts(table.treated),
        counts(table.control)
    );
    let mut ours = Ours::exact(found, how);
    basis(manifest, &groups, &mut ours)?;
    Ok(ours)
}

/// Says how the counts of the groups are known.
fn basis(manifest: &Manifest, groups: &[&String], ours: &mut Ours) -> Result<(), StudyError> {
    let mut words: Vec<&str> = Vec::new();
    for key in groups {
        let word = manifest.group(key)?.basis.as_str();
        if !words.contains(&word) {
            words.push(word);
        }
    }
    ours.basis = words.join(", ");
    Ok(())
}

pub(super) fn counts(people: Proportion) -> String {
    format!("{}/{}", people.events(), people.total())
}
