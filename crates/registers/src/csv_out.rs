//! Frames to CSV: columns are taken apart once, and blocks of rows are written on all cores.

use crate::error::{Problem, RegisterError, unreadable};
use crate::threads;
use crate::value::date::write_iso;
use polars::prelude::*;
use std::fs::File;
use std::io::Write;
use std::path::Path;

/// Rows that one thread writes at a time.
const BLOCK: usize = 1 << 15;

/// Writes a frame as CSV: comma, LF, UTF-8, missing cells empty, dates as yyyy-mm-dd.
///
/// # Errors
/// [`RegisterError`] if the file cannot be written.
pub fn write_csv(frame: &DataFrame, path: &Path) -> Result<(), RegisterError> {
    let failed = || {
        RegisterError::from(Problem::new(
            "unwritable_file",
            path,
            "the file cannot be written",
        ))
    };
    let mut file = File::create(path).map_err(|_| failed())?;
    let mut header = csv::Writer::from_writer(Vec::new());
    let columns = frame.columns();
    header
        .write_record(columns.iter().map(|c| c.name().as_str()))
        .map_err(|_| failed())?;
    let header = header.into_inner().map_err(|_| failed())?;
    file.write_all(&header).map_err(|e| unreadable(path, &e))?;
    let columns: Vec<Cells<'_>> = columns.iter().map(Cells::new).collect::<Result<_, _>>()?;
    let starts: Vec<usize> = (0..frame.height()).step_by(BLOCK).collect();
    let block = |at: usize| {
        let rows = starts[at]..(starts[at] + BLOCK).min(frame.height());
        block(&columns, rows)
    };
    let write = |block: Option<Vec<u8>>| {
        let block = block.ok_or_else(failed)?;
        file.write_all(&block).map_err(|e| unreadable(path, &e))
    };
    threads::in_turn(starts.len(), block, write).unwrap_or_else(|| Err(failed()))
}

/// Some rows as text.
fn block(columns: &[Cells<'_>], rows: std::ops::Range<usize>) -> Option<Vec<u8>> {
    let mut text = Vec::with_capacity(rows.len() * (8 * columns.len() + 8));
    let views: Vec<View<'_>> = columns.iter().map(Cells::view).collect();
    for row in rows {
        let start = text.len();
        for (number, (column, view)) in columns.iter().zip(&views).enumerate() {
            if number > 0 {
                text.push(b',');
            }
            match view {
                View::Numbers(numbers) => {
                    write_number(numbers[row], &mut text);
                    continue;
                }
                View::Texts(texts) => {
                    let cell = texts.value(row).as_bytes();
                    if !needs_quotes(cell) {
                        text.extend_from_slice(cell);
                        continue;
                    }
                }
                View::Cells => {}
            }
            let cell = text.len();
            column.write(row, &mut text);
            if column.may_need_quotes() && needs_quotes(&text[cell..]) {
                let quoted = quoted(&text[cell..])?;
                text.truncate(cell);
                text.extend_from_slice(&quoted);
            }
        }
        if text.len() == start {
            // A row of one empty cell would be a blank line.
            text.extend_from_slice(b"\"\"");
        }
        text.push(b'\n');
    }
    Some(text)
}

fn needs_quotes(cell: &[u8]) -> bool {
    let special = |byte: &u8| matches!(byte, b',' | b'"' | b'\n' | b'\r');
    cell.iter().any(special)
}

/// A cell as the writer of the header would write it.
fn quoted(cell: &[u8]) -> Option<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record([cell]).ok()?;
    let mut text = writer.into_inner().ok()?;
    text.pop();
    Some(text)
}

/// A column, ready to be written.
enum Cells<'a> {
    Texts(StringChunked),
    Numbers(Float64Chunked),
    Days(Int32Chunked),
    Others(&'a Column),
}

impl<'a> Cells<'a> {
    fn new(column: &'a Column) -> PolarsResult<Self> {
        Ok(match column.dtype() {
            DataType::String => Self::Texts(column.str()?.rechunk().into_owned()),
            DataType::Float64 => Self::Numbers(column.f64()?.rechunk().into_owned()),
            DataType::Date => {
                let days = column.cast(&DataType::Int32)?;
                Self::Days(days.i32()?.rechunk().into_owned())
            }
            _ => Self::Others(column),
        })
    }

    fn view(&self) -> View<'_> {
        match self {
            Self::Numbers(numbers) => numbers.cont_slice().map_or(View::Cells, View::Numbers),
            Self::Texts(texts) if !texts.has_nulls() => View::Texts(texts.downcast_as_array()),
            _ => View::Cells,
        }
    }

    fn may_need_quotes(&self) -> bool {
        matches!(self, Self::Texts(_) | Self::Others(_))
    }

    /// Appends a cell's text; nothing where it is missing.
    fn write(&self, row: usize, text: &mut Vec<u8>) {
        // Writing to memory cannot fail.
        let _ = match self {
            Self::Texts(texts) => {
                text.extend_from_slice(texts.get(row).unwrap_or_default().as_bytes());
                Ok(())
            }
            Self::Numbers(numbers) => {
                if let Some(number) = numbers.get(row) {
                    write_number(number, text);
                }
                Ok(())
            }
            Self::Days(days) => match days.get(row) {
                Some(day) => {
                    write_iso(day, text);
                    Ok(())
                }
                None => Ok(()),
            },
            Self::Others(column) => match column.get(row) {
                Ok(AnyValue::Null) | Err(_) => Ok(()),
                Ok(AnyValue::String(own)) => text.write_all(own.as_bytes()),
                Ok(AnyValue::StringOwned(own)) => text.write_all(own.as_bytes()),
                Ok(other) => write!(text, "{other}"),
            },
        };
    }
}

/// What a block reads of a column.
enum View<'a> {
    /// Numbers of which none is missing.
    Numbers(&'a [f64]),
    /// Texts of which none is missing.
    Texts(&'a <StringType as PolarsDataType>::Array),
    /// One cell after the other.
    Cells,
}

fn write_number(number: f64, text: &mut Vec<u8>) {
    match short_whole(number) {
        Some(whole) => write_whole(whole, text),
        // Writing to memory cannot fail.
        None => drop(write!(text, "{number}")),
    }
}

fn write_whole(number: i64, text: &mut Vec<u8>) {
    // From the last digit to the first.
    let mut digits = [0; 20];
    let mut start = digits.len();
    let mut rest = number.unsigned_abs();
    loop {
        start -= 1;
        digits[start] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if number < 0 {
        text.push(b'-');
    }
    text.extend_from_slice(&digits[start..]);
}

/// A number that is whole, exact as an integer, and no negative zero.
fn short_whole(number: f64) -> Option<i64> {
    let whole = number as i64;
    let is_exact = whole as f64 == number && whole.unsigned_abs() < 1_000_000_000_000_000;
    (is_exact && !(whole == 0 && number.is_sign_negative())).then_some(whole)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failing test may panic")]
mod tests {
    use super::write_csv;
    use polars::prelude::*;

    #[test]
    fn blocks_come_in_order_and_cells_as_they_print() {
        let rows = 70_000;
        let numbers: Vec<Option<f64>> = (0..rows)
            .map(|i| match i % 5 {
                0 => None,
                1 => Some(f64::from(i) * 1001.0 - 7e6),
                2 => Some(-0.0),
                3 => Some(1e15 + f64::from(i)),
                _ => Some(f64::from(i) / 7.0),
            })
            .collect();
        let texts: Vec<Option<String>> = (0..rows)
            .map(|i| (i % 3 > 0).then(|| format!("a{i},\"{i}\"")))
            .collect();
        let whole: Vec<String> = (0..rows)
            .map(|i| {
                if i % 7 > 0 {
                    format!("b{i}")
                } else {
                    format!("b,{i}")
                }
            })
            .collect();
        let days: Vec<Option<i32>> = (0..rows).map(|i| (i % 4 > 0).then_some(i - 9000)).collect();
        let frame = DataFrame::new(
            rows as usize,
            vec![
                Column::new("n".into(), &numbers),
                Column::new("t".into(), &texts),
                Column::new("w".into(), &whole),
                Column::new("d".into(), &days)
                    .cast(&DataType::Date)
                    .unwrap(),
            ],
        )
        .unwrap();
        let path = std::env::temp_dir().join(format!("regtrial-csv-out-{}", std::process::id()));
        write_csv(&frame, &path).unwrap();
        let found = std::fs::read_to_string(&path).unwrap();
        std::fs::remove_file(&path).unwrap();
        let mut expected = "n,t,w,d\n".to_owned();
        for row in 0..rows as usize {
            let number = numbers[row].map_or(String::new(), |number| number.to_string());
            let text = texts[row].as_ref().map_or(String::new(), |text| {
                format!("\"{}\"", text.replace('"', "\"\""))
            });
            let whole = match row % 7 {
                0 => format!("\"{}\"", whole[row]),
                _ => whole[row].clone(),
            };
            let day = frame.column("d").unwrap().get(row).unwrap();
            let day = if day == AnyValue::Null {
                String::new()
            } else {
                day.to_string()
            };
            expected.push_str(&format!("{number},{text},{whole},{day}\n"));
        }
        assert!(found == expected);
    }
}
