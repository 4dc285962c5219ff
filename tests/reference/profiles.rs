//! Profile-likelihood intervals of Cox and negative binomial models, and exact ties, against R.

use super::support::read;
use regtrial_stats::ConfidenceLevel;
use regtrial_stats::design::{Data, Design};
use regtrial_stats::formula::Formula;
use regtrial_stats::glm::{NegativeBinomial, TermEstimate};
use regtrial_stats::survival::{Cox, ExactCoxFit, SurvivalDesign, Ties};
use regtrial_tests::{COEFFICIENT, Comparison, STANDARD_ERROR, expected, number, root, versions};
use serde_json::Value;

const LEVEL: ConfidenceLevel = ConfidenceLevel::NINETY_FIVE;

fn data(folder: &str, file: &Value) -> Data {
    let folder = root().join("tests/reference").join(folder);
    read(&folder.join(file.as_str().unwrap()))
}

fn names(case: &Value) -> Vec<String> {
    let names = case["variables"].as_array().unwrap().iter();
    names.map(|v| v.as_str().unwrap().to_owned()).collect()
}

fn compare(comparison: &mut Comparison, what: &str, ours: &[TermEstimate], theirs: &Value) {
    for (ours, theirs) in ours.iter().zip(theirs.as_array().unwrap()) {
        let what = format!("{what} {}", ours.term);
        let mut check = |ours: f64, field: &str| {
            // R's root stops within 1e-12 of a profile that is itself known to about 1e-10.
            comparison.check(&what, ours, number(&theirs[field]), STANDARD_ERROR);
        };
        check(ours.estimate.conf_low, "conf_low");
        check(ours.estimate.conf_high, "conf_high");
        check(ours.estimate.statistic_value, "statistic");
    }
}

#[test]
fn cox_profiles_agree() {
    let mut comparison = Comparison::default();
    for case in expected("profiles")["cases"][0]["cox"].as_array().unwrap() {
        let formula = format!("Surv(time, event) ~ {}", names(case).join(" + "));
        let formula = Formula::parse(&formula).unwrap();
        let design = SurvivalDesign::new(&formula, &data("cox", &case["data"])).unwrap();
        let ties = match case["ties"] == "efron" {
            true => Ties::Efron,
            false => Ties::Breslow,
        };
        let cox = Cox {
            ties,
            ..Cox::default()
        };
        let ours = cox.fit(&design).unwrap().profile(LEVEL).unwrap();
        let what = case["name"].as_str().unwrap();
        compare(&mut comparison, what, &ours, &case["terms"]);
    }
    let against = versions(&expected("profiles"), &["R", "survival"]);
    comparison.finish_as("cox_profiles", &against, 15, |_| vec!["profile"]);
}

#[test]
fn negative_binomial_profiles_agree() {
    let mut comparison = Comparison::default();
    let cases = &expected("profiles")["cases"][0]["negative_binomial"];
    for case in cases.as_array().unwrap() {
        let terms = names(case);
        let right = match terms.is_empty() {
            true => "1".to_owned(),
            false => terms.join(" + "),
        };
        let formula = Formula::parse(&format!("days ~ {right}")).unwrap();
        let design = Design::new(&formula, &data("negative_binomial", &case["data"])).unwrap();
        let model = NegativeBinomial::default();
        let fit = model.fit(&design).unwrap();
        let ours = model.profile(&design, &fit, LEVEL).unwrap();
        compare(&mut comparison, &right, &ours, &case["terms"]);
    }
    comparison.finish(12);
}

#[test]
fn exact_ties_agree() {
    let mut comparison = Comparison::default();
    for case in expected("profiles")["cases"][0]["exact"]
        .as_array()
        .unwrap()
    {
        let text = case["formula"].as_str().unwrap();
        let formula = Formula::parse(text).unwrap();
        let design = SurvivalDesign::new(&formula, &data("cox", &case["data"])).unwrap();
        let fit = ExactCoxFit::new(&design).unwrap();
        let what = format!("{} {text}", case["data"]);
        let mut check = |ours: f64, theirs: &Value, tolerance: f64| {
            comparison.check(&what, ours, number(theirs), tolerance);
        };
        for j in 0..fit.terms.len() {
            check(fit.beta[j], &case["coefficients"][j], COEFFICIENT);
            for k in 0..fit.terms.len() {
                let theirs = &case["covariance"][j][k];
                check(fit.covariance[(j, k)], theirs, STANDARD_ERROR);
            }
        }
        check(fit.log_likelihood, &case["log_likelihood"], COEFFICIENT);
        check(
            fit.null_log_likelihood,
            &case["null_log_likelihood"],
            COEFFICIENT,
        );
        check(fit.score_statistic, &case["score"], STANDARD_ERROR);
    }
    let against = versions(&expected("profiles"), &["R", "survival"]);
    comparison.finish_as("cox_exact_ties", &against, 40, |_| vec!["cox_exact"]);
}
