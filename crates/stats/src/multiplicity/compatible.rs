//! Confidence bounds that hold together and say what a sequential procedure decides.
//!
//! Of hypotheses theta_i <= theta_i0, tested one-sided along a graph, a rejected one has the bound theta_i0
//! as long as others stand: more cannot be said of it. One that stands has its own bound at the share of
//! the level that the procedure has left to it. If all are rejected, each has its bound at its first share
//! or theta_i0, whichever says more. Lower bounds at level alpha / 2 and upper ones at alpha / 2 make
//! two-sided intervals at alpha; two-sided tests that make no claim about the direction have no such
//! intervals that say more than the test.
//!
//! Reference: K. Strassburger, F. Bretz (2008), Statistics in Medicine 27:4914-4927, theorem 1; for graphs
//! F. Bretz, W. Maurer, W. Brannath, M. Posch (2009), Statistics in Medicine 28:586-604, section 5.

use super::sequential::Graph;
use crate::StatsError;
use ndarray::Array2;

/// The bound of one effect.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum CompatibleBound {
    /// The value of the hypothesis, which is rejected while others stand.
    Hypothesis,
    /// The one-sided bound at this level of error; the hypothesis stands.
    Own(f64),
    /// The same or the value of the hypothesis, whichever says more: all are rejected.
    OwnOrHypothesis(f64),
    /// None: no share of the level has come to it.
    Open,
}

/// The bounds of hypotheses with one-sided p-values, shares of the level `alpha` and transitions as of
/// [`super::sequential::graph`].
///
/// # Errors
/// As [`super::sequential::graph`]; a level outside 0 and 1.
///
/// ```
/// use regtrial_stats::multiplicity::compatible::{CompatibleBound, bounds, holm};
/// let (weights, transitions) = holm(2);
/// let found = bounds(&[0.001, 0.2], &weights, &transitions, 0.025)?;
/// // The first is rejected, and its share goes to the second.
/// assert_eq!(found, [CompatibleBound::Hypothesis, CompatibleBound::Own(0.025)]);
/// # Ok::<(), regtrial_stats::StatsError>(())
/// ```
pub fn bounds(
    p_values: &[f64],
    weights: &[f64],
    transitions: &Array2<f64>,
    alpha: f64,
) -> Result<Vec<CompatibleBound>, StatsError> {
    if !(alpha > 0.0 && alpha < 1.0) {
        let rule = "must lie strictly between 0 and 1";
        return Err(StatsError::argument("alpha", rule));
    }
    let mut graph = Graph::new(p_values, weights, transitions)?;
    let level = |weight: f64| weight * alpha;
    while let Some(next) = graph.next() {
        if p_values[next] > level(graph.weights[next]) {
            break;
        }
        graph.reject(next);
    }
    let bound = |i: usize| match (graph.left.is_empty(), graph.left.contains(&i)) {
        (true, _) if weights[i] > 0.0 => CompatibleBound::OwnOrHypothesis(level(weights[i])),
        (_, false) => CompatibleBound::Hypothesis,
        (_, true) if graph.weights[i] > 0.0 => CompatibleBound::Own(level(graph.weights[i])),
        (_, true) => CompatibleBound::Open,
    };
    Ok((0..p_values.len()).map(bound).collect())
}

/// Holm's procedure as a graph: equal shares, passed on in equal parts.
#[must_use]
pub fn holm(hypotheses: usize) -> (Vec<f64>, Array2<f64>) {
    let m = hypotheses as f64;
    let edge = |(i, j): (usize, usize)| if i == j { 0.0 } else { (m - 1.0).recip() };
    let shape = (hypotheses, hypotheses);
    (
        vec![m.recip(); hypotheses],
        Array2::from_shape_fn(shape, edge),
    )
}

/// A chain: each passes all of its share to the next. With shares it is the fallback procedure; with the
/// whole level given to the first, the fixed sequence.
#[must_use]
pub fn chain(hypotheses: usize) -> Array2<f64> {
    let edge = |(i, j): (usize, usize)| f64::from(u8::from(j == i + 1));
    Array2::from_shape_fn((hypotheses, hypotheses), edge)
}
