//! What may leave: the options of `[disclosure]`.

use serde::Serialize;

/// What may leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Policy {
    /// Counts from 1 to one below this number are withheld; 0 or 1 withholds nothing.
    pub minimum_count: u64,
    /// Counts are rounded to multiples of this number; 0 or 1 rounds nothing.
    pub rounding: u64,
    /// Whether the number of people without a value of an outcome may be known.
    pub missing: Protection,
    /// Whether it may be known that nobody, or everybody, is in a cell.
    pub zeros: Protection,
    /// A mean or total leaves only if it is, without its two largest contributions, at least this
    /// many per cent of the largest (the p% rule); 0 asks for nothing.
    pub dominance: u64,
    /// Which months of a curve leave.
    pub curves: Months,
}

/// Whether a kind of count is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Protection {
    /// It may be known.
    Shown,
    /// It is withheld like any small count.
    Protected,
}

/// Which months of a curve leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Months {
    /// Every month.
    All,
    /// The landmarks only.
    Landmarks,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            minimum_count: 5,
            rounding: 0,
            missing: Protection::Shown,
            zeros: Protection::Shown,
            dominance: 10,
            curves: Months::All,
        }
    }
}

impl Policy {
    /// The usual policy with another minimum count.
    #[must_use]
    pub fn minimum(minimum_count: u64) -> Self {
        Self {
            minimum_count,
            ..Self::default()
        }
    }

    /// Whether a count of people may be shown.
    #[must_use]
    pub fn allows(self, count: u64) -> bool {
        let zero = count == 0 && self.zeros == Protection::Shown;
        !self.withholds() || zero || count >= self.minimum_count
    }

    /// A count as it is shown: rounded to the nearest multiple, halves up.
    #[must_use]
    pub fn rounded(self, count: u64) -> u64 {
        match self.rounding {
            0 | 1 => count,
            base => (count + base / 2) / base * base,
        }
    }

    /// Whether counts are rounded.
    #[must_use]
    pub fn rounds(self) -> bool {
        self.rounding > 1
    }

    /// Whether anything is withheld or rounded.
    #[must_use]
    pub fn is_on(self) -> bool {
        self.withholds() || self.rounds()
    }

    pub(crate) fn withholds(self) -> bool {
        self.minimum_count > 1
    }

    pub(crate) fn missing_is_protected(self) -> bool {
        self.missing == Protection::Protected
    }

    /// How far the ends of a withheld count's interval are apart: as many values as the minimum.
    pub(crate) fn protection(self) -> u64 {
        self.minimum_count.saturating_sub(1)
    }

    /// What a reader learns from a count that is shown: the lowest and highest that it may be.
    pub(crate) fn bounds(self, count: u64) -> (u64, u64) {
        let shown = self.rounded(count);
        if !self.rounds() {
            return (shown, shown);
        }
        let (low, high) = (
            shown.saturating_sub(self.rounding / 2),
            shown + (self.rounding - 1) / 2,
        );
        // Small counts are withheld, so what is shown is none of them.
        match count {
            0 => (0, 0),
            _ => (low.max(self.minimum_count).min(high), high),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Policy, Protection};

    #[test]
    fn counts_are_rounded_to_the_nearest_multiple() {
        let policy = Policy {
            rounding: 5,
            ..Policy::default()
        };
        let found: Vec<u64> = [0, 2, 3, 7, 8, 97, 98]
            .map(|count| policy.rounded(count))
            .to_vec();
        assert_eq!(found, [0, 0, 5, 5, 10, 95, 100]);
        assert_eq!(policy.bounds(97), (93, 97));
        assert_eq!(policy.bounds(6), (5, 7), "three and four are withheld");
        assert_eq!(Policy::default().bounds(97), (97, 97));
    }

    #[test]
    fn zeros_are_shown_unless_protected() {
        assert!(Policy::default().allows(0));
        let strict = Policy {
            zeros: Protection::Protected,
            ..Policy::default()
        };
        assert!(!strict.allows(0) && strict.allows(5));
        assert!(Policy::minimum(0).allows(1));
    }
}
