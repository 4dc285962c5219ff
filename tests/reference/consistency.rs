//! Consistency checks against brute force over all data (exact fractions, 50 digits).

use regtrial_stats::ConfidenceLevel;
use regtrial_stats::consistency::{
    Arm, EffectMeasure, Printed, PrintedEffect, PrintedMean, PrintedModel, percentage, shares,
};
use regtrial_stats::proportion::Proportion;
use regtrial_tests::{CLOSED_FORM, Comparison, expected, number};
use serde_json::Value;

fn printed(value: &Value) -> Printed {
    Printed::parse(value.as_str().unwrap()).unwrap()
}

fn whole(value: &Value) -> u64 {
    value.as_u64().unwrap()
}

fn list(value: &Value) -> &Vec<Value> {
    value.as_array().unwrap()
}

#[test]
fn counts_behind_percentages_are_those_of_brute_force() {
    for case in list(&expected("consistency")["percentages"]) {
        let found = percentage::counts(printed(&case["printed"]), whole(&case["total"])).unwrap();
        let ours: Vec<u64> = found.iter().map(|p| p.events()).collect();
        let theirs: Vec<u64> = list(&case["events"]).iter().map(whole).collect();
        assert_eq!(ours, theirs, "{case}");
    }
}

#[test]
fn tables_behind_effects_are_those_of_brute_force() {
    for case in list(&expected("consistency")["effects"]) {
        let texts = list(&case["printed"]);
        let effect = PrintedEffect {
            measure: match case["measure"].as_str().unwrap() {
                "risk-ratio" => EffectMeasure::RiskRatio,
                _ => EffectMeasure::OddsRatio,
            },
            estimate: printed(&texts[0]),
            conf_low: Some(printed(&texts[1])),
            conf_high: Some(printed(&texts[2])),
            level: ConfidenceLevel::NINETY_FIVE,
        };
        let arm = |value: &Value| Arm {
            totals: whole(&value[0])..=whole(&value[1]),
            percentage: None,
        };
        let found = effect
            .tables(&arm(&case["treated"]), &arm(&case["control"]))
            .unwrap();
        let mut ours: Vec<[u64; 4]> = found
            .iter()
            .map(|t| {
                [
                    t.treated.events(),
                    t.treated.total(),
                    t.control.events(),
                    t.control.total(),
                ]
            })
            .collect();
        let mut theirs: Vec<[u64; 4]> = list(&case["tables"])
            .iter()
            .map(|t| [whole(&t[0]), whole(&t[1]), whole(&t[2]), whole(&t[3])])
            .collect();
        ours.sort_unstable();
        theirs.sort_unstable();
        assert_eq!(ours, theirs, "{}", case["printed"]);
    }
}

/// Our conditions are necessary: no sum that data have may be missing. Without an SD they are exact.
#[test]
fn sums_behind_means_hold_those_of_brute_force() {
    let (mut ours_possible, mut possible) = (0, 0);
    for case in list(&expected("consistency")["means"]) {
        let range = (
            case["range"][0].as_i64().unwrap(),
            case["range"][1].as_i64().unwrap(),
        );
        let with = |sd: Option<Printed>| {
            let mean = PrintedMean {
                mean: printed(&case["mean"]),
                sd,
                n: whole(&case["n"]),
                items: 1,
                range: Some(range),
            };
            mean.sums()
                .unwrap()
                .iter()
                .map(|s| s.sum)
                .collect::<Vec<i64>>()
        };
        let theirs = |key: &str| -> Vec<i64> {
            list(&case[key])
                .iter()
                .map(|v| v.as_i64().unwrap())
                .collect()
        };
        assert_eq!(with(None), theirs("grim"), "{case}");
        let found = with(Some(printed(&case["sd"])));
        assert!(
            theirs("sums").iter().all(|sum| found.contains(sum)),
            "{case} {found:?}"
        );
        ours_possible += found.len();
        possible += theirs("sums").len();
    }
    // Hardly anything impossible is let through on scales this short.
    assert!(
        ours_possible <= possible + possible / 5,
        "{ours_possible} {possible}"
    );
}

#[test]
fn r_squared_measures_and_the_people_they_leave_are_those_of_fifty_digits() {
    let all = &expected("consistency")["r_squared"];
    let mut comparison = Comparison::default();
    for case in list(&all["values"]) {
        let people = Proportion::new(whole(&case["events"]), whole(&case["n"])).unwrap();
        let found = shares(printed(&case["chi_squared"]).value(), people);
        for (i, ours) in [found.mcfadden, found.cox_snell, found.nagelkerke]
            .into_iter()
            .enumerate()
        {
            comparison.check(
                &format!("{case}"),
                ours,
                number(&case["shares"][i]),
                CLOSED_FORM,
            );
        }
    }
    comparison.finish(15);
    let case = &all["printed"];
    let model = PrintedModel {
        chi_squared: printed(&case["chi_squared"]),
        mcfadden: Some(printed(&case["shares"][0])),
        cox_snell: Some(printed(&case["shares"][1])),
        nagelkerke: Some(printed(&case["shares"][2])),
        percentage: Some(printed(&case["percent"])),
    };
    let found = model
        .people(whole(&case["totals"][0])..=whole(&case["totals"][1]))
        .unwrap();
    let ours: Vec<[u64; 2]> = found.iter().map(|p| [p.total(), p.events()]).collect();
    let theirs: Vec<[u64; 2]> = list(&case["people"])
        .iter()
        .map(|p| [whole(&p[0]), whole(&p[1])])
        .collect();
    assert_eq!(ours, theirs);
}
