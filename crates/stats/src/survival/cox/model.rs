//! The specification of a Cox model, and its fitting.

use super::super::SurvivalDesign;
use super::fit::CoxFit;
use super::residuals;
use super::risk_sets::{Point, RiskSets, Ties};
use crate::linear::{Factored, aliased_columns};
use crate::{Diagnostic, StatsError};
use ndarray::{Array1, Array2};

const MAX_ITERATIONS: usize = 60;
/// Newton decrement, in standard errors: the step after it changes nothing that a double holds.
const CONVERGED: f64 = 1e-9;
/// A coefficient that still moves by this much (in standard deviations of its column) when the
/// likelihood no longer does is on its way to infinity.
const STILL_MOVING: f64 = 1e-3;
/// Iterations after which a likelihood with a maximum has been at it for long.
const LONG: usize = 25;

/// Covariance of the coefficients.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CoxVariance {
    /// Inverse information.
    #[default]
    Classical,
    /// Lin and Wei's sandwich, rows independent.
    Robust,
    /// The same with rows of a cluster added up first; the clusters are the design's.
    Cluster,
}

impl CoxVariance {
    /// The name used in results.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Classical => "classical",
            Self::Robust => "HC0",
            Self::Cluster => "cluster",
        }
    }
}

/// What to fit.
///
/// ```
/// use regtrial_stats::{design::Data, formula::Formula, survival::{Cox, SurvivalDesign}};
/// // D1 at risk with C2, D3, C4: the score equation of a single 0/1 covariate has a closed form.
/// let data = Data::new()
///     .with_numbers("t", vec![1.0, 2.0, 3.0, 4.0])
///     .with_numbers("e", vec![1.0, 1.0, 1.0, 0.0])
///     .with_numbers("x", vec![0.0, 1.0, 0.0, 1.0]);
/// let design = SurvivalDesign::new(&Formula::parse("Surv(t, e) ~ x")?, &data)?;
/// let ratio = Cox::default().fit(&design)?.coef()[0].exp();
/// // 2r/(2+2r) + 2r/(1+2r) + r/(1+r) = 1.
/// let expected = 2.0 * ratio / (2.0 + 2.0 * ratio) + 2.0 * ratio / (1.0 + 2.0 * ratio)
///     + ratio / (1.0 + ratio);
/// assert!((expected - 1.0).abs() < 1e-12);
/// # Ok::<(), regtrial_stats::StatsError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cox {
    /// How ties are taken.
    pub ties: Ties,
    /// Covariance of the coefficients.
    pub variance: CoxVariance,
}

impl Cox {
    /// Fits by maximum partial likelihood.
    ///
    /// # Errors
    /// No event, aliased terms, a likelihood that climbs for ever
    /// ([`StatsError::MonotoneLikelihood`], with the terms' names), clusters asked for that the
    /// design has not or of which there is one, or iterations that do not converge.
    pub fn fit(&self, design: &SurvivalDesign) -> Result<CoxFit, StatsError> {
        let sets = prepare(design, self.ties)?;
        let null = sets.evaluate(&Array1::zeros(sets.columns()), None);
        let score_test = test_of(&sets, &null, design)?;
        let at = |beta: &Array1<f64>| sets.evaluate(beta, None);
        let (point, iterations) = maximise(at, null.clone(), &design.terms)?;
        let Some(factored) = Factored::new(&point.information) else {
            return Err(monotone(&point.beta, &design.terms));
        };
        let inverse = factored.inverse();
        let scaled = match (self.variance, &design.cluster) {
            (CoxVariance::Classical, _) => inverse.clone(),
            (CoxVariance::Robust, _) => residuals::sandwich(&sets, &point, &inverse, None),
            (CoxVariance::Cluster, Some(clusters)) => {
                residuals::sandwich(&sets, &point, &inverse, Some(clusters))
            }
            (CoxVariance::Cluster, None) => {
                let rule = "by cluster needs cluster(COLUMN)";
                return Err(StatsError::argument("covariance", rule));
            }
        };
        let unscale = |matrix: &Array2<f64>| {
            Array2::from_shape_fn(matrix.dim(), |(i, j)| {
                matrix[(i, j)] / (sets.scale[i] * sets.scale[j])
            })
        };
        let beta = point.beta.iter().zip(&sets.scale).map(|(b, s)| b / s);
        Ok(CoxFit {
            ties: self.ties,
            variance: self.variance,
            terms: design.terms.clone(),
            beta: beta.collect(),
            covariance: unscale(&scaled),
            model_covariance: unscale(&inverse),
            log_likelihood: point.log_likelihood,
            null_log_likelihood: null.log_likelihood,
            score_statistic: score_test,
            nobs: design.nobs(),
            events: design.events(),
            strata: sets.strata.len(),
            dropped: design.dropped,
            iterations,
            diagnostics: diagnostics(design, self.variance)?,
            sets,
            point,
            clusters: match self.variance {
                CoxVariance::Cluster => design.cluster.clone(),
                CoxVariance::Classical | CoxVariance::Robust => None,
            },
        })
    }
}

pub(super) fn prepare(design: &SurvivalDesign, ties: Ties) -> Result<RiskSets, StatsError> {
    design.refuse_eventless()?;
    Ok(RiskSets::new(design, ties))
}

/// The score test of all terms, which also finds terms that cannot be told apart.
fn test_of(sets: &RiskSets, null: &Point, design: &SurvivalDesign) -> Result<f64, StatsError> {
    match Factored::new(&null.information) {
        Some(factored) if !factored.is_ill_conditioned() => {
            Ok(null.score.dot(&factored.solve(&null.score)))
        }
        other => {
            refuse_aliased(sets, design)?;
            match other {
                Some(factored) => Ok(null.score.dot(&factored.solve(&null.score))),
                None => Err(StatsError::RankDeficient {
                    terms: never_varying(sets, null, design),
                }),
            }
        }
    }
}

pub(super) fn refuse_aliased(sets: &RiskSets, design: &SurvivalDesign) -> Result<(), StatsError> {
    let aliased = aliased_columns(&sets.columns_of_rows());
    if aliased.is_empty() {
        return Ok(());
    }
    let name = |j: usize| design.terms[j].clone();
    Err(StatsError::RankDeficient {
        terms: aliased.into_iter().map(name).collect(),
    })
}

/// Terms that are constant among those at risk at every event time, or linear combinations of
/// others there.
pub(super) fn never_varying(sets: &RiskSets, null: &Point, design: &SurvivalDesign) -> Vec<String> {
    let still = |j: usize| null.information[(j, j)] <= 1e-12 * sets.moments.len() as f64;
    let named: Vec<String> = (0..design.terms.len())
        .filter(|&j| still(j))
        .map(|j| design.terms[j].clone())
        .collect();
    if named.is_empty() {
        design.terms.clone()
    } else {
        named
    }
}

/// Newton's method with step halving, from one point of a partial likelihood to its maximum.
pub(in crate::survival) fn maximise(
    evaluate: impl Fn(&Array1<f64>) -> Point,
    start: Point,
    terms: &[String],
) -> Result<(Point, usize), StatsError> {
    let mut point = start;
    let mut step = Array1::zeros(terms.len());
    for iteration in 0..MAX_ITERATIONS {
        let Some(factored) = Factored::new(&point.information) else {
            return Err(monotone(&step, terms));
        };
        step = factored.solve(&point.score);
        let decrement = point.score.dot(&step).max(0.0).sqrt();
        let movement = step.iter().fold(0.0_f64, |a, b| a.max(b.abs()));
        if decrement < CONVERGED {
            if movement > STILL_MOVING {
                return Err(monotone(&step, terms));
            }
            // What the last step still moves is below what the information or the likelihood show.
            point.beta += &step;
            return Ok((point, iteration));
        }
        if iteration >= LONG && movement > 0.1 {
            return Err(monotone(&step, terms));
        }
        // No step moves a coefficient by more than five standard deviations of its column.
        let mut length = (5.0 / movement).min(1.0);
        point = loop {
            let candidate = evaluate(&(&point.beta + &(&step * length)));
            let better = candidate.log_likelihood
                >= point.log_likelihood - 1e-12 * point.log_likelihood.abs();
            if better {
                break candidate;
            }
            length *= 0.5;
            if length < 1e-10 {
                return Err(not_converged(iteration, decrement));
            }
        };
    }
    Err(not_converged(MAX_ITERATIONS, f64::NAN))
}

fn not_converged(iterations: usize, decrement: f64) -> StatsError {
    StatsError::NotConverged {
        iterations,
        decrement,
        hint: "",
    }
}

/// The refusal, naming the terms that take part in the direction that the likelihood climbs along.
pub(in crate::survival) fn monotone(direction: &Array1<f64>, terms: &[String]) -> StatsError {
    let largest = direction.iter().fold(0.0_f64, |a, b| a.max(b.abs()));
    let named = terms.iter().zip(direction);
    StatsError::MonotoneLikelihood {
        terms: named
            .filter(|(_, move_by)| move_by.abs() >= 0.05 * largest)
            .map(|(term, _)| term.clone())
            .collect(),
    }
}

fn diagnostics(
    design: &SurvivalDesign,
    variance: CoxVariance,
) -> Result<Vec<Diagnostic>, StatsError> {
    let mut found = Vec::new();
    let terms = design.terms.len() as u64;
    if design.events() < 5 * terms {
        let message = format!(
            "fewer than five events per coefficient ({terms} coefficients): estimates are biased \
             away from no effect; Firth's penalised likelihood is not"
        );
        found.push(Diagnostic::note("few_events", message));
    }
    if variance == CoxVariance::Cluster {
        found.extend(design.few_clusters()?);
        if overlapping(design) {
            let message = "rows of one cluster overlap in time: right where a cluster holds several \
                           people, wrong where it is a person, who is then at risk twice";
            found.push(Diagnostic::note("overlapping_rows", message));
        }
    }
    if design.stop.iter().any(|time| time.fract() != 0.0) {
        let message =
            "times are not whole days: those that differ by rounding alone are taken as ties";
        found.push(Diagnostic::note("fractional_times", message));
    }
    Ok(found)
}

/// Whether two rows of a cluster, in one stratum, are at risk over (start, stop] at the same time.
fn overlapping(design: &SurvivalDesign) -> bool {
    let (Some(start), Some(clusters)) = (&design.start, &design.cluster) else {
        return false;
    };
    let mut rows: Vec<usize> = (0..design.nobs()).collect();
    let whose = |i: usize| (clusters[i], design.stratum[i]);
    rows.sort_by(|&a, &b| {
        let order = whose(a).cmp(&whose(b));
        order.then(start[a].total_cmp(&start[b]))
    });
    rows.windows(2)
        .any(|pair| whose(pair[0]) == whose(pair[1]) && start[pair[1]] < design.stop[pair[0]])
}
