//! Against what a method was held: the table that the reference tests write and check.

use regtrial_results::Agreement;

/// A comparison a line: method, test, against what, numbers, largest difference, tolerance. Written and
/// checked by the tests in `tests/`, never by hand.
const AGREEMENT: &str = include_str!("../../assets/agreement.csv");

/// The comparisons of a method, in the order of the table.
pub(crate) fn of(method: &str) -> Vec<Agreement> {
    let lines = AGREEMENT.lines().skip(1);
    let found = lines.filter_map(|line| {
        let cells: Vec<&str> = line.split(',').collect();
        let [key, test, against, values, largest, tolerance] = cells[..] else {
            return None;
        };
        (key == method).then_some(())?;
        Some(Agreement {
            test: test.to_owned(),
            against: against.replace(';', ","),
            values: values.parse().ok()?,
            largest: largest.parse().ok()?,
            tolerance: tolerance.parse().ok()?,
        })
    });
    found.collect()
}

#[cfg(test)]
mod tests {
    use super::{AGREEMENT, of};

    #[test]
    fn every_line_is_read_and_says_what_it_may_say() {
        let mut lines = AGREEMENT.lines();
        let head = "method,test,against,values,largest,tolerance";
        assert_eq!(lines.next(), Some(head));
        let mut all = 0;
        let mut methods: Vec<&str> = lines.clone().filter_map(|l| l.split(',').next()).collect();
        methods.dedup();
        for method in methods {
            for found in of(method) {
                assert!(
                    found.values > 0 && found.largest <= found.tolerance,
                    "{method}"
                );
                assert!(!found.against.is_empty());
                all += 1;
            }
        }
        assert_eq!(all, lines.count());
    }
}
