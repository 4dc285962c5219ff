//! Survival curves, tests, restricted means and cumulative incidences against R's survival.

use super::support::{numbers, read};
use regtrial_stats::ConfidenceLevel;
use regtrial_stats::survival::competing::{AalenJohansen, CompetingFollowUp};
use regtrial_stats::survival::log_rank::{FlemingHarrington, log_rank};
use regtrial_stats::survival::restricted_mean::restricted_mean;
use regtrial_stats::survival::{FollowUp, KaplanMeier, SurvivalInterval};
use regtrial_tests::{CLOSED_FORM, Comparison, expected, number, root, versions};
use serde_json::Value;

const LEVEL: ConfidenceLevel = ConfidenceLevel::NINETY_FIVE;
/// R's pchisq and our own carry some rounding of the statistic on.
const P_VALUE: f64 = 1e-11;

fn column(file: &Value, name: &str) -> Vec<f64> {
    let path = root()
        .join("tests/reference/survival")
        .join(file.as_str().unwrap());
    numbers(&read(&path), name)
}

fn indices(file: &Value, name: &str) -> Vec<usize> {
    column(file, name).iter().map(|v| *v as usize).collect()
}

fn kind(value: &Value) -> SurvivalInterval {
    match value.as_str().unwrap() {
        "plain" => SurvivalInterval::Plain,
        "log" => SurvivalInterval::Log,
        _ => SurvivalInterval::LogLog,
    }
}

fn follow_up(file: &Value, keep: impl Fn(usize) -> bool) -> FollowUp {
    let (time, event) = (column(file, "time"), column(file, "event"));
    let kept: Vec<usize> = (0..time.len()).filter(|&i| keep(i)).collect();
    let time: Vec<f64> = kept.iter().map(|&i| time[i]).collect();
    let event: Vec<bool> = kept.iter().map(|&i| event[i] == 1.0).collect();
    FollowUp::new(&time, &event).unwrap()
}

#[test]
fn curves_quantiles_and_restricted_means_agree() {
    let mut comparison = Comparison::default();
    for case in expected("survival")["cases"][0]["curves"]
        .as_array()
        .unwrap()
    {
        let group = indices(&case["data"], "group");
        let wanted = case["group"].as_u64().unwrap() as usize;
        let data = follow_up(&case["data"], |i| group[i] == wanted);
        let curve = KaplanMeier::new(&data);
        let name = case["name"].as_str().unwrap();
        let mut check = |what: &str, ours: f64, theirs: &Value| {
            comparison.check(&format!("{name} {what}"), ours, number(theirs), CLOSED_FORM);
        };
        for point in case["points"].as_array().unwrap() {
            let time = number(&point["time"]);
            let ours = curve.estimate(time, kind(&point["kind"]), LEVEL);
            let what = format!("{} {time}", point["kind"]);
            check(
                &format!("{what} n_risk"),
                curve.n_risk(time) as f64,
                &point["n_risk"],
            );
            check(
                &format!("{what} survival"),
                ours.estimate,
                &point["survival"],
            );
            check(
                &format!("{what} error"),
                ours.std_error,
                &point["std_error"],
            );
            check(&format!("{what} low"), ours.conf_low, &point["conf_low"]);
            check(&format!("{what} high"), ours.conf_high, &point["conf_high"]);
        }
        for point in case["quantiles"].as_array().unwrap() {
            let ours = curve.quantile(number(&point["p"]), kind(&point["kind"]), LEVEL);
            let what = format!("{} quantile {}", point["kind"], point["p"]);
            check(&what, ours.estimate, &point["time"]);
            check(&format!("{what} low"), ours.conf_low, &point["conf_low"]);
            check(&format!("{what} high"), ours.conf_high, &point["conf_high"]);
        }
        for point in case["restricted_means"].as_array().unwrap() {
            let ours = restricted_mean(&data, number(&point["tau"])).unwrap();
            check("restricted mean", ours.mean, &point["mean"]);
            check("restricted mean error", ours.std_error, &point["std_error"]);
        }
    }
    let against = versions(&expected("survival"), &["R", "survival"]);
    comparison.finish_as("survival_curves", &against, 1000, |what| {
        match what.contains("restricted mean") {
            true => vec!["restricted_mean"],
            false => vec!["kaplan_meier"],
        }
    });
}

#[test]
fn log_rank_tests_agree_stratified_and_weighted() {
    let mut comparison = Comparison::default();
    for case in expected("survival")["cases"][0]["tests"]
        .as_array()
        .unwrap()
    {
        let group = indices(&case["data"], "group");
        let first = group.iter().min().unwrap();
        let group: Vec<usize> = group.iter().map(|g| g - first).collect();
        let groups = group.iter().max().unwrap() + 1;
        let stratum = indices(&case["data"], "stratum");
        let data = follow_up(&case["data"], |_| true);
        let run = |weights, stratum| log_rank(&data, &group, groups, stratum, weights).unwrap();
        let name = case["name"].as_str().unwrap();
        let test = run(FlemingHarrington::default(), None);
        let mut check = |what: &str, ours: f64, theirs: &Value, tolerance: f64| {
            comparison.check(&format!("{name} {what}"), ours, number(theirs), tolerance);
        };
        check(
            "chi-squared",
            test.statistic,
            &case["chi_squared"],
            CLOSED_FORM,
        );
        check("df", test.df, &case["df"], CLOSED_FORM);
        check("p", test.p_value, &case["p_value"], P_VALUE);
        for g in 0..groups {
            check(
                "observed",
                test.observed[g],
                &case["observed"][g],
                CLOSED_FORM,
            );
            check(
                "expected",
                test.expected[g],
                &case["expected"][g],
                CLOSED_FORM,
            );
            for h in 0..groups {
                check(
                    "covariance",
                    test.covariance[(g, h)],
                    &case["covariance"][g][h],
                    1e-11,
                );
            }
        }
        for weighted in case["weighted"].as_array().unwrap() {
            let weights = FlemingHarrington {
                rho: number(&weighted["rho"]),
                gamma: number(&weighted["gamma"]),
            };
            let what = format!("{} {}", weights.rho, weights.gamma);
            check(
                &what,
                run(weights, None).statistic,
                &weighted["statistic"],
                1e-11,
            );
            let stratified = run(weights, Some(&stratum)).statistic;
            check(
                &format!("{what} stratified"),
                stratified,
                &weighted["stratified"],
                1e-11,
            );
        }
    }
    let against = versions(&expected("survival"), &["R", "survival"]);
    comparison.finish_as("log_rank_tests", &against, 70, |what| {
        let plain = [
            "chi-squared",
            "df",
            "p",
            "observed",
            "expected",
            "covariance",
        ];
        match plain.iter().any(|name| what.ends_with(&format!(" {name}"))) {
            true => vec!["log_rank"],
            false => vec!["fleming_harrington"],
        }
    });
}

#[test]
fn cumulative_incidences_agree() {
    let file = Value::from("mgus2.csv");
    let (time, cause) = (column(&file, "time"), column(&file, "cause"));
    let group = indices(&file, "group");
    let mut comparison = Comparison::default();
    for point in expected("survival")["cases"][0]["competing"]
        .as_array()
        .unwrap()
    {
        let wanted = point["group"].as_u64().unwrap() as usize;
        let own: Vec<usize> = (0..time.len()).filter(|&i| group[i] == wanted).collect();
        let data = CompetingFollowUp::new(
            &own.iter().map(|&i| time[i]).collect::<Vec<f64>>(),
            &own.iter().map(|&i| cause[i] as u32).collect::<Vec<u32>>(),
        )
        .unwrap();
        let curve = AalenJohansen::new(&data, point["cause"].as_u64().unwrap() as u32).unwrap();
        let at = number(&point["time"]);
        let ours = curve.estimate(at, LEVEL);
        let what = format!("group {wanted} cause {} at {at}", point["cause"]);
        let mut check = |value: f64, theirs: &Value| {
            comparison.check(&what, value, number(theirs), CLOSED_FORM);
        };
        check(ours.estimate, &point["incidence"]);
        check(ours.std_error, &point["std_error"]);
        check(curve.n_risk(at) as f64, &point["n_risk"]);
    }
    let against = versions(&expected("survival"), &["R", "survival"]);
    comparison.finish_as("cumulative_incidences", &against, 48, |_| {
        vec!["aalen_johansen"]
    });
}
