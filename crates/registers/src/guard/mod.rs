//! Guard against identifiers left in by mistake: national identification numbers where only
//! pseudonyms belong.
//!
//! Every cell of every column is looked at, free text included. Looked for are Norwegian numbers
//! ([`norwegian`]) and Danish ones ([`danish`]), bare or with one blank or hyphen after the date,
//! as a whole cell or within text or quotation marks.
//!
//! | In a column | Norwegian | Danish |
//! |---|---|---|
//! | of employers: any valid number | refusal | - |
//! | at least 20 distinct values, a share of them valid | refusal from 10 % | refusal from 80 % |
//! | any other valid number | warning | warning if it has the modulus or a hyphen |
//!
//! Danish shares are of dates, because the modulus is no longer required; production-unit numbers
//! have ten digits, too, and often look like a date. Columns that hold them can be declared exempt
//! and are then not tested for Danish numbers. There is no exemption from the Norwegian test. How
//! distinct values are counted and lost leading zeros restored is told in [`tally`].
//!
//! No identifier: digits in a longer run; numbers with decimals or an exponent; digits within a
//! code of letters and digits, such as a UUID or a hexadecimal hash.
//!
//! Neither a value nor a count leaves this module.

pub(crate) mod danish;
pub(crate) mod norwegian;
mod tally;

use std::iter::repeat;
use tally::{Candidate, Finding, Tally};

/// Digits of the shortest candidate.
const SHORTEST: usize = 9;

const HEADER: &str = "the header itself holds a valid identification number: is the header line \
    missing?";

/// Whose identification numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum IdentifierKind {
    /// Fødselsnummer or D-number.
    Norwegian,
    /// CPR number.
    Danish,
}

/// What follows from a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Severity {
    /// The file must not be used as it is.
    Refusal,
    /// A person should look.
    Warning,
}

/// A column that holds, or seems to hold, identification numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Verdict {
    /// Name of the column; `column 3` where the header is empty or could itself be an identifier.
    pub(crate) column: String,
    /// Which numbers.
    pub(crate) kind: IdentifierKind,
    /// What follows.
    pub(crate) severity: Severity,
    /// Why.
    pub(crate) rule: &'static str,
}

/// Looks at the cells of one file, or of a part of it. Not printable, for it has seen values.
pub(crate) struct Guard {
    columns: Vec<Column>,
    /// Cells that no header stands over.
    beyond: Column,
}

struct Column {
    name: String,
    header: Option<IdentifierKind>,
    employer: bool,
    exempt: bool,
    tally: Tally,
}

impl Guard {
    /// A guard over columns with these headers, which are looked at at once. `employer` tells which
    /// columns name employers, `exempt` which are declared to hold production-unit numbers; columns
    /// beyond the end of either are not.
    pub(crate) fn new(header: &[String], employer: Vec<bool>, exempt: Vec<bool>) -> Self {
        let employer = employer.into_iter().chain(repeat(false));
        let exempt = exempt.into_iter().chain(repeat(false));
        let columns = (1..)
            .zip(header)
            .zip(employer.zip(exempt))
            .map(|((number, name), (employer, exempt))| Column::new(number, name, employer, exempt))
            .collect();
        let beyond = Column::new(0, "beyond the header", false, false);
        Self { columns, beyond }
    }

    /// Looks at a cell of a column, from 0; cells beyond the header make a column of their own.
    pub(crate) fn look(&mut self, column: usize, cell: &str) {
        if cell.len() < SHORTEST {
            return;
        }
        let column = match self.columns.get_mut(column) {
            Some(column) => column,
            None => &mut self.beyond,
        };
        scan(cell, |candidate| column.tally.add(&candidate));
    }

    /// Adds what the guard of another part saw; it must have been made with the same arguments.
    pub(crate) fn merge(&mut self, other: Self) {
        for (column, other) in self.columns.iter_mut().zip(other.columns) {
            column.tally.merge(&other.tally);
        }
        self.beyond.tally.merge(&other.beyond.tally);
    }

    /// What was found, in the order of the columns. Neither the order of the cells nor how they
    /// were divided among guards matters.
    pub(crate) fn verdicts(&self) -> Vec<Verdict> {
        let columns = self.columns.iter().chain([&self.beyond]);
        columns.flat_map(Column::verdicts).collect()
    }
}

impl Column {
    fn new(number: usize, header: &str, employer: bool, exempt: bool) -> Self {
        let mut tally = Tally::default();
        scan(header, |candidate| tally.add(&candidate));
        let name = if tally.is_empty() && !header.trim().is_empty() {
            header.to_owned()
        } else {
            format!("column {number}")
        };
        Self {
            name,
            header: tally.single(exempt),
            employer,
            exempt,
            tally: Tally::default(),
        }
    }

    fn verdicts(&self) -> Vec<Verdict> {
        let header = self.header.map(|kind| Finding {
            kind,
            severity: Severity::Refusal,
            rule: HEADER,
        });
        let norwegian = self.tally.norwegian(self.employer);
        let danish = if self.exempt {
            None
        } else {
            self.tally.danish()
        };
        [header, norwegian, danish]
            .into_iter()
            .flatten()
            .map(|finding| Verdict {
                column: self.name.clone(),
                kind: finding.kind,
                severity: finding.severity,
                rule: finding.rule,
            })
            .collect()
    }
}

/// Calls `found` with every run of digits in a text that could be an identifier.
fn scan(text: &str, mut found: impl FnMut(Candidate)) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(skipped) = bytes[at..].iter().position(u8::is_ascii_digit) {
        let start = at + skipped;
        at = run_end(bytes, start);
        if let Some((candidate, end)) = candidate(bytes, start, at)
            && !has_decimals(&bytes[..start], &bytes[end..])
            && !is_part_of_code(&bytes[..start], &bytes[end..])
        {
            found(candidate);
        }
    }
}

/// The end of the run of digits that begins at `start`.
fn run_end(bytes: &[u8], start: usize) -> usize {
    start + digits_at_start(&bytes[start..])
}

fn digits_at_start(bytes: &[u8]) -> usize {
    bytes
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .count()
}

/// What the run of digits from `start` to `end` could be, and where that ends.
fn candidate(bytes: &[u8], start: usize, end: usize) -> Option<(Candidate, usize)> {
    let run = &bytes[start..end];
    match run.len() {
        6 => {
            let (width, hyphen) = separator(&bytes[end..])?;
            let second = end + width;
            let last = run_end(bytes, second);
            let tail = &bytes[second..last];
            let candidate = match tail.len() {
                5 => Candidate::Eleven(values(run, tail)),
                4 => Candidate::Parted {
                    digits: values(run, tail),
                    hyphen,
                },
                _ => return None,
            };
            Some((candidate, last))
        }
        SHORTEST => Some((Candidate::Nine(values(run, &[])), end)),
        10 => Some((Candidate::Ten(values(run, &[])), end)),
        11 => Some((Candidate::Eleven(values(run, &[])), end)),
        _ => None,
    }
}

/// The width of the blank or hyphen at the start, those of typesetters included, and whether it is
/// a hyphen.
fn separator(bytes: &[u8]) -> Option<(usize, bool)> {
    match bytes {
        [b' ', ..] => Some((1, false)),
        [b'-', ..] => Some((1, true)),
        // No-break space U+00A0, narrow no-break space U+202F.
        [0xC2, 0xA0, ..] => Some((2, false)),
        [0xE2, 0x80, 0xAF, ..] => Some((3, false)),
        // Hyphens and dashes U+2010 to U+2015, minus sign U+2212.
        [0xE2, 0x80, 0x90..=0x95, ..] | [0xE2, 0x88, 0x92, ..] => Some((3, true)),
        _ => None,
    }
}

/// The values of the digits of two runs together.
fn values<const N: usize>(first: &[u8], second: &[u8]) -> [u8; N] {
    let mut values = [0; N];
    for (value, byte) in values.iter_mut().zip(first.iter().chain(second)) {
        *value = byte.wrapping_sub(b'0');
    }
    values
}

/// Whether digits between these texts are part of a number with decimals. Beyond a point or comma
/// there are then fewer digits than in an identifier; otherwise it divides a list.
fn has_decimals(before: &[u8], after: &[u8]) -> bool {
    let is_short = |digits: usize| (1..SHORTEST).contains(&digits);
    let fraction = match after {
        [b'.' | b',', rest @ ..] => {
            let digits = digits_at_start(rest);
            // A column of numbers with a gap comes with `.0` behind each: no decimals.
            is_short(digits) && rest[..digits].iter().any(|digit| *digit != b'0')
        }
        _ => false,
    };
    let whole = match before {
        [b'.' | b','] => true,
        [rest @ .., b'.' | b','] => {
            let digits = rest.iter().rev().take_while(|byte| byte.is_ascii_digit());
            is_short(digits.count())
        }
        _ => false,
    };
    fraction || whole
}

/// Whether digits between these texts touch letters that join them to more digits: an exponent, a
/// UUID, a hexadecimal hash. A word alone, as in `fnr` and the number, does not.
fn is_part_of_code(before: &[u8], after: &[u8]) -> bool {
    let is_letter = |byte: &&u8| byte.is_ascii_alphabetic();
    let lead = before.iter().rev().take_while(is_letter).count();
    let trail = after.iter().take_while(is_letter).count();
    let joins = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'+' | b'-');
    lead + trail > 0
        && (before.iter().rev().nth(lead).is_some_and(joins) || after.get(trail).is_some_and(joins))
}

/// The remainder modulo 11 of the weighted sum of the digits.
fn remainder(digits: &[u8], weights: &[u32]) -> u32 {
    let weighted = digits.iter().zip(weights);
    let sum: u32 = weighted
        .map(|(&digit, weight)| u32::from(digit) * weight)
        .sum();
    sum % 11
}

/// The number of two digits.
fn two(tens: u8, ones: u8) -> u32 {
    u32::from(tens) * 10 + u32::from(ones)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failing test may panic")]
mod tests {
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
        // The last is beyond the header.
        for column in 0..4 {
            guard.look(column, number);
        }
        let mut expected = vec![
            "employer: Norwegian Refusal",
            "unit: Norwegian Warning",
            "note: Norwegian Warning",
        ];
        assert_eq!(seen(&guard), expected);
        for cell in &cells {
            guard.look(2, cell);
        }
        expected.push("note: Danish Refusal");
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
}
