//! Firth's logistic regression against Newton's method in R (estimates also against brglm2).

use super::support::read;
use regtrial_stats::ConfidenceLevel;
use regtrial_stats::design::Design;
use regtrial_stats::formula::Formula;
use regtrial_stats::glm::Firth;
use regtrial_tests::{COEFFICIENT, Comparison, STANDARD_ERROR, expected, number, root, versions};

#[test]
fn estimates_intervals_and_tests_agree() {
    let mut comparison = Comparison::default();
    for case in expected("firth")["cases"].as_array().unwrap() {
        let path = root()
            .join("tests/reference/firth")
            .join(case["data"].as_str().unwrap());
        let formula = Formula::parse(case["formula"].as_str().unwrap()).unwrap();
        let design = Design::new(&formula, &read(&path)).unwrap();
        let fit = Firth.fit(&design).unwrap();
        let name = case["name"].as_str().unwrap();
        let penalised = number(&case["penalised_log_likelihood"]);
        comparison.check(name, fit.penalised_log_likelihood, penalised, 1e-10);
        let terms = Firth
            .confint(&design, &fit, ConfidenceLevel::NINETY_FIVE)
            .unwrap();
        for (ours, theirs) in terms.iter().zip(case["terms"].as_array().unwrap()) {
            let mut check = |field: &str, value: f64, tolerance: f64| {
                let what = format!("{name} {} {field}", ours.term);
                comparison.check(&what, value, number(&theirs[field]), tolerance);
            };
            check("estimate", ours.estimate.estimate, COEFFICIENT);
            check("std_error", ours.estimate.std_error, STANDARD_ERROR);
            check("profile_conf_low", ours.estimate.conf_low, STANDARD_ERROR);
            check("profile_conf_high", ours.estimate.conf_high, STANDARD_ERROR);
            check("p_value", ours.estimate.p_value, STANDARD_ERROR);
        }
    }
    let against = versions(&expected("firth"), &["R"]);
    comparison.finish_as("firth_logistic", &against, 60, |what| {
        match what.contains(" profile_") {
            true => vec!["firth_logistic", "profile"],
            false => vec!["firth_logistic"],
        }
    });
}
