//! Gray's test and Fine-Gray regression against R's cmprsk and survival.

use super::support::{numbers, read};
use regtrial_stats::ConfidenceLevel;
use regtrial_stats::design::Data;
use regtrial_stats::formula::Formula;
use regtrial_stats::survival::Ties;
use regtrial_stats::survival::competing::{
    AalenJohansen, CompetingDesign, CompetingFollowUp, FineGray, FineGrayFit, gray,
};
use regtrial_tests::{COEFFICIENT, Comparison, STANDARD_ERROR, expected, number, root, versions};
use serde_json::Value;

fn data(file: &Value) -> Data {
    let folder = root().join("tests/reference/competing");
    read(&folder.join(file.as_str().unwrap()))
}

#[test]
fn grays_test_agrees_stratified_or_not() {
    let mut comparison = Comparison::default();
    for case in expected("competing")["cases"][0]["gray"]
        .as_array()
        .unwrap()
    {
        let data = data(&case["data"]);
        let labels = |name: &str| -> Vec<usize> {
            numbers(&data, name).iter().map(|v| *v as usize).collect()
        };
        let cause: Vec<u32> = numbers(&data, "cause").iter().map(|c| *c as u32).collect();
        let people = CompetingFollowUp::new(&numbers(&data, "time"), &cause).unwrap();
        let group: Vec<usize> = labels("group").iter().map(|g| g - 1).collect();
        let groups = group.iter().max().unwrap() + 1;
        let strata = labels("stratum");
        let stratum = (case["stratified"] == true).then_some(strata.as_slice());
        for expected in case["tests"].as_array().unwrap() {
            let cause = expected["cause"].as_u64().unwrap() as u32;
            let test = gray(&people, cause, &group, groups, stratum).unwrap();
            let what = format!("{} {cause}", case["name"]);
            // cmprsk sums in another order and solves by QR.
            comparison.check(&what, test.statistic, number(&expected["statistic"]), 1e-11);
            comparison.check(&what, test.df, number(&expected["df"]), 0.0);
            comparison.check(&what, test.p_value, number(&expected["p_value"]), 1e-10);
        }
    }
    let against = versions(&expected("competing"), &["R", "cmprsk"]);
    comparison.finish_as("grays_test", &against, 24, |_| vec!["gray"]);
}

fn fit(case: &Value, ties: Ties, formula: &str) -> FineGrayFit {
    let cause = case["cause"].as_u64().unwrap() as f64;
    let data = data(&case["data"]);
    let other = |c: &f64| {
        if *c == 0.0 {
            0.0
        } else if *c == cause {
            1.0
        } else {
            2.0
        }
    };
    let kind = numbers(&data, "cause").iter().map(other).collect();
    let data = data.with_numbers("kind", kind);
    let formula = Formula::parse(&format!("Surv(time, kind) ~ {formula}")).unwrap();
    let design = CompetingDesign::new(&formula, &data, None).unwrap();
    FineGray { ties }.fit(&design).unwrap()
}

#[test]
fn fine_gray_agrees_with_crr_and_its_covariance() {
    let mut comparison = Comparison::default();
    for case in expected("competing")["cases"][0]["crr"].as_array().unwrap() {
        let ours = fit(case, Ties::Breslow, "group + age + hgb");
        let name = format!("{} {}", case["data"], case["cause"]);
        let mut check = |what: &str, ours: f64, theirs: &Value, tolerance: f64| {
            comparison.check(&format!("{name} {what}"), ours, number(theirs), tolerance);
        };
        for j in 0..3 {
            check(
                "coefficient",
                ours.beta[j],
                &case["coefficients"][j],
                COEFFICIENT,
            );
            for k in 0..3 {
                let theirs = &case["covariance"][j][k];
                check(
                    "covariance",
                    ours.covariance[(j, k)],
                    theirs,
                    STANDARD_ERROR,
                );
            }
        }
        check(
            "likelihood",
            ours.log_likelihood,
            &case["log_likelihood"],
            COEFFICIENT,
        );
        check(
            "null",
            ours.null_log_likelihood,
            &case["null_log_likelihood"],
            COEFFICIENT,
        );
        let mut before = 0.0;
        for (i, step) in ours.baseline.iter().enumerate() {
            check("time", step.time, &case["times"][i], 0.0);
            let increment = step.cumulative_hazard - before;
            check(
                "baseline",
                increment,
                &case["increments"][i],
                STANDARD_ERROR,
            );
            before = step.cumulative_hazard;
        }
    }
    let against = versions(&expected("competing"), &["R", "cmprsk"]);
    comparison.finish_as("fine_gray_crr", &against, 200, |_| vec!["fine_gray"]);
}

#[test]
fn fine_gray_by_cluster_agrees_with_cifreg() {
    let mut comparison = Comparison::default();
    let case = &expected("competing")["cases"][0]["clustered"];
    let formula = "Surv(time, cause) ~ group + age + hgb + cluster(site)";
    let formula = Formula::parse(formula).unwrap();
    let design = CompetingDesign::new(&formula, &data(&case["data"]), None).unwrap();
    let fit = FineGray {
        ties: Ties::Breslow,
    };
    let fit = fit.fit(&design).unwrap();
    for j in 0..3 {
        let theirs = number(&case["coefficients"][j]);
        // cifreg stops at a score of 1e-7 or so.
        comparison.check("coefficient", fit.beta[j], theirs, 1e-7);
        for k in 0..3 {
            let theirs = number(&case["covariance"][j][k]);
            comparison.check("covariance", fit.covariance[(j, k)], theirs, 1e-6);
        }
    }
    let against = versions(&expected("competing"), &["R", "mets"]);
    comparison.finish_as("fine_gray_clusters", &against, 12, |_| vec!["fine_gray"]);
}

#[test]
fn fine_gray_agrees_with_coxph_on_weighted_rows() {
    let mut comparison = Comparison::default();
    for case in expected("competing")["cases"][0]["finegray"]
        .as_array()
        .unwrap()
    {
        let ties = match case["ties"] == "efron" {
            true => Ties::Efron,
            false => Ties::Breslow,
        };
        let formula = match case["stratified"] == true {
            true => "group + age + hgb + strata(stratum)",
            false => "group + age + hgb",
        };
        let ours = fit(case, ties, formula);
        let name = format!("{} {} {}", case["data"], case["ties"], case["stratified"]);
        let mut check = |what: &str, ours: f64, theirs: &Value, tolerance: f64| {
            comparison.check(&format!("{name} {what}"), ours, number(theirs), tolerance);
        };
        for j in 0..3 {
            check(
                "coefficient",
                ours.beta[j],
                &case["coefficients"][j],
                COEFFICIENT,
            );
            for k in 0..3 {
                let (ours, theirs) = (
                    ours.known_weights_covariance[(j, k)],
                    &case["covariance"][j][k],
                );
                check("covariance", ours, theirs, STANDARD_ERROR);
            }
        }
        check(
            "likelihood",
            ours.log_likelihood,
            &case["log_likelihood"],
            COEFFICIENT,
        );
        check(
            "null",
            ours.null_log_likelihood,
            &case["null_log_likelihood"],
            COEFFICIENT,
        );
    }
    let against = versions(&expected("competing"), &["R", "survival"]);
    comparison.finish_as("fine_gray_weighted_rows", &against, 100, |_| {
        vec!["fine_gray"]
    });
}

/// With weights that read ties as the curves do, a model that explains nothing gives back the
/// Aalen-Johansen curve: 1 - the product of (1 - subdistribution hazard).
#[test]
fn without_an_effect_the_weights_give_back_the_aalen_johansen_curve() {
    let data = data(&Value::from("tied.csv"));
    let (time, cause) = (numbers(&data, "time"), numbers(&data, "cause"));
    let n = time.len();
    // The same people once with x = 0 and once with x = 1: the coefficient is 0.
    let twice = |values: &[f64]| [values, values].concat();
    let x = (0..2 * n).map(|i| f64::from(u8::from(i >= n))).collect();
    let doubled = Data::new()
        .with_numbers("time", twice(&time))
        .with_numbers("cause", twice(&cause))
        .with_numbers("x", x);
    let formula = Formula::parse("Surv(time, cause) ~ x").unwrap();
    let design = CompetingDesign::new(&formula, &doubled, None).unwrap();
    let fit = FineGray {
        ties: Ties::Breslow,
    }
    .fit(&design)
    .unwrap();
    assert!(fit.beta[0].abs() < 1e-9);
    let causes: Vec<u32> = cause.iter().map(|c| *c as u32).collect();
    let people = CompetingFollowUp::new(&time, &causes).unwrap();
    let curve = AalenJohansen::new(&people, 1).unwrap();
    let (mut before, mut left) = (0.0, 1.0);
    for step in &fit.baseline {
        left *= 1.0 - (step.cumulative_hazard - before);
        before = step.cumulative_hazard;
        let theirs = curve
            .estimate(step.time, ConfidenceLevel::NINETY_FIVE)
            .estimate;
        assert!((1.0 - left - theirs).abs() < 1e-9, "{left} {theirs}");
    }
}
