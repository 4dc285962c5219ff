//! What is counted in a column of numbers that look like identifiers.

use super::super::sample::{LIMIT, Sample};
use super::{Candidate, Finding, NORWEGIAN, Tally, hash};
use crate::guard::Severity;
use crate::guard::tests::made_up::{
    danish_without_modulus, digits, nobody, norwegian_numbers, one_danish,
};
use std::collections::BTreeMap;

/// A tally of bare numbers.
fn tally<'a>(numbers: impl IntoIterator<Item = &'a String>) -> Tally {
    let mut tally = Tally::default();
    for text in numbers {
        tally.add(&match text.len() {
            11 => Candidate::Eleven(digits(text)),
            10 => Candidate::Ten(digits(text)),
            _ => Candidate::Nine(digits(text)),
        });
    }
    tally
}

fn severity(finding: Option<Finding>) -> Option<Severity> {
    finding.map(|finding| finding.severity)
}

const REFUSAL: Option<Severity> = Some(Severity::Refusal);
const WARNING: Option<Severity> = Some(Severity::Warning);

#[test]
fn nineteen_distinct_values_are_too_few() {
    let numbers = norwegian_numbers("150665", 20);
    assert_eq!(severity(tally(&numbers[..19]).norwegian(false)), WARNING);
    assert_eq!(severity(tally(&numbers).norwegian(false)), REFUSAL);
    let repeated = numbers[..19].iter().cycle().take(1000);
    assert_eq!(severity(tally(repeated).norwegian(false)), WARNING);
}

#[test]
fn one_in_ten_is_too_many() {
    let numbers = norwegian_numbers("150665", 10);
    for (valid, others, expected) in [
        (2, 18, REFUSAL),
        (2, 19, WARNING),
        (10, 90, REFUSAL),
        (9, 91, WARNING),
        (0, 100, None),
    ] {
        let others = nobody(11, others);
        let found = tally(numbers[..valid].iter().chain(&others)).norwegian(false);
        assert_eq!(severity(found), expected, "{valid} valid");
    }
}

#[test]
fn an_employer_column_may_hold_none() {
    let number = norwegian_numbers("150665", 1);
    let others = nobody(11, 1000);
    let found = tally(number.iter().chain(&others));
    assert_eq!(severity(found.norwegian(true)), REFUSAL);
    assert_eq!(severity(found.norwegian(false)), WARNING);
    assert_eq!(severity(tally(&others).norwegian(true)), None);
}

#[test]
fn an_employer_with_a_lost_zero_is_seen_among_organisation_numbers() {
    let number = norwegian_numbers("050665", 1)[0][1..].to_owned();
    let organisations = nobody(9, 30);
    let found = tally(organisations.iter().chain([&number]));
    assert_eq!(severity(found.norwegian(true)), WARNING);
    assert_eq!(severity(found.norwegian(false)), None);
}

#[test]
fn lost_zeros_are_restored_where_eleven_digits_prevail() {
    let lost: Vec<String> = norwegian_numbers("050665", 5)
        .iter()
        .map(|text| text[1..].to_owned())
        .collect();
    // 5 of 40 restored are valid, and none of the 35 that are whole.
    let whole = nobody(11, 35);
    let mostly_eleven = tally(lost.iter().chain(&whole));
    assert_eq!(severity(mostly_eleven.norwegian(false)), REFUSAL);
    let mostly_ten = tally(lost.iter().chain(&nobody(11, 4)));
    assert_eq!(severity(mostly_ten.norwegian(false)), None);
    // 5 of 55.
    let few = tally(lost.iter().chain(&nobody(11, 50)));
    assert_eq!(severity(few.norwegian(false)), WARNING);
    assert_eq!(severity(few.norwegian(true)), REFUSAL);
}

#[test]
fn a_number_and_its_restored_form_are_one_value() {
    let whole = norwegian_numbers("050665", 10);
    let lost: Vec<String> = whole.iter().map(|text| text[1..].to_owned()).collect();
    let others = nobody(11, 9);
    let found = tally(whole.iter().chain(&lost).chain(&others));
    assert_eq!(severity(found.norwegian(false)), WARNING, "19 values");
}

#[test]
fn four_dates_in_five_are_too_many() {
    let dated = danish_without_modulus("150665", 100);
    for (plausible, others, expected) in [
        (16, 4, REFUSAL),
        (15, 5, None),
        (19, 0, None),
        (20, 0, REFUSAL),
        (80, 20, REFUSAL),
        (79, 21, None),
    ] {
        let others = nobody(10, others);
        let found = tally(dated[..plausible].iter().chain(&others)).danish();
        assert_eq!(severity(found), expected, "{plausible} plausible");
    }
}

#[test]
fn a_single_danish_number_needs_the_modulus_or_a_hyphen() {
    let (passing, failing) = (one_danish(), danish_without_modulus("150665", 1));
    assert_eq!(severity(tally(&failing).danish()), None);
    assert_eq!(severity(tally([&passing]).danish()), WARNING);
    for (hyphen, expected) in [(true, WARNING), (false, None)] {
        let mut parted = Tally::default();
        let digits = digits(&failing[0]);
        parted.add(&Candidate::Parted { digits, hyphen });
        assert_eq!(severity(parted.danish()), expected);
    }
    let mut impossible = Tally::default();
    let digits = digits(&nobody(10, 1)[0]);
    impossible.add(&Candidate::Parted {
        digits,
        hyphen: true,
    });
    assert_eq!(severity(impossible.danish()), None);
}

#[test]
fn a_bare_ten_is_not_danish_where_eleven_digits_prevail() {
    let passing = one_danish();
    let found = tally(nobody(11, 5).iter().chain([&passing])).danish();
    assert_eq!(severity(found), None);
}

#[test]
fn nine_digits_are_restored_where_ten_prevail() {
    let ten = danish_without_modulus("150665", 15);
    let nine: Vec<String> = danish_without_modulus("050665", 10)
        .iter()
        .map(|text| text[1..].to_owned())
        .collect();
    assert_eq!(severity(tally(&ten).danish()), None, "15 are too few");
    assert_eq!(severity(tally(ten.iter().chain(&nine)).danish()), REFUSAL);
    let organisations = tally(&nine);
    assert_eq!(severity(organisations.danish()), None);
}

/// One in five is marked.
fn sample(values: impl Iterator<Item = u64>) -> Sample {
    let mut sample = Sample::default();
    for value in values {
        sample.insert(hash(value), u8::from(value.is_multiple_of(5)) * NORWEGIAN);
    }
    sample
}

#[test]
fn a_sample_is_bounded_even_and_independent_of_order() {
    let forwards = sample(0..200_000);
    let kept = |sample: &Sample| sample.kept().collect::<BTreeMap<_, _>>();
    assert_eq!(kept(&forwards).len(), LIMIT);
    assert_eq!(kept(&forwards), kept(&sample((0..200_000).rev())));
    let halves = sample(90_000..200_000).union(&sample(0..100_000));
    assert_eq!(kept(&forwards), kept(&halves));
    // Six standard errors are 1 percentage point of the share, five are 2 % of the number.
    assert!(forwards.reaches(NORWEGIAN, 19) && !forwards.reaches(NORWEGIAN, 21));
    assert!((forwards.distinct() / 200_000.0 - 1.0).abs() < 0.02);
    assert!((sample(0..1000).distinct() - 1000.0).abs() < 1e-9);
}
