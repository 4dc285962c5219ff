//! Cox regression against R's survival, and Firth's penalty against its definition.

use super::support::read;
use regtrial_stats::ConfidenceLevel;
use regtrial_stats::design::Data;
use regtrial_stats::formula::Formula;
use regtrial_stats::survival::{
    Cox, CoxVariance, ProportionalHazards, SurvivalDesign, Ties, TimeScale,
};
use regtrial_stats::{StatsError, survival::GLOBAL};
use regtrial_tests::{COEFFICIENT, Comparison, STANDARD_ERROR, expected, number, root, versions};
use serde_json::Value;

fn design(case: &Value, cluster: Option<&str>) -> SurvivalDesign {
    let path = root()
        .join("tests/reference/cox")
        .join(case["data"].as_str().unwrap());
    let formula = Formula::parse(case["formula"].as_str().unwrap()).unwrap();
    SurvivalDesign::with_cluster(&formula, &read(&path), cluster).unwrap()
}

fn model(case: &Value, variance: CoxVariance) -> Cox {
    let ties = match case["ties"].as_str().unwrap() {
        "efron" => Ties::Efron,
        _ => Ties::Breslow,
    };
    Cox { ties, variance }
}

#[test]
fn coefficients_variances_and_tests_agree() {
    let mut comparison = Comparison::default();
    for case in expected("cox")["cases"][0]["fits"].as_array().unwrap() {
        let design = design(case, None);
        let fit = model(case, CoxVariance::Classical).fit(&design).unwrap();
        let robust = model(case, CoxVariance::Robust).fit(&design).unwrap();
        let name = case["name"].as_str().unwrap();
        let mut check = |what: &str, ours: f64, theirs: &Value, tolerance: f64| {
            comparison.check(&format!("{name} {what}"), ours, number(theirs), tolerance);
        };
        let (errors, robust_errors) = (fit.stderror(), robust.stderror());
        for (j, term) in case["terms"].as_array().unwrap().iter().enumerate() {
            check(&fit.terms[j], fit.beta[j], &term["estimate"], COEFFICIENT);
            check("error", errors[j], &term["std_error"], STANDARD_ERROR);
            check(
                "robust",
                robust_errors[j],
                &term["robust_std_error"],
                STANDARD_ERROR,
            );
        }
        check(
            "log-likelihood",
            fit.log_likelihood,
            &case["log_likelihood"],
            1e-11,
        );
        check(
            "null",
            fit.null_log_likelihood,
            &case["null_log_likelihood"],
            1e-11,
        );
        check("score", fit.score_statistic, &case["score"], 1e-9);
        check(
            "wald",
            fit.wald_test().statistic_value,
            &case["wald"],
            STANDARD_ERROR,
        );
        check("events", fit.events as f64, &case["events"], 0.0);
        let concordance = fit.concordance();
        check(
            "concordance",
            concordance.estimate,
            &case["concordance"],
            1e-12,
        );
        check(
            "concordant",
            concordance.concordant as f64,
            &case["concordant"],
            0.0,
        );
        check(
            "discordant",
            concordance.discordant as f64,
            &case["discordant"],
            0.0,
        );
        check("tied", concordance.tied as f64, &case["tied"], 0.0);
        check(
            "concordance_error",
            concordance.std_error,
            &case["concordance_std_error"],
            1e-12,
        );
        for (scale, key) in [
            (TimeScale::KaplanMeier, "zph_km"),
            (TimeScale::Rank, "zph_rank"),
            (TimeScale::Identity, "zph_identity"),
            (TimeScale::Log, "zph_log"),
        ] {
            let tests = fit.proportional_hazards(scale);
            for (ours, theirs) in tests.iter().zip(case[key].as_array().unwrap()) {
                let ProportionalHazards {
                    term,
                    statistic,
                    df,
                    ..
                } = ours;
                check(
                    &format!("{key} {term}"),
                    *statistic,
                    &theirs["statistic"],
                    STANDARD_ERROR,
                );
                check(&format!("{key} {term} df"), *df, &theirs["df"], 0.0);
            }
            assert_eq!(tests.last().unwrap().term, GLOBAL);
        }
        if let Some(hazards) = case["baseline"]["hazard"].as_array() {
            let steps = fit.baseline();
            assert_eq!(steps.len(), hazards.len(), "{name}");
            for (step, hazard) in steps.iter().zip(hazards) {
                check("baseline", step.cumulative_hazard, hazard, COEFFICIENT);
            }
        }
    }
    let against = versions(&expected("cox"), &["R", "survival"]);
    comparison.finish_as("cox_regressions", &against, 300, |what| {
        let ties = match what.contains(" breslow ") {
            true => "cox_breslow",
            false => "cox_efron",
        };
        let what = what.split(" efron ").last().unwrap_or_default();
        match what.split(" breslow ").last().unwrap_or_default() {
            "robust" => vec!["cox_robust"],
            "error" => vec![ties, "wald"],
            "wald" => vec!["wald"],
            "score" => vec!["score_test"],
            "log-likelihood" | "null" => vec!["likelihood"],
            "concordance" | "concordant" | "discordant" | "tied" | "concordance_error" => {
                vec!["concordance"]
            }
            "events" | "baseline" => Vec::new(),
            test if test.starts_with("zph") => vec!["schoenfeld"],
            _ => vec![ties],
        }
    });
}

#[test]
fn cluster_variances_agree() {
    let mut comparison = Comparison::default();
    let cases = expected("cox")["cases"][0]["fits"].clone();
    for case in cases
        .as_array()
        .unwrap()
        .iter()
        .filter(|case| !case["cluster"].is_null())
    {
        let column = case["cluster"]["column"].as_str().unwrap();
        let fit = model(case, CoxVariance::Cluster)
            .fit(&design(case, Some(column)))
            .unwrap();
        for (j, error) in fit.stderror().into_iter().enumerate() {
            let theirs = number(&case["cluster"]["std_error"][j]);
            comparison.check(
                case["name"].as_str().unwrap(),
                error,
                theirs,
                STANDARD_ERROR,
            );
        }
        comparison.check(
            "concordance",
            fit.concordance().std_error,
            number(&case["cluster"]["concordance_std_error"]),
            1e-12,
        );
    }
    let against = versions(&expected("cox"), &["R", "survival"]);
    comparison.finish_as("cox_clusters", &against, 26, |what| match what {
        "concordance" => vec!["concordance"],
        _ => vec!["cox_robust"],
    });
}

#[test]
fn firth_agrees_with_its_definition() {
    let mut comparison = Comparison::default();
    for case in expected("cox")["cases"][0]["firth"].as_array().unwrap() {
        let fit = model(case, CoxVariance::Classical)
            .fit_firth(&design(case, None))
            .unwrap();
        let name = case["name"].as_str().unwrap();
        for (j, beta) in fit.beta.iter().enumerate() {
            // The oracle differentiates numerically.
            comparison.check(name, *beta, number(&case["estimate"][j]), 1e-7);
            let error = fit.covariance[(j, j)].sqrt();
            comparison.check(name, error, number(&case["std_error"][j]), STANDARD_ERROR);
        }
        let penalised = number(&case["penalised_log_likelihood"]);
        comparison.check(name, fit.penalised_log_likelihood, penalised, 1e-10);
    }
    let against = versions(&expected("cox"), &["R", "survival"]);
    comparison.finish_as("cox_firth", &against, 24, |_| vec!["cox_firth"]);
}

/// Every event is among x = 1: the likelihood climbs for ever, and the term is named.
#[test]
fn a_monotone_likelihood_is_refused_by_name_and_firth_is_not() {
    let cases = expected("cox")["cases"][0]["firth"].clone();
    let design = design(&cases[0], None);
    match Cox::default().fit(&design) {
        Err(StatsError::MonotoneLikelihood { terms }) => assert_eq!(terms, ["x"]),
        other => panic!("{:?}", other.map(|fit| fit.beta)),
    }
    let fit = Cox::default().fit_firth(&design).unwrap();
    let terms = fit.confint(ConfidenceLevel::NINETY_FIVE).unwrap();
    assert!(terms[0].estimate.conf_low > 0.0 && terms[0].estimate.estimate.is_finite());
}

/// The arms are never at risk together when an event falls: neither likelihood says anything of them.
#[test]
fn arms_that_never_meet_are_named_by_every_method() {
    let data = Data::new()
        .with_numbers("time", vec![2.0, 5.0, 5.0, 7.0, 9.0])
        .with_numbers("event", vec![0.0, 0.0, 0.0, 1.0, 1.0])
        .with_numbers("x", vec![0.0, 0.0, 0.0, 1.0, 1.0]);
    let formula = Formula::parse("Surv(time, event) ~ x").unwrap();
    let design = SurvivalDesign::new(&formula, &data).unwrap();
    for error in [
        Cox::default().fit(&design).map(|_| ()),
        Cox::default().fit_firth(&design).map(|_| ()),
    ] {
        match error {
            Err(StatsError::RankDeficient { terms }) => assert_eq!(terms, ["x"]),
            other => panic!("{other:?}"),
        }
    }
}
