//! Two-by-two tables within strata against formulas at 50 digits, themselves held against R.

use regtrial_stats::proportion::stratified::{self, Stratified};
use regtrial_stats::proportion::{TwoByTwo, difference};
use regtrial_stats::{ConfidenceLevel, Estimate};
use regtrial_tests::{CLOSED_FORM, Comparison, expected, number};
use serde_json::Value;

const LEVEL: ConfidenceLevel = ConfidenceLevel::NINETY_FIVE;

fn strata(case: &Value) -> Stratified {
    let tables = case["strata"].as_array().unwrap().iter().map(|row| {
        let n: Vec<u64> = (0..4).map(|j| row[j].as_u64().unwrap()).collect();
        TwoByTwo::from_counts(n[0], n[1], n[2], n[3]).unwrap()
    });
    Stratified::new(tables.collect()).unwrap()
}

#[test]
fn every_stratified_method_agrees() {
    let mut comparison = Comparison::default();
    for case in expected("stratified")["cases"].as_array().unwrap() {
        let strata = strata(case);
        let mut check = |key: &str, ours: Estimate, fields: &[(&str, f64)], tolerance: f64| {
            for (field, value) in fields {
                let what = format!("{} {key} {} {field}", case["name"], ours.method);
                comparison.check(&what, *value, number(&case[key][*field]), tolerance);
            }
        };
        for (key, ours) in [
            (
                "risk_difference",
                stratified::risk_difference(&strata, LEVEL),
            ),
            ("risk_ratio", stratified::risk_ratio(&strata, LEVEL)),
            ("odds_ratio", stratified::odds_ratio(&strata, LEVEL)),
        ] {
            let fields = [("estimate", ours.estimate), ("std_error", ours.std_error)];
            check(key, ours, &fields, CLOSED_FORM);
        }
        for ours in [
            stratified::cochran_mantel_haenszel(&strata),
            stratified::cochran_mantel_haenszel_yates(&strata),
            stratified::breslow_day(&strata),
            stratified::breslow_day_tarone(&strata),
        ] {
            let fields = [
                ("statistic_value", ours.statistic_value),
                ("p_value", ours.p_value),
            ];
            check(ours.method.as_str(), ours, &fields, 1e-11);
        }
        let score = stratified::miettinen_nurminen(&strata, LEVEL);
        let fields = [("conf_low", score.conf_low), ("conf_high", score.conf_high)];
        check("stratified_miettinen_nurminen", score, &fields, 1e-10);
        check(
            "stratified_miettinen_nurminen",
            score,
            &[("statistic_value", score.statistic_value)],
            1e-10,
        );
        let newcombe = stratified::newcombe(&strata, LEVEL);
        let fields = [
            ("conf_low", newcombe.conf_low),
            ("conf_high", newcombe.conf_high),
        ];
        check("stratified_newcombe", newcombe, &fields, 1e-11);
    }
    comparison.finish(120);
}

/// With one stratum the stratified intervals are the plain ones.
#[test]
fn one_stratum_is_no_stratification() {
    let mut comparison = Comparison::default();
    for (a, n1, c, n0) in [
        (22, 46, 3, 37),
        (0, 10, 0, 20),
        (7, 34, 1, 34),
        (5, 5, 0, 9),
    ] {
        let table = TwoByTwo::from_counts(a, n1, c, n0).unwrap();
        let strata = Stratified::new(vec![table]).unwrap();
        for (ours, plain) in [
            (
                stratified::newcombe(&strata, LEVEL),
                difference::newcombe(table, LEVEL),
            ),
            (
                stratified::miettinen_nurminen(&strata, LEVEL),
                difference::miettinen_nurminen(table, LEVEL),
            ),
        ] {
            comparison.check("low", ours.conf_low, plain.conf_low, CLOSED_FORM);
            comparison.check("high", ours.conf_high, plain.conf_high, CLOSED_FORM);
            comparison.check(
                "z",
                ours.statistic_value,
                plain.statistic_value,
                CLOSED_FORM,
            );
        }
    }
    comparison.finish(24);
}

#[test]
fn arms_swapped_negate_and_invert() {
    let mut comparison = Comparison::default();
    for case in expected("stratified")["cases"].as_array().unwrap() {
        let one = strata(case);
        let swapped = one
            .tables()
            .iter()
            .map(|table| TwoByTwo::new(table.control, table.treated));
        let other = Stratified::new(swapped.collect()).unwrap();
        for method in [
            stratified::risk_difference,
            stratified::newcombe,
            stratified::miettinen_nurminen,
        ] {
            let (a, b) = (method(&one, LEVEL), method(&other, LEVEL));
            comparison.check("difference", a.estimate, -b.estimate, CLOSED_FORM);
            comparison.check("limits", a.conf_low, -b.conf_high, 1e-11);
        }
        let (a, b) = (
            stratified::odds_ratio(&one, LEVEL),
            stratified::odds_ratio(&other, LEVEL),
        );
        comparison.check("odds", a.estimate, b.estimate.recip(), CLOSED_FORM);
    }
    comparison.finish(40);
}
