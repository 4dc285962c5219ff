//! `disclosure.json`: what was withheld and by which rule, for the person who checks output. Never
//! the value, nor a count of people.

use crate::disclosure::Rule;
use crate::{Policy, Released};
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    policy: Policy,
    earlier_releases: usize,
    audit: Audit,
    by_rule: BTreeMap<Rule, usize>,
    rules: BTreeMap<Rule, &'static str>,
    records: Vec<Entry<'a>>,
}

#[derive(Serialize)]
struct Audit {
    small_cells: usize,
    interval_at_least: u64,
    not_protected: usize,
    shown_by_earlier_releases: usize,
}

#[derive(Serialize)]
struct Entry<'a> {
    rule: Rule,
    analysis: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    outcome: &'a str,
    population: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    group: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    contrast: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    term: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    level: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    time: Option<f64>,
    statistic: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    method: &'a str,
}

fn words(rule: Rule) -> &'static str {
    match rule {
        Rule::MinimumCount => "a count of people below the minimum stands behind the number",
        Rule::Secondary => "with other released numbers it would give a withheld count back",
        Rule::Dominance => "one or two people make up most of the total",
        Rule::Extreme => "the smallest or largest value is the value of one person",
        Rule::Landmarks => "the plan releases the landmarks of curves only",
        Rule::EarlierRelease => {
            "an earlier release showed the same number for a few people more or less"
        }
        Rule::Rounding => "computed from exact counts, while the plan releases rounded ones",
        Rule::Coarsened => {
            "shown, but without the numbers of people beside it, or with fewer decimals"
        }
    }
}

impl Released {
    /// `disclosure.json`: indented, with a final newline.
    ///
    /// # Errors
    /// Never; the signature is serde's.
    pub fn disclosure_json(&self) -> Result<String, serde_json::Error> {
        let mut by_rule = BTreeMap::new();
        let mut records = Vec::new();
        for (record, rule) in self.not_whole() {
            *by_rule.entry(rule).or_insert(0) += 1;
            records.push(Entry {
                rule,
                analysis: &record.analysis,
                outcome: &record.outcome,
                population: &record.population,
                group: &record.group,
                contrast: &record.contrast,
                term: &record.term,
                level: &record.level,
                time: record.time.is_finite().then_some(record.time),
                statistic: &record.statistic,
                method: &record.method,
            });
        }
        let audit = self.audit();
        let document = Document {
            schema: "regtrial.disclosure/1",
            policy: self.policy(),
            earlier_releases: self.earlier_releases(),
            audit: Audit {
                small_cells: audit.checked,
                interval_at_least: self.policy().protection(),
                not_protected: audit.failed,
                shown_by_earlier_releases: audit.already_public,
            },
            rules: by_rule.keys().map(|&rule| (rule, words(rule))).collect(),
            by_rule,
            records,
        };
        Ok(serde_json::to_string_pretty(&document)? + "\n")
    }
}

#[cfg(test)]
mod tests {
    use crate::{Cells, Policy, Record, Results};

    #[test]
    fn the_checker_sees_names_and_rules_but_no_numbers() {
        let mut record = Record::new("outcomes", "all", "risk");
        (record.n, record.events, record.estimate) = (Some(777), Some(3), 0.123_456);
        record.group = "IPS".to_owned();
        record.cells = Cells::proportion(3, 777);
        let results = Results {
            records: vec![record],
            ..Results::default()
        };
        let text = results.release(Policy::default()).disclosure_json();
        let text = text.unwrap_or_default();
        assert!(text.contains("\"rule\": \"minimum_count\""), "{text}");
        assert!(text.contains("\"group\": \"IPS\""));
        assert!(!text.contains("777") && !text.contains("0.123") && !text.contains("774"));
    }
}
