//! `[analyses.*]`.

use super::bootstrap::{self, BootstrapPlan};
use super::model::{ModelPlan, covariance, model};
use super::populations::{PopulationPlan, population};
use super::rates::{self, MeanCountPlan, RatePlan};
use super::repeated::{self, GeePlan};
use super::section::Section;
use super::sensitivity::{self, Assumption};
use super::survival::{self, HazardsPlan, TimeTestPlan};
use super::{OutcomePlan, estimands};
use regtrial_stats::formula::{Formula, Term};
use regtrial_stats::glm::{Family, Link};
use regtrial_stats::marginal::MarginalVariance;

/// An analysis as planned.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct AnalysisPlan {
    /// Key in the plan.
    pub key: String,
    /// Title of its table.
    pub title: String,
    /// The outcome analysed.
    pub outcome: String,
    /// What is computed.
    pub estimator: Estimator,
    /// The summary measure of main interest, as the plan names it.
    pub estimand: Option<String>,
    /// Key of the population; everyone if none is named.
    pub population: Option<String>,
    /// Columns of the person table within whose levels the effect is computed too.
    pub subgroups: Vec<String>,
    /// Assumptions about missing outcomes under which the effect is computed too.
    pub sensitivity: Vec<Assumption>,
    /// The bootstrap, if the intervals are to come from one.
    pub bootstrap: Option<BootstrapPlan>,
    /// Random allocations of a permutation test, if there is to be one.
    pub permutations: Option<usize>,
    /// Line of the plan on which it stands.
    pub line: u64,
}

/// What an analysis computes.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Estimator {
    /// The arms against each other, unadjusted.
    Difference,
    /// The standardised (covariate-adjusted) risks of the arms.
    Standardisation(ModelPlan, MarginalVariance),
    /// A regression model.
    Regression(ModelPlan),
    /// A regression of a time: Cox's model, or Fine and Gray's.
    Hazards(HazardsPlan),
    /// Restricted means of a time by arm.
    RestrictedMean {
        /// The day up to which; the latest possible if none is given.
        horizon: Option<f64>,
    },
    /// A test of the arms' times.
    TimeTest(TimeTestPlan),
    /// Generalised estimating equations.
    Gee(GeePlan),
    /// Rates of events over person-time.
    Rate(RatePlan),
    /// Mean counts of events that happen again.
    MeanCount(MeanCountPlan),
}

impl Estimator {
    /// The formula of its model, if it has one.
    #[must_use]
    pub fn formula(&self) -> Option<&Formula> {
        match self {
            Self::Standardisation(model, _) | Self::Regression(model) => Some(&model.formula),
            Self::Hazards(model) => Some(&model.formula),
            Self::Gee(gee) => Some(&gee.model.formula),
            Self::Rate(rate) => Some(&rate.formula),
            Self::MeanCount(count) => Some(&count.formula),
            Self::Difference | Self::RestrictedMean { .. } | Self::TimeTest(_) => None,
        }
    }

    /// The same, to be changed.
    pub(crate) fn formula_mut(&mut self) -> Option<&mut Formula> {
        match self {
            Self::Standardisation(model, _) | Self::Regression(model) => Some(&mut model.formula),
            Self::Hazards(model) => Some(&mut model.formula),
            Self::Gee(gee) => Some(&mut gee.model.formula),
            Self::Rate(rate) => Some(&mut rate.formula),
            Self::MeanCount(count) => Some(&mut count.formula),
            Self::Difference | Self::RestrictedMean { .. } | Self::TimeTest(_) => None,
        }
    }

    /// Columns of the strata or clusters that it uses besides those of its formula.
    #[must_use]
    pub fn strata(&self) -> &[String] {
        match self {
            Self::Standardisation(model, _) => model.strata.as_slice(),
            Self::TimeTest(test) => &test.strata,
            Self::Gee(gee) => gee.id.as_slice(),
            Self::MeanCount(count) => &count.strata,
            _ => &[],
        }
    }

    /// The columns of the person table that its model names.
    #[must_use]
    pub fn columns(&self) -> Vec<String> {
        let mut found = self.formula().map(Formula::columns).unwrap_or_default();
        if let Self::Gee(gee) = self
            && gee.is_stacked()
        {
            found.retain(|name| name != repeated::VALUE && name != repeated::TIME);
            found.extend(gee.outcomes.iter().cloned());
        }
        if let Self::Rate(rate) = self {
            found.retain(|name| name != rates::PERSON_TIME);
            found.extend(rate.person_time.clone());
        }
        found
    }
}

const ESTIMATORS: [&str; 12] = [
    "standardisation",
    "logistic",
    "linear",
    "difference",
    "cox",
    "fine-gray",
    "restricted mean",
    "log-rank",
    "gray",
    "gee",
    "rate",
    "mean count",
];

pub(super) fn read(
    root: &Section<'_>,
    outcomes: &[OutcomePlan],
    populations: &[PopulationPlan],
) -> Vec<AnalysisPlan> {
    let mut found = Vec::new();
    for (key, section) in root.sections("analyses") {
        let title = section.string("title").unwrap_or_else(|| title_of(&key));
        let several = repeated::outcomes(&section, outcomes);
        let outcome = match (&several, section.has("outcomes")) {
            (Some(several), _) => {
                if section.has("outcome") {
                    let rule = "`outcome` and `outcomes` stand beside each other: one of them";
                    section.problem_at("outcome", "bad_value", rule);
                }
                several.first().map(|outcome| outcome.key.clone())
            }
            (None, true) => None,
            (None, false) => one_outcome(&section, outcomes),
        };
        let estimand = section.choice("estimand", &estimands::ESTIMANDS);
        let planned = outcomes.iter().find(|o| Some(&o.key) == outcome.as_ref());
        let estimator = match &several {
            Some(several) => stacked(&section, several),
            None => planned.and_then(|planned| estimator(&section, planned)),
        };
        if outcome.is_none() || (estimator.is_none() && section.has("estimator")) {
            // What the other keys mean depends on one that is wrong.
            section.use_all();
        }
        let binary = planned.and_then(OutcomePlan::is_binary);
        if let (Some(estimand), Some(planned)) = (&estimand, planned) {
            estimands::check(&section, estimand, planned, estimator.as_ref());
        }
        let population = population(&section, populations);
        let bootstrap = match &estimator {
            Some(estimator) => bootstrap::read(&section, estimator, planned),
            None => None,
        };
        let permutations = match &estimator {
            Some(estimator) => permutations(&section, estimator),
            None => None,
        };
        let counted = matches!(
            estimator,
            Some(Estimator::Rate(_) | Estimator::MeanCount(_))
        );
        // Both are of one outcome, and what is assumed of a missing one is a value, not a count.
        let subgroups = match several {
            Some(_) => Vec::new(),
            None => section.string_list("subgroups").unwrap_or_default(),
        };
        let sensitivity = match several.is_some() || counted {
            true => Vec::new(),
            false => sensitivity::read(&section, binary),
        };
        section.finish();
        if let (Some(outcome), Some(estimator)) = (outcome, estimator) {
            found.push(AnalysisPlan {
                population,
                subgroups,
                sensitivity,
                bootstrap,
                permutations,
                key,
                title,
                outcome,
                estimator,
                estimand,
                line: section.line(),
            });
        }
    }
    found
}

/// `permutations = 9999`.
fn permutations(section: &Section<'_>, estimator: &Estimator) -> Option<usize> {
    if !section.has("permutations") {
        return None;
    }
    let mentions = |term: &Term| term.iter().any(|part| part.label() == "arm");
    let model = match estimator {
        Estimator::Regression(model) => Some(&model.formula),
        Estimator::Hazards(model) => Some(&model.formula),
        Estimator::Gee(gee) => Some(&gee.model.formula),
        _ => None,
    };
    if model.is_some_and(|formula| !formula.terms.iter().any(mentions)) {
        let rule = "a permutation test is of the arms: the model needs the term `arm`";
        section.problem_at("permutations", "bad_value", rule);
    }
    let number = section.integer("permutations", 99, 1_000_000)?;
    Some(number as usize)
}

fn one_outcome(section: &Section<'_>, outcomes: &[OutcomePlan]) -> Option<String> {
    section.required_string("outcome");
    let (name, span) = section.spanned_string("outcome")?;
    let known: Vec<&str> = outcomes
        .iter()
        .map(|outcome| outcome.key.as_str())
        .collect();
    if known.contains(&name.as_str()) {
        return Some(name);
    }
    section.unknown_reference("outcome", &name, span, &known);
    None
}

/// Several outcomes in one model: estimating equations and nothing else.
fn stacked(section: &Section<'_>, outcomes: &[&OutcomePlan]) -> Option<Estimator> {
    let choice = section.choice("estimator", &ESTIMATORS);
    match choice.as_deref() {
        None if section.has("estimator") => None,
        None | Some("gee") => repeated::estimator(section, outcomes),
        Some(_) => {
            let rule = "several `outcomes` go into one model by `gee` alone";
            section.problem_at("estimator", "bad_value", rule);
            None
        }
    }
}

/// `adjusted_model` becomes `Adjusted model`.
fn title_of(key: &str) -> String {
    let spaced = key.replace(['_', '-'], " ");
    let mut letters = spaced.chars();
    letters.next().map_or(String::new(), |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

fn estimator(section: &Section<'_>, planned: &OutcomePlan) -> Option<Estimator> {
    let (outcome, binary) = (planned.key.as_str(), planned.is_binary());
    let choice = section.choice("estimator", &ESTIMATORS);
    if section.has("estimator") && choice.is_none() {
        return None;
    }
    let has_model = section.has("formula") || section.has("adjust");
    let of_time = choice
        .as_deref()
        .map(|name| survival::ESTIMATORS.contains(&name));
    match (planned.is_time(), choice.as_deref(), of_time) {
        (true, Some(name), Some(true)) => return survival::estimator(section, name, planned),
        (true, None, _) if has_model => return survival::estimator(section, "cox", planned),
        (true, None | Some("difference"), _) => return Some(Estimator::Difference),
        (true, Some(_), _) => {
            let rule = "this outcome is a time that not everyone was followed to";
            let help = format!(
                "estimators of times: difference, {}",
                survival::ESTIMATORS.join(", ")
            );
            section.problem_at_with_help("estimator", "bad_value", rule, &help);
            return None;
        }
        (false, Some(_), Some(true)) => {
            let rule = "this estimator is for times to an event";
            let help = "a time is an outcome with `measure = \"first\"`, or with `column` (days) and \
                        `event`";
            section.problem_at_with_help("estimator", "bad_value", rule, help);
            return None;
        }
        (false, Some(name), _) if rates::ESTIMATORS.contains(&name) => {
            return rates::estimator(section, name, planned);
        }
        (false, Some("gee"), _) => return repeated::estimator(section, &[planned]),
        (false, ..) => {}
    }
    let default = if section.has("formula") || section.has("family") {
        "regression"
    } else if section.has("adjust") {
        "standardisation"
    } else {
        "difference"
    };
    let choice = choice.unwrap_or_else(|| default.to_owned());
    if choice == "difference" {
        return Some(Estimator::Difference);
    }
    let gaussian = choice == "linear" || (choice != "logistic" && binary == Some(false));
    let mut model = model(section, outcome, gaussian)?;
    if model.firth && (model.family, model.link) != (Family::Binomial, Link::Logit) {
        let rule =
            "Firth's method is for logistic regression: family = \"binomial\", link = \"logit\"";
        section.problem_at("method", "bad_value", rule);
    }
    if choice != "standardisation" {
        model.covariance = covariance(section, model.firth);
        return Some(Estimator::Regression(model));
    }
    model.strata = section.string("strata");
    let vcov = section.choice("vcov", &["ye", "loo", "loo-one-step", "ge", "delta"]);
    let variance = match vcov.as_deref() {
        Some("ye") => MarginalVariance::Ye,
        Some("loo") => MarginalVariance::LeaveOneOut,
        Some("ge") => MarginalVariance::Ge,
        Some("delta") => MarginalVariance::Delta,
        Some(_) => MarginalVariance::LeaveOneOutOneStep,
        // Firth's method has no one-step form.
        None if model.firth => MarginalVariance::LeaveOneOut,
        None => MarginalVariance::default(),
    };
    if model.firth && variance == MarginalVariance::LeaveOneOutOneStep {
        let rule = "has no one-step form with Firth's method: loo has the refits";
        section.problem_at("vcov", "bad_value", rule);
    }
    if model.strata.is_some() && !variance.is_unconditional() {
        let rule =
            "goes with an unconditional variance only: vcov = \"ye\", \"loo\" or \"loo-one-step\"";
        section.problem_at("strata", "bad_value", rule);
    }
    Some(Estimator::Standardisation(model, variance))
}
