//! The interval arithmetic against a model that walks day by day.

use proptest::prelude::*;
use regtrial::outcomes::measure::{Measure, States, value};
use regtrial::outcomes::observation::{Cause, Observation, Policies, Unobserved};
use regtrial::prelude::*;
use regtrial::registers::Exit;

#[derive(Debug, Clone)]
struct Case {
    certain: Vec<(i32, i32)>,
    possible: Vec<(i32, i32)>,
    cover: (i32, i32),
    exit: Option<(u8, i32)>,
    window: (i32, i32),
    policy: u8,
}

fn case() -> impl Strategy<Value = Case> {
    let spells = || prop::collection::vec((-20..60_i32, 0..15_i32), 0..6);
    (
        spells(),
        prop::collection::vec((-20..60_i32, 0..5_i32), 0..2),
        (-30..5_i32, 5..70_i32),
        prop::option::of((0_u8..3, 0..60_i32)),
        (-10..30_i32, 1..40_i32),
        0_u8..3,
    )
        .prop_map(
            |(certain, possible, cover, exit, (from, length), policy)| Case {
                certain,
                possible,
                cover,
                exit,
                window: (from, from + length),
                policy,
            },
        )
}

fn policy(case: &Case) -> Unobserved {
    [
        Unobserved::Composite,
        Unobserved::WhileObserved,
        Unobserved::Missing,
    ][case.policy as usize]
}

/// Day by day: nothing of the interval code.
fn by_day(case: &Case, measure: Measure) -> Option<f64> {
    let holds =
        |spells: &[(i32, i32)], day: i32| spells.iter().any(|(a, l)| (*a..=*a + *l).contains(&day));
    let seen = |day: i32| {
        let exit = match case.exit {
            None => true,
            Some((0, last)) => day <= last,
            Some((_, first_unseen)) => day < first_unseen,
        };
        exit && (case.cover.0..=case.cover.1).contains(&day)
    };
    let window: Vec<i32> = (case.window.0..case.window.1).collect();
    let visible: Vec<i32> = window.iter().copied().filter(|day| seen(*day)).collect();
    if visible.len() < window.len() {
        match policy(case) {
            Unobserved::Missing => return None,
            Unobserved::WhileObserved if visible.is_empty() => return None,
            _ => {}
        }
    }
    let days = visible
        .iter()
        .filter(|day| holds(&case.certain, **day))
        .count();
    let unknown = visible
        .iter()
        .filter(|d| holds(&case.possible, **d) && !holds(&case.certain, **d))
        .count();
    match measure {
        Measure::Ever if days > 0 => Some(1.0),
        Measure::Ever => (unknown == 0).then_some(0.0),
        _ => (unknown == 0).then_some(days as f64),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn intervals_agree_with_a_walk_day_by_day(case in case()) {
        let spans = |spells: &[(i32, i32)]| -> Vec<Span> {
            spells.iter().map(|(start, length)| Span::closed(*start, start + length)).collect()
        };
        let exit = case.exit.map(|(kind, day)| {
            ([Exit::Death, Exit::Emigration, Exit::Withdrawal][kind as usize], day)
        });
        let cover = Span::closed(case.cover.0, case.cover.1);
        let observation = Observation::new(cover, exit.into_iter(), true);
        let states = States::new(spans(&case.certain), spans(&case.possible));
        let window = Span::new(case.window.0, case.window.1);
        let mut policies = Policies::default();
        for cause in [Cause::Death, Cause::Emigration, Cause::Withdrawal, Cause::Register] {
            policies.set(cause, policy(&case));
        }
        for measure in [Measure::Ever, Measure::Days] {
            let ours = value(&states, &observation, window, measure, policies).unwrap().number;
            prop_assert_eq!(ours, by_day(&case, measure), "{:?}", measure);
        }
    }
}
