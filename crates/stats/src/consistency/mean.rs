//! Which sums may lie behind a printed mean and standard deviation of whole numbers: GRIM and
//! GRIMMER.
//!
//! n people answer k items with whole numbers; a person's score is the mean of the items. y is the sum
//! of one person's items, T the sum of all y and Q the sum of their squares: the mean is T / (n k) and
//! the SD sqrt((Q - T²/n) / (n - 1)) / k. Both are whole numbers, Q is odd if and only if T is, Q is
//! smallest where the y are as even as they can be, and largest where they lie at the ends of the
//! scale. These conditions are necessary; that a pair meets them does not say that data exist.

use super::Printed;
use crate::StatsError;

/// A printed mean, with its SD if one was printed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PrintedMean {
    /// The mean.
    pub mean: Printed,
    /// The standard deviation with divisor n - 1.
    pub sd: Option<Printed>,
    /// People.
    pub n: u64,
    /// Items that a person's score is the mean of; 1 for a score that is itself a whole number.
    pub items: u64,
    /// Lowest and highest answer to an item, if they are known.
    pub range: Option<(i64, i64)>,
}

/// A sum of all answers, and how many sums of squares go with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct IntegerSums {
    /// The sum of all answers of all people.
    pub sum: i64,
    /// Sums of squares (of the people's sums) that give the printed SD; 0 without a printed SD.
    pub squares: u64,
}

impl PrintedMean {
    /// The sums of answers that may lie behind the printed numbers.
    ///
    /// # Errors
    /// [`StatsError::Argument`] for no people or items, a range whose ends are not in order, a negative
    /// SD, an SD of one person, or numbers beyond a million people, items or points.
    ///
    /// ```
    /// use regtrial_stats::consistency::{Printed, PrintedMean};
    /// // Brown and Heathers 2017: a mean of 5.19 of 28 whole numbers; 145/28 = 5.18, 146/28 = 5.21.
    /// let printed = PrintedMean { mean: Printed::parse("5.19")?, sd: None, n: 28, items: 1, range: None };
    /// assert!(printed.sums()?.is_empty());
    /// # Ok::<(), regtrial_stats::StatsError>(())
    /// ```
    pub fn sums(&self) -> Result<Vec<IntegerSums>, StatsError> {
        self.check()?;
        let range = self.mean.numerators(1, self.n * self.items);
        let mut found = Vec::new();
        for sum in range {
            if !self.reaches(sum) {
                continue;
            }
            let squares = match self.sd {
                None => 0,
                Some(sd) => self.squares(sum, sd),
            };
            if self.sd.is_none() || squares > 0 {
                found.push(IntegerSums {
                    sum: sum as i64,
                    squares,
                });
            }
        }
        Ok(found)
    }

    fn check(&self) -> Result<(), StatsError> {
        const MOST: u64 = 1_000_000;
        if !(1..=MOST).contains(&self.n) || !(1..=MOST).contains(&self.items) {
            let rule = "must be whole numbers from 1 to a million";
            return Err(StatsError::argument("people and items", rule));
        }
        if let Some((low, high)) = self.range
            && (low >= high || low.unsigned_abs().max(high.unsigned_abs()) > MOST)
        {
            let rule = "must have its lower end first, both within a million";
            return Err(StatsError::argument("the range of answers", rule));
        }
        if self.mean.value().abs() > MOST as f64 {
            return Err(StatsError::argument(
                "the mean",
                "must lie within a million",
            ));
        }
        match self.sd {
            Some(sd) if sd.value() < 0.0 || sd.value() > MOST as f64 => Err(StatsError::argument(
                "the SD",
                "must lie between 0 and a million",
            )),
            Some(_) if self.n < 2 => Err(StatsError::argument(
                "people",
                "must be at least 2 for an SD",
            )),
            _ => Ok(()),
        }
    }

    /// Whether answers within the range can have this sum.
    fn reaches(&self, sum: i128) -> bool {
        let answers = i128::from(self.n) * i128::from(self.items);
        self.range.is_none_or(|(low, high)| {
            (i128::from(low) * answers..=i128::from(high) * answers).contains(&sum)
        })
    }

    /// How many sums of squares go with a sum and the printed SD.
    fn squares(&self, sum: i128, sd: Printed) -> u64 {
        let (n, items) = (i128::from(self.n), self.items as f64);
        let people = self.n as f64;
        let of = |sd: f64| {
            // Q n = (n - 1) n SD² k² + T²; T² apart, so that nothing large is rounded.
            (people - 1.0) * people * (sd * items).powi(2)
        };
        let square = sum * sum;
        let (low, high) = (of(sd.low().max(0.0)), of(sd.high()));
        let excess = |q: i128| (q * n - square) as f64;
        let slack = |value: f64| 1e-9 * value.max(1.0);
        let (least, most) = (self.least(sum), self.most(sum));
        let from = ((square as f64 + low) / people).floor() as i128 - 2;
        let to = ((square as f64 + high) / people).ceil() as i128 + 2;
        let from = from.max(least);
        let to = most.map_or(to, |most| to.min(most));
        // All of one parity between two ends: those at the ends are tried, the others follow.
        let fits = |q: i128| excess(q) >= low - slack(low) && excess(q) <= high + slack(high);
        let even = |q: i128| (q - sum).rem_euclid(2) == 0;
        let first = (from..=to.min(from + 8)).find(|q| even(*q) && fits(*q));
        let last = (from.max(to - 8)..=to).rev().find(|q| even(*q) && fits(*q));
        match (first, last) {
            (Some(first), Some(last)) => ((last - first) / 2 + 1) as u64,
            _ => 0,
        }
    }

    /// The smallest sum of squares of n whole numbers with a sum.
    fn least(&self, sum: i128) -> i128 {
        let n = i128::from(self.n);
        let (each, more) = (sum.div_euclid(n), sum.rem_euclid(n));
        (n - more) * each * each + more * (each + 1) * (each + 1)
    }

    /// The largest within the range of answers: as many as possible at its ends.
    fn most(&self, sum: i128) -> Option<i128> {
        let (low, high) = self.range?;
        let items = i128::from(self.items);
        let (low, high) = (i128::from(low) * items, i128::from(high) * items);
        let n = i128::from(self.n);
        let above = sum - n * low;
        let (top, rest) = (above / (high - low), above % (high - low));
        if top >= n {
            return Some(n * high * high);
        }
        Some(top * high * high + (low + rest) * (low + rest) + (n - top - 1) * low * low)
    }
}

#[cfg(test)]
mod tests {
    use super::PrintedMean;
    use crate::consistency::Printed;

    /// All data of n whole numbers of a range: what is printed of each must be found possible.
    #[test]
    fn no_possible_data_are_called_impossible() {
        for n in 2..=4_usize {
            let all = 4_usize.pow(n as u32);
            for code in 0..all {
                let data: Vec<f64> = (0..n)
                    .map(|i| (code / 4_usize.pow(i as u32) % 4 + 1) as f64)
                    .collect();
                let mean = crate::describe::mean(&data);
                let sd = crate::describe::variance(&data).sqrt();
                let printed = PrintedMean {
                    mean: Printed::parse(&format!("{mean:.2}")).unwrap(),
                    sd: Some(Printed::parse(&format!("{sd:.2}")).unwrap()),
                    n: n as u64,
                    items: 1,
                    range: Some((1, 4)),
                };
                let sum = data.iter().sum::<f64>() as i64;
                let found = printed.sums().unwrap();
                assert!(found.iter().any(|s| s.sum == sum), "{data:?} {found:?}");
            }
        }
    }

    #[test]
    fn items_make_the_grain_finer() {
        let printed = |items| PrintedMean {
            mean: Printed::parse("5.19").unwrap(),
            sd: None,
            n: 28,
            items,
            range: None,
        };
        assert!(printed(1).sums().unwrap().is_empty());
        // 28 people, 3 items: 436/84 = 5.1905.
        assert_eq!(printed(3).sums().unwrap()[0].sum, 436);
    }

    #[test]
    fn a_possible_mean_may_have_an_impossible_sd() {
        let printed = |sd: &str| PrintedMean {
            mean: Printed::parse("3.00").unwrap(),
            sd: Some(Printed::parse(sd).unwrap()),
            n: 4,
            items: 1,
            range: Some((1, 5)),
        };
        // T = 12, Q even from 36: SD² = (Q - 36)/3: 0, 0.82, 1.15, ...
        for possible in ["0.00", "0.82", "1.15", "1.41", "2.31"] {
            assert_eq!(printed(possible).sums().unwrap().len(), 1, "{possible}");
        }
        // 1.00 needs Q = 39, which is odd; 2.45 needs Q = 54, beyond 1, 1, 5, 5.
        for impossible in ["0.50", "1.00", "2.45"] {
            assert!(
                printed(impossible).sums().unwrap().is_empty(),
                "{impossible}"
            );
        }
    }
}
