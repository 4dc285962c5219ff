//! Hypotheses in an order fixed beforehand.
//!
//! References: W. Maurer, L. A. Hothorn, W. Lehmacher (1995), in Biometrie in der chemisch-
//! pharmazeutischen Industrie 6:3-18 (fixed sequence); B. L. Wiens (2003), Pharmaceutical Statistics
//! 2:211-215 (fallback); F. Bretz, W. Maurer, W. Brannath, M. Posch (2009), Statistics in Medicine
//! 28:586-604 (graphs, algorithm 1 and its adjusted p-values).

use super::adjust::check;
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
    let m = p_values.len();
    let next = |i: usize, j: usize| f64::from(u8::from(j == i + 1));
    graph(
        p_values,
        weights,
        &Array2::from_shape_fn((m, m), |(i, j)| next(i, j)),
    )
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
    defined(p_values)?;
    let m = p_values.len();
    check_graph(m, weights, transitions)?;
    let (mut weights, mut transitions) = (weights.to_vec(), transitions.clone());
    let mut left: Vec<usize> = (0..m).collect();
    let mut adjusted = vec![f64::NAN; m];
    let mut largest = 0.0_f64;
    while !left.is_empty() {
        let ratio = |i: usize| {
            if weights[i] > 0.0 {
                p_values[i] / weights[i]
            } else {
                f64::INFINITY
            }
        };
        let Some(&next) = left.iter().min_by(|&&a, &&b| ratio(a).total_cmp(&ratio(b))) else {
            break;
        };
        largest = largest.max(ratio(next).min(1.0));
        adjusted[next] = largest;
        left.retain(|&i| i != next);
        let before = transitions.clone();
        for &j in &left {
            weights[j] += weights[next] * before[(next, j)];
            for &k in &left {
                let there_and_back = before[(j, next)] * before[(next, j)];
                transitions[(j, k)] = if j != k && there_and_back < 1.0 {
                    (before[(j, k)] + before[(j, next)] * before[(next, k)])
                        / (1.0 - there_and_back)
                } else {
                    0.0
                };
            }
        }
    }
    Ok(adjusted)
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
    let m = weights.len();
    if lines.len() != m || lines.iter().any(|line| line.len() != m) {
        let rule = "must have a weight and a line of transitions for each p-value";
        return Err(StatsError::argument("graph", rule));
    }
    let transitions = Array2::from_shape_fn((m, m), |(i, j)| lines[i][j]);
    graph(p_values, weights, &transitions)
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
