//! The specification of a generalised linear model, and its fitting.

use super::covariance::{self, Covariance};
use super::family::{Family, Link};
use super::fit::{GlmFit, TermEstimate, diagnostics};
use super::irls::{Maximum, Problem};
use super::profile;
use crate::design::{Design, column_major};
use crate::linear::in_tasks;
use crate::{ConfidenceLevel, Diagnostic, StatsError};
use ndarray::{Array1, Array2};

/// What to fit.
///
/// ```
/// use regtrial_stats::{design::{Data, Design}, formula::Formula, glm::{Family, Glm}};
/// // Two by two: 3 of 4 against 1 of 4, so the odds ratio is (3/1)/(1/3) = 9.
/// let data = Data::new()
///     .with_numbers("y", vec![1.0, 1.0, 1.0, 0.0, 1.0, 0.0, 0.0, 0.0])
///     .with_numbers("arm", vec![1.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0]);
/// let design = Design::new(&Formula::parse("y ~ arm")?, &data)?;
/// let fit = Glm::new(Family::Binomial).fit(&design)?;
/// assert!((fit.coef()[1].exp() - 9.0).abs() < 1e-8);
/// # Ok::<(), regtrial_stats::StatsError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Glm {
    /// Distribution of the response.
    pub family: Family,
    /// Link of its mean.
    pub link: Link,
    /// Covariance of the coefficients.
    pub covariance: Covariance,
    /// How far the variance may lie from the family's.
    pub dispersion: Dispersion,
}

/// Where the factor on the family's variance function comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Dispersion {
    /// The family's own: estimated for gaussian models, 1 for all others.
    #[default]
    Model,
    /// Pearson's statistic over the residual degrees of freedom: a quasi model, which has no
    /// likelihood, and whose tests use the t distribution.
    Pearson,
}

impl Glm {
    /// A model with the family's canonical link and classical covariance.
    #[must_use]
    pub fn new(family: Family) -> Self {
        Self {
            family,
            link: family.canonical_link(),
            covariance: Covariance::Classical,
            dispersion: Dispersion::Model,
        }
    }

    /// The same model with another dispersion.
    #[must_use]
    pub fn with_dispersion(mut self, dispersion: Dispersion) -> Self {
        self.dispersion = dispersion;
        self
    }

    /// The same model with another link.
    #[must_use]
    pub fn with_link(mut self, link: Link) -> Self {
        self.link = link;
        self
    }

    /// The same model with another covariance.
    #[must_use]
    pub fn with_covariance(mut self, covariance: Covariance) -> Self {
        self.covariance = covariance;
        self
    }

    /// Fits by maximum likelihood. Where a binomial model with an identity or log link is most likely with a
    /// fitted risk of 0 or 1, the estimates are given without standard errors, with the diagnostic
    /// `edge_of_link` and [`GlmFit::at_edge`].
    ///
    /// # Errors
    /// An outcome outside the family's range, aliased terms, separation (with the terms' names),
    /// or iterations that do not converge.
    pub fn fit(&self, design: &Design) -> Result<GlmFit, StatsError> {
        self.check_link()?;
        self.family.check(design)?;
        let problem = self.problem(design, &design.x, design.offset.as_deref(), &design.terms);
        let edged =
            self.family == Family::Binomial && matches!(self.link, Link::Identity | Link::Log);
        let (maximum, at_edge) = match problem.maximise() {
            Err(StatsError::NotConverged { .. }) if edged => problem.maximise_at_edge()?,
            Ok(maximum) if problem.may_be_at_edge(&maximum) => {
                problem.maximise_at_edge().unwrap_or((maximum, false))
            }
            found => (found?, false),
        };
        self.fitted(design, maximum, at_edge)
    }

    /// As [`Glm::fit`], from coefficients near the maximum.
    pub(crate) fn fit_from(
        &self,
        design: &Design,
        start: Option<&Array1<f64>>,
    ) -> Result<GlmFit, StatsError> {
        self.check_link()?;
        self.family.check(design)?;
        let problem = self.problem(design, &design.x, design.offset.as_deref(), &design.terms);
        let maximum = match start {
            Some(start) => problem.maximise_from(start.clone())?,
            None => problem.maximise()?,
        };
        self.fitted(design, maximum, false)
    }

    fn fitted(
        &self,
        design: &Design,
        maximum: Maximum,
        at_edge: bool,
    ) -> Result<GlmFit, StatsError> {
        let n = design.nobs() as f64;
        let df_residual = n - design.terms.len() as f64;
        let dispersion = match (self.family, self.dispersion) {
            (Family::Gaussian, _) | (_, Dispersion::Pearson) if df_residual <= 0.0 => f64::NAN,
            (Family::Gaussian, _) => maximum.deviance / df_residual,
            (_, Dispersion::Pearson) => self.pearson(&design.response, &maximum.eta) / df_residual,
            _ => 1.0,
        };
        let mut fit = GlmFit {
            family: self.family,
            link: self.link,
            covariance_kind: self.covariance.clone(),
            dispersion_kind: self.dispersion,
            terms: design.terms.clone(),
            beta: maximum.beta,
            covariance: Array2::zeros((0, 0)),
            linear_predictor: maximum.eta,
            response: design.response.clone(),
            rows: design.rows.clone(),
            dropped: design.dropped,
            deviance: maximum.deviance,
            null_deviance: self.null_deviance(design)?,
            df_residual,
            term_df: None,
            df_null: n - f64::from(u8::from(design.has_intercept())),
            dispersion,
            iterations: maximum.iterations,
            at_edge,
            diagnostics: Vec::new(),
        };
        if at_edge {
            fit.covariance = maximum.inverse_information;
            fit.diagnostics.push(Diagnostic::warning(
                "edge_of_link",
                "the likelihood is largest where a fitted risk is 0 or 1: the estimates lie at the edge of \
                 what the link allows and have no standard errors; a logit model with standardised risks \
                 gives the same contrasts without that limit",
            ));
            return Ok(fit);
        }
        fit.covariance = covariance::estimate(
            &self.covariance,
            &fit,
            &maximum.inverse_information,
            &design.x,
        )?;
        fit.term_df = covariance::degrees_of_freedom(
            &self.covariance,
            &fit,
            &maximum.inverse_information,
            &design.x,
        )?;
        fit.diagnostics = diagnostics(&fit);
        Ok(fit)
    }

    /// The sum of squared residuals, each over the family's variance.
    fn pearson(&self, y: &[f64], eta: &[f64]) -> f64 {
        let square = |(y, eta): (&f64, &f64)| {
            let mean = self.link.mean(*eta);
            (y - mean.mu).powi(2) / self.family.variance(mean)
        };
        y.iter().zip(eta).map(square).sum()
    }

    fn check_link(&self) -> Result<(), StatsError> {
        let known = match self.family {
            Family::Gaussian => matches!(self.link, Link::Identity),
            Family::Binomial => true,
            Family::Poisson | Family::NegativeBinomial { .. } => matches!(self.link, Link::Log),
        };
        if known {
            return Ok(());
        }
        let rule = format!(
            "{} does not go with the {} family",
            self.link.as_str(),
            self.family.as_str()
        );
        Err(StatsError::argument("link", rule))
    }

    pub(super) fn problem<'a>(
        &self,
        design: &'a Design,
        x: &'a Array2<f64>,
        offset: Option<&'a [f64]>,
        terms: &'a [String],
    ) -> Problem<'a> {
        Problem {
            family: self.family,
            link: self.link,
            x,
            y: &design.response,
            offset,
            terms,
        }
    }

    /// Deviance of the intercept alone (of the offset alone in a model without one).
    fn null_deviance(&self, design: &Design) -> Result<f64, StatsError> {
        let columns = usize::from(design.has_intercept());
        if columns == 1 && design.offset.is_some() {
            let ones = column_major(design.nobs(), columns, |_, _| 1.0);
            let terms = [crate::design::INTERCEPT.to_owned()];
            let problem = self.problem(design, &ones, design.offset.as_deref(), &terms);
            return Ok(problem.maximise()?.deviance);
        }
        // Without an offset the intercept alone fits the overall mean, whatever the link.
        let y = &design.response;
        let centre = self.link.of_mean(y.iter().sum::<f64>() / y.len() as f64);
        let eta = |i: usize| match &design.offset {
            Some(offset) => offset[i],
            None if columns == 1 => centre,
            None => 0.0,
        };
        let parts = in_tasks(y.len(), |start, end| {
            (start..end)
                .map(|i| self.family.unit_deviance(y[i], self.link.mean(eta(i))))
                .sum::<f64>()
        });
        Ok(parts.into_iter().sum())
    }

    /// Profile-likelihood intervals: the values of each coefficient that a likelihood-ratio test
    /// does not reject, all others refitted.
    ///
    /// # Errors
    /// Those of [`Glm::fit`], at any of the refits.
    pub fn profile(
        &self,
        design: &Design,
        fit: &GlmFit,
        level: ConfidenceLevel,
    ) -> Result<Vec<TermEstimate>, StatsError> {
        if fit.at_edge {
            let rule = "are not there where a fitted risk is 0 or 1: use a logit model with standardised risks";
            return Err(StatsError::argument("profile intervals", rule));
        }
        profile::maximum_likelihood(self, design, fit, level)
    }
}
