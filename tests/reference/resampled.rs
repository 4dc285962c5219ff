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
