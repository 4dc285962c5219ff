//! What the comparisons of the tests add up to, method by method: the table that ships with the
//! program, so that a report can say how far its estimators are from others.
//!
//! `REGTRIAL_AGREEMENT=write` beside the test command writes the lines of the tests that run. Without
//! it a test fails whose lines are other ones.

use crate::{number_of, root};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Mutex;

/// The head of the table.
const HEAD: &str = "method,test,against,values,largest,tolerance";

/// Tests of one process write one after the other.
static WRITING: Mutex<()> = Mutex::new(());

/// One compared number.
#[derive(Debug)]
pub(crate) struct Checked {
    pub(crate) what: String,
    /// Relative, absolute near zero.
    pub(crate) difference: f64,
    pub(crate) tolerance: f64,
}

#[derive(Debug, Default)]
struct Sum {
    values: usize,
    largest: f64,
    tolerance: f64,
}

/// The program that made the expected values, and the packages of it that matter, with the versions
/// that the file holds.
///
/// # Panics
/// If the file does not hold one of them: the test then fails.
#[must_use]
#[expect(clippy::panic, reason = "this is how a test fails")]
pub fn versions(expected: &Value, names: &[&str]) -> String {
    let of = |name: &&str| {
        let version = expected["versions"][*name].as_str();
        let version = version.unwrap_or_else(|| panic!("no version of {name} is kept"));
        let words = version.split(' ');
        let number = words
            .clone()
            .find(|word| word.starts_with(|c: char| c.is_ascii_digit()));
        format!("{name} {}", number.unwrap_or(version))
    };
    names.iter().map(of).collect::<Vec<_>>().join("; ")
}

fn path() -> PathBuf {
    root().join("crates/study/assets/agreement.csv")
}

/// Holds the comparisons of a test against the table, or writes them there.
///
/// # Panics
/// That is how a test fails.
#[expect(clippy::panic, reason = "this is how a test fails")]
pub(crate) fn settle<'a>(
    test: &str,
    against: &str,
    checked: &'a [Checked],
    methods: impl Fn(&'a str) -> Vec<&'a str>,
) {
    let mut sums: BTreeMap<&str, Sum> = BTreeMap::new();
    for one in checked.iter().filter(|one| one.difference.is_finite()) {
        for method in methods(&one.what) {
            let sum = sums.entry(method).or_default();
            sum.values += 1;
            sum.largest = sum.largest.max(one.difference);
            sum.tolerance = sum.tolerance.max(one.tolerance);
        }
    }
    assert!(!sums.is_empty(), "{test}: nothing was compared");
    let text = std::fs::read_to_string(path()).unwrap_or_default();
    let is_own = |line: &&str| line.split(',').nth(1) == Some(test);
    if std::env::var("REGTRIAL_AGREEMENT").is_ok_and(|how| how == "write") {
        let _guard = WRITING.lock();
        let text = std::fs::read_to_string(path()).unwrap_or_default();
        let others = text.lines().skip(1).filter(|line| !is_own(line));
        let mut lines: Vec<String> = others.map(str::to_owned).collect();
        lines.extend(sums.iter().map(|(method, sum)| {
            let Sum {
                values,
                largest,
                tolerance,
            } = sum;
            // Rounded up to one digit.
            let (largest, tolerance) = (upwards(*largest), upwards(*tolerance));
            format!("{method},{test},{against},{values},{largest:e},{tolerance:e}")
        }));
        lines.sort();
        let written = std::fs::write(path(), format!("{HEAD}\n{}\n", lines.join("\n")));
        assert!(written.is_ok(), "the table cannot be written");
        return;
    }
    let own: Vec<&str> = text.lines().filter(is_own).collect();
    let fits = own.len() == sums.len()
        && own.iter().all(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            let sum = sums.get(cells[0]);
            // Another processor may be a little further off in what is found by iteration.
            sum.is_some_and(|sum| {
                cells[2] == against
                    && cells[3] == sum.values.to_string()
                    && number_of(cells[5]) == upwards(sum.tolerance)
                    && sum.largest <= 2.0 * number_of(cells[4]) + sum.tolerance / 100.0
            })
        });
    if !fits {
        panic!(
            "crates/study/assets/agreement.csv says of {test}:\n{}\nbut the test has {sums:?}; \
             REGTRIAL_AGREEMENT=write writes it anew",
            own.join("\n")
        );
    }
}

/// The next number with one digit that is not smaller.
fn upwards(value: f64) -> f64 {
    if value == 0.0 {
        return 0.0;
    }
    let text = format!("{value:.0e}");
    let rounded = number_of(&text);
    if rounded >= value {
        return rounded;
    }
    let unit = 10_f64.powf(value.log10().floor());
    number_of(&format!("{:.0e}", rounded + unit))
}
