//! Arbitrary texts give an error with a place inside the text, or a parsed thing; never a panic.

use proptest::prelude::*;
use regtrial::outcomes::OutcomeError;
use regtrial::prelude::*;
use regtrial::stats::StatsError;

fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("y ~ ".to_owned()),
        Just("factor(".to_owned()),
        Just(", ref = 'å'".to_owned()),
        Just("log(x)".to_owned()),
        Just("type in ('a', 'b')".to_owned()),
        Just(" and not ".to_owned()),
        Just(" is unknown".to_owned()),
        Just("`æ ø`".to_owned()),
        Just("1.5e".to_owned()),
        "[-+*:^()~,'\"<>=! øx0-9.]{0,6}",
        any::<String>(),
    ];
    prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn formulas(text in pieces()) {
        match Formula::parse(&text) {
            Ok(formula) => prop_assert!(formula.intercept || !formula.terms.is_empty()),
            Err(StatsError::Formula { span, .. }) => {
                prop_assert!(text.get(span.start..span.end.min(text.len())).is_some(), "{span:?}");
            }
            Err(other) => prop_assert!(false, "{other}"),
        }
    }

    #[test]
    fn rules(text in pieces()) {
        match Rule::parse(&text) {
            Ok(rule) => prop_assert_eq!(rule.text(), text.as_str()),
            Err(OutcomeError::Rule { span, .. }) => {
                prop_assert!(text.get(span.start..span.end.min(text.len())).is_some(), "{span:?}");
            }
            Err(other) => prop_assert!(false, "{other}"),
        }
    }

    /// A sample plan with a piece of it overwritten.
    #[test]
    fn plans(at in 0_usize..3000, length in 0_usize..40, piece in pieces()) {
        let path = regtrial_tests::root().join("data-samples/hekta/study.toml");
        let plan = std::fs::read_to_string(&path).unwrap();
        let floor = |i: usize| (0..=i.min(plan.len())).rev().find(|&i| plan.is_char_boundary(i)).unwrap_or(0);
        let (from, to) = (floor(at), floor(at + length));
        let text = format!("{}{piece}{}", &plan[..from], &plan[to..]);
        if let Err(error) = Plan::parse(&path, text) {
            prop_assert!(!error.to_string().is_empty());
        }
    }
}
