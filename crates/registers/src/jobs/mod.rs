//! Job extracts to canonical job spells.
//!
//! AA-registeret in NAV's layout (flat CSV of the public field names) and a generic spell table. A
//! spell is a closed interval of calendar days. Overlaps stay: what counts is decided by the
//! endpoint, and days are never counted twice there.

mod layout;
mod row;

pub use layout::JobLayout;

use crate::error::{Problem, RegisterError};
use crate::header;
use crate::log::FileLog;
use crate::text::TextFile;
use crate::value::date::Day;
use csv::StringRecord;
use polars::prelude::*;
use row::{Reading, Spell};
use std::collections::{BTreeMap, HashSet};
use std::path::PathBuf;

/// How a spell's last day is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndStatus {
    /// Reported.
    Observed,
    /// No end reported: the job goes on at the register's last day.
    Open,
    /// Set by a machine (a job that stopped being reported).
    Machine,
}

impl EndStatus {
    fn as_str(self) -> &'static str {
        match self {
            Self::Observed => "observed",
            Self::Open => "open",
            Self::Machine => "machine",
        }
    }
}

/// What to read, and of whom.
#[derive(Debug, Clone)]
pub struct JobOptions {
    /// The layout of the files.
    pub layout: JobLayout,
    /// The files.
    pub files: Vec<PathBuf>,
    /// Last day of the register: open spells end there.
    pub last_day: Day,
    /// Field to header, where the built-in header map does not know.
    pub columns: BTreeMap<String, String>,
    /// The largest share of rows that may be refused.
    pub max_refused_share: f64,
}

/// Job spells of the study's people.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Jobs {
    /// One row a spell, sorted by person and start: `person` (position in the participant list),
    /// `job`, `employer`, `start`, `end`, `end_status`, `type`, `percent`, `hours`, `pay`,
    /// `occupation`, `subsidised`, `file` (position in `logs`), `line`.
    pub frame: DataFrame,
    /// What happened to each file.
    pub logs: Vec<FileLog>,
}

/// Reads job extracts, keeping the rows of `people` (identifier to position).
///
/// # Errors
/// A file that cannot be read, a column that cannot be found, or more refused rows than allowed.
pub fn read_jobs(
    options: &JobOptions,
    people: &std::collections::HashMap<&str, usize>,
) -> Result<Jobs, RegisterError> {
    let mut spells: Vec<Spell> = Vec::new();
    let mut logs = Vec::new();
    let mut seen: HashSet<Vec<String>> = HashSet::new();
    for (number, path) in options.files.iter().enumerate() {
        let mut file = TextFile::open(path)?;
        let fields = options.layout.fields();
        let map = header::map(path, &file.header, fields, &options.columns)?;
        let mut log = FileLog {
            file: path.clone(),
            encoding: file.encoding,
            delimiter: char::from(file.delimiter),
            rows: 0,
            rows_of_people: 0,
            mapping: map
                .iter()
                .map(|(field, i)| (*field, file.header[*i].clone()))
                .collect(),
            refused: Vec::new(),
            repairs: BTreeMap::new(),
        };
        let reading = Reading {
            options,
            map: &map,
            people,
            width: file.header.len(),
            file: number,
        };
        let mut record = StringRecord::new();
        while let Some(line) = file.next(&mut record)? {
            log.rows += 1;
            spells.extend(reading.row(&record, line, &mut log, &mut seen));
        }
        check_refused(options, &log)?;
        logs.push(log);
    }
    spells.sort_by_key(|spell| (spell.person, spell.start, spell.end, spell.file, spell.line));
    Ok(Jobs {
        frame: frame(&spells)?,
        logs,
    })
}

fn check_refused(options: &JobOptions, log: &FileLog) -> Result<(), RegisterError> {
    let refused = log.refused.len() as f64;
    if refused <= options.max_refused_share * log.rows_of_people as f64 {
        return Ok(());
    }
    let rules: Vec<String> = log
        .refused
        .iter()
        .take(10)
        .map(|refusal| format!("line {}: {}", refusal.line, refusal.rule))
        .collect();
    let rule = format!(
        "{} of {} rows of the study's people are refused, more than the plan allows: {}{}",
        log.refused.len(),
        log.rows_of_people,
        rules.join("; "),
        if log.refused.len() > 10 { "; ..." } else { "" }
    );
    Err(Problem::new("too_many_refused", &log.file, rule)
        .help("have the extract corrected, or allow a share: max_refused_share = 0.02")
        .into())
}

fn frame(spells: &[Spell]) -> Result<DataFrame, RegisterError> {
    fn text<'a>(
        name: &str,
        spells: &'a [Spell],
        value: impl Fn(&'a Spell) -> Option<&'a str>,
    ) -> Column {
        Column::new(name.into(), spells.iter().map(value).collect::<Vec<_>>())
    }
    let number = |name: &str, value: fn(&Spell) -> Option<f64>| {
        Column::new(name.into(), spells.iter().map(value).collect::<Vec<_>>())
    };
    let day = |name: &str, value: fn(&Spell) -> Day| {
        Column::new(name.into(), spells.iter().map(value).collect::<Vec<_>>()).cast(&DataType::Date)
    };
    let index = |name: &str, value: fn(&Spell) -> u64| {
        Column::new(name.into(), spells.iter().map(value).collect::<Vec<_>>())
    };
    let subsidised: Vec<Option<bool>> = spells.iter().map(|spell| spell.subsidised).collect();
    let columns = vec![
        index("person", |spell| spell.person as u64),
        text("job", spells, |spell| spell.job.as_deref()),
        text("employer", spells, |spell| spell.employer.as_deref()),
        day("start", |spell| spell.start)?,
        day("end", |spell| spell.end)?,
        text("end_status", spells, |spell| {
            Some(spell.end_status.as_str())
        }),
        text("type", spells, |spell| spell.kind.as_deref()),
        number("percent", |spell| spell.percent),
        number("hours", |spell| spell.hours),
        number("pay", |spell| spell.pay),
        text("occupation", spells, |spell| spell.occupation.as_deref()),
        Column::new("subsidised".into(), subsidised),
        index("file", |spell| spell.file as u64),
        index("line", |spell| spell.line),
    ];
    Ok(DataFrame::new(spells.len(), columns)?)
}
