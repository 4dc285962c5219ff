//! Scale scores, Cronbach's alpha and correlations against R (psych, base).

use super::support::{numbers, read};
use regtrial_stats::ConfidenceLevel;
use regtrial_stats::scales::alpha::alpha;
use regtrial_stats::scales::correlation::{pearson, spearman};
use regtrial_stats::scales::fidelity::{Missing, score};
use regtrial_tests::{CLOSED_FORM, Comparison, expected, number, root};

const LEVEL: ConfidenceLevel = ConfidenceLevel::NINETY_FIVE;

/// Rows of ratings, `NA` missing, and the employment rate.
fn sites() -> (Vec<Vec<Option<f64>>>, Vec<f64>) {
    let path = root().join("data-samples/guides/fidelity.csv");
    let text = std::fs::read_to_string(&path).unwrap();
    let rows: Vec<Vec<&str>> = text
        .lines()
        .skip(1)
        .map(|line| line.split(',').collect())
        .collect();
    let ratings = rows
        .iter()
        .map(|row| row[1..26].iter().map(|cell| cell.parse().ok()).collect());
    (ratings.collect(), numbers(&read(&path), "employment_rate"))
}

#[test]
fn scores_alpha_and_correlations_agree_with_r() {
    let expected = &expected("scales")["cases"][0];
    let (rows, rate) = sites();
    let mut comparison = Comparison::default();
    let found = alpha(&rows, LEVEL).unwrap();
    assert_eq!(
        (found.n as u64, found.dropped),
        (expected["n"].as_u64().unwrap(), 2)
    );
    comparison.check(
        "alpha",
        found.alpha.estimate,
        number(&expected["alpha"]),
        CLOSED_FORM,
    );
    comparison.check(
        "alpha low",
        found.alpha.conf_low,
        number(&expected["conf_low"]),
        1e-10,
    );
    comparison.check(
        "alpha high",
        found.alpha.conf_high,
        number(&expected["conf_high"]),
        1e-10,
    );
    for (i, without) in found.without.iter().enumerate() {
        comparison.check(
            &format!("without {i}"),
            *without,
            number(&expected["without"][i]),
            CLOSED_FORM,
        );
    }
    let (mut totals, mut rates) = (Vec::new(), Vec::new());
    for (row, rate) in rows.iter().zip(&rate) {
        let made = score(row, Missing::NoScore).unwrap();
        if made.total.is_nan() {
            continue;
        }
        let i = totals.len();
        let sums = [
            ("totals", made.total),
            ("staffing", made.staffing),
            ("organisation", made.organisation),
            ("services", made.services),
        ];
        for (key, ours) in sums {
            comparison.check(key, ours, number(&expected[key][i]), 0.0);
        }
        totals.push(made.total);
        rates.push(*rate);
    }
    for (key, ours) in [
        ("pearson", pearson(&totals, &rates, LEVEL).unwrap()),
        ("spearman", spearman(&totals, &rates, LEVEL).unwrap()),
    ] {
        let theirs = &expected[key];
        comparison.check(key, ours.estimate, number(&theirs["estimate"]), CLOSED_FORM);
        comparison.check(key, ours.p_value, number(&theirs["p_value"]), 1e-10);
        comparison.check(key, ours.conf_low, number(&theirs["conf_low"]), 1e-11);
        comparison.check(key, ours.conf_high, number(&theirs["conf_high"]), 1e-11);
    }
    comparison.finish(110);
}
