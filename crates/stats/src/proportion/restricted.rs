//! The control risk that is most likely when the risk difference is held at a value.

use super::TwoByTwo;
use crate::roots;

/// Variance of the observed risk difference under the restricted maximum-likelihood risks at
/// difference `delta`, without the factor N/(N-1).
pub(super) fn difference_variance(table: TwoByTwo, delta: f64) -> f64 {
    let control = control_risk(table, delta);
    let treated = (control + delta).clamp(0.0, 1.0);
    treated * (1.0 - treated) / table.treated.n() + control * (1.0 - control) / table.control.n()
}

/// Maximises a ln(p + delta) + (n1 - a) ln(1 - p - delta) + c ln(p) + (n2 - c) ln(1 - p) over p.
///
/// The likelihood is concave, so its derivative has at most one root; a bracket cannot miss it
/// where the closed-form cubic loses half its digits.
fn control_risk(table: TwoByTwo, delta: f64) -> f64 {
    let (a, b) = (table.treated.x(), table.treated.non_events() as f64);
    let (c, d) = (table.control.x(), table.control.non_events() as f64);
    let low = (-delta).max(0.0);
    let high = (1.0 - delta).min(1.0);
    if low >= high {
        return low;
    }
    let part = |count: f64, risk: f64| if count == 0.0 { 0.0 } else { count / risk };
    let slope =
        |p: f64| part(a, p + delta) - part(b, 1.0 - p - delta) + part(c, p) - part(d, 1.0 - p);
    if a == 0.0 && c == 0.0 {
        return low;
    }
    if b == 0.0 && d == 0.0 {
        return high;
    }
    roots::bisect(low, high, |p| slope(p) > 0.0)
}
