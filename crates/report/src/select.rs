//! Finding records: the records of one analysis, and the pairs of arms that they contrast.

use regtrial_results::{Record, Released};

/// The records of one analysis. Where several would fit, the first one is shown.
pub(crate) struct Records<'a> {
    list: Vec<&'a Record>,
}

impl<'a> Records<'a> {
    pub(crate) fn of(released: &'a Released, analysis: &'a str) -> Self {
        Self {
            list: released.of(analysis).collect(),
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &'a Record> + '_ {
        self.list.iter().copied()
    }

    pub(crate) fn find(&self, wanted: impl Fn(&Record) -> bool) -> Option<&'a Record> {
        self.iter().find(|record| wanted(record))
    }

    pub(crate) fn any(&self, wanted: impl Fn(&Record) -> bool) -> bool {
        self.find(wanted).is_some()
    }

    /// A statistic of one arm.
    pub(crate) fn of_arm(&self, outcome: &str, arm: &str, statistic: &str) -> Option<&'a Record> {
        self.find(|r| r.outcome == outcome && r.group == arm && r.statistic == statistic)
    }

    /// A statistic of two arms.
    pub(crate) fn of_pair(
        &self,
        outcome: &str,
        pair: &Pair,
        statistic: &str,
    ) -> Option<&'a Record> {
        self.find(|r| r.outcome == outcome && pair.is(&r.contrast) && r.statistic == statistic)
    }

    /// The pairs of arms that are contrasted, in the order of the records.
    pub(crate) fn pairs(&self, arms: &[String]) -> Vec<Pair> {
        let possible: Vec<Pair> = arms
            .iter()
            .flat_map(|first| arms.iter().map(move |second| Pair::new(first, second)))
            .collect();
        let mut found: Vec<Pair> = Vec::new();
        for record in self.iter().filter(|record| !record.contrast.is_empty()) {
            let pair = possible.iter().find(|pair| pair.is(&record.contrast));
            if let Some(pair) = pair.filter(|pair| !found.contains(pair)) {
                found.push(pair.clone());
            }
        }
        found
    }
}

/// Two arms, the one of interest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pair {
    difference: String,
    ratio: String,
    /// `IPS vs TAU`.
    pub(crate) label: String,
}

impl Pair {
    fn new(first: &str, second: &str) -> Self {
        Self {
            difference: format!("{first} - {second}"),
            ratio: format!("{first} / {second}"),
            label: format!("{first} vs {second}"),
        }
    }

    /// Whether a record's `contrast` speaks of this pair.
    pub(crate) fn is(&self, contrast: &str) -> bool {
        self.difference == contrast || self.ratio == contrast
    }
}
