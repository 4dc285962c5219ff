//! Estimators at the sizes that studies and registers bring.

#![expect(clippy::unwrap_used, reason = "a benchmark without its data stops")]

use divan::Bencher;
use regtrial::prelude::*;
use regtrial::stats::proportion::association;
use regtrial_benches::logistic;

fn main() {
    divan::main();
}

#[divan::bench(args = [1_000, 10_000, 100_000, 1_000_000], sample_count = 10)]
fn logistic_20_covariates(bencher: Bencher<'_, '_>, rows: usize) {
    let design = logistic(rows, 20);
    bencher.bench(|| Glm::new(Family::Binomial).fit(&design).unwrap());
}

#[divan::bench(args = [50, 200, 1_000], sample_count = 5)]
fn boschloo_people_per_arm(bencher: Bencher<'_, '_>, people: u64) {
    let table = TwoByTwo::from_counts(people * 2 / 5, people, people * 3 / 10, people).unwrap();
    bencher.bench(|| association::boschloo(table));
}

#[divan::bench(args = [1e2, 1e5, 1e8])]
fn t_quantile(df: f64) -> f64 {
    regtrial::stats::distributions::t::quantile(0.975, df)
}
