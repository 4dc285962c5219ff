//! Rank tests of whole clusters against sums over clusters in R, and against every allotment of them.

use super::support::{numbers, read};
use regtrial_stats::Estimate;
use regtrial_stats::resampling::{Alternative, Permutation, Randomisation};
use regtrial_stats::survival::FollowUp;
use regtrial_stats::survival::log_rank::FlemingHarrington;
use regtrial_stats::two_samples::clustered::{log_rank, rank_sum};
use regtrial_tests::{CLOSED_FORM, Comparison, expected, number, root};

#[test]
fn they_agree_with_r() {
    let data = read(&root().join("tests/reference/clustered/input.csv"));
    let (y, time) = (numbers(&data, "y"), numbers(&data, "time"));
    let event: Vec<bool> = numbers(&data, "event").iter().map(|e| *e == 1.0).collect();
    let arm: Vec<usize> = numbers(&data, "arm").iter().map(|a| *a as usize).collect();
    let cluster = numbers(&data, "cluster");
    let cluster: Vec<u64> = cluster.iter().map(|c| *c as u64).collect();
    let wanted = &expected("clustered")["cases"][0];
    let mut comparison = Comparison::default();
    let mut check = |name: &str, test: &Estimate| {
        let wanted = &wanted[name];
        let ours = [test.statistic_value, test.df, test.p_value];
        for (key, ours) in ["t", "df", "p_value"].into_iter().zip(ours) {
            let what = format!("{name} {key}");
            comparison.check(&what, ours, number(&wanted[key]), CLOSED_FORM);
        }
        let (key, of) = match name {
            "rank_sum" => ("probability_difference", test.estimate),
            _ => ("sum", test.estimate),
        };
        comparison.check(name, of, number(&wanted[key]), CLOSED_FORM);
        // t is close to all allotments of the clusters.
        assert!((test.p_value - number(&wanted["exact_p"])).abs() < 0.01);
    };
    check("rank_sum", &rank_sum(&y, &arm, &cluster).unwrap());
    let people = FollowUp::new(&time, &event).unwrap();
    let plain = FlemingHarrington::default();
    check(
        "log_rank",
        &log_rank(&people, &arm, &cluster, plain).unwrap(),
    );
    let early = FlemingHarrington { rho: 1.0, ..plain };
    check(
        "weighted",
        &log_rank(&people, &arm, &cluster, early).unwrap(),
    );
    comparison.finish(12);

    // The same by permuting the arms of the clusters.
    let mut labels = cluster.clone();
    labels.sort_unstable();
    labels.dedup();
    let place = |c: &u64| labels.binary_search(c).unwrap();
    let mut arms = vec![0; labels.len()];
    for (c, a) in cluster.iter().zip(&arm) {
        arms[place(c)] = *a;
    }
    let test = Permutation {
        replicates: 4999,
        seed: 1,
        randomisation: Randomisation::Complete,
        alternative: Alternative::TwoSided,
    };
    let found = test
        .run(&arms, |arms| {
            let arm: Vec<usize> = cluster.iter().map(|c| arms[place(c)]).collect();
            let found = rank_sum(&y, &arm, &cluster).ok()?;
            Some(found.statistic_value)
        })
        .unwrap();
    let exact = number(&wanted["rank_sum"]["exact_p"]);
    assert!((found.p_value - exact).abs() < 4.0 * found.monte_carlo_error);
}

#[test]
fn impossible_clusters_are_refused() {
    let refused = |y: &[f64], arm: &[usize], cluster: &[u64], word: &str| {
        let error = rank_sum(y, arm, cluster).unwrap_err().to_string();
        assert!(error.contains(word), "{error}");
    };
    let y = [1.0, 2.0, 3.0, 4.0];
    refused(&y, &[0, 1, 0, 1], &[1, 1, 2, 2], "both arms");
    refused(&y, &[0, 0, 1, 1], &[1, 1, 2, 2], "three or more");
    refused(&y, &[1, 1, 1, 1], &[1, 2, 3, 4], "both arms among them");
    refused(&y, &[0, 0, 1, 2], &[1, 2, 3, 4], "0 or 1");
    refused(&y, &[0, 0, 1], &[1, 2, 3], "an arm and a cluster a person");
    refused(
        &[2.0; 4],
        &[0, 0, 1, 1],
        &[1, 2, 3, 4],
        "nothing to compare",
    );
    refused(
        &[1.0, f64::NAN, 2.0, 3.0],
        &[0, 0, 1, 1],
        &[1, 2, 3, 4],
        "missing",
    );
    // Both arms are the same throughout: t is infinite, and no allotment is as extreme.
    let apart = rank_sum(&[1.0, 1.0, 2.0, 2.0], &[0, 0, 1, 1], &[1, 2, 3, 4]).unwrap();
    assert!(apart.statistic_value == f64::INFINITY && apart.p_value == 0.0);
}
