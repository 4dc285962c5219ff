//! Time to event: what a change of the data must, and must not, change; two routes to one number.

use proptest::prelude::*;
use regtrial::prelude::*;
use regtrial::stats::rates::{Rate, exact_ratio};
use regtrial::stats::survival::competing::{
    CompetingDesign, CompetingFollowUp, FineGray, FineGrayFit, gray,
};
use regtrial::stats::survival::recurrent::{RecurrentEvents, proportional_means};
use regtrial::stats::survival::{Cox, CoxVariance, ExactCoxFit, SurvivalDesign, Ties};

/// A person: time, cause (0, 1, 2), group, covariate.
type Row = (f64, u32, usize, f64);

/// People in massively tied time, with everything in both groups.
fn people() -> impl Strategy<Value = Vec<Row>> {
    let row = (1_u8..9, 0_u32..3, 0_usize..2, -2.0..2.0_f64);
    prop::collection::vec(row, 50).prop_map(|rows| {
        let made = rows.into_iter().map(|(t, c, g, x)| (f64::from(t), c, g, x));
        made.collect()
    })
}

fn data(rows: &[Row]) -> Data {
    Data::new()
        .with_numbers("t", rows.iter().map(|r| r.0).collect())
        .with_numbers("cause", rows.iter().map(|r| f64::from(r.1)).collect())
        .with_numbers("arm", rows.iter().map(|r| r.2 as f64).collect())
        .with_numbers("x", rows.iter().map(|r| r.3).collect())
}

fn fine_gray(rows: &[Row], ties: Ties) -> Option<FineGrayFit> {
    let formula = Formula::parse("Surv(t, cause) ~ arm + x").ok()?;
    let design = CompetingDesign::new(&formula, &data(rows), None).ok()?;
    FineGray { ties }.fit(&design).ok()
}

fn gray_statistic(rows: &[Row], flip: bool) -> Option<f64> {
    let time: Vec<f64> = rows.iter().map(|r| r.0).collect();
    let cause: Vec<u32> = rows.iter().map(|r| r.1).collect();
    let group: Vec<usize> = rows
        .iter()
        .map(|r| if flip { 1 - r.2 } else { r.2 })
        .collect();
    let people = CompetingFollowUp::new(&time, &cause).ok()?;
    gray(&people, 1, &group, 2, None)
        .ok()
        .map(|test| test.statistic)
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-7 * b.abs().max(1.0)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn grays_test_knows_neither_order_nor_names(rows in people()) {
        let Some(one) = gray_statistic(&rows, false) else { return Ok(()) };
        let mut other = rows.clone();
        other.reverse();
        prop_assert!(near(gray_statistic(&other, false).unwrap(), one));
        prop_assert!(near(gray_statistic(&rows, true).unwrap(), one));
    }

    #[test]
    fn fine_gray_knows_no_order_and_follows_the_unit(rows in people()) {
        let Some(one) = fine_gray(&rows, Ties::Efron) else { return Ok(()) };
        let mut other: Vec<Row> = rows.iter().map(|r| (r.0, r.1, r.2, 4.0 * r.3 + 3.0)).collect();
        other.reverse();
        let other = fine_gray(&other, Ties::Efron).unwrap();
        prop_assert!(near(other.beta[0], one.beta[0]));
        prop_assert!(near(4.0 * other.beta[1], one.beta[1]));
        prop_assert!(near(16.0 * other.covariance[(1, 1)], one.covariance[(1, 1)]));
    }

    /// Without competing events the subdistribution is the distribution.
    #[test]
    fn fine_gray_without_competing_events_is_cox(rows in people()) {
        let rows: Vec<Row> = rows.iter().map(|r| (r.0, r.1.min(1), r.2, r.3)).collect();
        let formula = Formula::parse("Surv(t, cause) ~ arm + x").unwrap();
        let design = SurvivalDesign::new(&formula, &data(&rows)).unwrap();
        for ties in [Ties::Efron, Ties::Breslow] {
            let cox = Cox { ties, variance: CoxVariance::Robust };
            let Ok(cox) = cox.fit(&design) else { return Ok(()) };
            let ours = fine_gray(&rows, ties).unwrap();
            for j in 0..2 {
                prop_assert!(near(ours.beta[j], cox.beta[j]));
                prop_assert!(near(ours.covariance[(j, j)], cox.covariance[(j, j)]));
            }
        }
    }

    /// One event a person at most: mean counts and hazards have the same partial likelihood.
    #[test]
    fn ratios_of_mean_counts_of_first_events_are_coxs(rows in people()) {
        let person: Vec<usize> = (0..rows.len()).collect();
        let time: Vec<f64> = rows.iter().map(|r| r.0).collect();
        let event: Vec<bool> = rows.iter().map(|r| r.1 == 1).collect();
        let group: Vec<usize> = rows.iter().map(|r| r.2).collect();
        let (people, _) = RecurrentEvents::new(&person, &time, &event).unwrap();
        let Ok(ours) = proportional_means(&people, &group, 2, None) else { return Ok(()) };
        let formula = Formula::parse("Surv(t, cause == 1) ~ arm").unwrap();
        let design = SurvivalDesign::new(&formula, &data(&rows)).unwrap();
        let cox = Cox { ties: Ties::Breslow, variance: CoxVariance::Robust };
        let Ok(cox) = cox.fit(&design) else { return Ok(()) };
        prop_assert!(near(ours.beta[0], cox.beta[0]));
        prop_assert!(near(ours.covariance[(0, 0)], cox.covariance[(0, 0)]));
        let flipped: Vec<usize> = group.iter().map(|g| 1 - g).collect();
        let flipped = proportional_means(&people, &flipped, 2, None).unwrap();
        prop_assert!(near(flipped.beta[0], -ours.beta[0]));
    }

    #[test]
    fn swapped_rates_have_the_inverse_ratio(a in 0_u64..40, b in 1_u64..40, t in 1.0..90.0_f64) {
        let level = ConfidenceLevel::NINETY_FIVE;
        let (x, y) = (Rate::new(a, t).unwrap(), Rate::new(b, 30.0).unwrap());
        let (one, other) = (exact_ratio(x, y, level), exact_ratio(y, x, level));
        prop_assert!(near(one.conf_low * other.conf_high, 1.0) || a == 0);
        prop_assert!(near(one.p_value, other.p_value));
        prop_assert!(one.conf_low <= one.estimate && one.estimate <= one.conf_high);
    }
}

/// No ties: every reading of ties is the same likelihood.
#[test]
fn without_ties_the_exact_likelihood_is_coxs() {
    let n = 40;
    let rows: Vec<Row> = (0..n)
        .map(|i| {
            let time = ((i * 17) % n) as f64 + 1.0;
            (time, u32::from(i % 3 != 0), i % 2, ((i * 7) % 11) as f64)
        })
        .collect();
    let formula = Formula::parse("Surv(t, cause) ~ arm + x").unwrap();
    let design = SurvivalDesign::new(&formula, &data(&rows)).unwrap();
    let (cox, exact) = (
        Cox::default().fit(&design).unwrap(),
        ExactCoxFit::new(&design).unwrap(),
    );
    for j in 0..2 {
        assert!(near(exact.beta[j], cox.beta[j]));
        assert!(near(exact.covariance[(j, j)], cox.covariance[(j, j)]));
    }
    assert!(near(exact.log_likelihood, cox.log_likelihood));
}

/// Rows enough for many pieces: the parallel passes and the walk of late entry agree.
#[test]
fn pieces_and_the_walk_agree() {
    let n = 30_000_usize;
    let draw = |i: usize, k: usize| ((i * (7919 + 2 * k) + k * 31) % 10_007) as f64 / 10_007.0;
    let data = Data::new()
        .with_numbers("start", vec![-1.0; n])
        .with_numbers("t", (0..n).map(|i| (700.0 * draw(i, 1)).ceil()).collect())
        .with_numbers(
            "e",
            (0..n)
                .map(|i| f64::from(u8::from(draw(i, 5) < 0.4)))
                .collect(),
        )
        .with_numbers("x", (0..n).map(|i| draw(i, 11)).collect())
        .with_numbers("z", (0..n).map(|i| draw(i, 23) - draw(i, 29)).collect())
        .with_numbers("site", (0..n).map(|i| (i % 3) as f64).collect());
    let fit = |response: &str| {
        let formula = Formula::parse(&format!("{response} ~ x + z + strata(site)")).unwrap();
        let design = SurvivalDesign::new(&formula, &data).unwrap();
        Cox::default().fit(&design).unwrap()
    };
    let (pieces, walk) = (fit("Surv(t, e)"), fit("Surv(start, t, e)"));
    assert!((pieces.log_likelihood / walk.log_likelihood - 1.0).abs() < 1e-12);
    for j in 0..2 {
        assert!((pieces.beta[j] - walk.beta[j]).abs() < 1e-10);
        assert!((pieces.covariance[(j, j)] / walk.covariance[(j, j)] - 1.0).abs() < 1e-9);
    }
}
