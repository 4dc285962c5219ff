//! Tests of whole terms, and backward elimination with its audit trail.
//!
//! A term may leave unless a larger one holds it (marginality, as R's `drop1`). Each model is fitted
//! to the rows of the first, so that likelihoods compare. References: W. N. Venables, B. D. Ripley
//! (2002), *Modern Applied Statistics with S*, section 6.8; F. E. Harrell (2015), *Regression
//! Modeling Strategies*, section 4.3, for what is wrong with p-values after selection.

use super::model::Dispersion;
use super::{Glm, NegativeBinomial};
use crate::design::Design;
use crate::distributions::chi_squared;
use crate::formula::{Formula, Term, Variable};
use crate::{Estimate, Method, Statistic, StatsError};

/// A likelihood-ratio test of one term.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct TermTest {
    /// The term as the formula has it: `age`, `arm:age`, `site`.
    pub term: String,
    /// Twice the log-likelihood that is lost without it, chi-squared.
    pub estimate: Estimate,
    /// Akaike's criterion of the model without it.
    pub aic: f64,
}

/// One step of an elimination.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct EliminationStep {
    /// The term that left: the one with the largest p-value.
    pub removed: TermTest,
    /// The tests of all terms that could have left.
    pub candidates: Vec<TermTest>,
}

/// A backward elimination.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Elimination {
    /// What left, in order.
    pub steps: Vec<EliminationStep>,
    /// Terms that stay, without the intercept.
    pub kept: Vec<String>,
    /// The design of the terms that stay, on the rows of the first model.
    pub design: Design,
}

/// A model whose terms can be tested by likelihood.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Testable {
    /// A generalised linear model.
    Glm(Glm),
    /// A negative binomial model, its theta estimated anew in each model.
    NegativeBinomial(NegativeBinomial),
}

impl Testable {
    fn log_likelihood_and_aic(&self, design: &Design) -> Result<(f64, f64), StatsError> {
        let fit = match self {
            Self::Glm(glm) => glm.fit(design)?,
            Self::NegativeBinomial(model) => model.fit(design)?.model,
        };
        Ok((fit.log_likelihood(), fit.aic()))
    }

    fn check(&self, formula: &Formula) -> Result<(), StatsError> {
        let quasi = matches!(self, Self::Glm(glm) if glm.dispersion == Dispersion::Pearson);
        if quasi {
            let rule = "has no likelihood to test terms by";
            return Err(StatsError::argument("a quasi model", rule));
        }
        if !formula.intercept {
            let rule = "without an intercept has terms whose coding depends on one another: they cannot \
                        be tested one by one";
            return Err(StatsError::argument("a model", rule));
        }
        Ok(())
    }

    /// The likelihood-ratio test of every term that may leave.
    ///
    /// # Errors
    /// Those of the fits; a quasi model, which has no likelihood; a model without intercept.
    pub fn term_tests(
        &self,
        formula: &Formula,
        design: &Design,
    ) -> Result<Vec<TermTest>, StatsError> {
        self.check(formula)?;
        let present: Vec<usize> = (0..formula.terms.len()).collect();
        self.tests(formula, design, &present)
    }

    fn tests(
        &self,
        formula: &Formula,
        design: &Design,
        present: &[usize],
    ) -> Result<Vec<TermTest>, StatsError> {
        let (full, _) = self.log_likelihood_and_aic(design)?;
        let mut tests = Vec::new();
        for &term in present {
            if !may_leave(formula, present, term) {
                continue;
            }
            let smaller = without(design, term);
            let (log_likelihood, aic) = self.log_likelihood_and_aic(&smaller)?;
            let df = (design.terms.len() - smaller.terms.len()) as f64;
            let lost = (2.0 * (full - log_likelihood)).max(0.0);
            let mut estimate = Estimate::point(Statistic::Term, Method::LikelihoodRatio, f64::NAN);
            estimate.statistic_value = lost;
            estimate.df = df;
            estimate.p_value = chi_squared::sf(lost, df);
            tests.push(TermTest {
                term: label(&formula.terms[term]),
                estimate,
                aic,
            });
        }
        Ok(tests)
    }

    /// Takes the term with the largest p-value out until none is above `threshold`. Terms in
    /// `keep` stay. What remains was chosen by its p-values, so they and the intervals are too
    /// optimistic.
    ///
    /// # Errors
    /// Those of [`term_tests`](Self::term_tests); a threshold outside (0, 1); a term in `keep` that
    /// the formula does not have.
    pub fn eliminate(
        &self,
        formula: &Formula,
        design: &Design,
        threshold: f64,
        keep: &[String],
    ) -> Result<Elimination, StatsError> {
        self.check(formula)?;
        if !(threshold > 0.0 && threshold < 1.0) {
            let rule = "must lie strictly between 0 and 1";
            return Err(StatsError::argument(
                "the threshold of the elimination",
                rule,
            ));
        }
        let labels: Vec<String> = formula.terms.iter().map(label).collect();
        if let Some(unknown) = keep.iter().find(|name| !labels.contains(name)) {
            return Err(StatsError::UnknownColumn {
                column: unknown.clone(),
                suggestion: None,
            });
        }
        let mut present: Vec<usize> = (0..formula.terms.len()).collect();
        let mut design = design.clone();
        let mut steps = Vec::new();
        loop {
            let candidates: Vec<TermTest> = self
                .tests(formula, &design, &present)?
                .into_iter()
                .filter(|test| !keep.contains(&test.term))
                .collect();
            let worst = candidates
                .iter()
                .max_by(|a, b| a.estimate.p_value.total_cmp(&b.estimate.p_value))
                .filter(|test| test.estimate.p_value > threshold)
                .cloned();
            let Some(removed) = worst else {
                let kept = present.iter().map(|&term| labels[term].clone()).collect();
                return Ok(Elimination {
                    steps,
                    kept,
                    design,
                });
            };
            if let Some(at) = present
                .iter()
                .position(|&term| labels[term] == removed.term)
            {
                design = without(&design, present.remove(at));
            }
            steps.push(EliminationStep {
                removed,
                candidates,
            });
        }
    }
}

fn label(term: &Term) -> String {
    let labels: Vec<String> = term.iter().map(Variable::label).collect();
    labels.join(":")
}

/// Whether no larger term holds this one.
fn may_leave(formula: &Formula, present: &[usize], term: usize) -> bool {
    let own = &formula.terms[term];
    let holds = |other: usize| {
        let other = &formula.terms[other];
        other.len() > own.len() && own.iter().all(|variable| other.contains(variable))
    };
    !present.iter().any(|&other| holds(other))
}

fn without(design: &Design, term: usize) -> Design {
    let columns: Vec<usize> = design
        .coding
        .owners()
        .iter()
        .enumerate()
        .filter(|(_, owner)| **owner != Some(term))
        .map(|(j, _)| j)
        .collect();
    design.with_columns(&columns)
}
