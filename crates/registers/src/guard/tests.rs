//! The guard against hand-made numbers, thresholds and orders.

use super::{Candidate, Guard, scan};
use made_up::{danish_without_modulus, nobody, norwegian_numbers, one_danish};

/// Numbers made up for the tests, from the definition of the check digits.
pub(super) mod made_up {
    /// A linear congruential generator (Knuth's MMIX constants).
    pub(crate) struct Lcg(pub(crate) u64);

    impl Lcg {
        pub(crate) fn digits<const N: usize>(&mut self) -> [u8; N] {
            std::array::from_fn(|_| {
                self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005);
                self.0 = self.0.wrapping_add(1_442_695_040_888_963_407);
                // The upper half is a fraction of 2^32.
                u8::try_from(((self.0 >> 32) * 10) >> 32).unwrap()
            })
        }
    }

    /// The values of the digits of a text.
    pub(crate) fn digits<const N: usize>(text: &str) -> [u8; N] {
        let values: Vec<u8> = text.bytes().map(|byte| byte - b'0').collect();
        values.try_into().unwrap()
    }

    /// A Norwegian number whose first check digit leaves this remainder; none if one would be
    /// 10.
    pub(crate) fn norwegian(date: &str, serial: u32, remainder: u32) -> Option<String> {
        let nine = format!("{date}{serial:03}");
        let ten = with_check_digit(&nine, &[3, 7, 6, 1, 8, 9, 4, 5, 2], remainder)?;
        with_check_digit(&ten, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2], 0)
    }

    /// A Danish number that passes the modulus; none if its check digit would be 10.
    pub(crate) fn danish(date: &str, serial: u32) -> Option<String> {
        with_check_digit(
            &format!("{date}{serial:03}"),
            &[4, 3, 2, 7, 6, 5, 4, 3, 2],
            0,
        )
    }

    fn with_check_digit(text: &str, weights: &[u32], remainder: u32) -> Option<String> {
        let digit = (remainder + 11 - weighted(text, weights) % 11) % 11;
        (digit < 10).then(|| format!("{text}{digit}"))
    }

    fn weighted(text: &str, weights: &[u32]) -> u32 {
        assert_eq!(text.len(), weights.len());
        text.chars()
            .zip(weights)
            .map(|(digit, weight)| digit.to_digit(10).unwrap() * weight)
            .sum()
    }

    /// Distinct valid Norwegian numbers.
    pub(crate) fn norwegian_numbers(date: &str, count: usize) -> Vec<String> {
        let numbers = (0..1000).filter_map(|serial| norwegian(date, serial, 0));
        let numbers: Vec<String> = numbers.take(count).collect();
        assert_eq!(numbers.len(), count);
        numbers
    }

    /// A Danish number that passes the modulus.
    pub(crate) fn one_danish() -> String {
        (0..1000)
            .find_map(|serial| danish("150665", serial))
            .unwrap()
    }

    /// Distinct Danish numbers with a date that do not pass the modulus.
    pub(crate) fn danish_without_modulus(date: &str, count: usize) -> Vec<String> {
        (0..4000)
            .map(|serial| format!("{date}{serial:04}"))
            .filter(|text| !weighted(text, &[4, 3, 2, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11))
            .take(count)
            .collect()
    }

    /// Distinct numbers of this many digits that are nobody's: no day is 96, and with a leading
    /// zero no month is 60.
    pub(crate) fn nobody(width: usize, count: usize) -> Vec<String> {
        let digits = width - 2;
        (0..count).map(|n| format!("96{n:0digits$}")).collect()
    }
}

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

/// A guard over one undeclared column that has seen these cells.
fn guard<'a>(cells: impl IntoIterator<Item = &'a String>) -> Guard {
    let mut guard = Guard::new(&names(&["note"]), vec![], vec![]);
    for cell in cells {
        guard.look(0, cell);
    }
    guard
}

/// Column, kind and severity of the verdicts.
fn seen(guard: &Guard) -> Vec<String> {
    let verdicts = guard.verdicts().into_iter();
    verdicts
        .map(|found| format!("{}: {:?} {:?}", found.column, found.kind, found.severity))
        .collect()
}

/// Names of the candidates in a text.
fn candidates(text: &str) -> Vec<&'static str> {
    let mut names = Vec::new();
    scan(text, |candidate| {
        names.push(match candidate {
            Candidate::Eleven(_) => "eleven",
            Candidate::Ten(_) => "ten",
            Candidate::Parted { hyphen: true, .. } => "hyphen",
            Candidate::Parted { hyphen: false, .. } => "blank",
            Candidate::Nine(_) => "nine",
        });
    });
    names
}

#[test]
fn candidates_are_found_in_any_writing() {
    for (text, expected) in [
        ("15066512345", "eleven"),
        ("150665 12345", "eleven"),
        ("150665-12345", "eleven"),
        ("150665\u{a0}12345", "eleven"),
        ("150665\u{2013}12345", "eleven"),
        ("\"15066512345\"", "eleven"),
        ("Født: fnr.15066512345.", "eleven"),
        ("fnr15066512345, to barn", "eleven"),
        ("«15066512345»", "eleven"),
        ("id_15066512345", "eleven"),
        ("sak 2, 150665 12345 3 barn", "eleven"),
        ("1506651234", "ten"),
        ("cpr 150665-1234", "hyphen"),
        ("(150665\u{2010}1234)", "hyphen"),
        ("150665 1234", "blank"),
        ("123456789", "nine"),
    ] {
        assert_eq!(candidates(text), [expected], "{text}");
    }
    assert_eq!(candidates("15066512345,15066512346"), ["eleven", "eleven"]);
    assert_eq!(candidates("123456 150665 12345"), ["eleven"]);
    assert_eq!(
        candidates("15066512345/150665-1234;123456789"),
        ["eleven", "hyphen", "nine"]
    );
}

#[test]
fn other_digits_are_no_candidates() {
    for text in [
        "",
        "ingen",
        "12345678",
        "150665123456",
        "1150665-12345",
        "150665-123456",
        "150665  12345",
        "150665 123",
        "15066-12345",
        "15066512345.5",
        "15066512345,50",
        "0,15066512345",
        "37.123456789",
        ".1506651234",
        "15066512345E5",
        "15066512345e+05",
        "1.50665123E+10",
        "1E15066512345",
        "2020-01-01T12:00:00.123456789Z",
        "2020-01-01 12:00:00",
        "+47 22 00 00 00",
        "550e8400-e29b-41d4-a716-a15066512345",
        "550e8400-e29b-41d4-a716-15066512345a",
        "9f15066512345c04",
    ] {
        assert!(candidates(text).is_empty(), "{text}");
    }
}

#[test]
fn a_number_in_free_text_is_a_warning() {
    let number = &norwegian_numbers("150665", 1)[0];
    let (date, rest) = number.split_at(6);
    for cell in [
        format!("ringte {date} {rest}, ny avtale"),
        format!("{date}-{rest}"),
        format!("\"{number}\""),
        number.clone(),
    ] {
        assert_eq!(seen(&guard([&cell])), ["note: Norwegian Warning"], "{cell}");
    }
    let danish = &danish_without_modulus("150665", 1)[0];
    let (date, rest) = danish.split_at(6);
    let hyphen = format!("barn {date}-{rest}");
    assert_eq!(seen(&guard([&hyphen])), ["note: Danish Warning"]);
    let blank = format!("barn {date} {rest}");
    assert!(seen(&guard([&blank])).is_empty());
}

#[test]
fn declarations_hold_for_their_columns() {
    let header = names(&["employer", "unit", "note"]);
    let mut guard = Guard::new(&header, vec![true], vec![false, true]);
    let mut cells = danish_without_modulus("150665", 30);
    cells.push(one_danish());
    for cell in &cells {
        guard.look(1, cell);
    }
    assert!(seen(&guard).is_empty(), "the unit is exempt");
    let number = &norwegian_numbers("150665", 1)[0];
    // The last is beyond the header: cells there make a column of their own.
    for column in 0..4 {
        guard.look(column, number);
    }
    let mut expected = vec![
        "employer: Norwegian Refusal",
        "unit: Norwegian Warning",
        "note: Norwegian Warning",
        "beyond the header: Norwegian Warning",
    ];
    assert_eq!(seen(&guard), expected);
    for cell in &cells {
        guard.look(2, cell);
    }
    expected.insert(3, "note: Danish Refusal");
    assert_eq!(seen(&guard), expected);
}

#[test]
fn a_header_with_an_identifier_is_refused_and_not_named() {
    let number = norwegian_numbers("050665", 1)[0].clone();
    let lost = number[1..].to_owned();
    let header = [
        names(&["name", ""]),
        vec![number.clone(), format!("x {lost}"), one_danish()],
        nobody(9, 1),
    ]
    .concat();
    let mut guard = Guard::new(&header, vec![], vec![]);
    let refused = [
        "column 3: Norwegian Refusal",
        "column 4: Norwegian Refusal",
        "column 5: Danish Refusal",
    ];
    assert_eq!(seen(&guard), refused);
    for column in 0..header.len() {
        guard.look(column, &number);
    }
    // An empty header, and one that might be a number, are not named either.
    let all = [
        "name: Norwegian Warning",
        "column 2: Norwegian Warning",
        "column 3: Norwegian Refusal",
        "column 3: Norwegian Warning",
        "column 4: Norwegian Refusal",
        "column 4: Norwegian Warning",
        "column 5: Danish Refusal",
        "column 5: Norwegian Warning",
        "column 6: Norwegian Warning",
    ];
    assert_eq!(seen(&guard), all);
    let printed = format!("{:?}", guard.verdicts());
    assert!(!printed.contains(&lost), "a value was printed");
}

#[test]
fn an_exempt_header_is_not_tested_for_danish_numbers() {
    let header = [one_danish(), norwegian_numbers("150665", 1)[0].clone()];
    let guard = Guard::new(&header, vec![], vec![true, true]);
    assert_eq!(seen(&guard), ["column 2: Norwegian Refusal"]);
}

#[test]
fn the_order_of_merging_does_not_matter() {
    let parts = [
        norwegian_numbers("150665", 5),
        nobody(11, 60),
        danish_without_modulus("150665", 5),
        norwegian_numbers("050665", 3)
            .iter()
            .map(|text| text[1..].to_owned())
            .collect(),
    ];
    // 5 of 65 as written are valid; with the lost zeros restored 8 of 73.
    let whole = guard(parts.iter().flatten());
    assert_eq!(seen(&whole), ["note: Norwegian Refusal"]);
    let all = whole.verdicts();
    for order in [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1]] {
        let [a, b, c, d] = order.map(|part: usize| &parts[part]);
        let mut left = guard(a);
        for part in [b, c, d] {
            left.merge(guard(part));
        }
        let mut inner = guard(c);
        inner.merge(guard(d));
        let mut right = guard(b);
        right.merge(inner);
        let mut outer = guard(a);
        outer.merge(right);
        assert_eq!(left.verdicts(), all);
        assert_eq!(outer.verdicts(), all);
    }
}
