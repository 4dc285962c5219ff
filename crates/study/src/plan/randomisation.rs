//! `[randomisation]`: how the arms were allotted, for tests that allot them again.

use super::section::Section;
use regtrial_stats::resampling::Imbalance;

/// How the arms were allotted.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct RandomisationPlan {
    /// The scheme.
    pub scheme: SchemePlan,
    /// The column of the clusters that were allotted whole, if not people.
    pub cluster: Option<String>,
    /// Line of the plan on which it stands.
    pub line: u64,
}

/// The scheme of a randomisation.
#[derive(Debug, Clone, PartialEq)]
pub enum SchemePlan {
    /// Everyone alike.
    Simple,
    /// Within the levels of these columns of the participant list, taken together: strata, or blocks.
    Within {
        /// The columns.
        columns: Vec<String>,
        /// Whether the levels are permuted blocks, for the wording.
        blocks: bool,
    },
    /// By minimisation.
    Minimisation(MinimisationPlan),
}

/// The rule of a minimised trial.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct MinimisationPlan {
    /// Columns of what was balanced.
    pub factors: Vec<String>,
    /// How much the imbalance of each counts.
    pub weights: Vec<f64>,
    /// The column that tells who came first.
    pub order: String,
    /// How far apart the arms are.
    pub imbalance: Imbalance,
    /// Probability of the arm that balances best.
    pub probability: f64,
    /// People meant for each arm, in the order of the arms; the same if empty.
    pub allocation: Vec<f64>,
}

impl SchemePlan {
    /// The columns of the participant list that it names.
    #[must_use]
    pub fn columns(&self) -> Vec<&String> {
        match self {
            Self::Simple => Vec::new(),
            Self::Within { columns, .. } => columns.iter().collect(),
            Self::Minimisation(rule) => rule.factors.iter().chain([&rule.order]).collect(),
        }
    }
}

impl RandomisationPlan {
    /// The columns of the participant list that it names.
    #[must_use]
    pub fn columns(&self) -> Vec<&String> {
        let mut columns = self.scheme.columns();
        columns.extend(&self.cluster);
        columns
    }

    /// The randomisation in words.
    #[must_use]
    pub fn name(&self) -> String {
        let whole = self.cluster.as_ref();
        match (&self.scheme, whole) {
            (SchemePlan::Simple, None) => "arms exchanged among everyone".to_owned(),
            (SchemePlan::Simple, Some(cluster)) => {
                format!("arms exchanged among whole clusters ({cluster})")
            }
            (SchemePlan::Within { columns, blocks }, _) => {
                let what = if *blocks { "blocks" } else { "strata" };
                let columns = columns.join(" and ");
                match whole {
                    None => format!("arms exchanged within {what} of {columns}"),
                    Some(cluster) => {
                        format!(
                            "arms of whole clusters ({cluster}) exchanged within {what} of {columns}"
                        )
                    }
                }
            }
            (SchemePlan::Minimisation(rule), _) => format!(
                "everyone allotted anew by minimisation over {}",
                rule.factors.join(", ")
            ),
        }
    }
}

/// The plan's scheme; without one the strata of `[people]`, or none.
pub(super) fn read(root: &Section<'_>, strata: &[String]) -> RandomisationPlan {
    let default = |line| RandomisationPlan {
        scheme: match strata.is_empty() {
            true => SchemePlan::Simple,
            false => SchemePlan::Within {
                columns: strata.to_vec(),
                blocks: false,
            },
        },
        cluster: None,
        line,
    };
    let Some(section) = root.section("randomisation") else {
        return default(1);
    };
    section.required_string("method");
    let names = ["simple", "strata", "blocks", "minimisation"];
    let method = section.choice("method", &names);
    let scheme = match method.as_deref() {
        Some("simple") => Some(SchemePlan::Simple),
        Some("minimisation") => minimisation(&section).map(SchemePlan::Minimisation),
        Some(name) => within(&section, name == "blocks", strata),
        None => {
            section.use_all();
            None
        }
    };
    let cluster = section.string("cluster");
    if cluster.is_some() && method.as_deref() == Some("minimisation") {
        let rule = "minimisation is replayed of people, not of whole clusters";
        let help = "of clusters: method = \"simple\", \"strata\" or \"blocks\"";
        section.problem_at_with_help("cluster", "bad_value", rule, help);
    }
    let line = section.line();
    section.finish();
    scheme.map_or_else(
        || default(line),
        |scheme| RandomisationPlan {
            scheme,
            cluster,
            line,
        },
    )
}

/// `within = ["site", "block"]`; of strata `people.strata` by default.
fn within(section: &Section<'_>, blocks: bool, strata: &[String]) -> Option<SchemePlan> {
    let columns = section.one_or_more("within");
    let columns = columns.unwrap_or_else(|| if blocks { Vec::new() } else { strata.to_vec() });
    if columns.is_empty() && !section.has("within") {
        let rule = match blocks {
            true => "blocks need `within`: the columns that tell them apart, of the strata too",
            false => "strata need `within`, or `strata` of [people]: the columns of the strata",
        };
        section.problem_at("method", "missing_key", rule);
    } else if columns.is_empty() {
        section.problem_at("within", "bad_value", "`within` names at least one column");
    }
    (!columns.is_empty()).then_some(SchemePlan::Within { columns, blocks })
}

fn minimisation(section: &Section<'_>) -> Option<MinimisationPlan> {
    let factors = section.one_or_more("factors").unwrap_or_default();
    if factors.is_empty() {
        let rule = "minimisation needs `factors`: the columns that were balanced";
        section.problem_at("factors", "missing_key", rule);
    }
    let weights = match section.has("weights") {
        true => positive(section, "weights").unwrap_or_default(),
        false => vec![1.0; factors.len()],
    };
    if weights.len() != factors.len() && !factors.is_empty() {
        let rule = "`weights` has a number for each of `factors`";
        section.problem_at("weights", "bad_value", rule);
    }
    let order = section.required_string("order");
    let names = ["range", "variance", "standard-deviation"];
    let imbalance = match section.choice("imbalance", &names).as_deref() {
        Some("variance") => Imbalance::Variance,
        Some("standard-deviation") => Imbalance::StandardDeviation,
        _ => Imbalance::Range,
    };
    let probability = section.number("best_probability", 0.0);
    if probability.is_some_and(|p| p > 1.0) {
        let rule = "`best_probability` lies between 0 and 1";
        section.problem_at("best_probability", "bad_value", rule);
    }
    let allocation = match section.has("allocation") {
        true => positive(section, "allocation").unwrap_or_default(),
        false => Vec::new(),
    };
    Some(MinimisationPlan {
        factors,
        weights,
        order: order?,
        imbalance,
        probability: probability.unwrap_or(0.8),
        allocation,
    })
}

fn positive(section: &Section<'_>, key: &str) -> Option<Vec<f64>> {
    let numbers = section.number_list(key)?;
    if numbers.is_empty() || numbers.iter().any(|number| *number <= 0.0) {
        let rule = format!("`{key}` holds numbers above 0");
        section.problem_at(key, "bad_value", rule);
    }
    Some(numbers)
}
