//! `[analyses.*]` of events that happen again: rates over person-time, mean counts.

use super::analyses::Estimator;
use super::model::formula_at;
use super::section::Section;
use super::survival::days;
use super::{OutcomePlan, OutcomeSource};
use regtrial_outcomes::measure::Measure;
use regtrial_stats::formula::{Expression, Formula, Function};

/// Rates over person-time, as planned.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct RatePlan {
    /// `outcome ~ arm + adjust`, with the logarithm of the person-time as an offset.
    pub formula: Formula,
    /// The formula as readers see it, without the offset.
    pub text: String,
    /// How counts vary about their means.
    pub family: RateFamily,
    /// The column of each person's days; those seen in the outcome's window if none is named.
    pub person_time: Option<String>,
    /// What rates are given per.
    pub per: PerTime,
}

/// How counts vary about their means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum RateFamily {
    /// As Poisson counts.
    Poisson,
    /// More, by a factor.
    QuasiPoisson,
    /// More, the more the larger the mean.
    NegativeBinomial,
}

/// A unit of person-time.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct PerTime {
    /// Its name.
    pub name: &'static str,
    /// Its days.
    pub days: f64,
}

const DAYS_A_YEAR: f64 = 365.25;

/// The units of person-time by their names in a plan, the usual one first.
pub(super) const UNITS: [PerTime; 5] = [
    PerTime {
        name: "person-year",
        days: DAYS_A_YEAR,
    },
    PerTime {
        name: "100 person-years",
        days: 100.0 * DAYS_A_YEAR,
    },
    PerTime {
        name: "1000 person-years",
        days: 1000.0 * DAYS_A_YEAR,
    },
    PerTime {
        name: "person-month",
        days: DAYS_A_YEAR / 12.0,
    },
    PerTime {
        name: "person-day",
        days: 1.0,
    },
];

/// Mean counts of events that happen again, as planned.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct MeanCountPlan {
    /// `outcome ~ arm + adjust`.
    pub formula: Formula,
    /// The formula as written.
    pub text: String,
    /// Columns within whose levels the arms are compared.
    pub strata: Vec<String>,
    /// The day up to which arms have their mean; the latest possible if none is given.
    pub horizon: Option<f64>,
}

/// The estimators of counts by their names in a plan.
pub(super) const ESTIMATORS: [&str; 2] = ["rate", "mean count"];

/// What the person-time is called among the columns of a model.
pub(crate) const PERSON_TIME: &str = "days seen";

/// The estimator of a count; nothing if a key of it is wrong.
pub(super) fn estimator(
    section: &Section<'_>,
    name: &str,
    outcome: &OutcomePlan,
) -> Option<Estimator> {
    let (mut formula, text, _) = formula_at(section, &outcome.key)?;
    if section.has("formula") {
        let rule = "rates and mean counts compare the arms: covariates stand in `adjust`";
        section.problem_at("formula", "bad_value", rule);
    }
    match (&outcome.source, outcome.is_binary()) {
        (OutcomeSource::Time { .. } | OutcomeSource::Rule(_), _) | (_, Some(true)) => {
            no_count(section, "this outcome is no count");
        }
        (OutcomeSource::Derived(derived), _) if name == "mean count" => {
            if !derived.measure.recurs() {
                no_count(section, "the events of this measure have no days");
            }
        }
        (OutcomeSource::Derived(derived), _) => {
            let counted = matches!(derived.measure, Measure::Weeks | Measure::Months);
            if !derived.measure.recurs() && !counted {
                no_count(section, "this measure is no count");
            }
        }
        (OutcomeSource::Column(_), _) if name == "mean count" => {
            let rule = "a mean count over time needs the days of the events, which a column does \
                        not have";
            let help = "an outcome of a register (`kind = \"spells\"` reads any file of them), or \
                        estimator = \"rate\"";
            section.problem_at_with_help("estimator", "bad_value", rule, help);
        }
        (OutcomeSource::Column(_), _) => {}
    }
    if name == "mean count" {
        return Some(Estimator::MeanCount(MeanCountPlan {
            formula,
            text,
            strata: section.one_or_more("strata").unwrap_or_default(),
            horizon: days(section, "horizon"),
        }));
    }
    let names = ["poisson", "quasi-poisson", "negative-binomial"];
    let family = match section.choice("family", &names).as_deref() {
        Some("poisson") => RateFamily::Poisson,
        Some("quasi-poisson") => RateFamily::QuasiPoisson,
        _ => RateFamily::NegativeBinomial,
    };
    let person_time = section.string("person_time");
    if person_time.is_none() && !matches!(outcome.source, OutcomeSource::Derived(_)) {
        let rule = "a rate of a column needs `person_time`: the column, or the outcome, of the days \
                    that each person was followed";
        section.problem_at("person_time", "missing_key", rule);
    }
    let chosen = section.choice("per", &UNITS.map(|unit| unit.name));
    let per = UNITS
        .into_iter()
        .find(|unit| Some(unit.name) == chosen.as_deref());
    formula.offsets.push(Expression::Call(
        Function::Log,
        Box::new(Expression::Column(PERSON_TIME.to_owned())),
    ));
    Some(Estimator::Rate(RatePlan {
        formula,
        text,
        family,
        person_time,
        per: per.unwrap_or(UNITS[0]),
    }))
}

fn no_count(section: &Section<'_>, rule: &str) {
    let help = "counts: starts, visits, jobs, episodes, bed-days, days; for `rate` also weeks, \
                months and columns of whole numbers";
    section.problem_at_with_help("estimator", "bad_value", rule, help);
}
