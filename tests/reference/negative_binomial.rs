//! Overdispersed counts against MASS and R's quasi families.

use super::support::read;
use regtrial_stats::design::{Data, Design};
use regtrial_stats::formula::Formula;
use regtrial_stats::glm::{Dispersion, Family, Glm, NegativeBinomial};
use regtrial_stats::{ConfidenceLevel, StatsError};
use regtrial_tests::{COEFFICIENT, Comparison, STANDARD_ERROR, expected, number, root, versions};

#[test]
fn negative_binomial_and_quasi_models_agree() {
    let data = read(&root().join("tests/reference/negative_binomial/quine.csv"));
    let mut comparison = Comparison::default();
    for case in expected("negative_binomial")["cases"].as_array().unwrap() {
        let of = |field: &str| case[field].as_str().unwrap();
        let name = format!("{} {}", of("family"), of("name"));
        let formula = Formula::parse(case["formula"].as_str().unwrap()).unwrap();
        let design = Design::new(&formula, &data).unwrap();
        let mut check = |field: &str, ours: f64, tolerance: f64| {
            comparison.check(
                &format!("{name} {field}"),
                ours,
                number(&case[field]),
                tolerance,
            );
        };
        let fit = match case["family"].as_str().unwrap() {
            "negative-binomial" => {
                let fit = NegativeBinomial::default().fit(&design).unwrap();
                check("theta", fit.theta, COEFFICIENT);
                check("theta_std_error", fit.theta_std_error, STANDARD_ERROR);
                check("log_likelihood", fit.model.log_likelihood(), 1e-10);
                check("aic", fit.model.aic(), 1e-10);
                check("deviance", fit.model.deviance, COEFFICIENT);
                let test = fit.model_test();
                check("likelihood_ratio", test.statistic_value, STANDARD_ERROR);
                fit.model
            }
            family => {
                let family = match family {
                    "quasipoisson" => Family::Poisson,
                    _ => Family::Binomial,
                };
                let model = Glm::new(family).with_dispersion(Dispersion::Pearson);
                let fit = model.fit(&design).unwrap();
                check("dispersion", fit.dispersion, COEFFICIENT);
                check("df_residual", fit.dof_residual(), COEFFICIENT);
                assert!(fit.log_likelihood().is_nan() && fit.aic().is_nan());
                fit
            }
        };
        for (j, term) in fit.confint(ConfidenceLevel::NINETY_FIVE).iter().enumerate() {
            let what = format!("{name} {}", term.term);
            let theirs = number(&case["estimates"][j]);
            comparison.check(&what, term.estimate.estimate, theirs, COEFFICIENT);
            let theirs = number(&case["std_errors"][j]);
            comparison.check(&what, term.estimate.std_error, theirs, STANDARD_ERROR);
            if !case["p_values"].is_null() {
                let theirs = number(&case["p_values"][j]);
                comparison.check(&what, term.estimate.p_value, theirs, STANDARD_ERROR);
            }
        }
    }
    let against = versions(&expected("negative_binomial"), &["R", "MASS"]);
    comparison.finish_as("negative_binomial", &against, 70, |what| {
        match what.split(' ').next() {
            Some("negative-binomial") => vec!["negative_binomial"],
            Some("quasipoisson") => vec!["quasi_poisson"],
            _ => Vec::new(),
        }
    });
}

#[test]
fn counts_that_vary_less_than_poisson_are_refused() {
    let data = Data::new().with_numbers("y", vec![3.0, 4.0, 3.0, 4.0, 3.0, 4.0]);
    let design = Design::new(&Formula::parse("y ~ 1").unwrap(), &data).unwrap();
    let fit = NegativeBinomial::default().fit(&design);
    assert!(
        matches!(fit, Err(StatsError::NoOverdispersion)),
        "{:?}",
        fit.err()
    );
    let data = Data::new().with_numbers("y", vec![0.5, 4.0, 30.0]);
    let design = Design::new(&Formula::parse("y ~ 1").unwrap(), &data).unwrap();
    let fit = NegativeBinomial::default().fit(&design);
    assert!(matches!(fit, Err(StatsError::OutcomeRange { .. })));
}
