//! Logistic regression with Firth's penalty: finite estimates also under separation.
//!
//! References: D. Firth (1993), Biometrika 80:27-38; G. Heinze, M. Schemper (2002), Statistics in
//! Medicine 21:2409-2419. The penalised log-likelihood is l(beta) + 1/2 ln |X'WX|; its score
//! replaces the residual y - mu by y - mu + h (1/2 - mu), where h is the row's leverage. Its slope is
//! close to -X' diag(w (1 + h)) X, which makes the steps: those of X'WX are up to twice too long
//! where the leverages are near 1, and never settle on separated data. The covariance stays the
//! inverse of X'WX.

use super::fit::{GlmFit, TermEstimate};
use super::{Covariance, Dispersion, Family, Link, profile};
use crate::design::Design;
use crate::distributions::chi_squared;
use crate::linear::{Factored, aliased_columns, linear_predictor, transpose_times, weighted_gram};
use crate::penalised::{Penalised, maximise};
use crate::{ConfidenceLevel, Estimate, Method, Statistic, StatsError};
use ndarray::{Array1, Array2};

/// Firth's logistic regression.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Firth;

/// A fitted Firth model.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct FirthFit {
    /// Names of the coefficients.
    pub terms: Vec<String>,
    /// Coefficients.
    pub coefficients: Array1<f64>,
    /// Inverse Fisher information at the estimate.
    pub covariance: Array2<f64>,
    /// Log-likelihood without the penalty.
    pub log_likelihood: f64,
    /// Log-likelihood with it.
    pub penalised_log_likelihood: f64,
    /// Rows used.
    pub nobs: usize,
    /// Rows with the event.
    pub events: u64,
    /// Rows set aside for a missing value.
    pub dropped: usize,
    /// Iterations to convergence.
    pub iterations: usize,
}

/// A point of the penalised likelihood.
struct Point {
    beta: Array1<f64>,
    information: Factored,
    weights: Vec<f64>,
    mu: Vec<f64>,
    log_likelihood: f64,
    penalised: f64,
}

impl Firth {
    /// Fits by maximum penalised likelihood.
    ///
    /// # Errors
    /// An outcome that is not 0 or 1, a constant outcome, aliased terms, or no convergence.
    pub fn fit(&self, design: &Design) -> Result<FirthFit, StatsError> {
        Family::Binomial.check(design)?;
        let aliased = aliased_columns(&design.x);
        if !aliased.is_empty() {
            let terms = aliased
                .into_iter()
                .map(|j| design.terms[j].clone())
                .collect();
            return Err(StatsError::RankDeficient { terms });
        }
        self.fit_from(design, Array1::zeros(design.terms.len()))
    }

    fn fit_from(&self, design: &Design, start: Array1<f64>) -> Result<FirthFit, StatsError> {
        let (point, iterations) = maximise(&Logistic(design), start, None)?;
        Ok(FirthFit {
            terms: design.terms.clone(),
            covariance: point.information.inverse(),
            coefficients: point.beta,
            log_likelihood: point.log_likelihood,
            penalised_log_likelihood: point.penalised,
            nobs: design.nobs(),
            events: design.response.iter().sum::<f64>() as u64,
            dropped: design.dropped,
            iterations,
        })
    }

    /// The fit in the form of a generalised linear model, for predictions.
    pub(crate) fn fit_glm(
        &self,
        design: &Design,
        start: Option<&Array1<f64>>,
    ) -> Result<GlmFit, StatsError> {
        let fit = match start {
            None => self.fit(design)?,
            Some(start) => self.fit_from(design, start.clone())?,
        };
        let n = design.nobs() as f64;
        Ok(GlmFit {
            family: Family::Binomial,
            link: Link::Logit,
            covariance_kind: Covariance::Classical,
            dispersion_kind: Dispersion::Model,
            linear_predictor: linear_predictor(
                &design.x,
                &fit.coefficients,
                design.offset.as_deref(),
            ),
            terms: fit.terms,
            beta: fit.coefficients,
            covariance: fit.covariance,
            response: design.response.clone(),
            rows: design.rows.clone(),
            dropped: design.dropped,
            deviance: -2.0 * fit.log_likelihood,
            null_deviance: f64::NAN,
            df_residual: n - design.terms.len() as f64,
            term_df: None,
            df_null: n - f64::from(u8::from(design.has_intercept())),
            dispersion: 1.0,
            iterations: fit.iterations,
            at_edge: false,
            diagnostics: Vec::new(),
        })
    }

    /// Coefficients with profile penalised-likelihood intervals and tests.
    ///
    /// # Errors
    /// Those of [`Firth::fit`], at any of the refits.
    pub fn confint(
        &self,
        design: &Design,
        fit: &FirthFit,
        level: ConfidenceLevel,
    ) -> Result<Vec<TermEstimate>, StatsError> {
        let critical = chi_squared::quantile(level.value(), 1.0);
        let mut terms = Vec::new();
        for (j, term) in fit.terms.iter().enumerate() {
            let lost = |value: f64| -> Result<f64, StatsError> {
                let mut start = fit.coefficients.clone();
                start[j] = value;
                let (point, _) = maximise(&Logistic(design), start, Some(j))?;
                Ok(2.0 * (fit.penalised_log_likelihood - point.penalised))
            };
            let centre = fit.coefficients[j];
            let std_error = fit.covariance[(j, j)].sqrt();
            let at_zero = lost(0.0)?.max(0.0);
            let mut estimate = Estimate::point(Statistic::Coefficient, Method::Profile, centre)
                .with_interval(
                    profile::crossing(centre, -std_error, critical, &lost)?,
                    profile::crossing(centre, std_error, critical, &lost)?,
                    level,
                );
            estimate.std_error = std_error;
            estimate.statistic_value = at_zero;
            estimate.df = 1.0;
            estimate.p_value = chi_squared::sf(at_zero, 1.0);
            terms.push(TermEstimate {
                term: term.clone(),
                estimate,
            });
        }
        Ok(terms)
    }
}

/// A logistic likelihood with Firth's penalty.
struct Logistic<'a>(&'a Design);

impl Penalised for Logistic<'_> {
    type Point = Point;

    const CONVERGED: f64 = 1e-11;
    const ROUNDING: f64 = 1e-9;

    fn evaluate(&self, beta: Array1<f64>) -> Option<Point> {
        let design = self.0;
        let base = |i: usize| design.offset.as_ref().map_or(0.0, |offset| offset[i]);
        let linear = design.x.dot(&beta);
        let (mut mu, mut weights) = (Vec::new(), Vec::new());
        let mut log_likelihood = 0.0;
        for (i, eta) in linear.iter().enumerate() {
            let mean = Link::Logit.mean(eta + base(i));
            log_likelihood -= 0.5 * Family::Binomial.unit_deviance(design.response[i], mean);
            mu.push(mean.mu);
            weights.push(mean.derivative);
        }
        let information = Factored::new(&weighted_gram(&design.x, &weights))?;
        let penalised = log_likelihood + 0.5 * information.log_determinant();
        penalised.is_finite().then_some(Point {
            beta,
            information,
            weights,
            mu,
            log_likelihood,
            penalised,
        })
    }

    fn beta<'a>(&self, point: &'a Point) -> &'a Array1<f64> {
        &point.beta
    }

    fn value(&self, point: &Point) -> f64 {
        point.penalised
    }

    /// The slope has the weights w (1 + h).
    fn score(&self, point: &Point) -> (Array1<f64>, Array2<f64>) {
        let design = self.0;
        let inverse = point.information.inverse();
        let (mut residuals, mut weights) = (Vec::new(), Vec::new());
        for (i, row) in design.x.rows().into_iter().enumerate() {
            let leverage = point.weights[i] * row.dot(&inverse.dot(&row));
            residuals.push(design.response[i] - point.mu[i] + leverage * (0.5 - point.mu[i]));
            weights.push(point.weights[i] * (1.0 + leverage));
        }
        let gradient = transpose_times(&design.x, &residuals);
        (gradient, weighted_gram(&design.x, &weights))
    }

    /// Long steps overshoot a flat penalised likelihood: none moves a linear predictor by more than five.
    fn share(&self, step: &Array1<f64>) -> f64 {
        let moved = self.0.x.dot(step);
        5.0 / moved.iter().fold(0.0_f64, |a, b| a.max(b.abs()))
    }

    fn slack(&self, value: f64) -> f64 {
        1e-13 * value.abs().max(1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Firth;
    use crate::ConfidenceLevel;
    use crate::design::{Data, Design};
    use crate::formula::Formula;

    fn design(x: Vec<f64>, y: Vec<f64>) -> Design {
        let data = Data::new().with_numbers("x", x).with_numbers("y", y);
        Design::new(&Formula::parse("y ~ x").unwrap(), &data).unwrap()
    }

    /// x = 1, ..., n and y = 1 in the upper half: leverages near 1, profiles included.
    #[test]
    fn separated_halves_of_any_size_converge() {
        // brglm2 0.9, glm(y ~ x, binomial, method = "brglmFit", type = "AS_mean").
        let slopes = [
            (4, 1.3099029655),
            (5, 1.1792159217),
            (6, 1.1289124886),
            (8, 1.0327443933),
            (10, 0.9706495693),
            (11, 0.9476852817),
            (12, 0.9278209372),
            (20, 0.8523861337),
            (50, 0.8370654684),
        ];
        for (n, slope) in slopes {
            let x: Vec<f64> = (1..=n).map(f64::from).collect();
            let y = x
                .iter()
                .map(|&x| f64::from(u8::from(2.0 * x > f64::from(n))));
            let design = design(x.clone(), y.collect());
            let fit = Firth.fit(&design).unwrap();
            assert!((fit.coefficients[1] - slope).abs() < 1e-7, "n = {n}");
            assert!(fit.iterations < 100, "n = {n}: {}", fit.iterations);
            let level = ConfidenceLevel::NINETY_FIVE;
            for term in Firth.confint(&design, &fit, level).unwrap() {
                let own = term.estimate;
                assert!(own.conf_low < own.estimate, "n = {n} {}", term.term);
                assert!(own.conf_high > own.estimate, "n = {n} {}", term.term);
            }
        }
    }

    /// Three groups, one of a single person: every leverage is that of a saturated model.
    #[test]
    fn saturated_groups_converge() {
        // tests/reference/firth, case `groups`: estimate and profile limits.
        let expected = [
            [-0.5108256238, -2.9021146403, 1.5063927529],
            [2.4567357728, -0.6752801365, 7.6379335051],
            [1.6094379124, -1.9090468772, 6.8722605724],
        ];
        let data = Data::new()
            .with_text("g", &["a", "a", "a", "b", "b", "b", "c"])
            .with_numbers("y", vec![0.0, 1.0, 0.0, 1.0, 1.0, 1.0, 1.0]);
        let design = Design::new(&Formula::parse("y ~ g").unwrap(), &data).unwrap();
        let fit = Firth.fit(&design).unwrap();
        let terms = Firth
            .confint(&design, &fit, ConfidenceLevel::NINETY_FIVE)
            .unwrap();
        for (term, expected) in terms.iter().zip(expected) {
            let own = term.estimate;
            for (ours, theirs) in [own.estimate, own.conf_low, own.conf_high]
                .into_iter()
                .zip(expected)
            {
                assert!(
                    (ours - theirs).abs() < 1e-7,
                    "{} {ours} {theirs}",
                    term.term
                );
            }
        }
    }
}
