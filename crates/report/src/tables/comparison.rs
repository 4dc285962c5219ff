//! Outcomes by arm with their contrasts. Two arms: one row an outcome. More: the arms on the
//! outcome's row, and below it a row for every pair of arms.

use super::adjusted::{self, Adjusted};
use super::cells;
use super::table::{Row, RowKind, Table};
use crate::format::{decimals, fixed, interval_name, percent, ratio};
use crate::language::said;
use crate::select::{Pair, Records};
use regtrial_results::{Analysis, Journal, Language, Outcome, Record, Released};

/// The group of records on all people.
const EVERYONE: &str = "all";

/// A column of contrasts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Column {
    Difference,
    RiskRatio,
    OddsRatio,
    P,
    Permutation,
    Adjusted,
}

/// What the outcomes of the table are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Content {
    Binary,
    Quantities,
    Mixed,
}

struct Comparison<'a> {
    records: Records<'a>,
    /// Everyone is one, where there are no arms.
    arms: Vec<String>,
    outcomes: Vec<&'a Outcome>,
    pairs: Vec<Pair>,
    columns: Vec<Column>,
    adjusted: Adjusted,
    content: Content,
    confidence: f64,
    journal: Journal,
    language: Language,
}

pub(crate) fn table(released: &Released, analysis: &Analysis) -> Option<Table> {
    let comparison = Comparison::of(released, analysis);
    let rows: Vec<Row> = comparison
        .outcomes
        .iter()
        .flat_map(|outcome| comparison.rows(outcome))
        .collect();
    (!rows.is_empty()).then(|| {
        Table::new(released, analysis, comparison.headings(), rows)
            .with_notes(comparison.notes())
            .made_by(analysis, &comparison.shown(), &[])
    })
}

impl<'a> Comparison<'a> {
    fn of(released: &'a Released, analysis: &'a Analysis) -> Self {
        let catalogue = released.catalogue();
        let records = Records::of(released, &analysis.key);
        let outcomes: Vec<&Outcome> = catalogue
            .outcomes
            .iter()
            .filter(|outcome| records.any(|record| record.outcome == outcome.key))
            .collect();
        let binary = outcomes.iter().filter(|outcome| outcome.binary).count();
        let content = match outcomes.len() - binary {
            0 => Content::Binary,
            quantities if quantities == outcomes.len() => Content::Quantities,
            _ => Content::Mixed,
        };
        Self {
            arms: match catalogue.arms.as_slice() {
                [] => vec![EVERYONE.to_owned()],
                arms => arms.to_vec(),
            },
            pairs: records.pairs(&catalogue.arms),
            columns: columns(&records),
            adjusted: Adjusted::of(&records, catalogue),
            records,
            outcomes,
            content,
            confidence: catalogue.confidence,
            journal: catalogue.journal,
            language: catalogue.language,
        }
    }

    fn headings(&self) -> Vec<String> {
        let interval = interval_name(self.confidence);
        let unit = match self.content {
            Content::Binary => ", n/N (%)",
            Content::Quantities => ", mean (SD)",
            Content::Mixed => "",
        };
        let difference = match self.content {
            Content::Binary => "Risk difference, percentage points",
            Content::Quantities => "Mean difference",
            Content::Mixed => "Difference",
        };
        let mut headings = vec!["Outcome".to_owned()];
        headings.extend(self.arms.iter().map(|arm| match arm.as_str() {
            EVERYONE => format!("{}{unit}", said(self.language, "Everyone")),
            arm => format!("{arm}{unit}"),
        }));
        headings.extend(self.columns.iter().flat_map(|column| match column {
            Column::Difference => vec![format!("{difference} ({interval})")],
            Column::RiskRatio => vec![format!("Risk ratio ({interval})")],
            Column::OddsRatio => vec![format!("Odds ratio ({interval})")],
            Column::P => vec!["p".to_owned()],
            Column::Permutation => vec!["Permutation p".to_owned()],
            Column::Adjusted => self.adjusted.headings(),
        }));
        headings
    }

    fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if let [pair] = self.pairs.as_slice() {
            notes.push(format!("Contrasts: {}.", pair.label));
        }
        if self.content == Content::Mixed && self.columns.contains(&Column::Difference) {
            notes.push(
                "Differences are in percentage points for n/N (%), and in the unit of the outcome \
                 for means."
                    .to_owned(),
            );
        }
        notes
    }

    fn rows(&self, outcome: &Outcome) -> Vec<Row> {
        let label = match (self.content, outcome.binary) {
            (_, false) if self.is_time(outcome, "restricted_mean") => {
                format!("{}, restricted mean", outcome.label)
            }
            (_, false) if self.is_time(outcome, "cumulative_incidence") => {
                format!("{}, cumulative incidence, %", outcome.label)
            }
            (Content::Mixed, true) => format!("{}, n/N (%)", outcome.label),
            (Content::Mixed, false) => format!("{}, mean (SD)", outcome.label),
            _ => outcome.label.clone(),
        };
        let arms = self.arms.iter().map(|arm| self.arm(outcome, arm));
        if let [pair] = self.pairs.as_slice() {
            let cells = arms.chain(self.contrasts(outcome, pair)).collect();
            return vec![Row::new(RowKind::Plain, label, cells)];
        }
        let overall = self.columns.iter().flat_map(|column| match column {
            Column::Adjusted => self.adjusted.usual(None),
            column => vec![self.overall(outcome, *column)],
        });
        let kind = if self.pairs.is_empty() {
            RowKind::Plain
        } else {
            RowKind::Heading
        };
        let mut rows = vec![Row::new(kind, label, arms.chain(overall).collect())];
        rows.extend(self.pairs.iter().map(|pair| {
            let empty = self.arms.iter().map(|_| String::new());
            let cells = empty.chain(self.contrasts(outcome, pair)).collect();
            Row::new(RowKind::Detail, pair.label.clone(), cells)
        }));
        rows
    }

    /// Of a time that some were not followed to there is no mean, only one up to a horizon; where
    /// events compete, the share that had the event first.
    fn is_time(&self, outcome: &Outcome, statistic: &str) -> bool {
        self.records
            .any(|record| record.outcome == outcome.key && record.statistic == statistic)
    }

    /// The records below every heading after the first.
    fn shown(&self) -> Vec<Vec<&'a Record>> {
        let of_outcomes = |of: &dyn Fn(&Outcome) -> Vec<Option<&'a Record>>| {
            let found = self.outcomes.iter().flat_map(|outcome| of(outcome));
            found.flatten().collect::<Vec<_>>()
        };
        let arms = self.arms.iter();
        let of_arms = arms.map(|arm| of_outcomes(&|outcome| self.of_arm(outcome, arm).to_vec()));
        let contrasts = self.columns.iter().flat_map(|column| {
            let found = of_outcomes(&|outcome| {
                let of_pairs = self.pairs.iter();
                let of_pairs = of_pairs.map(|pair| self.of_pair(outcome, pair, *column));
                let all = (*column == Column::P).then(|| self.association(outcome));
                of_pairs.chain(all).collect()
            });
            let headings = match column {
                Column::Adjusted => self.adjusted.headings().len(),
                _ => 1,
            };
            vec![found; headings]
        });
        of_arms.chain(contrasts).collect()
    }

    /// The number of an arm, and the spread beside it.
    fn of_arm(&self, outcome: &Outcome, arm: &str) -> [Option<&'a Record>; 2] {
        let of = |statistic: &str| self.records.of_arm(&outcome.key, arm, statistic);
        if outcome.binary {
            [of("risk"), None]
        } else if self.is_time(outcome, "cumulative_incidence") {
            [of("cumulative_incidence"), None]
        } else {
            [of("mean").or_else(|| of("restricted_mean")), of("sd")]
        }
    }

    fn arm(&self, outcome: &Outcome, arm: &str) -> String {
        let [found, sd] = self.of_arm(outcome, arm);
        if outcome.binary {
            cells::events(found)
        } else if self.is_time(outcome, "cumulative_incidence") {
            cells::estimate(found, percent)
        } else {
            cells::mean_and_sd(found, sd, self.decimals(outcome))
        }
    }

    fn contrasts(&self, outcome: &Outcome, pair: &Pair) -> Vec<String> {
        self.columns
            .iter()
            .flat_map(|column| match column {
                Column::Adjusted => self.adjusted_cells(outcome, pair),
                column => vec![self.contrast(outcome, pair, *column)],
            })
            .collect()
    }

    /// Of the effect of the family, which may be any of the contrasts.
    fn adjusted_cells(&self, outcome: &Outcome, pair: &Pair) -> Vec<String> {
        let effect = self.of_pair(outcome, pair, Column::Adjusted);
        let digits = self.decimals(outcome);
        self.adjusted
            .cells(effect, |record| match record.statistic.as_str() {
                "mean_difference" | "restricted_mean_difference" => {
                    cells::estimate(Some(record), |value| fixed(value, digits))
                }
                _ => cells::effect(record),
            })
    }

    /// The record of a contrast in a column.
    fn of_pair(&self, outcome: &Outcome, pair: &Pair, column: Column) -> Option<&'a Record> {
        let of_contrast = |is: &dyn Fn(&Record) -> bool| {
            let own = |r: &Record| r.outcome == outcome.key && pair.is(&r.contrast) && is(r);
            self.records.find(own)
        };
        let of = |statistic: &str| self.records.of_pair(&outcome.key, pair, statistic);
        match (column, outcome.binary) {
            (Column::Difference, true) => of("risk_difference"),
            (Column::Difference, false) => {
                of("mean_difference").or_else(|| of("restricted_mean_difference"))
            }
            (Column::RiskRatio, true) => of("risk_ratio"),
            (Column::OddsRatio, true) => of("odds_ratio"),
            (Column::RiskRatio | Column::OddsRatio, false) => None,
            (Column::Adjusted, _) => of_contrast(&adjusted::has),
            (Column::Permutation, _) => of_contrast(&cells::is_permutation),
            (Column::P, true) => {
                let alone = self.pairs.len() == 1;
                let unnamed = || self.association(outcome).filter(|_| alone);
                of("association").or_else(unnamed)
            }
            (Column::P, false) => {
                // Of an interval by the bootstrap the p-value is that of the usual test.
                let tested = |statistic: &str| {
                    let found = self.records.find(|r| {
                        r.outcome == outcome.key
                            && pair.is(&r.contrast)
                            && r.statistic == statistic
                            && !r.p_value.is_nan()
                    });
                    found.or_else(|| of(statistic))
                };
                tested("mean_difference").or_else(|| tested("hazard_ratio"))
            }
        }
    }

    fn contrast(&self, outcome: &Outcome, pair: &Pair, column: Column) -> String {
        let found = self.of_pair(outcome, pair, column);
        match (column, outcome.binary) {
            (Column::Difference, true) => cells::estimate(found, percent),
            (Column::Difference, false) => {
                let digits = self.decimals(outcome);
                cells::estimate(found, |value| fixed(value, digits))
            }
            (Column::RiskRatio | Column::OddsRatio, true) => cells::estimate(found, ratio),
            (Column::RiskRatio | Column::OddsRatio, false) => String::new(),
            (Column::P | Column::Permutation, _) => cells::p(found, self.journal),
            (Column::Adjusted, _) => String::new(),
        }
    }

    /// On the row of the arms: a test of all arms at once, if there is one.
    fn overall(&self, outcome: &Outcome, column: Column) -> String {
        match self.association(outcome) {
            Some(record) if column == Column::P => cells::p(Some(record), self.journal),
            _ => String::new(),
        }
    }

    fn association(&self, outcome: &Outcome) -> Option<&'a Record> {
        self.records.find(|record| {
            record.outcome == outcome.key
                && record.contrast.is_empty()
                && record.statistic == "association"
        })
    }

    /// By the spread in the first arm whose spread is known.
    fn decimals(&self, outcome: &Outcome) -> usize {
        self.arms
            .iter()
            .filter_map(|arm| self.records.of_arm(&outcome.key, arm, "sd"))
            .find(|record| record.estimate.is_finite())
            .map_or(1, |record| decimals(record.estimate))
    }
}

/// The columns for which there is a record.
fn columns(records: &Records<'_>) -> Vec<Column> {
    let permuted = records.any(cells::is_permutation);
    let adjusted = records.any(adjusted::has);
    let fits = |column: Column, statistic: &str| match column {
        Column::Difference => matches!(
            statistic,
            "risk_difference" | "mean_difference" | "restricted_mean_difference"
        ),
        Column::RiskRatio => statistic == "risk_ratio",
        Column::OddsRatio => statistic == "odds_ratio",
        Column::P => matches!(statistic, "association" | "mean_difference"),
        Column::Permutation => permuted,
        Column::Adjusted => adjusted,
    };
    [
        Column::Difference,
        Column::RiskRatio,
        Column::OddsRatio,
        Column::P,
        Column::Permutation,
        Column::Adjusted,
    ]
    .into_iter()
    .filter(|column| records.any(|record| fits(*column, &record.statistic)))
    .collect()
}
