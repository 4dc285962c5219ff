//! Simulated power of every planned analysis against its exact value, or R's own simulation.

use regtrial_stats::power::{
    DesignEffect, PlannedAnalysis, RepeatedMeasures, SimulatedOutcome, SimulatedPower,
    SimulatedTrial, Sizes,
};
use regtrial_tests::{expected, number};
use serde_json::Value;

const ONCE: RepeatedMeasures = RepeatedMeasures {
    follow_ups: 1,
    baselines: 0,
    correlation: 0.0,
};

fn risks(treated: f64, control: f64) -> SimulatedOutcome {
    SimulatedOutcome::Proportions {
        treated,
        control,
        prognostic: 0.0,
        non_inferiority_margin: None,
    }
}

fn means(difference: f64, repeated: RepeatedMeasures) -> SimulatedOutcome {
    SimulatedOutcome::Means {
        difference,
        sd: 1.0,
        repeated,
    }
}

/// The trial of a name in `generate.R`.
fn trial(name: &str) -> (SimulatedTrial, Sizes) {
    let of = |outcome, analysis, n1, n2| {
        let trial = SimulatedTrial::new(outcome, analysis, 0.05);
        (trial, Sizes::new(n1, n2).unwrap())
    };
    let clustered = |(trial, sizes): (SimulatedTrial, Sizes), size: f64, icc: f64| {
        let effect = DesignEffect {
            cluster_size: size,
            correlation: icc,
            variation: 0.0,
        };
        let clusters = Some(effect);
        (SimulatedTrial { clusters, ..trial }, sizes)
    };
    let shifted = SimulatedOutcome::Ranks { probability: 0.65 };
    // Both arms are followed for the same time.
    let times = SimulatedOutcome::Times {
        hazard_ratio: 0.6,
        events_treated: 1.0 - 0.3_f64.powf(0.6),
        events_control: 0.7,
    };
    let repeated = RepeatedMeasures {
        follow_ups: 3,
        baselines: 2,
        correlation: 0.6,
    };
    use PlannedAnalysis as P;
    match name {
        "fisher" => of(risks(0.5, 0.25), P::Fisher, 40, 50),
        "newcombe" => of(risks(0.45, 0.2), P::Newcombe, 60, 45),
        "non_inferiority" => {
            let outcome = SimulatedOutcome::Proportions {
                treated: 0.5,
                control: 0.5,
                prognostic: 0.0,
                non_inferiority_margin: Some(0.2),
            };
            let (trial, sizes) = of(outcome, P::Newcombe, 90, 90);
            let alpha = 0.025;
            (SimulatedTrial { alpha, ..trial }, sizes)
        }
        "student" => of(means(0.5, ONCE), P::Student, 50, 70),
        "cluster_means" => {
            let plain = of(means(0.5, ONCE), P::ClusterRobust, 120, 168);
            clustered(plain, 12.0, 0.1)
        }
        "ranks" => of(shifted, P::MannWhitney, 50, 40),
        "welch" => of(shifted, P::Welch, 50, 40),
        "log_rank" => of(times, P::LogRank, 80, 80),
        "cox" => of(times, P::Cox, 80, 80),
        "ancova" => of(means(0.35, repeated), P::Ancova, 40, 40),
        "cluster_covariate" => {
            let outcome = SimulatedOutcome::Proportions {
                treated: 0.5,
                control: 0.3,
                prognostic: 1.2,
                non_inferiority_margin: None,
            };
            clustered(of(outcome, P::ClusterRobust, 120, 120), 12.0, 0.08)
        }
        "cluster_repeated" => {
            let plain = of(means(0.4, repeated), P::ClusterRobust, 80, 80);
            clustered(plain, 10.0, 0.1)
        }
        "cluster_times" => {
            let times = SimulatedOutcome::Times {
                hazard_ratio: 0.6,
                events_treated: 0.45,
                events_control: 0.6,
            };
            clustered(of(times, P::Cox, 150, 150), 10.0, 0.1)
        }
        "cluster_ranks" => clustered(of(shifted, P::ClusteredRankSum, 80, 80), 10.0, 0.1),
        "cluster_log_rank" => {
            let times = SimulatedOutcome::Times {
                hazard_ratio: 0.6,
                events_treated: 0.45,
                events_control: 0.6,
            };
            clustered(of(times, P::ClusteredLogRank, 150, 150), 10.0, 0.1)
        }
        "lost" => {
            let (trial, sizes) = of(means(0.6, ONCE), P::Student, 60, 60);
            let attrition = 0.25;
            (SimulatedTrial { attrition, ..trial }, sizes)
        }
        _ => clustered(of(risks(0.5, 0.3), P::ClusterRobust, 180, 180), 15.0, 0.08),
    }
}

fn check(case: &Value, replicates: usize, theirs_trials: f64) -> SimulatedPower {
    let name = case["name"].as_str().unwrap();
    let (trial, sizes) = trial(name);
    let found = trial.power(sizes, replicates, 20).unwrap();
    let theirs = number(&case["power"]);
    let spread = |p: f64, n: f64| p * (1.0 - p) / n;
    let error = spread(theirs, replicates as f64) + spread(theirs, theirs_trials);
    assert!(
        (found.power - theirs).abs() < 4.0 * error.sqrt(),
        "{name}: {found:?} against {theirs}"
    );
    found
}

#[test]
fn simulated_power_is_the_exact_one() {
    let cases = &expected("power_simulated")["cases"][0];
    let exact = cases["exact"].as_array().unwrap();
    assert_eq!(exact.len(), 5);
    for case in exact {
        let found = check(case, 4000, f64::INFINITY);
        assert_eq!(found.failed, 0);
    }
}

#[test]
fn simulated_power_is_that_of_other_draws() {
    let cases = &expected("power_simulated")["cases"][0];
    let drawn = cases["drawn"].as_array().unwrap();
    assert_eq!(drawn.len(), 12);
    for case in drawn {
        check(case, 2000, number(&cases["trials"]));
    }
}

#[test]
fn where_there_is_nothing_to_find_the_level_is_kept() {
    let uneven = DesignEffect {
        cluster_size: 8.0,
        correlation: 0.05,
        variation: 0.4,
    };
    let prognostic = SimulatedOutcome::Proportions {
        treated: 0.3,
        control: 0.3,
        prognostic: 1.0,
        non_inferiority_margin: None,
    };
    let nothing = SimulatedOutcome::Ranks { probability: 0.5 };
    let no_times = SimulatedOutcome::Times {
        hazard_ratio: 1.0,
        events_treated: 0.5,
        events_control: 0.5,
    };
    use PlannedAnalysis as P;
    let cases = [
        (risks(0.3, 0.3), P::Gee, Some(uneven)),
        (risks(0.3, 0.3), P::ClusterRobust, Some(uneven)),
        (means(0.0, ONCE), P::Gee, Some(uneven)),
        (prognostic, P::Gee, Some(uneven)),
        (prognostic, P::ClusterRobust, Some(uneven)),
        (nothing, P::ClusteredRankSum, Some(uneven)),
        (means(0.0, ONCE), P::ClusteredRankSum, Some(uneven)),
        (no_times, P::ClusteredLogRank, Some(uneven)),
        (risks(0.3, 0.3), P::MiettinenNurminen, None),
        (risks(0.3, 0.3), P::Standardised, None),
        (means(0.0, ONCE), P::MannWhitney, None),
    ];
    for (outcome, analysis, clusters) in cases {
        let trial = SimulatedTrial {
            clusters,
            ..SimulatedTrial::new(outcome, analysis, 0.05)
        };
        let found = trial.power(Sizes::new(160, 160).unwrap(), 1000, 3).unwrap();
        // Four Monte Carlo errors, and what a normal test of forty clusters is too often right.
        assert!(
            (found.power - 0.05).abs() < 0.0276 + 0.01,
            "{analysis:?} {found:?}"
        );
    }
}

#[test]
fn what_a_design_has_not_is_refused() {
    let sizes = Sizes::new(20, 20).unwrap();
    let refused = |trial: SimulatedTrial| trial.power(sizes, 10, 1).is_err();
    let new = |outcome, analysis| SimulatedTrial::new(outcome, analysis, 0.05);
    let clusters = |icc: f64, size: f64| {
        Some(DesignEffect {
            cluster_size: size,
            correlation: icc,
            variation: 0.0,
        })
    };
    use PlannedAnalysis as P;
    let plain = new(risks(0.5, 0.3), P::ChiSquared);
    assert!(!refused(plain));
    assert!(refused(new(risks(0.5, 0.3), P::Welch)));
    assert!(refused(new(risks(f64::NAN, 0.3), P::ChiSquared)));
    assert!(refused(new(risks(0.5, 1.0), P::ChiSquared)));
    assert!(refused(new(means(0.5, ONCE), P::Ancova)));
    assert!(refused(new(means(f64::INFINITY, ONCE), P::Student)));
    let ranks = |probability| SimulatedOutcome::Ranks { probability };
    assert!(refused(new(ranks(1.0), P::MannWhitney)));
    assert!(refused(new(ranks(0.7), P::LogRank)));
    let times = |hazard_ratio, events_control| SimulatedOutcome::Times {
        hazard_ratio,
        events_treated: 0.5,
        events_control,
    };
    assert!(!refused(new(times(1.0, 0.5), P::Cox)));
    assert!(refused(new(times(-1.0, 0.5), P::LogRank)));
    assert!(refused(new(times(0.5, 0.0), P::LogRank)));
    assert!(refused(SimulatedTrial {
        attrition: 1.0,
        ..plain
    }));
    assert!(refused(SimulatedTrial {
        alpha: f64::NAN,
        ..plain
    }));
    assert!(refused(SimulatedTrial {
        clusters: clusters(0.1, 5.0),
        ..plain
    }));
    let robust = new(risks(0.5, 0.3), P::ClusterRobust);
    assert!(refused(robust), "people are allotted, not clusters");
    assert!(refused(SimulatedTrial {
        clusters: clusters(1.5, 5.0),
        ..robust
    }));
    assert!(refused(SimulatedTrial {
        clusters: clusters(0.1, f64::NAN),
        ..robust
    }));
    // One cluster an arm: no estimate, and every trial is counted as such.
    let clustered = |outcome, analysis| SimulatedTrial {
        clusters: clusters(0.1, 5.0),
        ..new(outcome, analysis)
    };
    assert!(!refused(clustered(times(0.6, 0.5), P::Cox)));
    assert!(refused(clustered(times(0.6, 0.5), P::LogRank)));
    assert!(!refused(clustered(times(0.6, 0.5), P::ClusteredLogRank)));
    assert!(refused(clustered(ranks(0.7), P::MannWhitney)));
    assert!(!refused(clustered(ranks(0.7), P::ClusteredRankSum)));
    assert!(refused(clustered(risks(0.5, 0.3), P::ClusteredRankSum)));
    assert!(refused(new(ranks(0.7), P::ClusteredRankSum)));
    // A person's measurements share the cluster's shift: they correlate at least as much.
    let twice = |correlation| RepeatedMeasures {
        follow_ups: 1,
        baselines: 1,
        correlation,
    };
    assert!(!refused(clustered(
        means(0.5, twice(0.5)),
        P::ClusterRobust
    )));
    assert!(refused(clustered(
        means(0.5, twice(0.05)),
        P::ClusterRobust
    )));
    let lone = SimulatedTrial {
        clusters: clusters(0.1, 50.0),
        ..robust
    };
    assert_eq!(lone.power(sizes, 10, 1).unwrap().failed, 10);
}
