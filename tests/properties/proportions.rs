//! Proportions: swapping the arms negates, limits enclose, tests agree with intervals.

use proptest::prelude::*;
use regtrial::stats::ConfidenceLevel;
use regtrial::stats::proportion::{TwoByTwo, association, difference, odds_ratio, ratio};

fn table() -> impl Strategy<Value = TwoByTwo> {
    (1_u64..60, 1_u64..60)
        .prop_flat_map(|(n1, n2)| (0..=n1, Just(n1), 0..=n2, Just(n2)))
        .prop_map(|(a, n1, c, n2)| TwoByTwo::from_counts(a, n1, c, n2).unwrap())
}

proptest! {
    #[test]
    fn swapping_the_arms_negates_a_difference(table in table()) {
        let level = ConfidenceLevel::NINETY_FIVE;
        let swapped = TwoByTwo::new(table.control, table.treated);
        for (one, other) in difference::all(table, level).iter().zip(difference::all(swapped, level)) {
            prop_assert!((one.estimate + other.estimate).abs() < 1e-12);
            prop_assert!((one.conf_low + other.conf_high).abs() < 1e-9, "{}", one.method);
        }
    }

    #[test]
    fn swapping_the_arms_inverts_a_ratio(table in table()) {
        prop_assume!(table.smallest_cell() > 0);
        let level = ConfidenceLevel::NINETY_FIVE;
        let swapped = TwoByTwo::new(table.control, table.treated);
        for method in [ratio::katz, ratio::koopman, odds_ratio::woolf, odds_ratio::conditional_exact] {
            let (one, other) = (method(table, level), method(swapped, level));
            prop_assert!((one.conf_low * other.conf_high - 1.0).abs() < 1e-8, "{}", one.method);
        }
    }

    #[test]
    fn limits_enclose_the_estimate(table in table()) {
        for estimate in difference::all(table, ConfidenceLevel::NINETY_FIVE) {
            if estimate.method.as_str() != "agresti_caffo" {
                prop_assert!(estimate.conf_low <= estimate.estimate + 1e-12);
                prop_assert!(estimate.conf_high >= estimate.estimate - 1e-12);
            }
        }
    }

    /// Mee's interval excludes 0 exactly where the chi-squared test rejects.
    #[test]
    fn score_interval_and_chi_squared_test_agree(table in table()) {
        prop_assume!(!table.is_degenerate());
        let interval = difference::mee(table, ConfidenceLevel::NINETY_FIVE);
        let p = association::chi_squared(table).p_value;
        prop_assume!((p - 0.05).abs() > 1e-9);
        let excludes = interval.conf_low > 0.0 || interval.conf_high < 0.0;
        prop_assert_eq!(excludes, p < 0.05);
    }

    /// Boschloo's test is uniformly more powerful than Fisher's.
    #[test]
    fn boschloo_never_exceeds_fisher(a in 0_u64..=12, c in 0_u64..=15) {
        let table = TwoByTwo::from_counts(a, 12, c, 15).unwrap();
        prop_assert!(association::boschloo(table).p_value <= association::fisher(table).p_value + 1e-9);
    }
}
