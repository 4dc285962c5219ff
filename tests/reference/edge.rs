//! Binomial models with identity and log links whose likelihood is largest at the edge of what the link allows,
//! against R on the equations of the edge.

use super::support::read;
use regtrial_stats::design::{Data, Design};
use regtrial_stats::formula::Formula;
use regtrial_stats::glm::{Covariance, Family, Glm, GlmFit, Link};
use regtrial_stats::{ConfidenceLevel, StatsError};
use regtrial_tests::{COEFFICIENT, Comparison, expected, number, root, versions};

fn fit(data: &Data, formula: &str, link: Link) -> (Design, Glm, Result<GlmFit, StatsError>) {
    let design = Design::new(&Formula::parse(formula).unwrap(), data).unwrap();
    let model = Glm::new(Family::Binomial).with_link(link);
    let fitted = model.fit(&design);
    (design, model, fitted)
}

#[test]
fn estimates_at_the_edge_agree_with_r() {
    let mut comparison = Comparison::default();
    for case in expected("edge")["cases"].as_array().unwrap() {
        let name = case["data"].as_str().unwrap();
        let data = read(&root().join(format!("tests/reference/edge/{name}.csv")));
        let link = match case["link"].as_str().unwrap() {
            "log" => Link::Log,
            _ => Link::Identity,
        };
        let (design, model, fitted) = fit(&data, "y ~ arm + age", link);
        let fitted = fitted.unwrap();
        for (j, theirs) in case["coefficients"].as_array().unwrap().iter().enumerate() {
            comparison.check(name, fitted.coef()[j], number(theirs), COEFFICIENT);
        }
        let theirs = number(&case["log_likelihood"]);
        comparison.check(name, fitted.log_likelihood(), theirs, 1e-10);
        // Found, said, and without a standard error that would be wrong.
        assert!(fitted.at_edge);
        assert_eq!(fitted.diagnostics[0].code, "edge_of_link");
        assert!(fitted.stderror().iter().all(|error| error.is_nan()));
        let level = ConfidenceLevel::NINETY_FIVE;
        assert!(model.profile(&design, &fitted, level).is_err());
        let robust = model.with_covariance(Covariance::Hc3).fit(&design).unwrap();
        assert!(robust.at_edge && robust.stderror()[0].is_nan());
    }
    let against = versions(&expected("edge"), &["R"]);
    comparison.finish_as("edge_of_link", &against, 8, |_| vec!["binomial_regression"]);
}

#[test]
fn a_group_without_events_has_a_risk_of_0() {
    let data = read(&root().join("tests/reference/edge/none.csv"));
    let (_, _, fitted) = fit(&data, "y ~ arm", Link::Identity);
    let fitted = fitted.unwrap();
    assert!(fitted.at_edge);
    assert!(fitted.coef()[0].abs() < 1e-9, "{}", fitted.coef());
    assert!((fitted.coef()[1] - 5.0 / 14.0).abs() < 1e-9);
    // A log risk of minus infinity is no estimate: that stays a separation.
    let (_, _, refused) = fit(&data, "y ~ arm", Link::Log);
    assert!(
        matches!(refused, Err(StatsError::Separation { .. })),
        "{refused:?}"
    );
}

#[test]
fn maxima_inside_are_what_they_were() {
    // Near the edge but inside: 19 of 20 against 1 of 20.
    let y: Vec<f64> = (0..40)
        .map(|i| f64::from(u8::from(i < 19 || i == 39)))
        .collect();
    let arm: Vec<f64> = (0..40).map(|i| f64::from(u8::from(i < 20))).collect();
    let data = Data::new().with_numbers("y", y).with_numbers("arm", arm);
    for link in [Link::Identity, Link::Log] {
        let (_, _, fitted) = fit(&data, "y ~ arm", link);
        let fitted = fitted.unwrap();
        assert!(!fitted.at_edge && fitted.diagnostics.is_empty());
        let top = fitted.coef().sum();
        let risk = if link == Link::Log { top.exp() } else { top };
        assert!((risk - 0.95).abs() < 1e-9, "{risk}");
        assert!(fitted.stderror().iter().all(|error| error.is_finite()));
    }
}
