//! The rule on dominance: what a sum is without its two largest contributions.

/// What contributions, none of them negative, come to, and the two largest.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Largest {
    pub(crate) all: f64,
    pub(crate) first: f64,
    pub(crate) second: f64,
}

impl Largest {
    pub(crate) fn add(&mut self, value: f64) {
        self.all += value;
        if value > self.first {
            (self.first, self.second) = (value, self.first);
        } else if value > self.second {
            self.second = value;
        }
    }

    /// What is left without these two, in per cent of the largest; nothing where all are 0.
    pub(crate) fn remainder(&self) -> Option<u64> {
        let rest = (self.all - self.first - self.second).max(0.0);
        (self.first > 0.0).then(|| (rest / self.first * 100.0) as u64)
    }
}

impl FromIterator<f64> for Largest {
    fn from_iter<I: IntoIterator<Item = f64>>(values: I) -> Self {
        let mut found = Self::default();
        values.into_iter().for_each(|value| found.add(value));
        found
    }
}
