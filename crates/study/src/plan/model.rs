//! The model of an analysis: its formula, family and link.

use super::section::Section;
use regtrial_stats::StatsError;
use regtrial_stats::formula::Formula;
use regtrial_stats::glm::{Covariance, Family, Link};
use std::ops::Range;

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
    /// Variance of the coefficients of a regression.
    pub covariance: Covariance,
    /// For standardisation: the column within whose levels people were randomised in blocks.
    pub strata: Option<String>,
    /// Whether the plan names the family; if not, it follows from the outcome's values.
    pub family_given: bool,
}

/// The formula as written, or `outcome ~ arm + adjust`; its text and place.
pub(super) fn formula_at(
    section: &Section<'_>,
    outcome: &str,
) -> Option<(Formula, String, Range<usize>)> {
    formula_with(section, outcome, None)
}

/// The same with a term behind the arm, where the formula is not written.
fn formula_with(
    section: &Section<'_>,
    outcome: &str,
    second: Option<&str>,
) -> Option<(Formula, String, Range<usize>)> {
    let (text, place) = match section.spanned_string("formula") {
        Some((text, span)) => (text, span.start + 1..span.end),
        None => {
            let adjust = section.string_list("adjust").unwrap_or_default();
            let first = ["arm"].into_iter().chain(second).map(str::to_owned);
            let terms: Vec<String> = first.chain(adjust).collect();
            (
                format!("{outcome} ~ {}", terms.join(" + ")),
                section.span.clone(),
            )
        }
    };
    match Formula::parse(&text) {
        Ok(formula) => Some((formula, text, place)),
        Err(StatsError::Formula { message, span }) => {
            let start = (place.start + span.start).min(place.end);
            section.problem(
                "formula",
                start..place.end,
                format!("[{}]: {message}", section.name),
            );
            None
        }
        Err(other) => {
            section.problem("formula", place, other.to_string());
            None
        }
    }
}

/// The working model.
pub(super) fn model(section: &Section<'_>, outcome: &str, gaussian: bool) -> Option<ModelPlan> {
    let mut model = model_of(section, outcome, None, gaussian)?;
    model.firth = section.choice("method", &["ml", "firth"]).as_deref() == Some("firth");
    model.family_given |= model.firth;
    Some(model)
}

/// `vcov` of a regression, which Firth's profile intervals do without.
pub(super) fn covariance(section: &Section<'_>, firth: bool) -> Covariance {
    let chosen = section.choice("vcov", &["classical", "HC0", "HC1", "HC2", "HC3"]);
    let found = match chosen.as_deref() {
        Some("HC0") => Covariance::Hc0,
        Some("HC1") => Covariance::Hc1,
        Some("HC2") => Covariance::Hc2,
        Some("HC3") => Covariance::Hc3,
        _ => Covariance::Classical,
    };
    if firth && found != Covariance::Classical {
        let rule =
            "robust errors belong to maximum likelihood: Firth's method has profile intervals";
        section.problem_at("vcov", "bad_value", rule);
    }
    found
}

/// A mean model, without how it is fitted.
pub(super) fn model_of(
    section: &Section<'_>,
    outcome: &str,
    second: Option<&str>,
    gaussian: bool,
) -> Option<ModelPlan> {
    let (formula, text, place) = formula_with(section, outcome, second)?;
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
    let family_given = section.has("family")
        || section.has("link")
        || section
            .string("estimator")
            .is_some_and(|name| name != "standardisation");
    Some(ModelPlan {
        formula,
        text,
        family,
        link,
        firth: false,
        covariance: Covariance::Classical,
        strata: None,
        family_given,
    })
}
