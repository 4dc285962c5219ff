//! The same rules from the library, without a plan: plain days in, answers out.

use regtrial::outcomes::measure::{Carrier, Prices, Question, Refused, States, Sum, answer};
use regtrial::outcomes::observation::{Cause, Observation, Policies};
use regtrial::outcomes::rule::Truth;
use regtrial::outcomes::timeline::{Timeline, Weighted, reaching};
use regtrial::prelude::*;
use regtrial::registers::Unit;
use std::sync::Arc;

fn span(first: i32, last: i32) -> Span {
    Span::closed(first, last)
}

fn seen(first: i32, last: i32) -> Observation {
    Observation::new(span(first, last), std::iter::empty(), true)
}

fn timeline(certain: &[(i32, i32)], possible: &[(i32, i32)], observation: Observation) -> Timeline {
    let spans = |days: &[(i32, i32)]| days.iter().map(|(a, b)| span(*a, *b)).collect();
    Timeline {
        states: States::new(spans(certain), spans(possible)),
        observation,
    }
}

fn and_not(truths: &[Truth]) -> Truth {
    match (truths[0], truths[1]) {
        (Truth::False, _) | (_, Truth::True) => Truth::False,
        (Truth::True, Truth::False) => Truth::True,
        _ => Truth::Unknown,
    }
}

/// ```text
/// day       0    5    10   15   20   25   30   35   40   45
/// job       ..........##########??????????##########..........  seen 0 to 49
/// subsidy   ...............#####.....?????.....                 seen 0 to 34
/// combined  ..........#####.....??????????#####     ..........  blank: not seen
/// ```
#[test]
fn combined_days_by_hand() {
    let job = timeline(&[(10, 19), (30, 39)], &[(20, 29)], seen(0, 49));
    let subsidy = timeline(&[(15, 19)], &[(25, 29)], seen(0, 34));
    let combined = Timeline::combine(&[&job, &subsidy], and_not);
    assert_eq!(combined.states.certain, [span(10, 14), span(30, 34)]);
    assert_eq!(combined.states.possible, [span(20, 29)]);
    // Without a job it does not matter that nobody looked for subsidies.
    assert_eq!(combined.observation.seen, [span(0, 34), span(40, 49)]);
    let unseen = combined.observation.unseen_parts(span(35, 39));
    assert_eq!(unseen.collect::<Vec<_>>(), [Cause::Register]);
}

#[test]
fn numbers_of_a_day_add_up_to_a_threshold() {
    let spell = |first, last, certain, value| Weighted {
        span: span(first, last),
        certain,
        value,
    };
    let states = reaching(
        &[
            spell(0, 9, true, Some(10.0)),
            spell(5, 14, true, Some(10.0)),
            spell(8, 8, true, None),
            spell(12, 13, false, Some(10.0)),
            spell(20, 20, true, None),
            spell(30, 30, false, Some(20.0)),
        ],
        20.0,
    );
    assert_eq!(states.certain, [span(5, 9)]);
    assert_eq!(states.possible, [span(12, 13), span(20, 20), span(30, 30)]);
}

#[test]
fn only_names_are_combined_and_they_must_be_known() {
    let job = Arc::new(Endpoint::spells("job", "jobs", RegisterKind::Spells, None));
    let made = |text: &str| Endpoint::combined("made", text, std::slice::from_ref(&job));
    assert_eq!(made("job and not (job or job)").unwrap().leaves().len(), 1);
    for (wrong, says) in [
        ("job and subsidy", "there is no endpoint `subsidy`"),
        ("job = 1", "cannot be compared"),
        ("job is unknown", "cannot be compared"),
        ("job and", "expected a field"),
        ("", "expected a field"),
    ] {
        let error = made(wrong).unwrap_err().to_string();
        assert!(error.contains(says), "{wrong}: {error}");
    }
}

#[test]
fn the_kernel_refuses_what_it_cannot_answer() {
    let states = States::new(vec![span(0, 9)], Vec::new());
    let question = Question::new(Measure::Days, span(0, 99), Policies::default());
    let days = |states: &States, observation: &Observation| {
        answer(&question, states, &[], observation).map(|value| value.number)
    };
    assert_eq!(days(&states, &seen(0, 99)), Ok(Some(10.0)));
    let cut = days(&states, &seen(0, 50));
    assert_eq!(cut, Err(Refused::Undeclared(Cause::Register)));
    let unordered = States {
        certain: vec![span(5, 9), span(0, 3)],
        possible: Vec::new(),
    };
    assert_eq!(days(&unordered, &seen(0, 99)), Err(Refused::Unordered));
    let touching = States {
        certain: vec![span(0, 3), span(4, 9)],
        possible: Vec::new(),
    };
    assert_eq!(days(&touching, &seen(0, 99)), Err(Refused::Unordered));
}

#[test]
fn money_needs_a_price_of_its_month_and_unknown_spells_make_sums_unknown() {
    // 1 January 1970 to 11 January; 31 a month is 1 a day.
    let states = States::new(vec![span(0, 10)], Vec::new());
    let carrier = |certain, value| Carrier {
        span: span(0, 10),
        certain,
        job: 1,
        value,
        unit: Unit::PerMonth,
    };
    let prices = |month| Prices {
        base: 1970,
        factors: [((1970, month), 2.0)].into(),
    };
    let earned = |carriers: &[Carrier], month: u32, at_least: Option<f64>| {
        let prices = prices(month);
        let question = Question {
            prices: Some(&prices),
            at_least,
            ..Question::new(
                Measure::Sum(Sum::Earnings),
                span(0, 30),
                Policies::default(),
            )
        };
        answer(&question, &states, carriers, &seen(0, 30)).map(|value| value.number)
    };
    let sure = carrier(true, Some(31.0));
    assert_eq!(earned(&[sure], 1, None), Ok(Some(22.0)));
    let missing = Err(Refused::Price {
        year: 1970,
        month: 1,
    });
    assert_eq!(earned(&[sure], 2, None), missing);
    assert_eq!(earned(&[carrier(true, Some(0.0))], 2, None), Ok(Some(0.0)));
    let perhaps = carrier(false, Some(31.0));
    assert_eq!(earned(&[sure, perhaps], 1, None), Ok(None));
    assert_eq!(earned(&[sure, perhaps], 1, Some(20.0)), Ok(Some(1.0)));
    assert_eq!(earned(&[sure, perhaps], 1, Some(30.0)), Ok(None));
    assert_eq!(earned(&[sure, perhaps], 1, Some(50.0)), Ok(Some(0.0)));
    assert_eq!(
        earned(&[sure, carrier(true, None)], 1, Some(50.0)),
        Ok(None)
    );
}

/// The trace looks at one person's rows alone, also where there is one row.
#[test]
fn the_trace_of_one_spell_among_many_shows_all_of_it() {
    let (_folder, study) = crate::support::load(
        "
people
id | index
a  | 2020-01-15
b  | 2020-01-15

register jobs spells 2018-01-01 2022-12-31
id | start      | end        | type     | hours
a  | 2020-02-01 | 2020-02-10 | ordinary | 20
b  | 2020-02-01 | 2020-02-10 | subsidised | 30
b  | 2020-04-01 | 2020-04-10 | ordinary | 30

plan
[endpoints.job]
register = 'jobs'
where = \"type = 'ordinary'\"
[outcomes.days]
endpoint = 'job'
measure = 'days'
window = ['0 months', '6 months']
",
    );
    let trace = study.why("a").unwrap().unwrap();
    assert!(
        trace.contains("2020-02-01 to 2020-02-10, type ordinary, hours 20"),
        "{trace}"
    );
    assert!(trace.contains("job: counts (type = 'ordinary')"), "{trace}");
    assert!(trace.contains("value 10"), "{trace}");
    let trace = study.why("b").unwrap().unwrap();
    assert!(trace.contains("type subsidised, hours 30"), "{trace}");
    assert!(trace.contains("job: does not count"), "{trace}");
}
