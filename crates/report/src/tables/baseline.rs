//! Characteristics of the people by arm. No p-values: a test of baseline balance in a randomised
//! trial answers no question.

use super::cells;
use super::table::{Row, RowKind, Table};
use crate::format::{WITHHELD, decimals, fixed};
use crate::select::Records;
use regtrial_results::{Analysis, Record, Released, Variable};

const DIFFERENCE: &str = "standardised_difference";

struct Baseline<'a> {
    records: Records<'a>,
    arms: &'a [String],
    differences: bool,
}

pub(crate) fn table(released: &Released, analysis: &Analysis) -> Option<Table> {
    let records = Records::of(released, &analysis.key);
    let baseline = Baseline {
        differences: records.any(|record| record.statistic == DIFFERENCE),
        records,
        arms: &released.catalogue().arms,
    };
    let variables = &released.catalogue().variables;
    let rows: Vec<Row> = variables
        .iter()
        .flat_map(|variable| baseline.variable(variable))
        .collect();
    let (differences, numbers): (Vec<&Record>, Vec<&Record>) = baseline
        .records
        .iter()
        .partition(|record| record.statistic == DIFFERENCE);
    let mut shown = vec![numbers; baseline.arms.len()];
    shown.extend(baseline.differences.then_some(differences));
    (!rows.is_empty()).then(|| {
        Table::new(released, analysis, baseline.columns(), rows).made_by(analysis, &shown, &[])
    })
}

impl Baseline<'_> {
    fn columns(&self) -> Vec<String> {
        let mut columns = vec!["Characteristic".to_owned()];
        columns.extend(self.arms.iter().map(|arm| self.arm_heading(arm)));
        if self.differences {
            columns.push("Std. difference".to_owned());
        }
        columns
    }

    fn arm_heading(&self, arm: &str) -> String {
        match self
            .records
            .find(|r| r.statistic == "people" && r.group == arm)
        {
            Some(people) if people.suppressed => {
                format!("{arm} (n {})", WITHHELD)
            }
            Some(people) => format!("{arm} (n = {})", fixed(people.estimate, 0)),
            None => arm.to_owned(),
        }
    }

    fn variable(&self, variable: &Variable) -> Vec<Row> {
        if !self.records.any(|record| record.term == variable.key) {
            return Vec::new();
        }
        let mut rows = match variable.levels.as_slice() {
            [] => self.quantity(variable),
            [no, yes] if no == "0" && yes == "1" => vec![self.yes_or_no(variable)],
            _ => self.levels(variable),
        };
        rows.extend(self.missing(variable));
        rows
    }

    fn quantity(&self, variable: &Variable) -> Vec<Row> {
        let of = |arm: &str, statistic: &str| self.of(variable, "", arm, statistic);
        let digits = self
            .arms
            .iter()
            .filter_map(|arm| of(arm, "sd"))
            .find(|record| record.estimate.is_finite())
            .map_or(1, |record| decimals(record.estimate));
        let mean = |arm: &String| cells::mean_and_sd(of(arm, "mean"), of(arm, "sd"), digits);
        let median = |arm: &String| {
            let found = ["median", "q1", "q3"].map(|statistic| of(arm, statistic));
            cells::median_and_quartiles(found, digits)
        };
        let nothing = |_: &String| String::new();
        let difference = self.difference(variable, "");
        vec![
            self.row(RowKind::Heading, &variable.label, nothing, difference),
            self.row(RowKind::Detail, "Mean (SD)", mean, String::new()),
            self.row(RowKind::Detail, "Median (IQR)", median, String::new()),
        ]
    }

    fn yes_or_no(&self, variable: &Variable) -> Row {
        let label = format!("{}, n (%)", variable.label);
        let difference = match self.difference(variable, "1") {
            empty if empty.is_empty() => self.difference(variable, ""),
            found => found,
        };
        self.row(
            RowKind::Plain,
            &label,
            |arm| self.level(variable, "1", arm),
            difference,
        )
    }

    fn levels(&self, variable: &Variable) -> Vec<Row> {
        let label = format!("{}, n (%)", variable.label);
        let nothing = |_: &String| String::new();
        let whole = self.difference(variable, "");
        let mut rows = vec![self.row(RowKind::Heading, &label, nothing, whole)];
        rows.extend(variable.levels.iter().map(|level| {
            let difference = self.difference(variable, level);
            self.row(
                RowKind::Detail,
                level,
                |arm| self.level(variable, level, arm),
                difference,
            )
        }));
        rows
    }

    fn level(&self, variable: &Variable, level: &str, arm: &str) -> String {
        let [number, part] =
            ["count", "proportion"].map(|statistic| self.of(variable, level, arm, statistic));
        cells::count_and_percent(number, part)
    }

    /// Only if somebody's value is missing, or that cannot be said.
    fn missing(&self, variable: &Variable) -> Option<Row> {
        let of = |arm: &str| self.of(variable, "", arm, "missing");
        let worth = |record: &Record| record.suppressed || record.estimate > 0.0;
        let any = self.arms.iter().filter_map(|arm| of(arm)).any(worth);
        any.then(|| {
            let cell = |arm: &String| cells::count(of(arm));
            self.row(RowKind::Detail, "Missing", cell, String::new())
        })
    }

    fn row(
        &self,
        kind: RowKind,
        label: &str,
        cell: impl Fn(&String) -> String,
        difference: String,
    ) -> Row {
        let mut cells: Vec<String> = self.arms.iter().map(cell).collect();
        if self.differences {
            cells.push(difference);
        }
        Row::new(kind, label, cells)
    }

    fn difference(&self, variable: &Variable, level: &str) -> String {
        let found = self.records.find(|record| {
            record.statistic == DIFFERENCE && record.term == variable.key && record.level == level
        });
        match found {
            Some(record) if record.suppressed => WITHHELD.to_owned(),
            Some(record) => fixed(record.estimate, cells::left(record, 2)),
            None => String::new(),
        }
    }

    fn of(&self, variable: &Variable, level: &str, arm: &str, statistic: &str) -> Option<&Record> {
        self.records.find(|record| {
            record.term == variable.key
                && record.level == level
                && record.group == arm
                && record.statistic == statistic
        })
    }
}
