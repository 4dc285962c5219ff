//! Searching files for personal identifiers that were left in by mistake.

use crate::error::{Problem, RegisterError};
use crate::guard::{Guard, Severity, Verdict};
use crate::header::{self, Field};
use crate::layouts;
use crate::options::RegisterOptions;
use crate::scan::{Progress, TypedFile, builder, by_threads};
use crate::text::TextFile;
use crate::threads::{self, cores};
use crate::value::is_missing;
use csv::StringRecord;
use polars::prelude::{DataFrame, DataType};
use std::collections::HashSet;
use std::path::Path;

/// Rows that a thread searches at a time.
const SEARCHED: usize = 1 << 17;

/// Searches every cell of a register's file. What is found below the thresholds is a warning.
///
/// # Errors
/// A file that cannot be read, or a column that holds identifiers by the thresholds: file and
/// column are named, never a value.
pub fn search_identifiers(
    path: &Path,
    options: &RegisterOptions,
    progress: &Progress,
) -> Result<Vec<Problem>, RegisterError> {
    let fields = layouts::all_fields(options.kind);
    if let Some(file) = TypedFile::open(path)? {
        let mut guard = guard(file.header(), &fields, options);
        file.first(usize::MAX, |column, cell| guard.look(column, cell))?;
        return refuse_identifiers(path, guard.verdicts());
    }
    let file = TextFile::peek(path)?;
    let start = || guard(&file.header, &fields, options);
    let visit = |guard: &mut Guard, _, block: &[u8]| look(guard, block, file.delimiter);
    // A guard a thread: one a block would hold every identifier of the file.
    let parts = by_threads(path, file.delimiter, (progress, cores()), start, visit)?;
    let mut all = start();
    parts.into_iter().for_each(|part| all.merge(part));
    refuse_identifiers(path, all.verdicts())
}

/// Looks at every cell of a block.
fn look(guard: &mut Guard, block: &[u8], delimiter: u8) {
    let encoding = crate::text::source::encoding_of_start(block);
    let (text, _) = encoding.decode_without_bom_handling(block);
    let mut reader = builder(delimiter).from_reader(text.as_bytes());
    let mut record = StringRecord::new();
    // The text is in memory and decoded: the only failure is the end.
    while let Ok(true) = reader.read_record(&mut record) {
        let cells = record.iter().enumerate();
        cells.for_each(|(column, cell)| guard.look(column, cell));
    }
}

/// A guard over a register's file: which columns hold employers, which are declared harmless.
pub(crate) fn guard(header: &[String], fields: &[Field], options: &RegisterOptions) -> Guard {
    let employer = header
        .iter()
        .map(|name| header::is_employer(name, fields, &options.columns));
    let exempt = header
        .iter()
        .map(|name| options.not_identifiers.contains(name));
    Guard::new(header, employer.collect(), exempt.collect())
}

/// Searches a table that has been read whole.
pub(crate) fn search_frame(
    path: &Path,
    frame: &DataFrame,
    not_identifiers: &[String],
) -> Result<Vec<Problem>, RegisterError> {
    let header: Vec<String> = frame
        .columns()
        .iter()
        .map(|c| c.name().to_string())
        .collect();
    let exempt = header
        .iter()
        .map(|name| not_identifiers.contains(name))
        .collect();
    let mut guard = Guard::new(&header, Vec::new(), exempt);
    let columns = frame.columns();
    let pieces = frame.height().div_ceil(SEARCHED);
    let look = |piece: usize| -> Result<Guard, RegisterError> {
        let (number, piece) = (piece / pieces, piece % pieces);
        let column = columns[number].slice((piece * SEARCHED) as i64, SEARCHED);
        let mut guard = Guard::new(&header, Vec::new(), Vec::new());
        match column.dtype() {
            // A date holds no run of digits as long as an identifier.
            DataType::Date => {}
            DataType::Float64 => {
                // Nor does a whole number of a few digits.
                let is_long = |value: &f64| value.fract() != 0.0 || value.abs() >= 1e8;
                let numbers = column.f64()?.iter().flatten();
                for value in numbers.filter(is_long) {
                    guard.look(number, &value.to_string());
                }
            }
            _ => {
                let texts = crate::data::as_text(&column)?;
                let cells = texts.str()?.iter().flatten();
                cells.for_each(|cell| guard.look(number, cell));
            }
        }
        Ok(guard)
    };
    let guards =
        threads::each(columns.len() * pieces, look).ok_or_else(|| crate::data::lost(path))?;
    for part in guards {
        guard.merge(part?);
    }
    refuse_identifiers(path, guard.verdicts())
}

/// Verdicts as warnings; an error if one is a refusal.
pub(crate) fn refuse_identifiers(
    path: &Path,
    verdicts: Vec<Verdict>,
) -> Result<Vec<Problem>, RegisterError> {
    let (mut refusals, mut warnings) = (Vec::new(), Vec::new());
    for verdict in verdicts {
        let problem = Problem::new("identifier", path, verdict.rule).in_column(verdict.column);
        match verdict.severity {
            Severity::Refusal => refusals.push(problem.help(
                "have the column removed or replaced by a pseudonym before the file is used; \
                 ten-digit numbers that are no personal numbers: not_identifiers = [\"column\"]",
            )),
            Severity::Warning => warnings.push(problem.help("look at the column")),
        }
    }
    if refusals.is_empty() {
        Ok(warnings)
    } else {
        Err(RegisterError::Problems(refusals))
    }
}

/// How the identifiers of a file are written.
#[derive(Default)]
pub(crate) struct Ids {
    widths: HashSet<usize>,
    scientific: u64,
}

impl Ids {
    pub(crate) fn look(&mut self, cell: &str) {
        let cell = cell.trim();
        if is_missing(cell) {
            return;
        }
        if cell.bytes().all(|b| b.is_ascii_digit()) {
            self.widths.insert(cell.len());
        } else if crate::value::number::is_scientific(cell) {
            self.scientific += 1;
        }
    }

    pub(crate) fn warning(&self, path: &Path) -> Result<Option<Problem>, RegisterError> {
        if self.scientific > 0 {
            let rule = "identifiers are numbers in scientific notation, such as 1.23E+10";
            return Err(Problem::new("damaged_id", path, rule)
                .help("a spreadsheet has turned identifiers into numbers: export them as text")
                .into());
        }
        if self.widths.len() < 2 {
            return Ok(None);
        }
        let rule = "identifiers of digits have different lengths";
        let help = "leading zeros may be lost; identifiers are compared as text";
        Ok(Some(Problem::new("mixed_width_id", path, rule).help(help)))
    }
}
