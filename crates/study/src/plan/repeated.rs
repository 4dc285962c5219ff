//! `estimator = "gee"`: outcomes that are measured again, or people in clusters.

use super::OutcomePlan;
use super::analyses::Estimator;
use super::model::{ModelPlan, model_of};
use super::section::Section;
use regtrial_stats::glm::{Correlation, GeeVariance};

/// Generalised estimating equations as planned.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct GeePlan {
    /// The mean model. With several outcomes its left side is `value`, and `time` says which.
    pub model: ModelPlan,
    /// The outcomes in the order of time; of a person each is a row.
    pub outcomes: Vec<String>,
    /// When they are measured; their keys say it if this is empty.
    pub times: Vec<f64>,
    /// The column of the clusters; people if none is given.
    pub id: Option<String>,
    /// Working correlation.
    pub correlation: Correlation,
    /// Covariance of the coefficients.
    pub variance: GeeVariance,
}

/// What stacked outcomes are called in a formula.
pub(crate) const VALUE: &str = "value";
/// What says in a formula which of the outcomes a row is.
pub(crate) const TIME: &str = "time";

impl GeePlan {
    /// Whether a person has several rows.
    #[must_use]
    pub fn is_stacked(&self) -> bool {
        self.outcomes.len() > 1
    }
}

/// `outcomes = ["a", "b"]`, where the plan has these.
pub(super) fn outcomes<'a>(
    section: &Section<'_>,
    known: &'a [OutcomePlan],
) -> Option<Vec<&'a OutcomePlan>> {
    let listed = section.spanned_list("outcomes")?;
    let names: Vec<&str> = known.iter().map(|outcome| outcome.key.as_str()).collect();
    let mut found: Vec<&OutcomePlan> = Vec::new();
    let mut fine = true;
    for (name, span) in listed {
        match known.iter().find(|outcome| outcome.key == name) {
            None => section.unknown_reference("outcome", &name, span, &names),
            Some(outcome) if outcome.is_time() => {
                let rule = "this outcome is a time: the outcomes of one model are measured again";
                section.problem("bad_value", span, rule);
            }
            Some(outcome) if found.iter().any(|other| other.key == outcome.key) => {
                section.problem("bad_value", span, format!("`{name}` is named twice"));
            }
            Some(outcome) => {
                found.push(outcome);
                continue;
            }
        }
        fine = false;
    }
    if fine && found.len() < 2 {
        let rule = "`outcomes` names the outcomes that are measured again, two or more; of one say `outcome`";
        section.problem_at("outcomes", "bad_value", rule);
        return None;
    }
    fine.then_some(found)
}

/// The estimator; nothing if a key of it is wrong.
pub(super) fn estimator(section: &Section<'_>, outcomes: &[&OutcomePlan]) -> Option<Estimator> {
    let stacked = outcomes.len() > 1;
    let gaussian = outcomes
        .iter()
        .any(|outcome| outcome.is_binary() == Some(false));
    let times = section.number_list("times").unwrap_or_default();
    if stacked && section.has("times") && times.len() != outcomes.len() {
        let rule = "`times` has a number for each of `outcomes`";
        section.problem_at("times", "bad_value", rule);
    }
    if times.windows(2).any(|pair| pair[0] >= pair[1]) {
        section.problem_at(
            "times",
            "bad_value",
            "`times` are in order, each later than the last",
        );
    }
    let (response, time) = match (stacked, section.has("times")) {
        (false, _) => (outcomes.first()?.key.as_str(), None),
        (true, true) => (VALUE, Some(format!("factor({TIME})"))),
        (true, false) => (VALUE, Some(TIME.to_owned())),
    };
    let mut model = model_of(section, response, time.as_deref(), gaussian)?;
    model.family_given = section.has("family") || section.has("link");
    if !stacked && !section.has("id") {
        let rule = "of one outcome a person has one row: `id` names the column of the clusters, or \
                    `outcomes` the outcomes that are measured again";
        section.problem_at("estimator", "missing_key", rule);
    }
    let correlation = section.choice("correlation", &["exchangeable", "independence", "ar1"]);
    let names = [
        GeeVariance::Robust,
        GeeVariance::ModelBased,
        GeeVariance::ManclDeRouen,
        GeeVariance::KauermannCarroll,
    ];
    let chosen = section.choice("vcov", &names.map(GeeVariance::as_str));
    let variance = names
        .into_iter()
        .find(|v| Some(v.as_str()) == chosen.as_deref());
    Some(Estimator::Gee(GeePlan {
        model,
        outcomes: outcomes.iter().map(|outcome| outcome.key.clone()).collect(),
        times,
        id: section.string("id"),
        correlation: match correlation.as_deref() {
            Some("independence") => Correlation::Independence,
            Some("ar1") => Correlation::Ar1,
            _ => Correlation::Exchangeable,
        },
        variance: variance.unwrap_or_default(),
    }))
}
