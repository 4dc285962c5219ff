//! Proof that no maximum-likelihood estimate exists.
//!
//! A direction gamma separates the data if (2y - 1) x'gamma >= 0 in every row and > 0 in some: the
//! likelihood then climbs for ever along it (A. Albert, J. A. Anderson 1984, Biometrika 71:1-10).
//! Newton's steps turn into such a direction when there is one, so the last step is the candidate
//! and the inequality is checked in every row: what is reported has been proved, up to rounding.

use super::Family;
use crate::design::INTERCEPT;
use ndarray::{Array1, Array2};

/// Rows may miss the inequality by this share of the largest margin.
const TOLERANCE: f64 = 1e-4;

/// The terms along which the likelihood climbs for ever, if `direction` separates.
pub(super) fn certified(
    family: Family,
    x: &Array2<f64>,
    y: &[f64],
    direction: &Array1<f64>,
    terms: &[String],
) -> Option<Vec<String>> {
    // A count's likelihood climbs for ever only where rows without events move down and no other
    // row moves at all.
    let margin = |along: f64, y: f64| match family {
        Family::Poisson | Family::NegativeBinomial { .. } if y > 0.0 => -along.abs(),
        Family::Poisson | Family::NegativeBinomial { .. } => -along,
        _ => (2.0 * y - 1.0) * along,
    };
    let margins: Vec<f64> = x
        .rows()
        .into_iter()
        .zip(y)
        .map(|(row, &y)| margin(row.dot(direction), y))
        .collect();
    let largest = margins.iter().copied().fold(0.0, f64::max);
    let smallest = margins.iter().copied().fold(0.0, f64::min);
    if largest < 1e-3 || smallest < -TOLERANCE * largest {
        return None;
    }
    // A term takes part if its share of the movement is not rounding.
    let share = |j: usize| {
        let spread = x.column(j).iter().map(|v| v.abs()).fold(0.0, f64::max);
        (direction[j] * spread).abs()
    };
    let limit = 1e-3 * (0..terms.len()).map(share).fold(0.0, f64::max);
    let moving = |j: &usize| share(*j) > limit;
    let mut named: Vec<String> = (0..terms.len())
        .filter(moving)
        .map(|j| terms[j].clone())
        .filter(|term| term != INTERCEPT)
        .collect();
    if named.is_empty() {
        named.push(INTERCEPT.to_owned());
    }
    Some(named)
}
