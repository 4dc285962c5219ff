//! The regularised incomplete gamma function.

use super::{Tails, saddle_point};

/// P(a, x) and Q(a, x).
pub(crate) fn tails(a: f64, x: f64) -> Tails {
    if a.is_nan() || x.is_nan() || a <= 0.0 {
        return Tails::UNDEFINED;
    }
    if x <= 0.0 {
        return Tails {
            lower: 0.0,
            upper: 1.0,
        };
    }
    if x == f64::INFINITY {
        return Tails {
            lower: 1.0,
            upper: 0.0,
        };
    }
    let prefactor = saddle_point::poisson(a, x);
    let steps = 1000.0 + 60.0 * a.sqrt();
    if x < a + 1.0 {
        let lower = (prefactor * series(a, x, steps)).min(1.0);
        Tails {
            lower,
            upper: 1.0 - lower,
        }
    } else {
        let upper = (prefactor * a * continued_fraction(a, x, steps)).min(1.0);
        Tails {
            lower: 1.0 - upper,
            upper,
        }
    }
}

/// 1 + x/(a+1) + x^2/((a+1)(a+2)) + ...
fn series(a: f64, x: f64, steps: f64) -> f64 {
    let (mut sum, mut term, mut n) = (1.0, 1.0, 1.0);
    while n < steps {
        term *= x / (a + n);
        sum += term;
        if term < sum * 1e-17 {
            break;
        }
        n += 1.0;
    }
    sum
}

/// Lentz' evaluation of the continued fraction of Q (DLMF 8.9.2).
fn continued_fraction(a: f64, x: f64, steps: f64) -> f64 {
    let mut b = x + 1.0 - a;
    let mut c = 1e300;
    let mut d = b.recip();
    let mut h = d;
    let mut n = 1.0;
    while n < steps {
        let numerator = -n * (n - a);
        b += 2.0;
        d = (numerator * d + b).recip();
        c = b + numerator / c;
        let factor = d * c;
        h *= factor;
        if (factor - 1.0).abs() < 1e-16 {
            break;
        }
        n += 1.0;
    }
    h
}
