//! The p% rule on a few people, by hand.

use super::{Total, is_safe};
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
