//! Which two-by-two tables of given group sizes a test rejects.
//!
//! Fisher's p-values are those of all tables with the same number of events at once: with the
//! probabilities in ascending order a table's p-value is the running sum up to its own.

use super::{ProportionTest, Sizes};
use crate::StatsError;
use crate::distributions::{chi_squared, hypergeometric};
use crate::proportion::{TwoByTwo, association};

/// Probabilities that differ by rounding alone are the same.
const SAME: f64 = 1.0 + 1e-7;

/// A verdict on every table.
pub(super) struct Rejected {
    /// By the treated with the event, then by the controls with it.
    tables: Vec<bool>,
    columns: usize,
}

impl Rejected {
    pub(super) fn new(sizes: Sizes, test: ProportionTest, alpha: f64) -> Result<Self, StatsError> {
        let columns = sizes.control as usize + 1;
        let mut found = Self {
            tables: vec![false; (sizes.treated as usize + 1) * columns],
            columns,
        };
        match test {
            ProportionTest::Fisher => found.fisher(sizes, alpha),
            ProportionTest::ChiSquared => found.chi_squared(sizes, alpha)?,
        }
        Ok(found)
    }

    pub(super) fn at(&self, treated: u64, control: u64) -> bool {
        self.tables[treated as usize * self.columns + control as usize]
    }

    /// A table in which nobody or everybody has the event is never rejected.
    fn fisher(&mut self, sizes: Sizes, alpha: f64) {
        for events in 1..sizes.total() {
            let (low, high) = hypergeometric::support(sizes.total(), events, sizes.treated);
            let probability = |k| hypergeometric::pmf(k, sizes.total(), events, sizes.treated);
            let mut tables: Vec<(f64, u64)> = (low..=high).map(|k| (probability(k), k)).collect();
            tables.sort_by(|a, b| a.0.total_cmp(&b.0));
            let (mut sum, mut next) = (0.0, 0);
            for &(own, k) in &tables {
                while let Some((other, _)) = tables.get(next).filter(|t| t.0 <= own * SAME) {
                    sum += other;
                    next += 1;
                }
                if sum > alpha {
                    break;
                }
                self.tables[k as usize * self.columns + (events - k) as usize] = true;
            }
        }
    }

    fn chi_squared(&mut self, sizes: Sizes, alpha: f64) -> Result<(), StatsError> {
        // The p-value itself is asked for where the quantile's rounding could decide.
        let critical = chi_squared::quantile(1.0 - alpha, 1.0);
        let rejects = |statistic: f64| {
            statistic > critical * SAME
                || (statistic * SAME > critical && chi_squared::sf(statistic, 1.0) <= alpha)
        };
        for x in 0..=sizes.treated {
            for y in 0..=sizes.control {
                let table = TwoByTwo::from_counts(x, sizes.treated, y, sizes.control)?;
                if !table.is_degenerate() {
                    let statistic = association::chi_squared(table).statistic_value;
                    self.tables[x as usize * self.columns + y as usize] = rejects(statistic);
                }
            }
        }
        Ok(())
    }
}
