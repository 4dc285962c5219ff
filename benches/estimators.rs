//! Estimators at the sizes that studies and registers bring.

#![expect(clippy::unwrap_used, reason = "a benchmark without its data stops")]

use divan::Bencher;
use regtrial::prelude::*;
use regtrial::stats::proportion::association;
use regtrial::stats::resampling::BootstrapInterval;
use regtrial::stats::survival::{Cox, SurvivalDesign};
use regtrial_benches::{Draws, logistic};

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

/// `rows` rows with 11 covariates, times in days, about half of them events, and their model.
fn survival(rows: usize) -> (Formula, Data) {
    let mut draws = Draws::new(20_200_301);
    let names: Vec<String> = (1..=11).map(|j| format!("x{j}")).collect();
    let mut data = Data::new();
    let mut eta = vec![0.0; rows];
    for name in &names {
        let values: Vec<f64> = (0..rows).map(|_| 2.0 * draws.uniform() - 1.0).collect();
        for (sum, value) in eta.iter_mut().zip(&values) {
            *sum += 0.2 * value;
        }
        data = data.with_numbers(name, values);
    }
    let mut time = Vec::with_capacity(rows);
    let mut event = Vec::with_capacity(rows);
    for eta in &eta {
        let until = -(1.0 - draws.uniform()).ln() * 1000.0 / eta.exp();
        let end = -(1.0 - draws.uniform()).ln() * 1000.0;
        time.push(until.min(end).ceil());
        event.push(f64::from(u8::from(until <= end)));
    }
    let data = data.with_numbers("t", time).with_numbers("e", event);
    let formula = format!("Surv(t, e) ~ {}", names.join(" + "));
    (Formula::parse(&formula).unwrap(), data)
}

/// R's coxph.fit on a problem of this size: see peers/cox.R.
#[divan::bench(args = [10_000, 1_000_000], sample_count = 3)]
fn cox_11_covariates(bencher: Bencher<'_, '_>, rows: usize) {
    let (formula, data) = survival(rows);
    let design = SurvivalDesign::new(&formula, &data).unwrap();
    bencher.bench(|| Cox::default().fit(&design).unwrap());
}

/// From the data and the formula to coefficients and concordance, as a call of R's coxph: see peers/cox.R.
#[divan::bench(args = [10_000, 1_000_000], sample_count = 3)]
fn cox_call_11_covariates(bencher: Bencher<'_, '_>, rows: usize) {
    let (formula, data) = survival(rows);
    bencher.bench(|| {
        let design = SurvivalDesign::new(&formula, &data).unwrap();
        let fit = Cox::default().fit(&design).unwrap();
        (fit.concordance(), fit)
    });
}

/// The standardised risk difference of 720 people with 8 covariates beside the arm, 10,000 replicates, without
/// the jackknife of BCa that the peer leaves out too: see peers/boot.R.
#[divan::bench(sample_count = 3)]
fn bootstrap_of_a_standardised_difference(bencher: Bencher<'_, '_>) {
    let rows = 720;
    let mut draws = Draws::new(7);
    let mut data = Data::new();
    for j in 0..8 {
        let column = (0..rows).map(|_| draws.uniform()).collect();
        data = data.with_numbers(&format!("x{j}"), column);
    }
    let arm: Vec<&str> = (0..rows).map(|i| ["TAU", "IPS"][i % 2]).collect();
    let y = (0..rows).map(|_| draws.uniform().round()).collect();
    let data = data.with_text("arm", &arm).with_numbers("y", y);
    let formula = Formula::parse("y ~ arm + x0 + x1 + x2 + x3 + x4 + x5 + x6 + x7").unwrap();
    let standardisation = Standardisation::new(Glm::new(Family::Binomial), "arm");
    bencher.bench(|| {
        let resampler = standardisation.resampler(&formula, &data).unwrap();
        let kinds = [BootstrapInterval::Percentile];
        resampler.bootstrap(10_000, 1, &kinds).unwrap()
    });
}
