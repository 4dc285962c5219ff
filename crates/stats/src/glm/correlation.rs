//! Working correlations of the rows of a cluster, and how their parameter is estimated.

/// How rows of one cluster are taken to be correlated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Correlation {
    /// Not at all.
    Independence,
    /// Any two rows equally.
    #[default]
    Exchangeable,
    /// The parameter to the power of the distance in rows: rows stand in order of time and none is
    /// missing between two others.
    Ar1,
}

impl Correlation {
    /// The name used in results.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Independence => "independence",
            Self::Exchangeable => "exchangeable",
            Self::Ar1 => "ar1",
        }
    }

    /// Multiplies a cluster's vector by the inverse correlation, in a number of steps proportional
    /// to its length.
    pub(super) fn solve(self, association: f64, v: &mut [f64]) {
        let m = v.len();
        if m < 2 || association == 0.0 {
            return;
        }
        match self {
            Self::Independence => {}
            Self::Exchangeable => {
                let size = m as f64;
                let share = association / (1.0 + (size - 1.0) * association);
                let taken = share * v.iter().sum::<f64>();
                for value in v {
                    *value = (*value - taken) / (1.0 - association);
                }
            }
            Self::Ar1 => {
                let scale = (1.0 - association * association).recip();
                let own = v.to_vec();
                for (j, value) in v.iter_mut().enumerate() {
                    let inner = j > 0 && j + 1 < m;
                    let centre = if inner {
                        1.0 + association * association
                    } else {
                        1.0
                    };
                    let before = if j > 0 { own[j - 1] } else { 0.0 };
                    let after = if j + 1 < m { own[j + 1] } else { 0.0 };
                    *value = scale * (centre * own[j] - association * (before + after));
                }
            }
        }
    }

    /// Whether every cluster's matrix is positive definite.
    pub(super) fn is_valid(self, association: f64, largest: usize) -> bool {
        match self {
            Self::Independence => true,
            Self::Exchangeable => {
                association < 1.0 && 1.0 + (largest as f64 - 1.0) * association > 0.0
            }
            Self::Ar1 => association.abs() < 1.0,
        }
    }

    /// The parameter from standardised residuals, cluster by cluster: the value nearest, in least
    /// squares, to the products of all pairs over the scale.
    pub(super) fn estimate<'a>(
        self,
        residuals: impl Iterator<Item = &'a [f64]>,
        scale: f64,
        start: f64,
    ) -> f64 {
        match self {
            Self::Independence => 0.0,
            Self::Exchangeable => {
                let (mut products, mut pairs) = (0.0, 0.0);
                for own in residuals {
                    let sum: f64 = own.iter().sum();
                    let squares: f64 = own.iter().map(|r| r * r).sum();
                    products += 0.5 * (sum * sum - squares);
                    pairs += 0.5 * own.len() as f64 * (own.len() as f64 - 1.0);
                }
                if pairs > 0.0 {
                    products / pairs / scale
                } else {
                    0.0
                }
            }
            Self::Ar1 => Lags::of(residuals).nearest(scale, start),
        }
    }
}

/// The products of pairs of residuals, summed by the distance between them.
struct Lags {
    products: Vec<f64>,
    pairs: Vec<f64>,
}

impl Lags {
    fn of<'a>(residuals: impl Iterator<Item = &'a [f64]>) -> Self {
        let (mut products, mut pairs) = (Vec::new(), Vec::new());
        for own in residuals {
            for distance in 1..own.len() {
                if products.len() < distance {
                    products.push(0.0);
                    pairs.push(0.0);
                }
                let at = own.iter().zip(&own[distance..]);
                products[distance - 1] += at.map(|(a, b)| a * b).sum::<f64>();
                pairs[distance - 1] += (own.len() - distance) as f64;
            }
        }
        Self { products, pairs }
    }

    /// Newton's method on the derivative of the sum of squares by the parameter.
    fn nearest(&self, scale: f64, start: f64) -> f64 {
        let (Some(product), Some(pairs)) = (self.products.first(), self.pairs.first()) else {
            return 0.0;
        };
        let mut rho = if start == 0.0 {
            (product / pairs / scale).clamp(-0.95, 0.95)
        } else {
            start
        };
        for _ in 0..100 {
            let (mut slope, mut bend) = (0.0, 0.0);
            for (i, (product, pairs)) in self.products.iter().zip(&self.pairs).enumerate() {
                let d = (i + 1) as f64;
                let distance = product / scale - pairs * rho.powi(i as i32 + 1);
                let derivative = d * rho.powi(i as i32);
                slope += derivative * distance;
                bend += derivative * derivative * pairs;
            }
            let step = (slope / bend).clamp(-0.2, 0.2);
            rho += step;
            if step.abs() < 1e-15 {
                break;
            }
        }
        rho
    }
}
