//! Numbers small enough to check with a pencil.

use regtrial_stats::describe::{standardised_difference, standardised_risk_difference};
use regtrial_stats::design::{Data, Design};
use regtrial_stats::formula::Formula;
use regtrial_stats::glm::{Family, Glm};
use regtrial_stats::two_samples::{TwoSamples, counts, ranks};
use regtrial_stats::{ConfidenceLevel, Estimate};
use regtrial_tests::{CLOSED_FORM, Comparison, agrees};

fn close(ours: f64, by_hand: f64) {
    assert!(agrees(ours, by_hand, CLOSED_FORM), "{ours} {by_hand}");
}

/// 6 events of 3 people against 4 of 4: ratio 2, with 1/6 + 1/4 = 5/12 as its Poisson variance, and
/// 1/(3 * 2²) + (2/3)/(4 * 1²) = 1/4 from the spread between people.
#[test]
fn rate_ratios() {
    let (treated, control) = ([3.0, 1.0, 2.0], [1.0, 0.0, 2.0, 1.0]);
    let samples = TwoSamples::new(&treated, &control).unwrap();
    let of = |method: fn(TwoSamples<'_>, ConfidenceLevel) -> Estimate| {
        method(samples, ConfidenceLevel::NINETY_FIVE)
    };
    close(of(counts::poisson).estimate, 2.0);
    close(of(counts::poisson).std_error, (5.0_f64 / 12.0).sqrt());
    close(of(counts::robust).std_error, 0.5);
}

/// 1 and 3 against 0 and 2: three of four pairs are won. Shares won are 1/2 and 1 on either side,
/// each with variance 1/8, so DeLong's variance of the probability is 1/16 + 1/16.
#[test]
fn probability_difference() {
    let samples = TwoSamples::new(&[1.0, 3.0], &[0.0, 2.0]).unwrap();
    let found = ranks::mann_whitney(samples, ConfidenceLevel::NINETY_FIVE);
    close(found.estimate, 0.5);
    close(found.std_error, 2.0 * (1.0_f64 / 8.0).sqrt());
    assert!(found.conf_low > -1.0 && found.conf_high == 1.0, "cut at 1");
}

#[test]
fn standardised_differences() {
    let mut comparison = Comparison::default();
    let found = standardised_difference(&[1.0, 3.0], &[0.0, 2.0]);
    comparison.check("means", found, 0.5_f64.sqrt(), CLOSED_FORM);
    // 0.6 against 0.4: both variances are 0.24.
    let found = standardised_risk_difference(0.6, 0.4);
    comparison.check("risks", found, 0.2 / 0.24_f64.sqrt(), CLOSED_FORM);
    comparison.finish_as("standardised_differences", "calculation by hand", 2, |_| {
        vec!["standardised_difference"]
    });
}

/// 3 of 4 against 1 of 4: the likelihoods of the model and of the intercept are written out.
#[test]
fn pseudo_r_squared() {
    let data = Data::new()
        .with_numbers("y", vec![1.0, 1.0, 1.0, 0.0, 1.0, 0.0, 0.0, 0.0])
        .with_numbers("arm", vec![1.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0]);
    let design = Design::new(&Formula::parse("y ~ arm").unwrap(), &data).unwrap();
    let found = Glm::new(Family::Binomial)
        .fit(&design)
        .unwrap()
        .pseudo_r_squared();
    let full = 2.0 * (3.0 * 0.75_f64.ln() + 0.25_f64.ln());
    let null = 8.0 * 0.5_f64.ln();
    let cox_snell = 1.0 - (2.0 * (null - full) / 8.0).exp();
    let mut comparison = Comparison::default();
    comparison.check("McFadden", found.mcfadden, 1.0 - full / null, CLOSED_FORM);
    comparison.check("Cox and Snell", found.cox_snell, cox_snell, CLOSED_FORM);
    comparison.check(
        "Nagelkerke",
        found.nagelkerke,
        cox_snell / 0.75,
        CLOSED_FORM,
    );
    comparison.finish_as("pseudo_r_squared", "calculation by hand", 3, |_| {
        vec!["pseudo_r_squared"]
    });
}
