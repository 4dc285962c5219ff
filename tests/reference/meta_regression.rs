//! Meta-regression against R's metafor.

use super::support::{numbers, read};
use regtrial_stats::ConfidenceLevel;
use regtrial_stats::design::{Column, Data, Design};
use regtrial_stats::formula::Formula;
use regtrial_stats::meta::effects::of_table;
use regtrial_stats::meta::{Effect, Measure, MetaAnalysis, PooledTest, Tau2Method};
use regtrial_stats::proportion::TwoByTwo;
use regtrial_tests::{COEFFICIENT, Comparison, STANDARD_ERROR, expected, number, root};
use serde_json::Value;

fn effects(data: &Data) -> Vec<Effect> {
    if data.column("estimate").is_ok() {
        let (values, errors) = (numbers(data, "estimate"), numbers(data, "std_error"));
        let pairs = values.iter().zip(&errors);
        return pairs.map(|(v, e)| Effect::new(*v, *e).unwrap()).collect();
    }
    let columns = ["a", "n1", "c", "n2"].map(|name| numbers(data, name));
    (0..data.rows())
        .map(|i| {
            let [a, n1, c, n2] = [0, 1, 2, 3].map(|j| columns[j][i] as u64);
            let table = TwoByTwo::from_counts(a, n1, c, n2).unwrap();
            of_table(table, Measure::RiskRatio).unwrap().unwrap()
        })
        .collect()
}

fn trials(data: &Data) -> Vec<usize> {
    match data.column("study").unwrap() {
        Column::Factor { codes, .. } => codes.iter().map(|c| c.unwrap() as usize).collect(),
        Column::Numbers(_) => panic!("studies have names"),
    }
}

#[test]
fn meta_regressions_agree() {
    let mut comparison = Comparison::default();
    for case in expected("meta_regression")["cases"].as_array().unwrap() {
        let folder = root().join("tests/reference/meta_regression");
        let data = read(&folder.join(case["data"].as_str().unwrap()));
        let text = format!("1 ~ {}", case["moderators"].as_str().unwrap());
        let design = Design::new(&Formula::parse(&text).unwrap(), &data).unwrap();
        let analysis = MetaAnalysis {
            measure: Measure::MeanDifference,
            tau2: match case["tau2_method"].as_str().unwrap() {
                "DL" => Some(Tau2Method::DerSimonianLaird),
                "REML" => Some(Tau2Method::Reml),
                "PM" => Some(Tau2Method::PauleMandel),
                _ => None,
            },
            test: match case["test"] == "knha" {
                true => PooledTest::HartungKnapp,
                false => PooledTest::Z,
            },
        };
        let labels = trials(&data);
        let trial = (case["robust"] == true).then_some(labels.as_slice());
        let level = ConfidenceLevel::NINETY_FIVE;
        let fit = analysis
            .regress(&effects(&data), &design.x, &design.terms, trial, level)
            .unwrap();
        let what = format!(
            "{text} {} {} {}",
            case["tau2_method"], case["test"], case["robust"]
        );
        let mut check = |field: &str, ours: f64, theirs: &Value, tolerance: f64| {
            comparison.check(&format!("{what} {field}"), ours, number(theirs), tolerance);
        };
        for (j, term) in fit.terms.iter().enumerate() {
            let ours = &term.estimate;
            check(
                "coefficient",
                ours.estimate,
                &case["coefficients"][j],
                COEFFICIENT,
            );
            check(
                "error",
                ours.std_error,
                &case["std_errors"][j],
                STANDARD_ERROR,
            );
            check("low", ours.conf_low, &case["conf_low"][j], STANDARD_ERROR);
            check(
                "high",
                ours.conf_high,
                &case["conf_high"][j],
                STANDARD_ERROR,
            );
            check("p", ours.p_value, &case["p_values"][j], STANDARD_ERROR);
        }
        if analysis.tau2.is_some() {
            check("tau2", fit.tau2, &case["tau2"], COEFFICIENT);
            check("r2", fit.r2, &case["r2"], STANDARD_ERROR);
        }
        check("q", fit.residual.statistic_value, &case["q"], COEFFICIENT);
        check("q p", fit.residual.p_value, &case["q_p"], STANDARD_ERROR);
        check(
            "qm",
            fit.moderators.statistic_value,
            &case["qm"],
            STANDARD_ERROR,
        );
        check(
            "qm p",
            fit.moderators.p_value,
            &case["qm_p"],
            STANDARD_ERROR,
        );
    }
    comparison.finish(350);
}
