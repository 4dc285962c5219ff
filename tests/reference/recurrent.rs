//! Person-time rates, mean cumulative counts and their ratios against R.

use super::support::{numbers, read};
use ndarray::Array2;
use regtrial_stats::design::Data;
use regtrial_stats::rates::{Rate, difference, exact_ratio, ratio};
use regtrial_stats::survival::recurrent::{
    MeanCount, RecurrentEvents, mean_count_regression, proportional_means,
};
use regtrial_stats::{ConfidenceLevel, StatsError};
use regtrial_tests::{
    CLOSED_FORM, COEFFICIENT, Comparison, STANDARD_ERROR, expected, number, root, versions,
};
use serde_json::Value;

const LEVEL: ConfidenceLevel = ConfidenceLevel::NINETY_FIVE;

#[test]
fn rates_agree_with_poisson_tests() {
    let mut comparison = Comparison::default();
    let cases = &expected("recurrent")["cases"][0];
    for case in cases["rates"].as_array().unwrap() {
        let events = number(&case["events"]) as u64;
        let rate = Rate::new(events, number(&case["time"]))
            .unwrap()
            .estimate(LEVEL);
        let what = format!("poisson_exact {events}");
        // R's quantiles of the gamma distribution carry some rounding.
        comparison.check(&what, rate.estimate, number(&case["rate"]), CLOSED_FORM);
        comparison.check(&what, rate.conf_low, number(&case["conf_low"]), 1e-11);
        comparison.check(&what, rate.conf_high, number(&case["conf_high"]), 1e-11);
    }
    for case in cases["ratios"].as_array().unwrap() {
        let counts: Vec<f64> = case["counts"]
            .as_array()
            .unwrap()
            .iter()
            .map(number)
            .collect();
        let treated = Rate::new(counts[0] as u64, counts[1]).unwrap();
        let control = Rate::new(counts[2] as u64, counts[3]).unwrap();
        let exact = exact_ratio(treated, control, LEVEL);
        let what = format!("poisson_exact {counts:?}");
        let wald = format!("rate {counts:?}");
        if counts[0] > 0.0 && counts[2] > 0.0 {
            comparison.check(&what, exact.estimate, number(&case["ratio"]), CLOSED_FORM);
            let ours = ratio(treated, control, LEVEL);
            comparison.check(
                &wald,
                ours.std_error,
                number(&case["log_std_error"]),
                CLOSED_FORM,
            );
        }
        let (low, high) = (number(&case["conf_low"]), number(&case["conf_high"]));
        comparison.check(&what, exact.conf_low, low, 1e-11);
        if high.is_nan() {
            assert!(exact.conf_high.is_infinite());
        } else {
            comparison.check(&what, exact.conf_high, high, 1e-11);
        }
        comparison.check(&what, exact.p_value, number(&case["p_value"]), 1e-11);
        let ours = difference(treated, control, LEVEL);
        comparison.check(
            &wald,
            ours.estimate,
            number(&case["difference"]),
            CLOSED_FORM,
        );
        let error = number(&case["difference_std_error"]);
        comparison.check(&wald, ours.std_error, error, CLOSED_FORM);
    }
    let against = versions(&expected("recurrent"), &["R"]);
    comparison.finish_as("rates_over_time", &against, 30, |what| {
        what.split(' ').take(1).collect()
    });
}

struct People {
    events: RecurrentEvents,
    age: Vec<f64>,
    group: Vec<usize>,
    stratum: Vec<usize>,
}

fn people(file: &Value) -> People {
    let path = root()
        .join("tests/reference/recurrent")
        .join(file.as_str().unwrap());
    let data: Data = read(&path);
    let labels =
        |name: &str| -> Vec<usize> { numbers(&data, name).iter().map(|v| *v as usize).collect() };
    let event: Vec<bool> = numbers(&data, "event").iter().map(|e| *e == 1.0).collect();
    let (events, first) =
        RecurrentEvents::new(&labels("id"), &numbers(&data, "time"), &event).unwrap();
    let (group, stratum) = (labels("group"), labels("stratum"));
    let age = numbers(&data, "age");
    People {
        age: first.iter().map(|&row| age[row]).collect(),
        events,
        group: first.iter().map(|&row| group[row] - 1).collect(),
        stratum: first.iter().map(|&row| stratum[row]).collect(),
    }
}

#[test]
fn mean_counts_agree() {
    let mut comparison = Comparison::default();
    for case in expected("recurrent")["cases"][0]["curves"]
        .as_array()
        .unwrap()
    {
        let people = people(&case["data"]);
        let wanted = number(&case["group"]) as usize - 1;
        let own: Vec<usize> = (0..people.group.len())
            .filter(|&i| people.group[i] == wanted)
            .collect();
        let curve = MeanCount::new(&people.events.at(&own));
        for point in case["points"].as_array().unwrap() {
            let ours = curve.estimate(number(&point["time"]), LEVEL);
            let what = format!("{} {wanted} {}", case["data"], point["time"]);
            comparison.check(&what, ours.estimate, number(&point["mean"]), CLOSED_FORM);
            comparison.check(
                &what,
                ours.std_error,
                number(&point["std_error"]),
                CLOSED_FORM,
            );
        }
    }
    let against = versions(&expected("recurrent"), &["R", "survival"]);
    comparison.finish_as("mean_counts", &against, 40, |_| vec!["nelson_aalen"]);
}

#[test]
fn ratios_of_mean_counts_agree() {
    let mut comparison = Comparison::default();
    for case in expected("recurrent")["cases"][0]["models"]
        .as_array()
        .unwrap()
    {
        let people = people(&case["data"]);
        let groups = people.group.iter().max().unwrap() + 1;
        let stratum = (case["stratified"] == true).then_some(people.stratum.as_slice());
        let fit = proportional_means(&people.events, &people.group, groups, stratum).unwrap();
        let what = format!("{} {}", case["data"], case["stratified"]);
        for j in 0..groups - 1 {
            let theirs = number(&case["coefficients"][j]);
            comparison.check(&what, fit.beta[j], theirs, COEFFICIENT);
            for k in 0..groups - 1 {
                let robust = number(&case["covariance"][j][k]);
                comparison.check(&what, fit.covariance[(j, k)], robust, STANDARD_ERROR);
                let model = number(&case["model_covariance"][j][k]);
                comparison.check(&what, fit.model_covariance[(j, k)], model, STANDARD_ERROR);
            }
        }
    }
    let against = versions(&expected("recurrent"), &["R", "survival"]);
    comparison.finish_as("mean_count_ratios", &against, 26, |_| vec!["lwyy"]);
}

#[test]
fn regressions_of_mean_counts_agree() {
    let mut comparison = Comparison::default();
    for case in expected("recurrent")["cases"][0]["regressions"]
        .as_array()
        .unwrap()
    {
        let people = people(&case["data"]);
        let groups = people.group.iter().max().unwrap();
        let x = Array2::from_shape_fn((people.group.len(), groups + 1), |(i, j)| {
            match j == *groups {
                true => people.age[i],
                false => f64::from(u8::from(people.group[i] == j + 1)),
            }
        });
        let terms: Vec<String> = (0..=*groups).map(|j| format!("x{j}")).collect();
        let stratum = (case["stratified"] == true).then_some(people.stratum.as_slice());
        let fit = mean_count_regression(&people.events, &x, &terms, stratum).unwrap();
        let what = format!("{} {}", case["data"], case["stratified"]);
        for j in 0..=*groups {
            let theirs = number(&case["coefficients"][j]);
            comparison.check(&what, fit.beta[j], theirs, COEFFICIENT);
            for k in 0..=*groups {
                let robust = number(&case["covariance"][j][k]);
                comparison.check(&what, fit.covariance[(j, k)], robust, STANDARD_ERROR);
                let model = number(&case["model_covariance"][j][k]);
                comparison.check(&what, fit.model_covariance[(j, k)], model, STANDARD_ERROR);
            }
        }
        // A column that the others give.
        let twice = Array2::from_shape_fn((x.nrows(), 2), |(i, _)| people.age[i]);
        let names = ["age".to_owned(), "again".to_owned()];
        let refused = mean_count_regression(&people.events, &twice, &names, None);
        assert!(matches!(refused, Err(StatsError::RankDeficient { terms }) if terms == ["again"]));
        // Nobody with an event on one side of it.
        let flag = Array2::from_shape_fn((x.nrows(), 1), |(i, _)| {
            f64::from(u8::from(people.events.times()[i].is_empty()))
        });
        let refused = mean_count_regression(&people.events, &flag, &names[..1], None);
        assert!(matches!(
            refused,
            Err(StatsError::MonotoneLikelihood { .. })
        ));
    }
    let against = versions(&expected("recurrent"), &["R", "survival"]);
    comparison.finish_as("mean_count_regressions", &against, 60, |_| vec!["lwyy"]);
}
