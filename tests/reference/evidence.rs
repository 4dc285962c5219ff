//! The trials that ship, pooled, against R's metafor; sizes of trials against R's power.prop.test.

use super::support::{numbers, read};
use regtrial_stats::ConfidenceLevel;
use regtrial_stats::design::{Column, Data};
use regtrial_stats::meta::effects::of_table;
use regtrial_stats::meta::funnel::egger;
use regtrial_stats::meta::tables::mantel_haenszel;
use regtrial_stats::meta::{Effect, Measure, MetaAnalysis, PooledTest, Tau2Method};
use regtrial_stats::power::TwoProportions;
use regtrial_stats::proportion::TwoByTwo;
use regtrial_tests::{
    CLOSED_FORM, COEFFICIENT, Comparison, STANDARD_ERROR, expected, number, root,
};

const LEVEL: ConfidenceLevel = ConfidenceLevel::NINETY_FIVE;

fn trials() -> Data {
    read(&root().join("data-samples/published/evidence/ips-trials.csv"))
}

/// Tables of the trials of one kind; with totals misread, each total grows by its events.
fn tables(data: &Data, part: &str) -> Vec<TwoByTwo> {
    let column = |name: &str| numbers(data, name);
    let (a, n1) = (column("events_ips"), column("n_ips"));
    let (c, n2) = (column("events_control"), column("n_control"));
    let Ok(Column::Factor { levels, codes }) = data.column("basis_kind") else {
        panic!("basis_kind is a factor");
    };
    let own = |i: usize| match part {
        "all" | "misread" => true,
        kind => codes[i].is_some_and(|code| levels[code as usize] == kind),
    };
    let more = |events: f64| if part == "misread" { events } else { 0.0 };
    (0..a.len())
        .filter(|i| own(*i))
        .map(|i| {
            let (n1, n2) = (n1[i] + more(a[i]), n2[i] + more(c[i]));
            TwoByTwo::from_counts(a[i] as u64, n1 as u64, c[i] as u64, n2 as u64).unwrap()
        })
        .collect()
}

fn effects(tables: &[TwoByTwo]) -> Vec<Effect> {
    let effect = |table: &TwoByTwo| of_table(*table, Measure::RiskRatio).unwrap().unwrap();
    tables.iter().map(effect).collect()
}

#[test]
fn the_trials_that_ship_pool_as_in_metafor() {
    let data = trials();
    let mut comparison = Comparison::default();
    let expected = &expected("evidence")["cases"][0];
    for case in expected["pooled"].as_array().unwrap() {
        let part = case["part"].as_str().unwrap();
        let tau2 = match case["tau2_method"].as_str().unwrap() {
            "DL" => Some(Tau2Method::DerSimonianLaird),
            "REML" => Some(Tau2Method::Reml),
            "PM" => Some(Tau2Method::PauleMandel),
            _ => None,
        };
        let analysis = MetaAnalysis {
            measure: Measure::RiskRatio,
            tau2,
            test: if case["test"] == "z" {
                PooledTest::Z
            } else {
                PooledTest::HartungKnapp
            },
        };
        let fit = analysis.fit(&effects(&tables(&data, part)), LEVEL).unwrap();
        let mut check = |what: &str, ours: f64, tolerance: f64| {
            let name = format!("{part} {} {} {what}", case["tau2_method"], case["test"]);
            comparison.check(&name, ours, number(&case[what]), tolerance);
        };
        check("estimate", fit.pooled.estimate.ln(), COEFFICIENT);
        check("std_error", fit.pooled.std_error, STANDARD_ERROR);
        check("conf_low", fit.pooled.conf_low.ln(), STANDARD_ERROR);
        check("conf_high", fit.pooled.conf_high.ln(), STANDARD_ERROR);
        if tau2.is_some() {
            check("tau2", fit.heterogeneity.tau2.estimate, STANDARD_ERROR);
            check("prediction_low", fit.prediction_low.ln(), STANDARD_ERROR);
            check("prediction_high", fit.prediction_high.ln(), STANDARD_ERROR);
        }
    }
    let all = tables(&data, "all");
    let direct = mantel_haenszel(&all, Measure::RiskRatio, LEVEL).unwrap();
    let theirs = &expected["mantel_haenszel"];
    comparison.check(
        "MH",
        direct.estimate.ln(),
        number(&theirs["estimate"]),
        CLOSED_FORM,
    );
    comparison.check(
        "MH error",
        direct.std_error,
        number(&theirs["std_error"]),
        CLOSED_FORM,
    );
    let effects = effects(&all);
    let test = egger(&effects, LEVEL).unwrap();
    comparison.check(
        "Egger",
        test.estimate,
        number(&expected["egger"]["estimate"]),
        1e-10,
    );
    comparison.check(
        "Egger p",
        test.p_value,
        number(&expected["egger"]["p_value"]),
        1e-9,
    );
    let analysis = MetaAnalysis::new(Measure::RiskRatio);
    let year = numbers(&data, "year");
    let mut order: Vec<usize> = (0..effects.len()).collect();
    order.sort_by(|i, j| year[*i].total_cmp(&year[*j]));
    let ordered: Vec<Effect> = order.iter().map(|i| effects[*i]).collect();
    let runs = [
        ("cumulative", analysis.cumulative(&ordered, LEVEL).unwrap()),
        (
            "leave_one_out",
            analysis.leave_one_out(&effects, LEVEL).unwrap(),
        ),
    ];
    for (key, fits) in runs {
        for (i, fit) in fits.iter().enumerate() {
            let name = format!("{key} {i}");
            comparison.check(
                &name,
                fit.pooled.estimate.ln(),
                number(&expected[key][i]),
                COEFFICIENT,
            );
        }
    }
    comparison.finish(250);
}

#[test]
fn sizes_with_a_pooled_variance_agree_with_power_prop_test() {
    for case in expected("evidence")["cases"][0]["sizes"]
        .as_array()
        .unwrap()
    {
        let trial = TwoProportions::new(number(&case["treated"]), number(&case["control"]), 0.05);
        let sizes = trial.sizes_with_pooled_variance(0.9).unwrap();
        // R's formula also counts rejections in the wrong direction, which are none to speak of.
        assert_eq!(sizes.treated as f64, number(&case["n"]).ceil(), "{case}");
    }
}
