//! Poisson and binomial probabilities for real arguments, accurate at any size.
//!
//! Reference: C. Loader (2000), *Fast and accurate computation of binomial probabilities*. The
//! probability is written as Stirling's error terms plus a deviance, each of which is computed
//! without cancellation.

use statrs::function::gamma::ln_gamma;
use std::f64::consts::PI;

/// ln(n!) minus Stirling's approximation, for real n > 0.
pub(super) fn stirling_error(n: f64) -> f64 {
    const S: [f64; 8] = [
        1.0 / 12.0,
        1.0 / 360.0,
        1.0 / 1260.0,
        1.0 / 1680.0,
        1.0 / 1188.0,
        691.0 / 360_360.0,
        1.0 / 156.0,
        3617.0 / 122_400.0,
    ];
    if n < 16.0 {
        // Shift upwards until the series is exact to the last digit, then come back down.
        let mut shifted = n;
        let mut product_correction = 0.0;
        while shifted < 16.0 {
            // stirling_error(n) - stirling_error(n + 1) = (n + 1/2) ln((n + 1)/n) - 1
            product_correction += (shifted + 0.5) * (1.0 / shifted).ln_1p() - 1.0;
            shifted += 1.0;
        }
        if n < 1e-3 {
            return ln_gamma(n + 1.0) - (n + 0.5) * n.ln() + n - 0.5 * (2.0 * PI).ln();
        }
        return stirling_error(shifted) + product_correction;
    }
    let square = n * n;
    let mut sum = 0.0;
    for coefficient in S.iter().rev() {
        sum = coefficient - sum / square;
    }
    sum / n
}

/// x ln(x/m) + m - x, without cancellation when x is close to m.
pub(super) fn deviance(x: f64, m: f64) -> f64 {
    if (x - m).abs() < 0.1 * (x + m) {
        let v = (x - m) / (x + m);
        let mut sum = (x - m) * v;
        let mut term = 2.0 * x * v;
        let square = v * v;
        for j in 1..1000 {
            term *= square;
            let next = sum + term / f64::from(2 * j + 1);
            if next == sum {
                break;
            }
            sum = next;
        }
        return sum;
    }
    x * (x / m).ln() + m - x
}

/// exp(-m) m^x / Gamma(x + 1) for real x >= 0.
pub(super) fn poisson(x: f64, m: f64) -> f64 {
    if m == 0.0 {
        return if x == 0.0 { 1.0 } else { 0.0 };
    }
    if x == 0.0 {
        return (-m).exp();
    }
    if !m.is_finite() {
        return 0.0;
    }
    (-stirling_error(x) - deviance(x, m)).exp() / (2.0 * PI * x).sqrt()
}

/// Gamma(n + 1) / (Gamma(x + 1) Gamma(n - x + 1)) p^x q^(n - x) for real 0 <= x <= n, q = 1 - p.
pub(super) fn binomial(x: f64, n: f64, p: f64, q: f64) -> f64 {
    ln_binomial(x, n, p, q).exp()
}

/// The logarithm of [`binomial`].
pub(super) fn ln_binomial(x: f64, n: f64, p: f64, q: f64) -> f64 {
    if p == 0.0 {
        return if x == 0.0 { 0.0 } else { f64::NEG_INFINITY };
    }
    if q == 0.0 {
        return if x == n { 0.0 } else { f64::NEG_INFINITY };
    }
    if x == 0.0 {
        return if p < 0.1 {
            n * (-p).ln_1p()
        } else {
            n * q.ln()
        };
    }
    if x == n {
        return if q < 0.1 {
            n * (-q).ln_1p()
        } else {
            n * p.ln()
        };
    }
    let y = n - x;
    stirling_error(n)
        - stirling_error(x)
        - stirling_error(y)
        - deviance(x, n * p)
        - deviance(y, n * q)
        + 0.5 * (n / (2.0 * PI * x * y)).ln()
}
