//! `[analyses.*]` of times to an event.

use super::OutcomePlan;
use super::analyses::Estimator;
use super::model::formula_at;
use super::section::Section;
use regtrial_outcomes::calendar::Offset;
use regtrial_stats::formula::{Expression, Formula, SurvivalResponse};
use regtrial_stats::survival::CoxVariance;
use regtrial_stats::survival::log_rank::FlemingHarrington;

/// A regression of a time, as planned.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct HazardsPlan {
    /// The formula: `Surv(time, event)` on its left, strata and cluster among its parts.
    pub formula: Formula,
    /// Its right side as written, behind the outcome's key.
    pub text: String,
    /// How events of one day are taken.
    pub ties: TiesPlan,
    /// Covariance of the coefficients.
    pub variance: CoxVariance,
    /// Firth's penalised likelihood instead of maximum partial likelihood.
    pub firth: bool,
    /// Profile-likelihood intervals instead of Wald's.
    pub profile: bool,
    /// Fine and Gray's model of the cumulative incidence instead of Cox's of the hazard.
    pub subdistribution: bool,
}

/// How events of one day are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TiesPlan {
    /// By Efron's approximation.
    Efron,
    /// By Breslow's.
    Breslow,
    /// As a choice among all at risk.
    Exact,
}

/// A test of arms, as planned.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct TimeTestPlan {
    /// Gray's test of cumulative incidences instead of the log-rank test.
    pub gray: bool,
    /// Columns within whose levels the arms are compared.
    pub strata: Vec<String>,
    /// Weights of early and late differences.
    pub weights: FlemingHarrington,
}

/// The estimators of times by their names in a plan.
pub(super) const ESTIMATORS: [&str; 5] =
    ["cox", "fine-gray", "restricted mean", "log-rank", "gray"];

/// The summary measures of times.
pub(super) const ESTIMANDS: [&str; 4] = [
    "hazard ratio",
    "subdistribution hazard ratio",
    "restricted mean difference",
    "restricted mean ratio",
];

/// The estimator of a time; nothing if a key of it is wrong.
pub(super) fn estimator(
    section: &Section<'_>,
    name: &str,
    outcome: &OutcomePlan,
) -> Option<Estimator> {
    let needs = |what: &str| {
        let rule = format!("{what} is for times with a competing event, and this outcome has none");
        let help = "a death that ends all: if_unobserved = { death = \"competing\" } of the \
                    outcome; without one take `cox` or `log-rank`";
        section.problem_at_with_help("estimator", "bad_value", rule, help);
    };
    match name {
        "cox" => hazards(section, outcome, false),
        "fine-gray" => {
            if outcome.competes() == Some(false) {
                needs("Fine and Gray's model");
            }
            hazards(section, outcome, true)
        }
        "restricted mean" => {
            if outcome.competes() == Some(true) {
                let rule = "a restricted mean counts a competing event as an end of observation, \
                            after which the event could still come";
                let help = "take `cox` (cause-specific), `fine-gray` or `gray`; or count the rest \
                            as time without the event: if_unobserved = { death = \"composite\" }";
                section.problem_at_with_help("estimator", "bad_value", rule, help);
            }
            Some(Estimator::RestrictedMean {
                horizon: days(section, "horizon"),
            })
        }
        "gray" => {
            if outcome.competes() == Some(false) {
                needs("Gray's test");
            }
            Some(Estimator::TimeTest(TimeTestPlan {
                gray: true,
                strata: section.one_or_more("strata").unwrap_or_default(),
                weights: FlemingHarrington::default(),
            }))
        }
        _ => Some(Estimator::TimeTest(TimeTestPlan {
            gray: false,
            strata: section.one_or_more("strata").unwrap_or_default(),
            weights: FlemingHarrington {
                rho: section.number("rho", 0.0).unwrap_or(0.0),
                gamma: section.number("gamma", 0.0).unwrap_or(0.0),
            },
        })),
    }
}

/// A number of days, as in `548 days` or `78 weeks`; months are not of one length.
pub(super) fn days(section: &Section<'_>, key: &str) -> Option<f64> {
    let (text, span) = section.spanned_string(key)?;
    match Offset::parse(&text) {
        Some(Offset::Days(days)) if days > 0 => Some(f64::from(days)),
        Some(Offset::Weeks(weeks)) if weeks > 0 => Some(7.0 * f64::from(weeks)),
        _ => {
            let rule = format!("`{key}` is a number of days or weeks, such as `548 days`");
            let help = "calendar months differ in length: `18 months of 30 days` is 540 days";
            section.problem_with_help("bad_value", span, rule, help);
            None
        }
    }
}

fn hazards(
    section: &Section<'_>,
    outcome: &OutcomePlan,
    subdistribution: bool,
) -> Option<Estimator> {
    let (mut formula, text, place) = formula_at(section, &outcome.key)?;
    if !has_response(&formula, outcome) {
        let key = &outcome.key;
        let rule = format!(
            "the formula's left side is not the analysis's time: write `{key} ~ ...` or \
             `Surv({key}, {}) ~ ...`",
            outcome.event_column()
        );
        section.problem("formula", place, rule);
    }
    formula.response = Expression::Column(outcome.key.clone());
    formula.survival.response = Some(SurvivalResponse {
        start: None,
        stop: Expression::Column(outcome.key.clone()),
        event: Expression::Column(outcome.event_column()),
    });
    for column in section.one_or_more("strata").unwrap_or_default() {
        if !formula.survival.strata.contains(&column) {
            formula.survival.strata.push(column);
        }
    }
    let variance = variance(section, &mut formula, subdistribution);
    let ties = match section.choice("ties", ties_of(subdistribution)).as_deref() {
        Some("breslow") => TiesPlan::Breslow,
        Some("exact") => TiesPlan::Exact,
        _ => TiesPlan::Efron,
    };
    let (mut firth, mut profile) = (false, false);
    if !subdistribution {
        firth = section.choice("method", &["ml", "firth"]).as_deref() == Some("firth");
        let intervals = section.choice("intervals", &["wald", "profile"]);
        profile = intervals.as_deref() == Some("profile");
        if firth && intervals.as_deref() == Some("wald") {
            let rule = "Firth's method has profile intervals: Wald's are what a monotone \
                        likelihood breaks";
            section.problem_at("intervals", "bad_value", rule);
        }
        let plain = variance == CoxVariance::Classical;
        if !plain && (firth || profile) {
            let rule = "profile intervals and Firth's method rest on the likelihood: they have no \
                        robust form";
            section.problem_at("vcov", "bad_value", rule);
        }
        if ties == TiesPlan::Exact && (firth || profile || !plain) {
            let rule = "exact ties go with maximum likelihood, Wald intervals and the classical \
                        covariance; `efron` has all the others";
            section.problem_at("ties", "bad_value", rule);
        }
    }
    Some(Estimator::Hazards(HazardsPlan {
        formula,
        text,
        ties,
        variance,
        firth,
        profile,
        subdistribution,
    }))
}

fn ties_of(subdistribution: bool) -> &'static [&'static str] {
    match subdistribution {
        true => &["efron", "breslow"],
        false => &["efron", "breslow", "exact"],
    }
}

/// Whether the left side is the outcome, alone or with its column of events.
fn has_response(formula: &Formula, outcome: &OutcomePlan) -> bool {
    let is = |expression: &Expression, name: &str| expression.to_string() == name;
    match &formula.survival.response {
        None => is(&formula.response, &outcome.key),
        Some(response) => {
            response.start.is_none()
                && is(&response.stop, &outcome.key)
                && is(&response.event, &outcome.event_column())
        }
    }
}

/// `vcov = "classical"`, `"HC0"` or `"cluster(site)"`, and `cluster()` of the formula.
fn variance(section: &Section<'_>, formula: &mut Formula, subdistribution: bool) -> CoxVariance {
    let own = formula.survival.cluster.is_some();
    let Some((text, span)) = section.spanned_string("vcov") else {
        return match own {
            true => CoxVariance::Cluster,
            false => CoxVariance::Classical,
        };
    };
    let inner = text
        .strip_prefix("cluster(")
        .and_then(|rest| rest.strip_suffix(')'));
    match (inner.map(str::trim), text.as_str()) {
        (Some(column), _) if !column.is_empty() => {
            let other = formula.survival.cluster.replace(column.to_owned());
            if other.is_some_and(|other| other != column) {
                let rule = "`vcov` and cluster() in the formula name different columns";
                section.problem("bad_value", span, rule);
            }
            CoxVariance::Cluster
        }
        (None, "classical") if !own && !subdistribution => CoxVariance::Classical,
        (None, "HC0") if !own && !subdistribution => CoxVariance::Robust,
        (None, "classical" | "HC0") if own => {
            let rule =
                "cluster() in the formula asks for the covariance by cluster: leave `vcov` out";
            section.problem("bad_value", span, rule);
            CoxVariance::Cluster
        }
        _ => {
            let rule = match subdistribution {
                true => {
                    "Fine and Gray's model has its own robust covariance: leave `vcov` out, or \
                     `cluster(COLUMN)`"
                }
                false => "`vcov` of a Cox model is classical, HC0 or cluster(COLUMN)",
            };
            section.problem("bad_value", span, rule);
            CoxVariance::Classical
        }
    }
}
