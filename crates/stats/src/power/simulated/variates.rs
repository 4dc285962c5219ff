//! Random variates from a stream of uniform draws.
//!
//! Reference: G. Marsaglia, W. W. Tsang (2000), ACM Transactions on Mathematical Software 26:363-372
//! (gamma).

use crate::resampling::Draws;

/// Gamma with scale 1.
pub(super) fn gamma(shape: f64, draws: &mut Draws) -> f64 {
    if shape < 1.0 {
        let power = draws.uniform().powf(shape.recip());
        return gamma(shape + 1.0, draws) * power;
    }
    let d = shape - 1.0 / 3.0;
    let c = (9.0 * d).sqrt().recip();
    loop {
        let z = draws.standard_normal();
        let v = (1.0 + c * z).powi(3);
        if v > 0.0 && draws.uniform().ln() < 0.5 * z * z + d - d * v + d * v.ln() {
            return d * v;
        }
    }
}

/// Beta.
pub(super) fn beta(a: f64, b: f64, draws: &mut Draws) -> f64 {
    let (x, y) = (gamma(a, draws), gamma(b, draws));
    let share = x / (x + y);
    // Both underflow where a and b are tiny: the distribution is then 0 or 1.
    if share.is_finite() {
        share
    } else {
        f64::from(u8::from(draws.uniform() < a / (a + b)))
    }
}

#[cfg(test)]
mod tests {
    use super::{beta, gamma};
    use crate::resampling::Draws;

    fn moments(draw: impl Fn(&mut Draws) -> f64) -> (f64, f64) {
        let n = 40_000;
        let values: Vec<f64> = (0..n).map(|i| draw(&mut Draws::new(5, i))).collect();
        let mean = values.iter().sum::<f64>() / n as f64;
        let variance = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / n as f64;
        (mean, variance)
    }

    #[test]
    fn moments_are_those_of_the_distributions() {
        let (mean, variance) = moments(Draws::standard_normal);
        assert!(mean.abs() < 0.02 && (variance - 1.0).abs() < 0.03);
        for shape in [0.3, 1.0, 4.5] {
            let (mean, variance) = moments(|draws| gamma(shape, draws));
            assert!((mean - shape).abs() < 0.02 * shape.max(1.0) * 2.0, "{mean}");
            assert!(
                (variance - shape).abs() < 0.08 * shape.max(0.5),
                "{variance}"
            );
        }
        let (a, b) = (1.2, 2.8);
        let (mean, variance) = moments(|draws| beta(a, b, draws));
        assert!((mean - 0.3).abs() < 0.005);
        assert!((variance - 0.3 * 0.7 / 5.0).abs() < 0.002, "{variance}");
        assert!(beta(1e-320, 1e-320, &mut Draws::new(1, 1)).is_finite());
    }
}
