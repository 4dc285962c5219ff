//! The regularised incomplete beta function.

use super::{Tails, saddle_point};

const TINY: f64 = 1e-300;

/// I_x(a, b) and its complement; `y` is 1 - x, given by the caller so that neither loses digits.
pub(crate) fn tails(a: f64, b: f64, x: f64, y: f64) -> Tails {
    if x.is_nan() || y.is_nan() || a.is_nan() || b.is_nan() || a <= 0.0 || b <= 0.0 {
        return Tails::UNDEFINED;
    }
    if x <= 0.0 {
        return Tails {
            lower: 0.0,
            upper: 1.0,
        };
    }
    if y <= 0.0 {
        return Tails {
            lower: 1.0,
            upper: 0.0,
        };
    }
    // a y - b x = a - (a + b) x, from whichever of x and y is small: near the mean it is a small
    // difference of large numbers.
    let lambda = if x <= y {
        a - (a + b) * x
    } else {
        (a + b) * y - b
    };
    // x^a y^b / B(a, b) as a binomial probability, which has no overflow at any size.
    let density = saddle_point::binomial(a, a + b, x, y) * (a / (a + b)) * b;
    if lambda >= 0.0 {
        let lower = density * continued_fraction(a, b, x, lambda);
        Tails {
            lower,
            upper: 1.0 - lower,
        }
    } else {
        let upper = density * continued_fraction(b, a, y, -lambda);
        Tails {
            lower: 1.0 - upper,
            upper,
        }
    }
}

/// The continued fraction of A. R. DiDonato and A. H. Morris (1992), ACM Transactions on
/// Mathematical Software 18:360-373, equation 9, by Lentz' algorithm. Below the mean it converges
/// in O(sqrt(max(a, b))) steps.
fn continued_fraction(a: f64, b: f64, x: f64, lambda: f64) -> f64 {
    let steps = 1000.0 + 40.0 * a.max(b).sqrt();
    let mut denominator = guard(a / (a + 1.0) * (lambda + 1.0));
    let mut h = denominator.recip();
    let mut c = TINY.recip();
    let mut d = denominator.recip();
    let mut n = 1.0;
    while n < steps {
        let odd = a + 2.0 * n - 1.0;
        let numerator = (a + n - 1.0) / odd * ((a + b + n - 1.0) / odd) * n * (b - n) * x * x;
        denominator =
            n + n * (b - n) * x / odd + (a + n) / (odd + 2.0) * (lambda + 1.0 + n * (2.0 - x));
        d = guard(denominator + numerator * d).recip();
        c = guard(denominator + numerator / c);
        let factor = d * c;
        h *= factor;
        if (factor - 1.0).abs() < 1e-16 {
            break;
        }
        n += 1.0;
    }
    h
}

fn guard(value: f64) -> f64 {
    if value.abs() < TINY { TINY } else { value }
}
