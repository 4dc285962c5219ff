//! The first two derivatives of log-gamma, for positive arguments: recurrence up to 20, then the
//! asymptotic series (M. Abramowitz, I. A. Stegun 1964, 6.3.18 and 6.4.12).

/// Where the series has all digits.
const LARGE: f64 = 20.0;

/// The derivative of log-gamma.
pub(crate) fn digamma(x: f64) -> f64 {
    let (mut x, mut sum) = (x, 0.0);
    while x < LARGE {
        sum -= x.recip();
        x += 1.0;
    }
    let r = (x * x).recip();
    let series = r
        * (1.0 / 12.0
            - r * (1.0 / 120.0 - r * (1.0 / 252.0 - r * (1.0 / 240.0 - r * (1.0 / 132.0)))));
    sum + x.ln() - 0.5 / x - series
}

/// The second derivative of log-gamma.
pub(crate) fn trigamma(x: f64) -> f64 {
    let (mut x, mut sum) = (x, 0.0);
    while x < LARGE {
        sum += (x * x).recip();
        x += 1.0;
    }
    let r = (x * x).recip();
    let series =
        1.0 / 6.0 - r * (1.0 / 30.0 - r * (1.0 / 42.0 - r * (1.0 / 30.0 - r * (5.0 / 66.0))));
    sum + x.recip() + 0.5 * r + series * r / x
}

#[cfg(test)]
mod tests {
    use super::{digamma, trigamma};

    #[test]
    fn known_values() {
        let euler = 0.577_215_664_901_532_9;
        assert!((digamma(1.0) + euler).abs() < 1e-15);
        assert!((digamma(0.5) + euler + 4.0_f64.ln()).abs() < 2e-15);
        assert!((digamma(30.0) - digamma(29.0) - 1.0 / 29.0).abs() < 1e-15);
        let square = std::f64::consts::PI.powi(2);
        assert!((trigamma(1.0) - square / 6.0).abs() < 1e-15);
        assert!((trigamma(0.5) - square / 2.0).abs() < 1e-14);
    }
}
