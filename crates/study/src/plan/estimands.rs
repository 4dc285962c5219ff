//! `estimand` of an analysis: whether the outcome has the measure, and the estimator gives it.

use super::OutcomePlan;
use super::analyses::Estimator;
use super::section::Section;
use super::survival;

pub(super) const ESTIMANDS: [&str; 9] = [
    "risk difference",
    "risk ratio",
    "odds ratio",
    "mean difference",
    "rate ratio",
    "hazard ratio",
    "subdistribution hazard ratio",
    "restricted mean difference",
    "restricted mean ratio",
];

/// Whether the summary measure exists for the outcome, and comes from the estimator.
pub(super) fn check(
    section: &Section<'_>,
    estimand: &str,
    outcome: &OutcomePlan,
    estimator: Option<&Estimator>,
) {
    let of_time = survival::ESTIMANDS.contains(&estimand);
    let counted = matches!(
        estimator,
        Some(Estimator::Rate(_) | Estimator::MeanCount(_))
    );
    if counted != (estimand == "rate ratio") {
        let rule = match counted {
            true => "this estimator gives the rate ratio",
            false => "a rate ratio comes from `rate` and from `mean count`",
        };
        section.problem_at("estimand", "bad_value", rule);
        return;
    }
    if counted {
        return;
    }
    let kind = match (outcome.is_time(), outcome.is_binary()) {
        (true, _) if !of_time => "a time that not everyone was followed to",
        (false, _) if of_time => "no time",
        (false, Some(true)) if estimand == "mean difference" => "yes or no",
        (false, Some(false)) if estimand != "mean difference" => "a quantity",
        _ => "",
    };
    if !kind.is_empty() {
        let rule = format!("this estimand does not exist for an outcome that is {kind}");
        section.problem_at("estimand", "bad_value", rule);
        return;
    }
    let given: &[&str] = match estimator {
        Some(Estimator::Hazards(model)) if model.subdistribution => &survival::ESTIMANDS[1..2],
        Some(Estimator::Hazards(_)) => &survival::ESTIMANDS[..1],
        Some(Estimator::RestrictedMean { .. }) => &survival::ESTIMANDS[2..],
        Some(Estimator::TimeTest(test)) if test.gray => &[],
        Some(Estimator::TimeTest(_)) => &survival::ESTIMANDS[..1],
        _ => return,
    };
    if !given.contains(&estimand) {
        let rule = match given {
            [] => "this estimator is a test: it estimates no measure".to_owned(),
            given => format!("this estimator gives the {}", given.join(" and the ")),
        };
        section.problem_at("estimand", "bad_value", rule);
    }
}
