//! NSW (LaLonde 1986; Dehejia and Wahba 1999): numbers recomputed in R 4.2.2.

use super::load;
use regtrial::prelude::*;
use regtrial::results::Record;

fn released() -> Released {
    let study = load("nsw");
    study.run().unwrap().release(study.plan().disclosure)
}

fn find<'a>(released: &'a Released, analysis: &'a str, statistic: &str, name: &str) -> &'a Record {
    released
        .of(analysis)
        .find(|r| {
            r.statistic == statistic && [&r.contrast, &r.term, &r.method].iter().any(|n| *n == name)
        })
        .unwrap()
}

fn close(ours: f64, printed: f64) {
    assert!(
        (ours - printed).abs() < 1e-9 * printed.abs().max(1.0),
        "{ours} {printed}"
    );
}

#[test]
fn the_arms_compared() {
    let released = released();
    let risks: Vec<(Option<u64>, Option<u64>)> = released
        .of("outcomes")
        .filter(|r| r.outcome == "employed_1978" && r.statistic == "risk")
        .map(|r| (r.events, r.n))
        .collect();
    assert_eq!(risks, [(Some(168), Some(260)), (Some(140), Some(185))]);
    let difference = find(&released, "outcomes", "risk_difference", "newcombe");
    close(difference.estimate, 0.110_602_910_6);
    close(difference.conf_low, 0.023_810_759_8);
    close(difference.conf_high, 0.192_707_927_1);
    let ratio = find(&released, "outcomes", "risk_ratio", "katz");
    close(ratio.conf_low, 1.037_165_549);
    let odds = find(&released, "outcomes", "odds_ratio", "woolf");
    close(odds.conf_high, 2.596_134_640);
    close(
        find(&released, "outcomes", "association", "chi_squared").p_value,
        0.012_736_411_15,
    );
    close(
        find(&released, "outcomes", "mean_difference", "welch").estimate,
        1_794.342_381_9,
    );
}

#[test]
fn the_adjusted_model() {
    let released = released();
    let treat = find(&released, "adjusted_model", "coefficient", "treat[1]");
    close(treat.estimate, 0.542_614_743_0);
    // R's glm at its default tolerance prints .2217815355; at the maximum it is .2217816598.
    close(treat.std_error, 0.221_781_659_8);
    close(
        find(&released, "adjusted_model", "coefficient", "black").estimate,
        -1.057_046_092,
    );
    let likelihood = released
        .of("adjusted_model")
        .find(|r| r.statistic == "log_likelihood")
        .unwrap();
    close(likelihood.estimate, -262.845_817_11);
}

#[test]
fn the_standardised_risks() {
    let released = released();
    let difference = find(&released, "standardised", "risk_difference", "1 - 0");
    close(difference.estimate, 0.108_930_771_7);
    assert!((difference.std_error - 0.042_614_34).abs() < 5e-9);
    let ratio = find(&released, "standardised", "risk_ratio", "1 / 0");
    assert!((ratio.estimate.ln() - 0.155_644_659_2).abs() < 5e-11);
    assert!((ratio.std_error - 0.061_062_23).abs() < 5e-9);
    let odds = find(&released, "standardised", "odds_ratio", "1 / 0");
    assert!((odds.estimate.ln() - 0.524_427_401_9).abs() < 5e-11);
    assert!((odds.std_error - 0.211_134_33).abs() < 5e-9);
}
