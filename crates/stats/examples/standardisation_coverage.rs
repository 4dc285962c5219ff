//! Coverage of the intervals of a standardised risk difference in simulated trials, by size, event
//! rate and variance. Prints a Markdown table; seeded, so the same numbers everywhere.
//!
//! `cargo run --release -p regtrial-stats --example standardisation_coverage -- 4000`
//!
//! Each person has two covariates, x1 normal and x2 yes or no, and a risk that is logistic in them
//! and in the arm, with an effect of x1 that is not linear: the working model `y ~ arm + x1 + x2`
//! is wrong, as working models are. People are randomised one to one: each by a coin (simple), or in
//! blocks of four within the levels of x2 (stratified). The truth is the risk difference in the
//! population, so conditional variances are judged by what they are often taken for.
#![expect(clippy::print_stdout, reason = "an example is a program")]

use regtrial_stats::ConfidenceLevel;
use regtrial_stats::design::{Column, Data};
use regtrial_stats::formula::Formula;
use regtrial_stats::glm::{Family, Glm};
use regtrial_stats::marginal::{Fitting, MarginalVariance, Standardisation};
use std::error::Error;

const SIZES: [usize; 4] = [50, 100, 200, 500];
const RATES: [f64; 4] = [0.05, 0.10, 0.25, 0.50];
const SEED: u64 = 20_200_301;

/// Sebastiano Vigna's SplitMix64: enough for a simulation, and the same on every machine.
struct Draws(u64);

impl Draws {
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.uniform()).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.uniform()).cos()
    }
}

fn risk(intercept: f64, treated: bool, x1: f64, x2: f64) -> f64 {
    let eta = intercept + if treated { 0.5 } else { 0.0 } + 0.8 * x1 + 0.3 * x1 * x1 + 0.8 * x2;
    1.0 / (1.0 + (-eta).exp())
}

/// Mean risks of the arms over a large fixed population.
fn population(intercept: f64) -> (f64, f64) {
    let mut draws = Draws(SEED);
    let people = 50_000;
    let (mut control, mut treated) = (0.0, 0.0);
    for _ in 0..people {
        let x1 = draws.normal();
        for (x2, weight) in [(0.0, 0.6), (1.0, 0.4)] {
            control += weight * risk(intercept, false, x1, x2);
            treated += weight * risk(intercept, true, x1, x2);
        }
    }
    (control / f64::from(people), treated / f64::from(people))
}

/// The intercept that gives the arms a mean risk of `rate` between them.
fn intercept_for(rate: f64) -> f64 {
    let (mut low, mut high) = (-10.0, 5.0);
    for _ in 0..40 {
        let middle = f64::midpoint(low, high);
        let (control, treated) = population(middle);
        if f64::midpoint(control, treated) < rate {
            low = middle;
        } else {
            high = middle;
        }
    }
    low
}

fn trial(draws: &mut Draws, n: usize, intercept: f64, stratified: bool) -> Data {
    let (mut y, mut x1s, mut x2s, mut codes) = (vec![], vec![], vec![], vec![]);
    let mut blocks: [Vec<u32>; 2] = [Vec::new(), Vec::new()];
    for _ in 0..n {
        let x1 = draws.normal();
        let x2 = f64::from(u8::from(draws.uniform() < 0.4));
        let arm = if stratified {
            let block = &mut blocks[x2 as usize];
            if block.is_empty() {
                block.extend([0, 0, 1, 1]);
            }
            let pick = (draws.uniform() * block.len() as f64) as usize;
            block.swap_remove(pick)
        } else {
            u32::from(draws.uniform() < 0.5)
        };
        let event = draws.uniform() < risk(intercept, arm == 1, x1, x2);
        y.push(f64::from(u8::from(event)));
        x1s.push(x1);
        x2s.push(x2);
        codes.push(Some(arm));
    }
    let levels = vec!["control".to_owned(), "treated".to_owned()];
    Data::new()
        .with_numbers("y", y)
        .with_numbers("x1", x1s)
        .with_numbers("x2", x2s)
        .with("arm", Column::Factor { levels, codes })
}

#[derive(Default, Clone, Copy)]
struct Tally {
    fitted: u32,
    covered: u32,
    squares: f64,
}

/// The variances compared, with the names of the table.
fn methods(n: usize, stratified: bool) -> Vec<(&'static str, Standardisation)> {
    let base = Standardisation::new(Glm::new(Family::Binomial), "arm");
    let of = |variance| base.clone().with_variance(variance);
    let firth = base.clone().with_fitting(Fitting::Firth);
    let mut methods = vec![
        ("plug-in (ge, delta)", of(MarginalVariance::Ge)),
        ("ye", of(MarginalVariance::Ye)),
        ("loo-one-step", of(MarginalVariance::LeaveOneOutOneStep)),
        (
            "ye, firth",
            firth.clone().with_variance(MarginalVariance::Ye),
        ),
    ];
    if n <= 100 {
        methods.push(("loo", of(MarginalVariance::LeaveOneOut)));
    }
    if stratified {
        methods.push(("ye, strata", of(MarginalVariance::Ye).with_strata("x2")));
        let loo = of(MarginalVariance::LeaveOneOutOneStep);
        methods.push(("loo-one-step, strata", loo.with_strata("x2")));
    }
    methods
}

fn main() -> Result<(), Box<dyn Error>> {
    let trials: u32 = std::env::args()
        .nth(1)
        .map_or(Ok(1000), |text| text.parse())?;
    let formula = Formula::parse("y ~ arm + x1 + x2")?;
    println!(
        "| randomisation | n | event rate | variance | trials fitted | coverage % | mean SE / spread |"
    );
    println!("|---|---|---|---|---|---|---|");
    for stratified in [false, true] {
        for rate in RATES {
            let intercept = intercept_for(rate);
            let (control, treated) = population(intercept);
            let truth = treated - control;
            for n in SIZES {
                let mut draws = Draws(SEED ^ ((n as u64) << 32) ^ (rate * 1000.0) as u64);
                let methods = methods(n, stratified);
                let mut tallies = vec![Tally::default(); methods.len()];
                let mut sums = vec![(0.0, 0.0); methods.len()];
                for _ in 0..trials {
                    let trial = trial(&mut draws, n, intercept, stratified);
                    for (i, (_, method)) in methods.iter().enumerate() {
                        let Ok(fit) = method.fit(&formula, &trial) else {
                            continue;
                        };
                        let contrasts = fit.contrasts(1, 0, ConfidenceLevel::NINETY_FIVE);
                        let found = &contrasts[0];
                        if !found.std_error.is_finite() {
                            continue;
                        }
                        let tally = &mut tallies[i];
                        tally.fitted += 1;
                        let covers = found.conf_low <= truth && truth <= found.conf_high;
                        tally.covered += u32::from(covers);
                        tally.squares += found.std_error * found.std_error;
                        sums[i].0 += found.estimate;
                        sums[i].1 += found.estimate * found.estimate;
                    }
                }
                for (i, (name, _)) in methods.iter().enumerate() {
                    let Tally {
                        fitted,
                        covered,
                        squares,
                    } = tallies[i];
                    let count = f64::from(fitted);
                    let spread = (sums[i].1 / count - (sums[i].0 / count).powi(2)).sqrt();
                    let scheme = if stratified { "stratified" } else { "simple" };
                    println!(
                        "| {scheme} | {n} | {:.0} % | {name} | {:.1} % | {:.1} | {:.3} |",
                        100.0 * rate,
                        100.0 * count / f64::from(trials),
                        100.0 * f64::from(covered) / count,
                        (squares / count).sqrt() / spread
                    );
                }
            }
        }
    }
    Ok(())
}
