//! Hypotheses in an order fixed beforehand.
//!
//! References: W. Maurer, L. A. Hothorn, W. Lehmacher (1995), in Biometrie in der chemisch-
//! pharmazeutischen Industrie 6:3-18 (fixed sequence); B. L. Wiens (2003), Pharmaceutical Statistics
//! 2:211-215 (fallback); F. Bretz, W. Maurer, W. Brannath, M. Posch (2009), Statistics in Medicine
//! 28:586-604 (graphs, algorithm 1 and its adjusted p-values).

use super::adjust::check;
use super::compatible::chain;
use crate::StatsError;
use ndarray::Array2;

/// Adjusted p-values of a fixed sequence: a hypothesis is tested at the full level if all before it
/// were rejected.
///
/// # Errors
/// [`StatsError::Argument`] if a p-value is undefined or lies outside 0 and 1.
pub fn fixed_sequence(p_values: &[f64]) -> Result<Vec<f64>, StatsError> {
    defined(p_values)?;
    let mut largest = 0.0_f64;
    Ok(p_values
        .iter()
        .map(|p| {
            largest = largest.max(*p);
            largest
        })
        .collect())
}

/// Adjusted p-values of the fallback procedure: each hypothesis has its share of the level, and
/// what a rejected one leaves goes to the next.
///
/// # Errors
/// As [`graph`].
pub fn fallback(p_values: &[f64], weights: &[f64]) -> Result<Vec<f64>, StatsError> {
    graph(p_values, weights, &chain(p_values.len()))
}

/// Adjusted p-values of a graph: `weights` share the level out, and a rejected hypothesis i passes
/// its share on along the edges `transitions[(i, j)]`.
///
/// # Errors
/// [`StatsError::Argument`] if lengths differ, a p-value is undefined or outside 0 and 1, a weight or
/// transition is negative, the weights or a line of the transitions sum to more than 1, or a
/// hypothesis passes to itself.
///
/// ```
/// use regtrial_stats::multiplicity::sequential::graph;
/// // Two hypotheses, half the level each, all of it passed on: Holm's procedure.
/// let adjusted = graph(&[0.04, 0.02], &[0.5, 0.5], &ndarray::array![[0.0, 1.0], [1.0, 0.0]])?;
/// assert!((adjusted[1] - 0.04).abs() < 1e-15 && (adjusted[0] - 0.04).abs() < 1e-15);
/// # Ok::<(), regtrial_stats::StatsError>(())
/// ```
pub fn graph(
    p_values: &[f64],
    weights: &[f64],
    transitions: &Array2<f64>,
) -> Result<Vec<f64>, StatsError> {
    let mut graph = Graph::new(p_values, weights, transitions)?;
    let mut adjusted = vec![f64::NAN; p_values.len()];
    let mut largest = 0.0_f64;
    while let Some(next) = graph.next() {
        largest = largest.max(graph.ratio(next).min(1.0));
        adjusted[next] = largest;
        graph.reject(next);
    }
    Ok(adjusted)
}

/// Hypotheses that stand, the shares of the level that they have, and to whom these would go.
pub(super) struct Graph<'a> {
    p_values: &'a [f64],
    pub(super) weights: Vec<f64>,
    transitions: Array2<f64>,
    pub(super) left: Vec<usize>,
}

impl<'a> Graph<'a> {
    pub(super) fn new(
        p_values: &'a [f64],
        weights: &[f64],
        transitions: &Array2<f64>,
    ) -> Result<Self, StatsError> {
        defined(p_values)?;
        check_graph(p_values.len(), weights, transitions)?;
        Ok(Self {
            p_values,
            weights: weights.to_vec(),
            transitions: transitions.clone(),
            left: (0..p_values.len()).collect(),
        })
    }

    /// The level of the whole family at which a hypothesis goes.
    fn ratio(&self, i: usize) -> f64 {
        match self.weights[i] > 0.0 {
            true => self.p_values[i] / self.weights[i],
            false => f64::INFINITY,
        }
    }

    /// The one that goes first.
    pub(super) fn next(&self) -> Option<usize> {
        let mut left = self.left.iter().copied();
        let first = left.next()?;
        let earlier = |a: usize, b: usize| match self.ratio(b) < self.ratio(a) {
            true => b,
            false => a,
        };
        Some(left.fold(first, earlier))
    }

    /// Takes a hypothesis out: its share goes along the edges, and these close over it.
    pub(super) fn reject(&mut self, gone: usize) {
        self.left.retain(|&i| i != gone);
        let before = self.transitions.clone();
        for &j in &self.left {
            self.weights[j] += self.weights[gone] * before[(gone, j)];
            for &k in &self.left {
                let there_and_back = before[(j, gone)] * before[(gone, j)];
                self.transitions[(j, k)] = if j != k && there_and_back < 1.0 {
                    (before[(j, k)] + before[(j, gone)] * before[(gone, k)])
                        / (1.0 - there_and_back)
                } else {
                    0.0
                };
            }
        }
    }
}

/// The same with the transitions line by line.
///
/// # Errors
/// As [`graph`].
pub fn graph_of_lines(
    p_values: &[f64],
    weights: &[f64],
    lines: &[Vec<f64>],
) -> Result<Vec<f64>, StatsError> {
    graph(p_values, weights, &matrix(weights.len(), lines)?)
}

/// Lines of transitions as a matrix.
///
/// # Errors
/// [`StatsError::Argument`] if it is not square.
pub fn matrix(hypotheses: usize, lines: &[Vec<f64>]) -> Result<Array2<f64>, StatsError> {
    let m = hypotheses;
    if lines.len() != m || lines.iter().any(|line| line.len() != m) {
        let rule = "must have a weight and a line of transitions for each p-value";
        return Err(StatsError::argument("graph", rule));
    }
    Ok(Array2::from_shape_fn((m, m), |(i, j)| lines[i][j]))
}

fn defined(p_values: &[f64]) -> Result<(), StatsError> {
    check(p_values)?;
    if p_values.iter().any(|p| p.is_nan()) {
        return Err(StatsError::argument("p-values", "must all be defined"));
    }
    Ok(())
}

fn check_graph(m: usize, weights: &[f64], transitions: &Array2<f64>) -> Result<(), StatsError> {
    /// Shares given as decimals add up to one but for rounding.
    const SLACK: f64 = 1e-9;
    if weights.len() != m || transitions.dim() != (m, m) {
        let rule = "must have a weight and a line of transitions for each p-value";
        return Err(StatsError::argument("graph", rule));
    }
    let negative = |value: &f64| value.is_nan() || *value < 0.0;
    if weights.iter().any(negative) || transitions.iter().any(negative) {
        return Err(StatsError::argument(
            "graph",
            "must have no negative weight",
        ));
    }
    let too_much = |sum: f64| sum > 1.0 + SLACK;
    if too_much(weights.iter().sum()) || transitions.rows().into_iter().any(|r| too_much(r.sum())) {
        return Err(StatsError::argument(
            "graph",
            "must not share out more than the whole level",
        ));
    }
    if transitions.diag().iter().any(|value| *value != 0.0) {
        return Err(StatsError::argument(
            "graph",
            "must not pass a level on to its own hypothesis",
        ));
    }
    Ok(())
}
