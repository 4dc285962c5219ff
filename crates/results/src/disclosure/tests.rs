//! The rules on small invented tables.

use super::Rule;
use crate::{Cell, Cells, Counts, Hypothesis, Policy, Record, Results};

/// People of an arm by number, the arms a thousand apart.
fn people(arm: u64, range: std::ops::Range<u64>) -> Cell {
    Cell::of(&format!("{arm} {range:?}"), range.map(|i| arm * 1000 + i))
}

/// A table of levels with their counts; the arm's size is known.
fn table(arms: &[&[u64]]) -> Results {
    let mut results = Results::default();
    for (arm, levels) in (0_u64..).zip(arms) {
        let mut from = 0;
        let mut parts = Vec::new();
        for (level, &count) in levels.iter().enumerate() {
            let cell = people(arm, from..from + count);
            from += count;
            parts.push(cell);
            let mut record = Record::new("baseline", "all", "count");
            record.group = arm.to_string();
            record.level = level.to_string();
            record.estimate = count as f64;
            record.events = Some(count);
            record.cells = Cells::showing([cell]).of_all(levels.iter().sum());
            results.records.push(record);
        }
        let whole = people(arm, 0..from);
        results.counts.public(whole);
        results.counts.sum(whole, parts);
    }
    results
}

fn withheld(results: Results, policy: Policy) -> Vec<bool> {
    let released = results.release(policy);
    for record in released.records().iter().filter(|record| record.suppressed) {
        assert!(record.estimate.is_nan() && record.events.is_none() && record.n.is_none());
    }
    let records = released.records().iter();
    records.map(|record| record.suppressed).collect()
}

/// 3 of 101 is withheld; with 78 and 20 shown it would be 101 - 98, so the 20 goes too.
#[test]
fn a_withheld_part_of_a_whole_takes_the_smallest_other_with_it() {
    let policy = Policy::default();
    assert_eq!(
        withheld(table(&[&[78, 20, 3]]), policy),
        [false, true, true]
    );
    assert_eq!(withheld(table(&[&[97, 0, 4]]), policy), [true, false, true]);
}

/// Two small parts with a small sum are one each, or nearly: a third goes too.
#[test]
fn two_withheld_parts_with_a_small_sum_are_not_enough() {
    let policy = Policy::default();
    assert_eq!(withheld(table(&[&[97, 2, 2]]), policy), [false, true, true]);
    assert_eq!(withheld(table(&[&[97, 1, 1]]), policy), [true, true, true]);
    assert_eq!(
        withheld(table(&[&[60, 40, 1, 1]]), policy),
        [false, true, true, true]
    );
}

/// A contrast shows the table of both arms: it goes with any of its cells.
#[test]
fn a_contrast_follows_its_cells() {
    let mut results = table(&[&[95, 3], &[60, 40]]);
    let shows: Vec<Cell> = results
        .records
        .iter()
        .flat_map(|record| record.cells.shows.clone())
        .collect();
    let mut contrast = Record::new("outcomes", "all", "risk_ratio");
    contrast.p_value = 0.01;
    contrast.cells = Cells::showing(shows);
    results.records.push(contrast);
    assert_eq!(
        withheld(results, Policy::default()),
        [true, true, false, false, true]
    );
}

/// Those employed at a landmark are among those ever employed: 28 less 26 are two people.
#[test]
fn nested_counts_are_not_shown_side_by_side() {
    let mut results = Results::default();
    let (ever, at) = (people(0, 0..28), people(0, 0..26));
    results.counts.sum(ever, [at, people(0, 26..28)]);
    for cell in [ever, at] {
        let mut record = Record::new("outcomes", "all", "risk");
        record.cells = Cells::showing([cell]);
        results.records.push(record);
    }
    assert_eq!(withheld(results, Policy::default()), [false, true]);
}

/// Beside a withheld count a mean keeps the digits that do not tell one person from two.
#[test]
fn a_mean_beside_a_withheld_count_is_coarser() {
    let mut results = Results::default();
    let (arm, known) = (people(0, 0..101), people(0, 0..97));
    results.counts.public(arm);
    results.counts.sum(arm, [known, people(0, 97..101)]);
    let mut mean = Record::new("baseline", "all", "mean");
    mean.estimate = 248.0 / 97.0;
    mean.n = Some(97);
    mean.cells = Cells::counts([97]).beside([known]).coarse_for(97);
    results.records.push(mean);
    let released = results.release(Policy::default());
    let mean = &released.records()[0];
    assert_eq!((mean.estimate, mean.n, mean.suppressed), (2.6, None, false));
}

#[test]
fn one_person_does_not_make_a_mean_and_extremes_stay() {
    let mut results = Results::default();
    for (statistic, values) in [("mean", [900.0, 50.0, 1.0]), ("maximum", [1.0, 1.0, 1.0])] {
        let mut record = Record::new("outcomes", "all", statistic);
        record.cells = Cells::counts([30]).contributions(&values);
        results.records.push(record);
    }
    let released = results.release(Policy::default());
    let rules: Vec<Rule> = released.not_whole().map(|(_, rule)| rule).collect();
    assert_eq!(rules, [Rule::Dominance, Rule::Extreme]);
}

/// Rounded counts need no second level: 98 to 102 less 93 to 97 is anything from 1 to 9.
#[test]
fn rounding_takes_the_place_of_secondary_suppression() {
    let policy = Policy {
        rounding: 5,
        ..Policy::default()
    };
    let released = table(&[&[78, 20, 3]]).release(policy);
    let shown: Vec<Option<u64>> = released.records().iter().map(|r| r.events).collect();
    assert_eq!(shown, [Some(80), Some(20), None]);
    let mut exact = table(&[&[78, 22]]);
    let mut contrast = Record::new("outcomes", "all", "risk_ratio");
    contrast.cells = Cells::showing(exact.records[0].cells.shows.clone());
    exact.records.push(contrast);
    let last = exact
        .release(policy)
        .not_whole()
        .next()
        .map(|(_, rule)| rule);
    assert_eq!(last, Some(Rule::Rounding));
}

#[test]
fn zeros_and_full_cells_can_be_protected() {
    let strict = Policy {
        zeros: crate::Protection::Protected,
        ..Policy::default()
    };
    assert_eq!(withheld(table(&[&[30, 0]]), strict), [true, true]);
    assert_eq!(
        withheld(table(&[&[30, 0]]), Policy::default()),
        [false, false]
    );
}

#[test]
fn counts_from_one_to_one_below_the_minimum_are_withheld() {
    for (count, hidden) in [(0, false), (1, true), (4, true), (5, false)] {
        for events in [count, 100 - count] {
            let mut record = Record::new("outcomes", "all", "risk");
            record.cells = Cells::proportion(events, 100);
            let results = Results {
                records: vec![record],
                ..Results::default()
            };
            assert_eq!(withheld(results, Policy::default()), [hidden], "{events}");
        }
    }
}

#[test]
fn without_a_minimum_nothing_is_withheld() {
    let results = Results {
        counts: Counts::default(),
        ..table(&[&[1, 2, 3]])
    };
    assert_eq!(withheld(results, Policy::minimum(0)), [false; 3]);
}

/// A command that knows counts only names the whole.
#[test]
fn parts_of_a_named_whole_protect_each_other() {
    let part = |count: u64| {
        let mut record = Record::new("score", "all", "count");
        record.cells = Cells::counts([count]).part_of("bands");
        record
    };
    let results = Results {
        records: [78, 20, 3].map(part).to_vec(),
        ..Results::default()
    };
    assert_eq!(withheld(results, Policy::default()), [false, true, true]);
}

/// A family of three of which the second stands on a small count: what depends on its p-value goes.
fn family(depends_on: [&[usize]; 3], small: u64) -> Vec<f64> {
    let mut results = Results::default();
    for (number, depends_on) in depends_on.into_iter().enumerate() {
        let mut record = Record::new("a", "all", "risk_difference");
        record.contrast = "B - A".to_owned();
        record.p_value = 0.01;
        record.p_value_adjusted = 0.03;
        record.cells = Cells::counts([if number == 1 { small } else { 50 }]);
        record.hypothesis = Some(Hypothesis {
            family: "f".to_owned(),
            number,
            depends_on: depends_on.to_vec(),
            withheld: false,
        });
        results.records.push(record);
    }
    // Of another family with the same numbers.
    let mut other = results.records[0].clone();
    other.hypothesis = other.hypothesis.map(|own| Hypothesis {
        family: "g".to_owned(),
        ..own
    });
    results.records.push(other);
    let released = results.release(Policy::minimum(5));
    let shown = released.records().iter().take(3);
    for record in released.records() {
        let withheld = record.hypothesis.as_ref().unwrap().withheld;
        assert_eq!(
            withheld,
            !record.suppressed && record.p_value_adjusted.is_nan()
        );
    }
    assert_eq!(released.records()[3].p_value_adjusted, 0.03);
    shown.map(|record| record.p_value_adjusted).collect()
}

#[test]
fn adjusted_p_values_leave_with_all_that_they_are_made_of() {
    let shown = |found: Vec<f64>| found.iter().map(|p| !p.is_nan()).collect::<Vec<bool>>();
    let all: &[usize] = &[0, 1, 2];
    assert_eq!(shown(family([all, all, all], 50)), [true; 3]);
    // Holm: each depends on all. In a fixed sequence the first does not depend on the second; with
    // Bonferroni none on another.
    assert_eq!(shown(family([all, all, all], 2)), [false; 3]);
    assert_eq!(shown(family([&[0], &[0, 1], all], 2)), [true, false, false]);
    assert_eq!(shown(family([&[0], &[1], &[2]], 2)), [true, false, true]);
}
