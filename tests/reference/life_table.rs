//! Life tables of grouped times against R's survfit with weights.

use regtrial_stats::ConfidenceLevel;
use regtrial_stats::survival::SurvivalInterval;
use regtrial_stats::survival::life_table::{Stretch, life_table};
use regtrial_tests::{CLOSED_FORM, Comparison, expected, number, versions};

#[test]
fn life_tables_agree() {
    let mut comparison = Comparison::default();
    for case in expected("life_table")["cases"].as_array().unwrap() {
        let of = |name: &str| -> Vec<u64> {
            let values = case[name].as_array().unwrap().iter();
            values.map(|value| value.as_u64().unwrap()).collect()
        };
        let (at_risk, events, left) = (of("at_risk"), of("events"), of("left"));
        let stretches: Vec<Stretch> = (0..at_risk.len())
            .map(|i| Stretch {
                at_risk: at_risk[i],
                events: events[i],
                left: left[i],
            })
            .collect();
        for (kind, name) in [
            (SurvivalInterval::Plain, "plain"),
            (SurvivalInterval::Log, "log"),
            (SurvivalInterval::LogLog, "log_log"),
        ] {
            let found = life_table(&stretches, kind, ConfidenceLevel::NINETY_FIVE);
            for (i, own) in found.iter().enumerate() {
                for (what, ours) in [
                    ("survival", own.estimate),
                    ("std_error", own.std_error),
                    ("low", own.conf_low),
                    ("high", own.conf_high),
                ] {
                    let theirs = number(&case[name][what][i]);
                    // Before any event R has no log-log limits; ours are 1, as everywhere.
                    if theirs.is_finite() {
                        comparison.check(&format!("{name} {what} {i}"), ours, theirs, CLOSED_FORM);
                    }
                }
            }
        }
    }
    let against = versions(&expected("life_table"), &["R", "survival"]);
    comparison.finish_as("life_tables", &against, 100, |_| vec!["life_table"]);
}
