//! A file of trials: two-by-two tables, and how their counts are known.

use super::manifest::{Basis, Group};
use crate::StudyError;
use regtrial_registers::Problem;
use regtrial_stats::proportion::TwoByTwo;
use std::path::Path;

/// A trial's table.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Trial {
    /// Name with year, such as `Wong2008`.
    pub name: String,
    /// Counts; the treated arm had IPS.
    pub table: TwoByTwo,
    /// How the counts are known: one of three words.
    pub basis: Basis,
    /// The same in full, as the file has it.
    pub basis_text: String,
}

impl Trial {
    /// The arms as groups.
    pub(super) fn groups(&self) -> [(&'static str, Group); 2] {
        let group = |arm: &str, people: regtrial_stats::proportion::Proportion| Group {
            label: format!("{}, {arm}", self.name),
            events: people.events(),
            total: people.total(),
            basis: self.basis,
        };
        [
            ("treated", group("IPS", self.table.treated)),
            ("control", group("control", self.table.control)),
        ]
    }
}

/// Reads the columns `trial`, `events_ips`, `n_ips`, `events_control`, `n_control`, `basis`.
pub(super) fn read(file: &Path, text: &str) -> Result<Vec<Trial>, StudyError> {
    let wrong = |line: u64, rule: String| {
        StudyError::Plan(vec![Problem::new("trials", file, rule).at_line(line)])
    };
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header = reader
        .headers()
        .map_err(|_| wrong(1, "is no CSV file".to_owned()))?
        .clone();
    let column = |name: &str| {
        let missing = || wrong(1, format!("the column `{name}` is missing"));
        header
            .iter()
            .position(|found| found == name)
            .ok_or_else(missing)
    };
    let names = [
        "trial",
        "events_ips",
        "n_ips",
        "events_control",
        "n_control",
        "basis",
    ];
    let mut places = [0; 6];
    for (place, name) in places.iter_mut().zip(names) {
        *place = column(name)?;
    }
    let mut trials = Vec::new();
    for row in reader.records() {
        let row = row.map_err(|error| {
            let line = error.position().map_or(1, csv::Position::line);
            wrong(
                line,
                "has another number of cells than the header".to_owned(),
            )
        })?;
        let line = row.position().map_or(1, csv::Position::line);
        let cell = |i: usize| row.get(places[i]).unwrap_or_default().trim();
        let count = |i: usize| {
            let rule = || wrong(line, format!("`{}` must be a whole number", names[i]));
            cell(i).parse::<u64>().map_err(|_| rule())
        };
        let table = TwoByTwo::from_counts(count(1)?, count(2)?, count(3)?, count(4)?)
            .map_err(|error| wrong(line, error.to_string()))?;
        let basis = match cell(5) {
            text if text.starts_with("published counts") => Basis::Printed,
            text if text.starts_with("printed percentages") => Basis::PrintedPercentage,
            text if text.starts_with("reconstructed") => Basis::Reconstructed,
            _ => {
                let rule = "`basis` must begin with `published counts`, `printed percentages` or `reconstructed`";
                return Err(wrong(line, rule.to_owned()));
            }
        };
        trials.push(Trial {
            name: cell(0).to_owned(),
            table,
            basis,
            basis_text: cell(5).to_owned(),
        });
    }
    Ok(trials)
}
