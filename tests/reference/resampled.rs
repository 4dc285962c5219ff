//! The bootstrap of standardised risks against refits and intervals of R.

use super::support::{numbers, read};
use regtrial_stats::ConfidenceLevel;
use regtrial_stats::formula::Formula;
use regtrial_stats::glm::{Family, Glm};
use regtrial_stats::marginal::{Resampler, Standardisation};
use regtrial_stats::resampling::BootstrapInterval;
use regtrial_tests::{COEFFICIENT, Comparison, expected, number, root, versions};

const FORMULA: &str =
    "employed ~ treat + age + educ + black + hisp + marr + nodegree + re74 + re75";

fn nsw() -> Resampler {
    let data = read(&root().join("tests/reference/glm/nsw_employed.csv"));
    let arms: Vec<String> = numbers(&data, "treat").iter().map(f64::to_string).collect();
    let data = data.with_text("treat", &arms);
    Standardisation::new(Glm::new(Family::Binomial), "treat")
        .resampler(&Formula::parse(FORMULA).unwrap(), &data)
        .unwrap()
}

#[test]
fn refits_on_drawn_people_agree() {
    let resampler = nsw();
    let n = resampler.nobs();
    let mut comparison = Comparison::default();
    for draw in expected("resampled")["cases"][0]["fixed"]
        .as_array()
        .unwrap()
    {
        let (square, linear) = (number(&draw["square"]), number(&draw["linear"]));
        let row = |i: usize| (square as usize * i * i + linear as usize * i) % n;
        let rows: Vec<usize> = (1..=n).map(row).collect();
        let means = resampler.means(&rows).unwrap();
        for (ours, theirs) in means.iter().zip(draw["means"].as_array().unwrap()) {
            comparison.check(
                &format!("{square} {linear}"),
                *ours,
                number(theirs),
                COEFFICIENT,
            );
        }
    }
    comparison.finish(10);
}

#[test]
fn intervals_agree_with_boot_within_monte_carlo_error() {
    let found = nsw()
        .bootstrap(
            4000,
            1,
            &[BootstrapInterval::Percentile, BootstrapInterval::Bca],
        )
        .unwrap();
    assert_eq!(found.replicates.failed, 0);
    let expected = expected("resampled");
    let theirs = &expected["cases"][0]["boot"];
    let mut comparison = Comparison::default();
    let level = ConfidenceLevel::NINETY_FIVE;
    for (interval, key) in [
        (BootstrapInterval::Percentile, "percentile"),
        (BootstrapInterval::Bca, "bca"),
    ] {
        let ours = found.contrasts(1, 0, interval, level).unwrap()[0];
        // A quantile at 2.5 % of 4000 normal draws has a standard error of 0.042 standard deviations;
        // two independent runs differ by less than 4 sqrt(2) of those.
        let error = number(&theirs["std_error"]);
        let near = 4.0 * 2.0_f64.sqrt() * 0.042 * error;
        for (i, limit) in [ours.conf_low, ours.conf_high].into_iter().enumerate() {
            let wanted = number(&theirs[key][i]);
            // `near` is a distance, the tolerance a share.
            comparison.check(
                ours.method.as_str(),
                limit,
                wanted,
                near / wanted.abs().max(1e-2),
            );
        }
        comparison.check(ours.method.as_str(), ours.std_error / error, 1.0, 0.08);
    }
    let against = format!("{} (other draws)", versions(&expected, &["R", "boot"]));
    comparison.finish_as("bootstrap_intervals", &against, 6, |what| vec![what]);
}

/// One event among twenty controls and two among twenty treated: an arm without events is drawn with probability
/// 0.95^20 = 0.36 and 0.9^20 = 0.12, both at once with 0.04. Limits of the ratios are 0 and infinite, those of the
/// difference quantiles of differences of two binomials.
#[test]
fn arms_without_events_make_ratios_infinite() {
    let arm: Vec<&str> = (0..40).map(|i| ["a", "b"][i % 2]).collect();
    let y: Vec<f64> = (0..40)
        .map(|i| f64::from(u8::from([1, 2, 3].contains(&i))))
        .collect();
    let data = regtrial_stats::design::Data::new()
        .with_text("arm", &arm)
        .with_numbers("y", y);
    let resampler = Standardisation::new(Glm::new(Family::Binomial), "arm")
        .resampler(&Formula::parse("y ~ arm").unwrap(), &data)
        .unwrap();
    let found = resampler
        .bootstrap(4000, 1, &BootstrapInterval::ALL)
        .unwrap();
    let level = ConfidenceLevel::NINETY_FIVE;
    for kind in [BootstrapInterval::Percentile, BootstrapInterval::Basic] {
        let contrasts = found.contrasts(1, 0, kind, level).unwrap();
        for ratio in &contrasts[1..] {
            assert_eq!(
                (ratio.conf_low, ratio.conf_high),
                (0.0, f64::INFINITY),
                "{kind:?}"
            );
            assert!(ratio.std_error.is_nan());
        }
    }
    // Of the binomials: P(X - Y <= k) for X of 20 with 0.1, Y of 20 with 0.05.
    let term = |k: i32, p: f64| -> f64 {
        let ways: f64 = (0..k)
            .map(|j| f64::from(20 - j) / f64::from(j + 1))
            .product();
        ways * p.powi(k) * (1.0 - p).powi(20 - k)
    };
    let below = |k: i32| -> f64 {
        let pairs = (0..=20).flat_map(|x| (0..=20).map(move |y| (x, y)));
        pairs
            .filter(|(x, y)| x - y <= k)
            .map(|(x, y)| term(x, 0.1) * term(y, 0.05))
            .sum()
    };
    let quantile = |p: f64| f64::from((-20..20).find(|&k| below(k) >= p).unwrap()) / 20.0;
    let difference = found
        .contrasts(1, 0, BootstrapInterval::Percentile, level)
        .unwrap()[0];
    assert!(
        (difference.conf_low - quantile(0.025)).abs() < 1e-9,
        "{}",
        difference.conf_low
    );
    assert!(
        (difference.conf_high - quantile(0.975)).abs() < 1e-9,
        "{}",
        difference.conf_high
    );
    // Both arms without events have no ratio: 0.36 times 0.12 of the replicates.
    let share = found.replicates.without_value() as f64 / 4000.0;
    let both = 0.95_f64.powi(20) * 0.9_f64.powi(20);
    assert!(
        (share - both).abs() < 4.0 * (both / 4000.0).sqrt(),
        "{share} {both}"
    );
    // Nobody can be left out of the control's one event, and 36 % of the replicates have no standard error.
    for kind in [BootstrapInterval::Bca, BootstrapInterval::Studentised] {
        assert!(found.contrasts(1, 0, kind, level).is_err(), "{kind:?}");
    }
    assert!(resampler.bootstrap(2_000_000_000, 1, &[]).is_err());
}

#[test]
fn a_seed_gives_the_same_replicates_and_more_of_them_begin_alike() {
    let resampler = nsw();
    let first = resampler
        .bootstrap(40, 5, &[])
        .unwrap()
        .replicates
        .replicates;
    let longer = resampler
        .bootstrap(60, 5, &[])
        .unwrap()
        .replicates
        .replicates;
    assert_eq!(first[..], longer[..40]);
    assert_ne!(
        first,
        resampler
            .bootstrap(40, 6, &[])
            .unwrap()
            .replicates
            .replicates
    );
}
