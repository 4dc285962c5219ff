//! Earlier releases of a study, so that a later one cannot be subtracted from them.
//!
//! The ledger holds released numbers only, with a key for each set of people, and stays in the
//! secure environment. Two rules use it. Counts of the same people that left before are known to
//! every reader: the audit starts from them. A record of the same name whose people or events have
//! changed by fewer than the minimum count is withheld: the difference would be those people.

use crate::{Policy, Record};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The schema name that a ledger carries.
pub const LEDGER_SCHEMA: &str = "regtrial.ledger/1";

/// Every earlier release, the first one first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ledger {
    schema: String,
    releases: Vec<Release>,
}

impl Default for Ledger {
    fn default() -> Self {
        Self {
            schema: LEDGER_SCHEMA.to_owned(),
            releases: Vec::new(),
        }
    }
}

/// What one release showed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Release {
    /// Counts by the key of their people: the lowest and highest that a reader takes them for.
    cells: BTreeMap<String, (u64, u64)>,
    /// Numbers of people and events by the name of the record.
    records: BTreeMap<String, (Option<u64>, Option<u64>)>,
}

impl Ledger {
    /// Reads a ledger.
    ///
    /// # Errors
    /// Text that is no ledger of this version.
    pub fn parse(text: &str) -> Result<Self, String> {
        let ledger: Self = serde_json::from_str(text).map_err(|error| error.to_string())?;
        if ledger.schema == LEDGER_SCHEMA {
            Ok(ledger)
        } else {
            Err(format!("the schema is not {LEDGER_SCHEMA}"))
        }
    }

    /// The ledger as a file: indented, with a final newline.
    ///
    /// # Errors
    /// Never; the signature is serde's.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }

    /// How many releases it holds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.releases.len()
    }

    /// Whether nothing has been released.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.releases.is_empty()
    }

    /// Adds what a release showed, unless the same has been released before.
    pub(crate) fn add(&mut self, release: Release) {
        if !self.releases.contains(&release) {
            self.releases.push(release);
        }
    }

    /// Counts that readers know, with the narrowest bounds that were shown.
    pub(crate) fn shown(&self) -> BTreeMap<u128, (u64, u64)> {
        let mut shown: BTreeMap<u128, (u64, u64)> = BTreeMap::new();
        for (key, &(low, high)) in self.releases.iter().flat_map(|release| &release.cells) {
            if let Ok(key) = u128::from_str_radix(key, 16) {
                let bounds = shown.entry(key).or_insert((low, high));
                *bounds = (bounds.0.max(low), bounds.1.min(high));
            }
        }
        shown
    }

    /// Whether an earlier release showed this record with a few people or events more or less.
    pub(crate) fn differs_little(&self, record: &Record, policy: Policy) -> bool {
        if self.releases.is_empty() {
            return false;
        }
        let name = name(record);
        let rounded = |count: Option<u64>| count.map(|count| policy.rounded(count));
        let little = |before: Option<u64>, now: Option<u64>| match (before, rounded(now)) {
            (Some(before), Some(now)) => !policy.allows(before.abs_diff(now)) && before != now,
            _ => false,
        };
        let mut earlier = self.releases.iter().filter_map(|r| r.records.get(&name));
        earlier.any(|&(n, events)| little(n, record.n) || little(events, record.events))
    }
}

impl Release {
    /// What these records, which have passed disclosure control, show.
    pub(crate) fn of(records: &[Record], policy: Policy) -> Self {
        let mut release = Self::default();
        for record in records.iter().filter(|record| !record.suppressed) {
            let beside = record.n.is_some() || record.events.is_some();
            let beside = record.cells.beside.iter().filter(|_| beside);
            for cell in record.cells.shows.iter().chain(beside) {
                let key = format!("{:032x}", cell.key());
                release.cells.insert(key, policy.bounds(cell.count()));
            }
            if record.n.is_some() || record.events.is_some() {
                release
                    .records
                    .insert(name(record), (record.n, record.events));
            }
        }
        release
    }
}

/// What a record is about, in one line.
fn name(record: &Record) -> String {
    let time = if record.time.is_nan() {
        String::new()
    } else {
        record.time.to_string()
    };
    [
        &record.analysis,
        &record.outcome,
        &record.population,
        &record.group,
        &record.contrast,
        &record.term,
        &record.level,
        &time,
        &record.statistic,
        &record.method,
    ]
    .map(String::as_str)
    .join("|")
}

#[cfg(test)]
mod tests {
    use super::Ledger;
    use crate::{Cell, Cells, Policy, Record, Results};

    fn study(events: u64, n: u64) -> Results {
        let mut record = Record::new("outcomes", "all", "risk");
        (record.n, record.events) = (Some(n), Some(events));
        record.cells = Cells::proportion(events, n);
        Results {
            records: vec![record],
            ..Results::default()
        }
    }

    /// A second run with one person more would give that person's outcome away.
    #[test]
    fn one_person_more_is_withheld_and_the_same_again_is_not() {
        let policy = Policy::default();
        let first = study(28, 95).release(policy);
        let ledger = first.ledger().clone();
        assert_eq!(ledger.len(), 1);
        for (events, n, hidden) in [(28, 95, false), (29, 96, true), (40, 120, false)] {
            let later = study(events, n).release_after(policy, &ledger);
            assert_eq!(later.records()[0].suppressed, hidden, "{events}/{n}");
        }
        let again = study(28, 95).release_after(policy, &ledger);
        assert_eq!(again.ledger(), &ledger, "the same release is held once");
    }

    /// The first release showed those ever employed; the second one must not show those at a
    /// landmark, who are two fewer.
    #[test]
    fn the_audit_starts_from_what_has_left() {
        let cell = |range: std::ops::Range<u64>| Cell::of("cell", range);
        let release = |shown: Cell, ledger: &Ledger| {
            let mut results = Results::default();
            results.counts.sum(cell(0..28), [cell(0..26), cell(26..28)]);
            let mut record = Record::new("outcomes", "all", "risk");
            record.cells = Cells::showing([shown]);
            results.records.push(record);
            results.release_after(Policy::default(), ledger)
        };
        let first = release(cell(0..28), &Ledger::default());
        assert!(!first.records()[0].suppressed);
        assert!(release(cell(0..26), first.ledger()).records()[0].suppressed);
        assert!(!release(cell(0..26), &Ledger::default()).records()[0].suppressed);
    }

    #[test]
    fn a_ledger_survives_its_file_and_refuses_others() {
        let ledger = study(28, 95).release(Policy::default()).ledger().clone();
        let text = ledger.to_json().unwrap_or_default();
        assert_eq!(Ledger::parse(&text), Ok(ledger));
        assert!(Ledger::parse("{}").is_err());
        assert!(Ledger::parse(&text.replace("ledger/1", "ledger/9")).is_err());
    }
}
