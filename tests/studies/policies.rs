//! What an outcome means for someone who is seen for part of its window: by hand.

use regtrial::outcomes::calendar::day;
use regtrial::outcomes::measure::{Measure, States, value};
use regtrial::outcomes::observation::{Cause, Observation, Policies, Unobserved};
use regtrial::prelude::*;
use regtrial::registers::Exit;

const START: i32 = 18_262; // 2020-01-01

fn seen(exit: Option<(Exit, i32)>) -> Observation {
    Observation::new(
        Span::new(START - 1000, START + 1000),
        exit.into_iter(),
        true,
    )
}

fn policies(policy: Unobserved) -> Policies {
    let mut policies = Policies::default();
    for cause in [
        Cause::Death,
        Cause::Emigration,
        Cause::Withdrawal,
        Cause::Register,
    ] {
        policies.set(cause, policy);
    }
    policies
}

fn number(
    spells: &[(i32, i32)],
    exit: Option<(Exit, i32)>,
    measure: Measure,
    policy: Unobserved,
) -> Option<f64> {
    let spans = spells
        .iter()
        .map(|(a, b)| Span::closed(START + a, START + b))
        .collect();
    let states = States::new(spans, Vec::new());
    let window = if measure == Measure::Status {
        Span::new(START + 100, START + 101)
    } else {
        Span::new(START, START + 100)
    };
    let exit = exit.map(|(kind, day)| (kind, START + day));
    value(&states, &seen(exit), window, measure, policies(policy))
        .unwrap()
        .number
}

#[test]
fn days_never_count_twice_and_spells_are_closed() {
    use Unobserved::Missing;
    let overlapping = [(-20, 4), (2, 9), (10, 10), (95, 200)];
    // Days 0..=10 and 95..=99: the window is half-open.
    assert_eq!(
        number(&overlapping, None, Measure::Days, Missing),
        Some(16.0)
    );
    assert_eq!(
        number(&overlapping, None, Measure::Longest, Missing),
        Some(11.0)
    );
    assert_eq!(
        number(&overlapping, None, Measure::Episodes, Missing),
        Some(2.0)
    );
    // The landmark is the day after the window.
    assert_eq!(
        number(&[(100, 100)], None, Measure::Ever, Missing),
        Some(0.0)
    );
    assert_eq!(
        number(&[(100, 100)], None, Measure::Status, Missing),
        Some(1.0)
    );
}

/// Keeping an early job while dropping those without one would bias upwards: "missing" drops both.
#[test]
fn missing_drops_those_with_an_early_job_too() {
    let left = Some((Exit::Emigration, 50));
    for spells in [&[(3, 5)][..], &[]] {
        assert_eq!(
            number(spells, left, Measure::Ever, Unobserved::Missing),
            None
        );
    }
    assert_eq!(
        number(&[(3, 5)], left, Measure::Ever, Unobserved::Composite),
        Some(1.0)
    );
    assert_eq!(
        number(&[], left, Measure::Ever, Unobserved::Composite),
        Some(0.0)
    );
}

#[test]
fn the_dead_are_seen_on_their_last_day_and_others_to_the_day_before() {
    let job = &[(0, 99)][..];
    let days = |exit| {
        number(
            job,
            Some((exit, 50)),
            Measure::Days,
            Unobserved::WhileObserved,
        )
    };
    assert_eq!(days(Exit::Death), Some(51.0));
    assert_eq!(days(Exit::Emigration), Some(50.0));
    assert_eq!(days(Exit::Withdrawal), Some(50.0));
    // Dead on the landmark day itself: seen on it.
    let on_landmark = Some((Exit::Death, 100));
    assert_eq!(
        number(
            &[(90, 100)],
            on_landmark,
            Measure::Status,
            Unobserved::Missing
        ),
        Some(1.0)
    );
    let before = Some((Exit::Death, 99));
    assert_eq!(
        number(&[(90, 100)], before, Measure::Status, Unobserved::Composite),
        Some(0.0)
    );
    assert_eq!(
        number(&[(90, 100)], before, Measure::Status, Unobserved::Missing),
        None
    );
}

#[test]
fn nobody_is_assumed_to_be_linked() {
    let observation = Observation::new(Span::new(START, START + 1000), std::iter::empty(), false);
    let window = Span::new(START, START + 100);
    let policies = policies(Unobserved::Composite);
    let value = value(
        &States::default(),
        &observation,
        window,
        Measure::Ever,
        policies,
    )
    .unwrap();
    assert_eq!((value.number, value.unseen), (None, Some(Cause::NotLinked)));
}

#[test]
fn unknown_days_make_an_outcome_unknown_only_where_they_matter() {
    let observation = seen(None);
    let window = Span::new(START, START + 100);
    let of = |certain: Vec<Span>, measure| {
        let states = States::new(certain, vec![Span::closed(START + 10, START + 19)]);
        value(&states, &observation, window, measure, Policies::default())
            .unwrap()
            .number
    };
    assert_eq!(of(Vec::new(), Measure::Ever), None);
    assert_eq!(
        of(vec![Span::closed(START + 50, START + 50)], Measure::Ever),
        Some(1.0)
    );
    assert_eq!(
        of(vec![Span::closed(START + 50, START + 50)], Measure::Days),
        None
    );
    assert_eq!(
        of(vec![Span::closed(START + 5, START + 25)], Measure::Days),
        Some(21.0)
    );
}

#[test]
fn months_are_clamped_to_the_month_s_end() {
    let from = |y, m, d, months| Offset::Months(months).from(day(y, m, d).unwrap());
    assert_eq!(Some(from(2019, 8, 31, 6)), day(2020, 2, 29));
    assert_eq!(Some(from(2020, 8, 31, 6)), day(2021, 2, 28));
    assert_eq!(Some(from(2020, 3, 31, -1)), day(2020, 2, 29));
    assert_eq!(Some(from(2020, 1, 31, 18)), day(2021, 7, 31));
}

/// Unseen at both ends for two causes: the stricter of the two policies decides.
#[test]
fn the_stricter_policy_decides_where_both_ends_are_unseen() {
    let cover = Span::new(START + 20, START + 1000);
    let observation = Observation::new(cover, [(Exit::Death, START + 60)].into_iter(), true);
    let mut policies = Policies::default();
    policies.set(Cause::Death, Unobserved::Composite);
    policies.set(Cause::Register, Unobserved::Missing);
    let window = Span::new(START, START + 100);
    let states = States::default();
    let found = value(&states, &observation, window, Measure::Ever, policies).unwrap();
    assert_eq!((found.number, found.unseen), (None, Some(Cause::Register)));
    policies.set(Cause::Register, Unobserved::Composite);
    let found = value(&states, &observation, window, Measure::Ever, policies).unwrap();
    assert_eq!(found.number, Some(0.0));
}

/// Death as an event of its own ends a time on the first day that is no longer seen; whoever leaves for
/// another reason, or has the job first, or is followed to the window's end, has no such event.
#[test]
fn death_may_compete_with_the_first_day() {
    use Unobserved::{Competing, Composite, WhileObserved};
    let window = Span::new(START, START + 100);
    let of = |spells: &[(i32, i32)], exit: Option<(Exit, i32)>, death, other| {
        let mut policies = policies(other);
        policies.set(Cause::Death, death);
        let spans = spells
            .iter()
            .map(|(a, b)| Span::closed(START + a, START + b));
        let states = States::new(spans.collect(), Vec::new());
        let exit = exit.map(|(kind, day)| (kind, START + day));
        let found = value(&states, &seen(exit), window, Measure::First, policies).unwrap();
        (found.number, found.event, found.competing)
    };
    let death = Some((Exit::Death, 40));
    let job = &[(30, 35)][..];
    assert_eq!(
        of(&[], death, Competing, WhileObserved),
        (Some(41.0), Some(false), true)
    );
    assert_eq!(
        of(job, death, Competing, WhileObserved),
        (Some(30.0), Some(true), false)
    );
    assert_eq!(
        of(&[(50, 60)], death, Competing, WhileObserved),
        (Some(41.0), Some(false), true)
    );
    assert_eq!(
        of(&[], None, Competing, WhileObserved),
        (Some(100.0), Some(false), false)
    );
    let left = Some((Exit::Withdrawal, 40));
    assert_eq!(
        of(&[], left, Competing, WhileObserved),
        (Some(40.0), Some(false), false)
    );
    assert_eq!(
        of(&[], death, WhileObserved, Composite),
        (Some(41.0), Some(false), false)
    );
    assert_eq!(
        of(&[], death, Composite, Composite),
        (Some(100.0), Some(false), false)
    );
    // Died on the window's last day: seen to its end.
    let late = Some((Exit::Death, 99));
    assert_eq!(
        of(&[], late, Competing, WhileObserved),
        (Some(100.0), Some(false), false)
    );
}
