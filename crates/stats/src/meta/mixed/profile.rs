//! The profile-likelihood interval of the variance between studies: the values at which twice the
//! log-likelihood, maximised over all else, lies no more than a quantile of chi-squared below its top.
//!
//! Reference: R. J. Hardy, S. G. Thompson (1996), Statistics in Medicine 15:619-629.

use super::study::TAU;
use super::whole::{Top, WIDEST, Whole};
use crate::ConfidenceLevel;
use crate::distributions::chi_squared;
use std::cell::RefCell;

/// Steps of the search: the interval is known to 1e-9 of its length.
const STEPS: usize = 60;

/// Both limits of tau²; `NaN` where the likelihood could not be followed, infinite where it never falls.
pub(super) fn interval(whole: &Whole<'_>, best: &Top, level: ConfidenceLevel) -> (f64, f64) {
    let critical = chi_squared::quantile(level.value(), 1.0);
    let tau = best.at[whole.place(TAU)];
    // The search starts where it was last.
    let near = RefCell::new(best.at.clone());
    let lost = |tau: f64| -> Option<f64> {
        let from = near.borrow().clone();
        let top = whole.profile(tau, &from)?;
        *near.borrow_mut() = top.at;
        Some(2.0 * (best.value.log - top.value.log) - critical)
    };
    let low = match lost(0.0) {
        None => f64::NAN,
        Some(far) if far <= 0.0 => 0.0,
        Some(far) => root((0.0, far), (tau, -critical), &lost).map_or(f64::NAN, |root| root * root),
    };
    near.borrow_mut().clone_from(&best.at);
    (low, upper(tau, critical, &lost))
}

fn upper(tau: f64, critical: f64, lost: &dyn Fn(f64) -> Option<f64>) -> f64 {
    let (mut inside, mut step) = ((tau, -critical), (tau / 2.0).max(0.2));
    loop {
        let next = inside.0 + step;
        if next > WIDEST {
            return f64::INFINITY;
        }
        match lost(next) {
            None => return f64::NAN,
            Some(far) if far > 0.0 => {
                let found = root((next, far), inside, lost);
                return found.map_or(f64::NAN, |root| root * root);
            }
            Some(far) => inside = (next, far),
        }
        step *= 1.6;
    }
}

/// Where a function changes sign between a point outside (above 0) and one inside: regula falsi with the
/// Illinois rule, bisecting where that is slow.
fn root(
    mut outside: (f64, f64),
    mut inside: (f64, f64),
    function: &dyn Fn(f64) -> Option<f64>,
) -> Option<f64> {
    let length = (outside.0 - inside.0).abs();
    let (mut weight_out, mut weight_in) = (outside.1, inside.1);
    for step in 0..STEPS {
        let middle = match step % 4 == 3 {
            true => (outside.0 + inside.0) / 2.0,
            false => (outside.0 * weight_in - inside.0 * weight_out) / (weight_in - weight_out),
        };
        let value = function(middle)?;
        if value == 0.0 || (outside.0 - inside.0).abs() < 1e-10 * length.max(1e-3) {
            return Some(middle);
        }
        if value.abs() < 1e-12 {
            return Some(middle);
        }
        if value > 0.0 {
            outside = (middle, value);
            (weight_out, weight_in) = (value, weight_in / 2.0);
        } else {
            inside = (middle, value);
            (weight_in, weight_out) = (value, weight_out / 2.0);
        }
    }
    Some((outside.0 + inside.0) / 2.0)
}
