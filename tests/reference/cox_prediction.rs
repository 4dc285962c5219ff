//! Survival predicted by a Cox model against R's survfit.

use super::support::read;
use regtrial_stats::ConfidenceLevel;
use regtrial_stats::formula::Formula;
use regtrial_stats::survival::{Cox, SurvivalDesign, SurvivalInterval, Ties};
use regtrial_tests::{COEFFICIENT, Comparison, STANDARD_ERROR, expected, number, root};

#[test]
fn predictions_agree_with_r() {
    let mut comparison = Comparison::default();
    let level = ConfidenceLevel::NINETY_FIVE;
    for case in expected("cox_prediction")["cases"][0]["predictions"]
        .as_array()
        .unwrap()
    {
        let file = case["data"].as_str().unwrap();
        let data = read(&root().join("tests/reference/cox").join(file));
        let formula = Formula::parse(case["formula"].as_str().unwrap()).unwrap();
        let design = SurvivalDesign::new(&formula, &data).unwrap();
        let ties = match case["ties"].as_str().unwrap() {
            "breslow" => Ties::Breslow,
            _ => Ties::Efron,
        };
        let fit = Cox {
            ties,
            ..Cox::default()
        };
        let fit = fit.fit(&design).unwrap();
        let numbers =
            |key: &str| -> Vec<f64> { case[key].as_array().unwrap().iter().map(number).collect() };
        let (x, times) = (numbers("x"), numbers("times"));
        let stratum = number(&case["stratum"]) as usize;
        for (kind, key) in [
            (SurvivalInterval::Plain, "plain"),
            (SurvivalInterval::Log, "log"),
            (SurvivalInterval::LogLog, "log_log"),
        ] {
            let found = fit.predict(&x, stratum, &times, kind, level).unwrap();
            for (i, ours) in found.iter().enumerate() {
                let mut check = |what: &str, ours: f64, tolerance: f64| {
                    let label = format!("{file} {key} {what} {}", times[i]);
                    comparison.check(&label, ours, number(&case[key][what][i]), tolerance);
                };
                check("survival", ours.estimate, COEFFICIENT);
                check("std_error", ours.std_error, STANDARD_ERROR);
                check("low", ours.conf_low, STANDARD_ERROR);
                check("high", ours.conf_high, STANDARD_ERROR);
                let alone = fit.survival(&x, stratum, times[i]);
                assert!((alone - ours.estimate).abs() < 1e-12);
            }
        }
        let zeros = vec![0.0; x.len()];
        let found = fit.cumulative_hazard(&zeros, stratum, &times, level);
        for (i, ours) in found.unwrap().iter().enumerate() {
            let mut check = |what: &str, ours: f64, tolerance: f64| {
                let theirs = number(&case["baseline"][what][i]);
                let label = format!("{file} baseline {what} {}", times[i]);
                comparison.check(&label, ours, theirs, tolerance);
            };
            check("hazard", ours.estimate, COEFFICIENT);
            check("std_error", ours.std_error, STANDARD_ERROR);
            let middle = (ours.conf_low * ours.conf_high).sqrt();
            assert!((middle / ours.estimate - 1.0).abs() < 1e-12);
        }
        // Before the first event nobody has it; after the last time nothing is known.
        let ends = fit.predict(
            &x,
            stratum,
            &[0.0, 1e6, f64::NAN],
            SurvivalInterval::Log,
            level,
        );
        let ends = ends.unwrap();
        assert_eq!((ends[0].estimate, ends[0].std_error), (1.0, 0.0));
        assert!(ends[1].estimate.is_nan() && ends[2].estimate.is_nan());
        assert!(
            fit.predict(&x[1..], stratum, &times, SurvivalInterval::Log, level)
                .is_err()
        );
        assert!(
            fit.predict(&x, 99, &times, SurvivalInterval::Log, level)
                .is_err()
        );
    }
    comparison.finish(240);
}
