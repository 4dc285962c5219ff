//! The p% rule on a few people, by hand.

use super::beside::People;
use super::{Total, is_safe};
use crate::Record;
use std::collections::BTreeMap;
use std::sync::Arc;

fn total(values: &[(u64, f64)]) -> Arc<Total> {
    Total::of("pay", values.iter().copied()).unwrap()
}

fn safe(totals: &[&Arc<Total>]) -> bool {
    let totals: Vec<&Total> = totals.iter().map(|total| total.as_ref()).collect();
    is_safe(&totals, 10)
}

/// 100 + 50 + rest: the second knows that the first has at most 100 + rest.
#[test]
fn one_total_is_the_usual_rule() {
    assert!(safe(&[&total(&[(1, 100.0), (2, 50.0), (3, 10.0)])]));
    assert!(!safe(&[&total(&[(1, 100.0), (2, 50.0), (3, 9.0)])]));
    assert_eq!(total(&[(1, 100.0), (2, 50.0), (3, 9.0)]).remainder(), 9);
    assert_eq!(total(&[(1, 100.0)]).remainder(), 0);
}

/// Two totals that differ by one person are that person's value.
#[test]
fn a_difference_of_totals_is_one_too() {
    let many: Vec<(u64, f64)> = (1..20).map(|i| (i, 10.0)).collect();
    let all = [&many[..], &[(20, 30.0)]].concat();
    let (fewer, more) = (total(&many), total(&all));
    assert!(safe(&[&fewer]) && safe(&[&more]));
    assert!(!safe(&[&fewer, &more]));
    let three = [&many[..], &[(20, 30.0), (21, 5.0), (22, 5.0)]].concat();
    assert!(safe(&[&fewer, &total(&three)]));
}

/// A total of everyone and those of all parts but one give the last one.
#[test]
fn the_last_part_follows_from_the_others() {
    let part = |from: u64, values: &[f64]| -> Vec<(u64, f64)> {
        let numbers = from..from + values.len() as u64;
        numbers.zip(values.iter().copied()).collect()
    };
    let (a, b) = (part(0, &[10.0; 8]), part(10, &[10.0; 8]));
    let c = part(20, &[90.0, 1.0, 1.0, 1.0, 1.0, 1.0]);
    let whole = total(&[&a[..], &b, &c].concat());
    let (a, b) = (total(&a), total(&b));
    assert!(safe(&[&whole, &a]));
    assert!(!safe(&[&whole, &a, &b]));
}

/// The same people and another quantity: nothing follows.
#[test]
fn other_quantities_are_other_totals() {
    let values: Vec<(u64, f64)> = (1..20).map(|i| (i, 10.0)).collect();
    let other = Total::of("days", values[1..].iter().copied()).unwrap();
    assert!(safe(&[&total(&values), &other]));
    assert!(!safe(&[&total(&values), &total(&values[1..])]));
}

#[test]
fn quantities_that_may_be_negative_bound_nothing() {
    assert!(Total::of("pay", [(1, 5.0), (2, -1.0)]).is_none());
    assert!(Total::of("pay", [(1, 0.0)]).is_none());
    assert!(Total::of("pay", [(1, f64::NAN)]).is_none());
}

/// Of totals that cut people ever finer those come first that add the fewest parts.
#[test]
fn few_parts_are_judged_together() {
    let everyone: Vec<(u64, f64)> = (0..512).map(|i| (i, 10.0)).collect();
    let some = |wanted: &dyn Fn(u64) -> bool| {
        let own = everyone.iter().copied().filter(|(i, _)| wanted(*i));
        Total::of("pay", own).unwrap()
    };
    let whole = some(&|_| true);
    let all_but_one = some(&|i| i != 300);
    let cut_across: Vec<Arc<Total>> = (0..9).map(|bit| some(&|i| i >> bit & 1 == 1)).collect();
    let elsewhere = Total::of("days", (0..9).map(|i| (i, 1.0))).unwrap();
    let mut records = vec![Record::new("a", "all", "mean")];
    records[0].cells.totals = [&whole, &all_but_one, &elsewhere]
        .into_iter()
        .chain(&cut_across)
        .cloned()
        .collect();
    let people = People::of(&records);
    let totals = &records[0].cells.totals;
    let totals: BTreeMap<u128, &Total> = totals.iter().map(|t| (t.key, t.as_ref())).collect();
    let together = people.beside(&totals, whole.key);
    let has = |total: &Total| together.iter().any(|other| other.key == total.key);
    assert!(has(&whole) && has(&all_but_one) && !has(&elsewhere));
    // The one apart, and the others cut by five of the nine: 33 parts. Six would make 65.
    assert_eq!(together.len(), 7);
    assert!(!is_safe(&together, 10));
}
