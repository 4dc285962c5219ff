//! Generalised estimating equations against geepack.

use super::support::{numbers, read};
use regtrial_stats::design::Design;
use regtrial_stats::formula::Formula;
use regtrial_stats::glm::{Correlation, Family, Gee, GeeVariance, Glm, Link};
use regtrial_stats::{ConfidenceLevel, StatsError};
use regtrial_tests::{COEFFICIENT, Comparison, STANDARD_ERROR, expected, number, root, versions};
use serde_json::Value;

fn model(case: &Value) -> Gee {
    let family = match case["family"].as_str().unwrap() {
        "gaussian" => Family::Gaussian,
        "binomial" => Family::Binomial,
        _ => Family::Poisson,
    };
    let correlation = match case["correlation"].as_str().unwrap() {
        "independence" => Correlation::Independence,
        "exchangeable" => Correlation::Exchangeable,
        _ => Correlation::Ar1,
    };
    let link = match case["link"].as_str().unwrap() {
        "probit" => Link::Probit,
        _ => family.canonical_link(),
    };
    Gee::new(family)
        .with_link(link)
        .with_correlation(correlation)
}

fn labels(ids: &[f64]) -> Vec<u64> {
    ids.iter().map(|id| id.to_bits()).collect()
}

#[test]
fn coefficients_correlation_and_every_variance_agree() {
    let mut comparison = Comparison::default();
    for case in expected("gee")["cases"].as_array().unwrap() {
        let name = case["name"].as_str().unwrap();
        let file = root()
            .join("tests/reference/gee")
            .join(case["data"].as_str().unwrap());
        let data = read(&file);
        let clusters = labels(&numbers(&data, "id"));
        let formula = Formula::parse(case["formula"].as_str().unwrap()).unwrap();
        let design = Design::new(&formula, &data).unwrap();
        for (variance, key) in [
            (GeeVariance::Robust, "robust"),
            (GeeVariance::ModelBased, "model_based"),
            (GeeVariance::ManclDeRouen, "mancl_derouen"),
            (GeeVariance::KauermannCarroll, "kauermann_carroll"),
        ] {
            let fit = model(case)
                .with_variance(variance)
                .fit(&design, &clusters)
                .unwrap();
            comparison.check(
                name,
                fit.association,
                number(&case["association"]),
                COEFFICIENT,
            );
            comparison.check(name, fit.scale, number(&case["scale"]), COEFFICIENT);
            assert_eq!(fit.clusters as u64, case["clusters"].as_u64().unwrap());
            for (j, term) in fit.confint(ConfidenceLevel::NINETY_FIVE).iter().enumerate() {
                let what = format!("{name} {key} {}", term.term);
                let theirs = number(&case["coefficients"][j]);
                comparison.check(&what, term.estimate.estimate, theirs, COEFFICIENT);
                let theirs = number(&case[key][j]);
                let what = format!("{key} error of {what}");
                comparison.check(&what, term.estimate.std_error, theirs, STANDARD_ERROR);
            }
        }
    }
    let against = versions(&expected("gee"), &["R", "geepack"]);
    comparison.finish_as("estimating_equations", &against, 250, |what| {
        match what.split(" error of ").next() {
            Some("robust") => vec!["gee_robust"],
            Some("model_based") => vec!["gee_model_based"],
            Some("mancl_derouen") => vec!["gee_mancl_derouen"],
            Some("kauermann_carroll") => vec!["gee_kauermann_carroll"],
            _ => vec!["gee"],
        }
    });
}

#[test]
fn one_row_a_cluster_is_a_glm_with_hc0() {
    let data = read(&root().join("tests/reference/gee/few.csv"));
    let design = Design::new(&Formula::parse("visits ~ arm + x").unwrap(), &data).unwrap();
    let clusters: Vec<u64> = (0..design.nobs() as u64).collect();
    let fit = Gee::new(Family::Poisson).fit(&design, &clusters).unwrap();
    let glm = Glm::new(Family::Poisson)
        .with_covariance(regtrial_stats::glm::Covariance::Hc0)
        .fit(&design)
        .unwrap();
    let mut comparison = Comparison::default();
    for j in 0..3 {
        comparison.check("coefficient", fit.coefficients[j], glm.coef()[j], 1e-10);
        let ours = fit.covariance[(j, j)].sqrt();
        comparison.check("error", ours, glm.stderror()[j], 1e-9);
    }
    comparison.finish(6);
}

#[test]
fn what_has_no_answer_is_refused() {
    let data = read(&root().join("tests/reference/gee/few.csv"));
    let design = Design::new(&Formula::parse("visits ~ arm").unwrap(), &data).unwrap();
    let alone = vec![7; design.nobs()];
    assert!(matches!(
        Gee::new(Family::Poisson).fit(&design, &alone),
        Err(StatsError::Argument { .. })
    ));
    // Pairs of opposite values: the exchangeable correlation is -1 and its matrix singular.
    let pairs = regtrial_stats::design::Data::new()
        .with_numbers("y", vec![1.0, -1.0, 2.0, -2.0, -3.0, 3.0]);
    let design = Design::new(&Formula::parse("y ~ 1").unwrap(), &pairs).unwrap();
    let fit = Gee::new(Family::Gaussian).fit(&design, &[1, 1, 2, 2, 3, 3]);
    assert!(matches!(fit, Err(StatsError::Argument { .. })), "{fit:?}");
}
