//! The kernel over slices of days against the arithmetic on sets of days.

use proptest::prelude::*;
use regtrial::outcomes::kernel::{self, KernelError, Spells};
use regtrial::outcomes::measure::{self, Measure, States};
use regtrial::outcomes::observation::{Cause, Observation, Policies, Unobserved};
use regtrial::outcomes::rule::Truth;
use regtrial::outcomes::span::Span;
use regtrial::registers::Exit;

fn policy(number: u8) -> Option<Unobserved> {
    match number {
        0 => Some(Unobserved::Composite),
        1 => Some(Unobserved::WhileObserved),
        2 => Some(Unobserved::Missing),
        _ => None,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn the_kernel_is_the_arithmetic_on_sets(
        mut spells in prop::collection::vec((-30..60_i32, 0..15_i32, 0..6_u8), 0..9),
        cover in (-30..5_i32, 5..70_i32),
        exits in prop::collection::vec((0_u8..3, 0..60_i32), 0..3),
        abroad in prop::option::of((0..50_i32, 1..20_i32)),
        (from, length) in (-10..30_i32, 0..40_i32),
        policies in (0..4_u8, 0..4_u8, 0..4_u8, 0..4_u8),
        linked in 0..8_u8,
    ) {
        spells.sort_unstable();
        let truths = [Truth::True, Truth::True, Truth::True, Truth::False, Truth::False, Truth::Unknown];
        let first: Vec<i32> = spells.iter().map(|(first, ..)| *first).collect();
        let last: Vec<i32> = spells.iter().map(|(first, more, _)| first + more).collect();
        let truth: Vec<Truth> = spells.iter().map(|(.., truth)| truths[usize::from(*truth)]).collect();
        let exits = exits.iter().map(|(kind, day)| {
            ([Exit::Death, Exit::Emigration, Exit::Withdrawal][usize::from(*kind)], *day)
        });
        let mut observation = Observation::new(Span::closed(cover.0, cover.1), exits, linked > 0);
        if let Some((day, days)) = abroad {
            observation = observation.absent(Span::new(day, day + days), Cause::Emigration);
        }
        let declared = Policies {
            death: policy(policies.0),
            emigration: policy(policies.1),
            withdrawal: policy(policies.2),
            register: policy(policies.3),
        };
        let of = |wanted: Truth| {
            let rows = 0..first.len();
            rows.filter(|&row| truth[row] == wanted).map(|row| Span::closed(first[row], last[row])).collect()
        };
        let states = States::new(of(Truth::True), of(Truth::Unknown));
        let slices = Spells { first: &first, last: &last, truth: &truth };
        for measure in [Measure::Status, Measure::Ever, Measure::Days, Measure::Longest, Measure::Episodes] {
            let length = if measure == Measure::Status { 1 } else { length };
            let window = Span::new(from, from + length);
            let expected = measure::value(&states, &observation, window, measure, declared);
            let found = kernel::value(slices, &observation, window, measure, declared);
            prop_assert_eq!(found, expected.map_err(KernelError::Undeclared), "{:?}", measure);
        }
    }
}

#[test]
fn spells_out_of_order_are_noticed() {
    let observation = Observation::new(Span::new(0, 100), std::iter::empty(), true);
    let days = |first: &[i32], last: &[i32], truth: &[Truth]| {
        let spells = Spells { first, last, truth };
        kernel::value(
            spells,
            &observation,
            Span::new(0, 50),
            Measure::Days,
            Policies::default(),
        )
    };
    let truth = [Truth::True; 2];
    assert_eq!(days(&[5, 3], &[6, 4], &truth), Err(KernelError::Unsorted));
    assert_eq!(days(&[3, 5], &[4], &truth), Err(KernelError::Lengths));
    assert_eq!(
        days(&[3, 5], &[4, 6], &truth).map(|v| v.number),
        Ok(Some(4.0))
    );
}
