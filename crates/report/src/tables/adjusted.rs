//! Columns for hypotheses that are adjusted for each other: the adjusted p-value, and the interval that
//! holds together with the others where the procedure has one.

use super::cells;
use crate::format::{WITHHELD, interval_name};
use crate::select::Records;
use crate::style::p_value;
use regtrial_results::{Catalogue, Journal, Record};

/// Which of the columns a table has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Adjusted {
    p: bool,
    interval: bool,
    journal: Journal,
    // Per mille, so that the level can be compared.
    level: u32,
}

impl Adjusted {
    pub(crate) fn of(records: &Records<'_>, catalogue: &Catalogue) -> Self {
        let limits = |record: &Record| {
            !record.conf_low_adjusted.is_nan() || !record.conf_high_adjusted.is_nan()
        };
        Self {
            p: records.any(has),
            interval: records.any(limits),
            journal: catalogue.journal,
            level: (catalogue.confidence * 1000.0).round() as u32,
        }
    }

    pub(crate) fn headings(self) -> Vec<String> {
        let mut headings = Vec::new();
        if self.interval {
            let interval = interval_name(f64::from(self.level) / 1000.0);
            headings.push(format!("Simultaneous ({interval})"));
        }
        if self.p {
            headings.push("Adjusted p".to_owned());
        }
        headings
    }

    /// The cells of a row whose effect, if it has one, is a record; `write` writes its numbers.
    pub(crate) fn cells(
        self,
        record: Option<&Record>,
        write: impl Fn(&Record) -> String,
    ) -> Vec<String> {
        let record = record.filter(|record| has(record));
        let mut found = Vec::new();
        if self.interval {
            found.push(record.map_or(String::new(), |record| limits(record, write)));
        }
        if self.p {
            found.push(match record {
                None => String::new(),
                Some(record) if record.p_value_adjusted.is_nan() => WITHHELD.to_owned(),
                Some(record) => p_value(record.p_value_adjusted, self.journal),
            });
        }
        found
    }

    /// The same, written as the statistic asks for.
    pub(crate) fn usual(self, record: Option<&Record>) -> Vec<String> {
        self.cells(record, cells::effect)
    }
}

/// Whether a record has an adjusted p-value, or had one before disclosure control.
pub(crate) fn has(record: &Record) -> bool {
    let withheld = |own: &regtrial_results::Hypothesis| own.withheld;
    let effect = record.suppressed && record.hypothesis.is_some() && !record.contrast.is_empty();
    !record.p_value_adjusted.is_nan() || effect || record.hypothesis.as_ref().is_some_and(withheld)
}

/// The limits alone: what stands in brackets behind the estimate.
fn limits(record: &Record, write: impl Fn(&Record) -> String) -> String {
    let mut wider = record.clone();
    wider.conf_low = record.conf_low_adjusted;
    wider.conf_high = record.conf_high_adjusted;
    let text = write(&wider);
    match text.split_once(" (") {
        Some((_, limits)) => limits.trim_end_matches(')').to_owned(),
        None if record.suppressed => WITHHELD.to_owned(),
        None => String::new(),
    }
}
