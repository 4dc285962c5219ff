//! SAS (sas7bdat): rows one by one, each cell as the text a CSV would hold. Formats are not applied,
//! but those of dates.

use super::cell;
use crate::error::{Problem, RegisterError, unreadable};
use sas7bdat::{
    CellValue, Dataset, IoBackendPreference, LogicalType, MojibakePolicy, OpenOptions, Parallelism,
    StringDecodeOptions, TemporalDecodeOptions, TrimMode,
};
use std::fs::File;
use std::ops::ControlFlow;
use std::path::Path;

/// A SAS file of which only header and schema have been read.
pub(crate) struct SasFile<'a> {
    pub(crate) header: Vec<String>,
    /// Which columns are numbers.
    pub(crate) numeric: Vec<bool>,
    pub(crate) rows: u64,
    path: &'a Path,
    data: Dataset,
}

impl<'a> SasFile<'a> {
    pub(crate) fn open(path: &'a Path) -> Result<Self, RegisterError> {
        File::open(path).map_err(|e| unreadable(path, &e))?;
        // Read, not mapped: a mapped file that shrinks meanwhile would stop the process.
        let buffered = OpenOptions::builder().io_backend(IoBackendPreference::Buffered);
        let data = Dataset::open_with(path, buffered.build()).map_err(|_| damaged(path))?;
        let header = data.columns().iter().map(|column| column.name.clone());
        let found = data.metadata();
        let is_text = |kind: LogicalType| matches!(kind, LogicalType::String);
        let numeric = data
            .columns()
            .iter()
            .map(|column| !is_text(column.logical_type));
        Ok(Self {
            header: header.collect(),
            numeric: numeric.collect(),
            rows: found.row_count.saturating_sub(found.deleted_row_count),
            path,
            data,
        })
    }

    /// Visits the first `limit` rows in order: the row's number, from 1, and its cells.
    pub(crate) fn visit(
        &self,
        limit: u64,
        mut visit: impl FnMut(u64, &[String]),
    ) -> Result<(), RegisterError> {
        let limit = limit.min(self.rows);
        if limit == 0 {
            return Ok(());
        }
        let kinds: Vec<LogicalType> = self
            .data
            .columns()
            .iter()
            .map(|column| column.logical_type)
            .collect();
        let texts = StringDecodeOptions::builder()
            .trim_mode(TrimMode::RTrim)
            .mojibake_fix(MojibakePolicy::Off);
        let plain = TemporalDecodeOptions::builder()
            .decode_dates(false)
            .decode_datetimes(false)
            .decode_times(false);
        let mut cells = vec![String::new(); self.header.len()];
        let mut number = 0;
        let mut undecoded = None;
        let scan = self
            .data
            .scan()
            .with_parallelism(Parallelism::None)
            .with_string_options(texts.build())
            .with_temporal_options(plain.build())
            .limit(limit);
        scan.visit_rows(|row| {
            number += 1;
            for (column, (value, kind)) in row.iter().zip(&kinds).enumerate() {
                let Some(text) = cells.get_mut(column) else {
                    continue;
                };
                text.clear();
                write(value, *kind, text);
                if text.contains(char::REPLACEMENT_CHARACTER) {
                    undecoded = Some((number, column));
                    return Ok(ControlFlow::Break(()));
                }
            }
            visit(number, &cells);
            Ok(ControlFlow::Continue(()))
        })
        .map_err(|_| damaged(self.path))?;
        if let Some((row, column)) = undecoded {
            let rule = "the cell is not text in the encoding that the file declares";
            let name = self.header.get(column).map_or("", String::as_str);
            return Err(Problem::new("unreadable_file", self.path, rule)
                .at_line(row)
                .in_column(name)
                .help("write the file again in SAS, with the encoding of its text, or as CSV")
                .into());
        }
        if number < limit {
            let rule = "the SAS file ends before the rows that it declares";
            return Err(Problem::new("unreadable_file", self.path, rule)
                .help("it is cut off or damaged: copy it again")
                .into());
        }
        Ok(())
    }
}

fn write(value: &CellValue<'_>, kind: LogicalType, text: &mut String) {
    let value = match value {
        CellValue::Null => return,
        CellValue::Str(value) => return text.push_str(value.trim_end_matches('\0').trim_end()),
        CellValue::Bytes(value) => {
            return text.push_str(String::from_utf8_lossy(value).trim_end());
        }
        CellValue::Float64(value) => *value,
        CellValue::Int32(value) => f64::from(*value),
        // A SAS number is a double: its whole values are exact.
        CellValue::Int64(value) => *value as f64,
        CellValue::Date(date) => f64::from(date.days_since_sas_epoch),
        CellValue::DateTime(time) => time.seconds_since_sas_epoch as f64,
        CellValue::Time(time) => f64::from(time.seconds_since_midnight),
    };
    match kind {
        LogicalType::Date => cell::day(value, value.floor(), text),
        LogicalType::DateTime => cell::day(value, (value / 86_400.0).floor(), text),
        _ => cell::number(value, text),
    }
}

fn damaged(path: &Path) -> RegisterError {
    let rule = "the file cannot be read as SAS";
    Problem::new("unreadable_file", path, rule)
        .help("it may be cut off, encrypted, or another kind of file under this name")
        .into()
}
