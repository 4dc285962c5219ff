//! What a Cox model's document holds besides its coefficients.

use regtrial_results::Record;
use regtrial_stats::survival::ProportionalHazards;
use regtrial_stats::{Estimate, Method, Statistic};
use regtrial_study::analysis::records::record;
use regtrial_study::analysis::survival::{Hazards, HazardsModel};
use serde::Serialize;

#[derive(Serialize, Default)]
pub(super) struct Model {
    pub(super) family: &'static str,
    pub(super) link: &'static str,
    pub(super) formula: String,
    pub(super) method: &'static str,
    pub(super) ties: &'static str,
    pub(super) vcov: String,
    pub(super) n: Option<usize>,
    pub(super) n_dropped: Option<usize>,
    pub(super) events: Option<u64>,
    pub(super) strata: usize,
    pub(super) log_likelihood: Option<f64>,
    pub(super) null_log_likelihood: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) penalised_log_likelihood: Option<f64>,
    pub(super) aic: Option<f64>,
    pub(super) likelihood_ratio: Option<Test>,
    pub(super) score: Option<Test>,
    pub(super) wald: Option<Test>,
    pub(super) concordance: Option<f64>,
    pub(super) concordance_std_error: Option<f64>,
    pub(super) converged: bool,
    pub(super) iterations: usize,
}

impl Model {
    /// Takes away what would give withheld counts back.
    pub(super) fn withhold(&mut self) {
        *self = Self {
            family: self.family,
            link: self.link,
            formula: std::mem::take(&mut self.formula),
            method: self.method,
            ties: self.ties,
            vcov: std::mem::take(&mut self.vcov),
            strata: self.strata,
            converged: self.converged,
            iterations: self.iterations,
            ..Self::default()
        };
    }
}

#[derive(Serialize)]
pub(super) struct Test {
    #[serde(skip_serializing_if = "Option::is_none")]
    term: Option<String>,
    statistic_value: f64,
    df: f64,
    p_value: f64,
}

impl From<&Estimate> for Test {
    fn from(test: &Estimate) -> Self {
        Self {
            term: None,
            statistic_value: test.statistic_value,
            df: test.df,
            p_value: test.p_value,
        }
    }
}

impl Model {
    pub(super) fn take(&mut self, fit: &Hazards, asked: HazardsModel) {
        self.method = if asked.firth { "firth" } else { "ml" };
        self.log_likelihood = Some(fit.log_likelihood);
        self.null_log_likelihood = fit.null_log_likelihood;
        self.penalised_log_likelihood = fit.penalised_log_likelihood;
        self.aic = fit.aic;
        self.likelihood_ratio = fit.test(Method::LikelihoodRatio).map(Test::from);
        self.score = fit.test(Method::Score).map(Test::from);
        self.wald = fit.test(Method::Wald).map(Test::from);
        self.concordance = fit.concordance.map(|found| found.estimate);
        self.concordance_std_error = fit.concordance.map(|found| found.std_error);
        self.iterations = fit.iterations;
    }
}

/// Tests of proportional hazards.
pub(super) fn hazards(fit: &Hazards) -> Vec<Test> {
    let test = |test: &ProportionalHazards| Test {
        term: Some(test.term.clone()),
        statistic_value: test.statistic,
        df: test.df,
        p_value: test.p_value,
    };
    fit.proportional.iter().map(test).collect()
}

/// The same numbers as lines of a table: tests of the model, concordance, tests of proportional hazards.
pub(super) fn lines(fit: &Hazards) -> Vec<Record> {
    let named = |statistic: &str, estimate: &Estimate| {
        let mut made = record("fit", "complete rows", estimate);
        statistic.clone_into(&mut made.statistic);
        made
    };
    let none = Estimate::point(Statistic::Model, Method::Wald, f64::NAN);
    let mut found = Vec::new();
    for (method, statistic) in [
        (Method::LikelihoodRatio, "likelihood_ratio"),
        (Method::Score, "score_test"),
        (Method::Wald, "wald_test"),
    ] {
        found.extend(fit.test(method).map(|test| named(statistic, test)));
    }
    if let Some(concordance) = &fit.concordance {
        let mut made = named("concordance", &none);
        "harrell".clone_into(&mut made.method);
        made.estimate = concordance.estimate;
        made.std_error = concordance.std_error;
        found.push(made);
    }
    for test in &fit.proportional {
        let mut made = named("proportional_hazards", &none);
        "schoenfeld".clone_into(&mut made.method);
        made.term.clone_from(&test.term);
        made.statistic_value = test.statistic;
        made.df = test.df;
        made.p_value = test.p_value;
        found.push(made);
    }
    found
}
