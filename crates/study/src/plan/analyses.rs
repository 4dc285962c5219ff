//! `[analyses.*]` and `[figures.*]`.

use super::OutcomePlan;
use super::endpoints::EndpointPlan;
use super::outcomes::policies;
use super::populations::PopulationPlan;
use super::section::Section;
use regtrial_outcomes::observation::Policies;
use regtrial_stats::StatsError;
use regtrial_stats::formula::Formula;
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
    /// Line of the plan on which it stands.
    pub line: u64,
}

/// An assumption about missing yes-or-no outcomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Assumption {
    /// An event in every arm but the reference, none there.
    BestCase,
    /// An event in the reference, none in the other arms.
    WorstCase,
    /// An event for everyone.
    MissingAsEvent,
    /// No event for anyone.
    MissingAsNone,
}

impl Assumption {
    /// The assumptions by their names in a plan.
    pub const NAMED: [(&'static str, Self); 4] = [
        ("best case", Self::BestCase),
        ("worst case", Self::WorstCase),
        ("missing as event", Self::MissingAsEvent),
        ("missing as no event", Self::MissingAsNone),
    ];

    /// The name in a plan.
    #[must_use]
    pub fn name(self) -> &'static str {
        let found = Self::NAMED.iter().find(|(_, how)| *how == self);
        found.map_or("", |(name, _)| name)
    }

    /// The sentence for readers.
    #[must_use]
    pub fn note(self) -> &'static str {
        match self {
            Self::BestCase => {
                "Best case: whoever misses the outcome has the event, in the reference arm not."
            }
            Self::WorstCase => {
                "Worst case: whoever misses the outcome has the event in the reference arm only."
            }
            Self::MissingAsEvent => "Missing as event: whoever misses the outcome has the event.",
            Self::MissingAsNone => "Missing as no event: whoever misses the outcome has none.",
        }
    }
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
}

/// A regression as planned.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ModelPlan {
    /// The formula.
    pub formula: Formula,
    /// The formula as written.
    pub text: String,
    /// Distribution of the outcome.
    pub family: Family,
    /// Link of its mean.
    pub link: Link,
    /// Firth's penalised likelihood instead of maximum likelihood.
    pub firth: bool,
    /// For standardisation: the column within whose levels people were randomised in blocks.
    pub strata: Option<String>,
    /// Whether the plan names the family; if not, it follows from the outcome's values.
    pub family_given: bool,
}

/// A figure as planned.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct FigurePlan {
    /// Key in the plan.
    pub key: String,
    /// Title.
    pub title: String,
    /// The endpoint's key.
    pub endpoint: String,
    /// Months to mark.
    pub landmarks: Vec<u32>,
    /// Last month drawn.
    pub months: u32,
    /// What a month means for people no longer seen.
    pub policies: Policies,
}

const ESTIMATORS: [&str; 4] = ["standardisation", "logistic", "linear", "difference"];

pub(super) fn read(
    root: &Section<'_>,
    outcomes: &[OutcomePlan],
    populations: &[PopulationPlan],
) -> Vec<AnalysisPlan> {
    let mut found = Vec::new();
    for (key, section) in root.sections("analyses") {
        let title = section.string("title").unwrap_or_else(|| title_of(&key));
        section.required_string("outcome");
        let outcome = section.spanned_string("outcome").and_then(|(name, span)| {
            let known: Vec<&str> = outcomes
                .iter()
                .map(|outcome| outcome.key.as_str())
                .collect();
            if known.contains(&name.as_str()) {
                return Some(name);
            }
            section.unknown_reference("outcome", &name, span, &known);
            None
        });
        let estimand = section.choice(
            "estimand",
            &[
                "risk difference",
                "risk ratio",
                "odds ratio",
                "mean difference",
            ],
        );
        let estimator = outcome.as_ref().and_then(|outcome| {
            let binary = outcomes
                .iter()
                .find(|o| o.key == *outcome)
                .and_then(OutcomePlan::is_binary);
            estimator(&section, outcome, binary)
        });
        let planned = outcomes.iter().find(|o| Some(&o.key) == outcome.as_ref());
        let is_time = planned.is_some_and(OutcomePlan::is_time);
        if is_time
            && estimator
                .as_ref()
                .is_some_and(|e| *e != Estimator::Difference)
        {
            let rule = "this outcome is a time that not everyone was followed to: of the estimators \
                        of a plan only `difference` (restricted means, log-rank test) is for it";
            section.problem_at("estimator", "bad_value", rule);
        }
        if outcome.is_none() {
            // Read the other keys, so that they are not reported as unknown as well.
            for key in [
                "estimator",
                "formula",
                "family",
                "link",
                "adjust",
                "vcov",
                "method",
                "strata",
            ] {
                section.has(key);
            }
        }
        let binary = outcomes
            .iter()
            .find(|o| Some(&o.key) == outcome.as_ref())
            .and_then(OutcomePlan::is_binary);
        let of_means = estimand.as_deref() == Some("mean difference");
        if estimand.is_some() && binary == Some(of_means) {
            let kind = if of_means { "yes or no" } else { "a quantity" };
            let rule = format!("this estimand does not exist for an outcome that is {kind}");
            section.problem_at("estimand", "bad_value", rule);
        }
        let population = population(&section, populations);
        let subgroups = section.string_list("subgroups").unwrap_or_default();
        let sensitivity = sensitivity(&section, binary);
        section.finish();
        if let (Some(outcome), Some(estimator)) = (outcome, estimator) {
            found.push(AnalysisPlan {
                population,
                subgroups,
                sensitivity,
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

fn population(section: &Section<'_>, populations: &[PopulationPlan]) -> Option<String> {
    let (name, span) = section.spanned_string("population")?;
    let known: Vec<&str> = populations.iter().map(|p| p.key.as_str()).collect();
    if !known.contains(&name.as_str()) {
        section.unknown_reference("population", &name, span, &known);
        return None;
    }
    Some(name)
}

/// `sensitivity = ["best case", "worst case"]`, for outcomes that are yes or no.
fn sensitivity(section: &Section<'_>, binary: Option<bool>) -> Vec<Assumption> {
    let mut found = Vec::new();
    for (name, span) in section.spanned_list("sensitivity").unwrap_or_default() {
        let known = Assumption::NAMED.iter().find(|(other, _)| *other == name);
        match known {
            Some((_, how)) => found.push(*how),
            None => {
                let names = Assumption::NAMED.map(|(name, _)| name).join(", ");
                let rule = format!("there is no such assumption; known: {names}");
                section.problem("bad_value", span, rule);
            }
        }
    }
    if !found.is_empty() && binary == Some(false) {
        let rule = "these assumptions are for outcomes that are yes or no";
        section.problem_at("sensitivity", "bad_value", rule);
    }
    found
}

/// `adjusted_model` becomes `Adjusted model`.
fn title_of(key: &str) -> String {
    let spaced = key.replace(['_', '-'], " ");
    let mut letters = spaced.chars();
    letters.next().map_or(String::new(), |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

fn estimator(section: &Section<'_>, outcome: &str, binary: Option<bool>) -> Option<Estimator> {
    let choice = section.choice("estimator", &ESTIMATORS);
    if section.has("estimator") && choice.is_none() {
        // Read the other keys, so that they are not reported as unknown as well.
        for key in [
            "formula", "family", "link", "adjust", "vcov", "method", "strata",
        ] {
            section.has(key);
        }
        return None;
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

/// The formula as written, or `outcome ~ arm + adjust`.
fn model(section: &Section<'_>, outcome: &str, gaussian: bool) -> Option<ModelPlan> {
    let (text, place) = match section.spanned_string("formula") {
        Some((text, span)) => (text, span.start + 1..span.end),
        None => {
            let adjust = section.string_list("adjust").unwrap_or_default();
            let terms: Vec<String> = ["arm".to_owned()].into_iter().chain(adjust).collect();
            (
                format!("{outcome} ~ {}", terms.join(" + ")),
                section.span.clone(),
            )
        }
    };
    let formula = match Formula::parse(&text) {
        Ok(formula) => formula,
        Err(StatsError::Formula { message, span }) => {
            let start = (place.start + span.start).min(place.end);
            section.problem(
                "formula",
                start..place.end,
                format!("[{}]: {message}", section.name),
            );
            return None;
        }
        Err(other) => {
            section.problem("formula", place, other.to_string());
            return None;
        }
    };
    let response = formula.response.to_string();
    if response != outcome {
        let rule = format!("the formula's outcome `{response}` is not the analysis's `{outcome}`");
        section.problem("formula", place, rule);
    }
    let family = match section
        .choice("family", &["gaussian", "binomial", "poisson"])
        .as_deref()
    {
        Some("gaussian") => Family::Gaussian,
        Some("binomial") => Family::Binomial,
        Some("poisson") => Family::Poisson,
        _ if gaussian => Family::Gaussian,
        _ => Family::Binomial,
    };
    let link = match section
        .choice("link", &["identity", "log", "logit", "probit"])
        .as_deref()
    {
        Some("identity") => Link::Identity,
        Some("log") => Link::Log,
        Some("logit") => Link::Logit,
        Some("probit") => Link::Probit,
        _ => family.canonical_link(),
    };
    let firth = section.choice("method", &["ml", "firth"]).as_deref() == Some("firth");
    let family_given = section.has("family")
        || section.has("link")
        || firth
        || section
            .string("estimator")
            .is_some_and(|name| name != "standardisation");
    Some(ModelPlan {
        formula,
        text,
        family,
        link,
        firth,
        strata: None,
        family_given,
    })
}

pub(super) fn figures(root: &Section<'_>, endpoints: &[EndpointPlan]) -> Vec<FigurePlan> {
    let mut found: Vec<FigurePlan> = Vec::new();
    for (key, section) in root.sections("figures") {
        section.required_string("kind");
        section.choice("kind", &["employment-curve"]);
        section.required_string("endpoint");
        let endpoint = section.spanned_string("endpoint").and_then(|(name, span)| {
            let known: Vec<&str> = endpoints.iter().map(|e| e.endpoint.key.as_str()).collect();
            if known.contains(&name.as_str()) {
                return Some(name);
            }
            section.unknown_reference("endpoint", &name, span, &known);
            None
        });
        let months = |numbers: Vec<i64>| numbers.into_iter().map(|n| n as u32).collect::<Vec<_>>();
        let landmarks = section
            .integers("landmarks", 0, 600)
            .map(months)
            .unwrap_or_default();
        let last = landmarks.iter().copied().max().unwrap_or(18);
        let figure = endpoint.map(|endpoint| FigurePlan {
            title: section
                .string("title")
                .unwrap_or_else(|| "Employed, by month".to_owned()),
            months: section
                .integer("months", 1, 600)
                .map_or(last, |n| n as u32)
                .max(1),
            policies: policies(&section),
            key: key.replace('_', "-"),
            endpoint,
            landmarks,
        });
        section.finish();
        found.extend(figure);
    }
    // A study with one curve finds it under the name of its kind, whatever the plan calls it.
    if let [only] = &mut found[..] {
        "employment-curve".clone_into(&mut only.key);
    }
    found
}
