//! What the benchmarks share: deterministic data of any size.

pub mod budget;
pub mod extract;

use regtrial::prelude::*;

/// A small linear congruential generator: the same numbers everywhere, good enough to time with.
#[derive(Debug, Clone)]
pub struct Draws(u64);

impl Draws {
    /// A generator from a seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number in [0, 1).
    pub fn uniform(&mut self) -> f64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A whole number from 0 to below `limit`.
    pub fn below(&mut self, limit: u64) -> u64 {
        (self.uniform() * limit as f64) as u64
    }
}

/// A logistic problem: `rows` rows and `columns` covariates beside the intercept.
///
/// # Panics
/// Never for at least one column: the formula is well formed.
#[must_use]
#[expect(
    clippy::expect_used,
    reason = "a benchmark without its data has nothing to time"
)]
pub fn logistic(rows: usize, columns: usize) -> Design {
    let mut draws = Draws::new(20_200_301);
    let names: Vec<String> = (1..=columns).map(|j| format!("x{j}")).collect();
    let mut data = Data::new();
    let mut eta = vec![-0.3; rows];
    for (j, name) in names.iter().enumerate() {
        let values: Vec<f64> = (0..rows).map(|_| 2.0 * draws.uniform() - 1.0).collect();
        for (sum, value) in eta.iter_mut().zip(&values) {
            *sum += value * if j % 2 == 0 { 0.3 } else { -0.2 };
        }
        data = data.with_numbers(name, values);
    }
    let y = eta
        .iter()
        .map(|eta| f64::from(u8::from(draws.uniform() < 1.0 / (1.0 + (-eta).exp()))));
    let data = data.with_numbers("y", y.collect());
    let formula = Formula::from_columns("y", &names);
    Design::new(&formula, &data).expect("a well-formed design")
}

/// The folder of the sample studies.
#[must_use]
pub fn samples() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../data-samples")
}
