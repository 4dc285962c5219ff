//! Regression: what a change of the data must, and must not, change.

use proptest::prelude::*;
use regtrial::prelude::*;

/// 60 rows of a binary outcome, an arm and a covariate, never separated.
fn rows() -> impl Strategy<Value = Vec<(f64, f64, f64)>> {
    prop::collection::vec((0.0..1.0_f64, 0_u8..2, -2.0..2.0_f64), 60).prop_map(|drawn| {
        drawn
            .iter()
            .map(|(u, arm, x)| {
                let risk = 1.0 / (1.0 + (-0.3 * x - 0.4 * f64::from(*arm)).exp());
                (f64::from(u8::from(*u < risk)), f64::from(*arm), *x)
            })
            .collect()
    })
}

fn fit(rows: &[(f64, f64, f64)], scale: f64) -> Option<Vec<(f64, f64)>> {
    let data = Data::new()
        .with_numbers("y", rows.iter().map(|r| r.0).collect())
        .with_numbers("arm", rows.iter().map(|r| r.1).collect())
        .with_numbers("x", rows.iter().map(|r| r.2 * scale).collect());
    let design = Design::new(&Formula::parse("y ~ arm + x").ok()?, &data).ok()?;
    let fit = Glm::new(Family::Binomial).fit(&design).ok()?;
    Some(fit.coef().iter().copied().zip(fit.stderror()).collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn the_order_of_rows_does_not_matter(rows in rows()) {
        let Some(one) = fit(&rows, 1.0) else { return Ok(()) };
        let mut other = rows;
        other.reverse();
        let other = fit(&other, 1.0).unwrap();
        for ((a, _), (b, _)) in one.iter().zip(&other) {
            prop_assert!((a - b).abs() < 1e-9);
        }
    }

    #[test]
    fn every_row_twice_halves_the_variances(rows in rows()) {
        let Some(one) = fit(&rows, 1.0) else { return Ok(()) };
        let twice = fit(&[rows.clone(), rows].concat(), 1.0).unwrap();
        for ((a, se), (b, se_twice)) in one.iter().zip(&twice) {
            prop_assert!((a - b).abs() < 1e-9);
            prop_assert!((se / se_twice - 2.0_f64.sqrt()).abs() < 1e-7);
        }
    }

    #[test]
    fn a_covariate_in_other_units_changes_its_own_coefficient_only(rows in rows()) {
        let Some(one) = fit(&rows, 1.0) else { return Ok(()) };
        let scaled = fit(&rows, 1e6).unwrap();
        prop_assert!((one[1].0 - scaled[1].0).abs() < 1e-8);
        prop_assert!((one[2].0 - scaled[2].0 * 1e6).abs() < 1e-8);
    }

    /// Two routes to the same number: without covariates the logistic coefficient is the log odds
    /// ratio, and its standard error Woolf's.
    #[test]
    fn a_two_by_two_table_gives_woolf(a in 1_u64..30, b in 1_u64..30, c in 1_u64..30, d in 1_u64..30) {
        let rows = |count: u64, y: f64, arm: f64| vec![(y, arm); count as usize];
        let all = [rows(a, 1.0, 1.0), rows(b, 0.0, 1.0), rows(c, 1.0, 0.0), rows(d, 0.0, 0.0)].concat();
        let data = Data::new()
            .with_numbers("y", all.iter().map(|r| r.0).collect())
            .with_numbers("arm", all.iter().map(|r| r.1).collect());
        let design = Design::new(&Formula::parse("y ~ arm").unwrap(), &data).unwrap();
        let fit = Glm::new(Family::Binomial).fit(&design).unwrap();
        let table = TwoByTwo::from_counts(a, a + b, c, c + d).unwrap();
        let woolf = regtrial::stats::proportion::odds_ratio::woolf(table, ConfidenceLevel::NINETY_FIVE);
        prop_assert!((fit.coef()[1] - woolf.estimate.ln()).abs() < 1e-8);
        prop_assert!((fit.stderror()[1] - woolf.std_error).abs() < 1e-7);
    }
}
