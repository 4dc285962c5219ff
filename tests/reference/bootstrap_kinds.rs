//! The four kinds of bootstrap interval against R's `boot.ci`, on the same draws.

use super::support::{numbers, read};
use regtrial_stats::design::Data;
use regtrial_stats::formula::Formula;
use regtrial_stats::glm::{Family, Glm};
use regtrial_stats::marginal::{MarginalVariance, Resampler, Standardisation};
use regtrial_stats::resampling::{Bootstrap, BootstrapFit, BootstrapInterval, Resample};
use regtrial_stats::survival::resampled::RestrictedMeans;
use regtrial_stats::two_samples::{TwoSamples, resampled};
use regtrial_stats::{ConfidenceLevel, StatsError};
use regtrial_tests::{
    CLOSED_FORM, COEFFICIENT, Comparison, STANDARD_ERROR, expected, number, root, versions,
};
use std::fmt::Write;

const SEED: u64 = 20_200_301;

fn data(name: &str) -> Data {
    read(&root().join("tests/reference/bootstrap_kinds").join(name))
}

fn labels(data: &Data, column: &str) -> Vec<usize> {
    numbers(data, column).iter().map(|v| *v as usize).collect()
}

/// The replicates of each case, and what is drawn.
fn cases() -> Vec<(&'static str, usize, Resample)> {
    let (means, people) = (data("means.csv"), data("nsw60.csv"));
    // The treated come first.
    let group = |data: &Data, arm: &str| -> Vec<usize> {
        numbers(data, arm)
            .iter()
            .map(|v| usize::from(*v == 0.0))
            .collect()
    };
    // Arms of the standardisation are in their order: 0 first.
    let arms: Vec<usize> = labels(&people, "treat");
    let site = people.labels("site", &(0..60).collect::<Vec<_>>()).unwrap();
    let both: Vec<usize> = arms
        .iter()
        .zip(site)
        .map(|(arm, site)| 10 * arm + site as usize)
        .collect();
    let within = |strata: Vec<usize>, clusters| Resample::ClustersWithin { strata, clusters };
    vec![
        ("means", 499, Resample::Strata(group(&means, "treated"))),
        (
            "nested",
            499,
            within(group(&means, "treated"), labels(&means, "nested")),
        ),
        (
            "crossed",
            499,
            Resample::Clusters(labels(&means, "crossed")),
        ),
        ("loo-one-step", 199, Resample::Strata(arms.clone())),
        ("ye", 199, Resample::Strata(arms.clone())),
        ("delta", 199, Resample::Strata(arms.clone())),
        ("strata", 199, Resample::Strata(both)),
        ("clusters", 199, within(arms, labels(&people, "cluster"))),
        (
            "times",
            499,
            Resample::Strata(labels(&data("times.csv"), "group")),
        ),
    ]
}

fn drawn() -> String {
    let mut text = "case,rows\n".to_owned();
    for (name, replicates, resample) in cases() {
        // One variance or another: the same draws.
        let name = match name {
            "ye" | "delta" => continue,
            "loo-one-step" => "people",
            name => name,
        };
        let rows = match &resample {
            Resample::Strata(labels) | Resample::Clusters(labels) => labels.len(),
            Resample::ClustersWithin { clusters, .. } => clusters.len(),
            Resample::Rows => 0,
        };
        let bootstrap = Bootstrap {
            resample,
            ..Bootstrap::new(replicates, SEED)
        };
        // An estimator that tells what it is given.
        let tell = |rows: &[usize]| Some(rows.iter().map(|&row| row as f64).collect::<Vec<_>>());
        for replicate in bootstrap.run(rows, false, tell).unwrap().replicates {
            let row: Vec<String> = replicate.iter().map(f64::to_string).collect();
            writeln!(text, "{name},{}", row.join(" ")).unwrap();
        }
    }
    text
}

#[test]
#[ignore = "writes the draws that generate.R reads"]
fn the_draws_are_written() {
    std::fs::write(
        root().join("tests/reference/bootstrap_kinds/draws.csv"),
        drawn(),
    )
    .unwrap();
}

/// R had the draws that a seed gives today.
#[test]
fn the_draws_are_those_of_the_seed() {
    let path = root().join("tests/reference/bootstrap_kinds/draws.csv");
    assert_eq!(std::fs::read_to_string(path).unwrap(), drawn());
}

fn of_means(case: &str, replicates: usize) -> BootstrapFit {
    let means = data("means.csv");
    let (treated, y) = (numbers(&means, "treated"), numbers(&means, "y"));
    let first = treated.iter().filter(|v| **v == 1.0).count();
    let samples = TwoSamples::new(&y[..first], &y[first..]).unwrap();
    let clusters = (case != "means").then(|| labels(&means, case));
    let all = &BootstrapInterval::ALL;
    resampled::mean_difference(samples, clusters.as_deref(), all, replicates, SEED).unwrap()
}

fn of_times(
    tau: f64,
    replicates: usize,
    kinds: &[BootstrapInterval],
) -> Result<BootstrapFit, StatsError> {
    let times = data("times.csv");
    let event: Vec<bool> = numbers(&times, "event").iter().map(|v| *v == 1.0).collect();
    let means = RestrictedMeans {
        time: &numbers(&times, "time"),
        event: &event,
        group: &labels(&times, "group"),
        clusters: None,
        tau,
    };
    means
        .bootstrap(replicates, SEED, kinds)
        .map(|found| found.replicates)
}

fn resampler(case: &str) -> Resampler {
    let people = data("nsw60.csv");
    let arms: Vec<String> = numbers(&people, "treat")
        .iter()
        .map(f64::to_string)
        .collect();
    let people = people.with_text("treat", &arms);
    let variance = match case {
        "delta" => MarginalVariance::Delta,
        "loo-one-step" => MarginalVariance::LeaveOneOutOneStep,
        _ => MarginalVariance::Ye,
    };
    let mut plan =
        Standardisation::new(Glm::new(Family::Binomial), "treat").with_variance(variance);
    if case == "strata" {
        plan = plan.with_strata("site");
    }
    let formula = Formula::parse("employed ~ treat + age + educ").unwrap();
    let found = plan.resampler(&formula, &people).unwrap();
    match case {
        "clusters" => found.by_clusters(&people, "cluster").unwrap(),
        _ => found,
    }
}

#[test]
fn every_kind_agrees_with_boot_ci_on_the_same_draws() {
    let expected = expected("bootstrap_kinds");
    let mut comparison = Comparison::default();
    assert_eq!(expected["cases"].as_array().unwrap().len(), cases().len());
    for (case, (name, replicates, _)) in expected["cases"].as_array().unwrap().iter().zip(cases()) {
        assert_eq!(
            (case["name"].as_str(), &case["replicates"]),
            (Some(name), &replicates.into())
        );
        let of_people = !["means", "nested", "crossed", "times"].contains(&name);
        let kinds = match name {
            "clusters" => &BootstrapInterval::ALL[..3],
            _ => &BootstrapInterval::ALL,
        };
        let fit = match of_people {
            true => {
                resampler(name)
                    .bootstrap(replicates, SEED, kinds)
                    .unwrap()
                    .replicates
            }
            false if name == "times" => of_times(50.0, replicates, kinds).unwrap(),
            false => of_means(name, replicates),
        };
        assert_eq!((fit.failed, fit.without_error()), (0, 0));
        let (value, error) = match of_people {
            true => (COEFFICIENT, STANDARD_ERROR),
            false => (CLOSED_FORM, CLOSED_FORM),
        };
        for (j, theirs) in case["statistics"].as_array().unwrap().iter().enumerate() {
            let what = format!("{name} {j}");
            comparison.check(
                &what,
                fit.observed.values[j],
                number(&theirs["estimate"]),
                value,
            );
            comparison.check(&what, fit.std_error(j), number(&theirs["spread"]), error);
            for kind in kinds {
                let what = format!("{} {what}", kind.method());
                let found = fit.limits(j, *kind, ConfidenceLevel::NINETY_FIVE).unwrap();
                let limits = &theirs[kind.as_str()];
                // What moves a shifted probability of BCa by 1e-8 moves its limit by as much times the
                // distance of two neighbours in a few hundred replicates.
                comparison.check(&what, found.0, number(&limits[0]), error);
                comparison.check(&what, found.1, number(&limits[1]), error);
                if *kind == BootstrapInterval::Studentised {
                    let own = fit.observed.std_errors[j];
                    comparison.check(&what, own, number(&theirs["std_error"]), error);
                }
            }
        }
    }
    let against = versions(&expected, &["R", "boot"]);
    comparison.finish_as("bootstrap_kinds", &against, 250, |what| {
        let method = what.split(' ').next().unwrap_or_default();
        match method.starts_with("bootstrap_") {
            true => vec![method],
            false => Vec::new(),
        }
    });
}

/// The horizon is that of the data. To day 90 three of thirteen of one group are followed and five of the other: it
/// is out of reach where none of them is drawn, unless the last of those drawn has the event, so that nobody is left.
#[test]
fn a_horizon_that_replicates_do_not_reach_is_told() {
    let percentile = [BootstrapInterval::Percentile];
    assert_eq!(of_times(50.0, 499, &percentile).unwrap().failed, 0);
    let failed = of_times(90.0, 2000, &percentile).unwrap().failed as f64 / 2000.0;
    // Without the three, but with the one who left on day 75; without the five, but with the one who left on day 80.
    let without = |people: f64| ((13.0 - people) / 13.0_f64).powi(13);
    let nobody = without(3.0) - without(4.0) + without(5.0) - without(6.0);
    assert!(
        (failed - nobody).abs() < 4.0 * (nobody / 2000.0).sqrt() + 0.001,
        "{failed} {nobody}"
    );
    for tau in [91.0, 0.0, f64::NAN] {
        assert!(
            of_times(tau, 99, &percentile)
                .unwrap_err()
                .to_string()
                .contains("tau")
        );
    }
    // The one person with the longest follow-up is drawn by 63 % of the replicates.
    let alone = RestrictedMeans {
        time: &[10.0, 20.0, 30.0, 10.0, 20.0, 30.0, 30.0, 30.0],
        event: &[false; 8],
        group: &[0, 0, 0, 1, 1, 1, 1, 1],
        clusters: None,
        tau: 30.0,
    };
    let refused = alone
        .bootstrap(500, 1, &percentile)
        .unwrap_err()
        .to_string();
    assert!(
        refused.contains("beyond the follow-up of a group in many replicates"),
        "{refused}"
    );
    let clusters = RestrictedMeans {
        clusters: Some(&[0, 0, 1, 2, 2, 3, 3, 3]),
        ..alone
    };
    let refused = clusters
        .bootstrap(99, 1, &BootstrapInterval::ALL)
        .unwrap_err()
        .to_string();
    assert!(refused.contains("knows of the clusters"), "{refused}");
}

#[test]
fn what_cannot_be_is_refused() {
    let refused = |found: Result<_, regtrial_stats::StatsError>, words: &str| {
        let text: String = found.map(|_: ()| ()).unwrap_err().to_string();
        assert!(text.contains(words), "{text}");
    };
    let by_clusters = resampler("clusters").bootstrap(99, 1, &[BootstrapInterval::Studentised]);
    refused(by_clusters.map(|_| ()), "knows of the clusters");
    let level = ConfidenceLevel::NINETY_FIVE;
    // 38 replicates reach from 1/39 on, above 2.5 %; of 39 the smallest and largest are the limits.
    let few = of_means("means", 38);
    for kind in [
        BootstrapInterval::Percentile,
        BootstrapInterval::Basic,
        BootstrapInterval::Studentised,
    ] {
        refused(few.limits(0, kind, level).map(|_| ()), "too few");
    }
    let enough = of_means("means", 39);
    let sorted = enough.sorted(0);
    let found = enough
        .limits(0, BootstrapInterval::Percentile, level)
        .unwrap();
    assert_eq!(found, (sorted[0], sorted[38]));
    // An estimator without standard errors.
    let mean = |rows: &[usize]| Some(vec![rows.iter().sum::<usize>() as f64]);
    let plain = Bootstrap::new(99, 1).run(9, false, mean).unwrap();
    let studentised = plain.limits(0, BootstrapInterval::Studentised, level);
    refused(studentised.map(|_| ()), "this estimator gives none");
    // One person in each arm, or a cluster in two strata.
    let pair = TwoSamples::new(&[1.0], &[2.0]).unwrap();
    let alone = resampled::mean_difference(pair, None, &[BootstrapInterval::Percentile], 99, 1);
    refused(alone.map(|_| ()), "the same rows in every replicate");
    let across = Bootstrap {
        resample: Resample::ClustersWithin {
            strata: vec![0, 0, 1, 1],
            clusters: vec![0, 1, 1, 2],
        },
        ..Bootstrap::new(99, 1)
    };
    refused(across.run(4, false, mean).map(|_| ()), "lie in one stratum");
}

/// A replicate whose values are all the same has no spread: it is infinitely far, and a few of them move
/// no limit; a replicate without a standard error is left out, and a tenth of them is refused.
#[test]
fn replicates_without_a_standard_error_are_counted() {
    use regtrial_stats::resampling::Replicate;
    let level = ConfidenceLevel::NINETY_FIVE;
    let with = |error: fn(&[usize]) -> f64| {
        let estimator = move |rows: &[usize]| {
            let sum = rows.iter().sum::<usize>() as f64;
            Some(Replicate {
                values: vec![sum],
                std_errors: vec![error(rows)],
            })
        };
        Bootstrap::new(999, 3).run(10, false, estimator).unwrap()
    };
    // Row 0 drawn four times or more: 1.3 % of replicates.
    fn rare(rows: &[usize]) -> bool {
        rows.iter().filter(|row| **row == 0).count() > 3
    }
    let some = with(|rows| if rare(rows) { f64::NAN } else { 1.0 });
    let all = with(|_| 1.0);
    assert!(some.without_error() > 0 && some.without_error() < 40);
    let usual = all
        .limits(0, BootstrapInterval::Studentised, level)
        .unwrap();
    // With a standard error that never varies the studentised interval is the basic one.
    let basic = all.limits(0, BootstrapInterval::Basic, level).unwrap();
    assert!((usual.0 - basic.0).abs() < 1e-9 && (usual.1 - basic.1).abs() < 1e-9);
    let kept = some
        .limits(0, BootstrapInterval::Studentised, level)
        .unwrap();
    assert!((kept.0 - usual.0).abs() < 5.0);
    let most = with(|rows| if rows[0] == rows[1] { f64::NAN } else { 1.0 });
    let refused = most
        .limits(0, BootstrapInterval::Studentised, level)
        .unwrap_err();
    assert!(refused.to_string().contains("have none"), "{refused}");
    // Only the lower limit of the ratio, the upper one of the estimate, is out of reach.
    let flat = with(|rows| {
        if rows.iter().sum::<usize>() < 35 {
            0.0
        } else {
            1.0
        }
    });
    let infinite = flat
        .limits(0, BootstrapInterval::Studentised, level)
        .unwrap_err();
    assert!(infinite.to_string().contains("infinite"), "{infinite}");
}
