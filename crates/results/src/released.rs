//! The one door out.

use crate::audit::Hidden;
use crate::disclosure::Rule;
use crate::ledger::Release;
use crate::{Catalogue, Counts, DiagnosticRecord, Ledger, Policy, Record, SCHEMA, Withheld};
use serde::{Serialize, Serializer};
use std::collections::BTreeMap;

/// Everything a study computed, not yet fit to leave.
#[derive(Debug, Clone, Default)]
pub struct Results {
    /// Names and labels.
    pub catalogue: Catalogue,
    /// The statistics.
    pub records: Vec<Record>,
    /// Remarks.
    pub diagnostics: Vec<DiagnosticRecord>,
    /// What is known of the counts behind the statistics.
    pub counts: Counts,
}

impl Results {
    /// Applies disclosure control. What comes out may be written, drawn and sent.
    #[must_use]
    pub fn release(self, policy: Policy) -> Released {
        self.release_after(policy, &Ledger::default())
    }

    /// As [`Results::release`], so that nothing can be subtracted from what left before either.
    #[must_use]
    pub fn release_after(mut self, policy: Policy, earlier: &Ledger) -> Released {
        let applied = policy.apply(&mut self.records, &self.catalogue, &self.counts, earlier);
        let mut ledger = earlier.clone();
        ledger.add(Release::of(&self.records, policy));
        Released {
            catalogue: self.catalogue,
            records: self.records,
            diagnostics: self.diagnostics,
            policy,
            withheld: applied.withheld,
            rules: applied.rules,
            audit: applied.audit,
            earlier_releases: earlier.len(),
            ledger,
        }
    }
}

/// Results that have passed disclosure control. Only [`Results::release`] makes one:
///
/// ```compile_fail
/// let forged = regtrial_results::Released { records: vec![] };
/// ```
///
/// ```compile_fail
/// let forged: regtrial_results::Released = serde_json::from_str("{}").unwrap();
/// ```
#[derive(Debug, Clone)]
pub struct Released {
    catalogue: Catalogue,
    records: Vec<Record>,
    diagnostics: Vec<DiagnosticRecord>,
    policy: Policy,
    withheld: Withheld,
    rules: BTreeMap<usize, Rule>,
    audit: Hidden,
    earlier_releases: usize,
    ledger: Ledger,
}

impl Released {
    /// Names and labels.
    #[must_use]
    pub fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// The statistics, withheld ones without numbers.
    #[must_use]
    pub fn records(&self) -> &[Record] {
        &self.records
    }

    /// Remarks.
    #[must_use]
    pub fn diagnostics(&self) -> &[DiagnosticRecord] {
        &self.diagnostics
    }

    /// The policy that was applied.
    #[must_use]
    pub fn policy(&self) -> Policy {
        self.policy
    }

    /// How many records were withheld.
    #[must_use]
    pub fn withheld(&self) -> &Withheld {
        &self.withheld
    }

    /// The records that were withheld or made coarser, and by which rule.
    pub fn not_whole(&self) -> impl Iterator<Item = (&Record, Rule)> + '_ {
        let record = |(&i, &rule): (&usize, &Rule)| self.records.get(i).map(|r| (r, rule));
        self.rules.iter().filter_map(record)
    }

    /// The ledger with this release in it.
    #[must_use]
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    pub(crate) fn audit(&self) -> &Hidden {
        &self.audit
    }

    pub(crate) fn earlier_releases(&self) -> usize {
        self.earlier_releases
    }

    /// A further count of people under the same policy, for provenance.
    #[must_use]
    pub fn count(&self, count: u64) -> Count {
        if self.policy.allows(count) {
            Count::Shown(self.policy.rounded(count))
        } else {
            Count::Below(self.policy.minimum_count)
        }
    }

    /// The records of one analysis.
    pub fn of<'a>(&'a self, analysis: &'a str) -> impl Iterator<Item = &'a Record> + 'a {
        self.records
            .iter()
            .filter(move |record| record.analysis == analysis)
    }

    /// `results.json`: indented, with a final newline, the same bytes for the same results.
    ///
    /// # Errors
    /// Never for released results; the signature is serde's.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        let mut text = serde_json::to_string_pretty(self)?;
        text.push('\n');
        Ok(text)
    }
}

impl Serialize for Released {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Document<'a> {
            schema: &'static str,
            study: &'a Catalogue,
            disclosure: Disclosure<'a>,
            records: &'a [Record],
            diagnostics: &'a [DiagnosticRecord],
        }
        #[derive(Serialize)]
        struct Disclosure<'a> {
            #[serde(flatten)]
            policy: Policy,
            withheld: &'a Withheld,
        }
        Document {
            schema: SCHEMA,
            study: &self.catalogue,
            disclosure: Disclosure {
                policy: self.policy,
                withheld: &self.withheld,
            },
            records: &self.records,
            diagnostics: &self.diagnostics,
        }
        .serialize(serializer)
    }
}

/// A count that passed disclosure control: a number, or "below the minimum".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Count {
    /// The number itself.
    Shown(u64),
    /// At least 1 and below this number.
    Below(u64),
}

impl Serialize for Count {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Shown(count) => serializer.serialize_u64(*count),
            Self::Below(minimum) => serializer.serialize_str(&format!("<{minimum}")),
        }
    }
}
