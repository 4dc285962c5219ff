//! Stata: rows one by one, each cell as the text a CSV would hold. Labels are not applied.
//!
//! The format's reader believes every length a file declares. So lengths are held against the size
//! of the file first: a damaged file is an error, not a demand for memory.

use super::cell;
use crate::error::{Problem, RegisterError, unreadable};
use dta::stata::dta::byte_order::ByteOrder;
use dta::stata::dta::characteristic_reader::CharacteristicReader;
use dta::stata::dta::dta_error::{DtaError, FormatErrorKind};
use dta::stata::dta::dta_reader::DtaReader;
use dta::stata::dta::release::Release;
use dta::stata::dta::value::Value;
use dta::stata::dta::variable_type::VariableType;
use std::collections::HashMap;
use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::Path;

/// A Stata file of which only header and schema have been read.
pub(crate) struct StataFile<'a> {
    pub(crate) header: Vec<String>,
    /// Which columns are numbers.
    pub(crate) numeric: Vec<bool>,
    pub(crate) rows: u64,
    path: &'a Path,
    times: Vec<Time>,
    /// Where the long strings (strL) begin, if a variable holds any.
    long_strings: Option<u64>,
}

impl<'a> StataFile<'a> {
    pub(crate) fn open(path: &'a Path) -> Result<Self, RegisterError> {
        Self::checked(path).map_err(|broken| broken.at(path))
    }

    fn checked(path: &'a Path) -> Result<Self, Broken> {
        // Without a buffer: where the reader is in the file is where the file is.
        let mut file = &File::open(path)?;
        let size = file.metadata()?.len();
        let described = schema(file, size)?;
        skip_expansions(
            file,
            size,
            described.header().release(),
            described.header().byte_order(),
        )?;
        let records = described.seek_records()?;
        let variables = records.schema().variables();
        let rows = records.header().observation_count();
        let width = variables.iter().map(|v| width(v.variable_type())).sum();
        let start = file.stream_position()?;
        let end = rows
            .checked_mul(width)
            .and_then(|data| data.checked_add(start));
        if end.is_none_or(|end| end > size) || (width == 0 && rows > 0) {
            return Err(Broken::Short);
        }
        let header = variables.iter().map(|v| v.name().to_owned()).collect();
        let numeric = variables
            .iter()
            .map(|v| is_number(v.variable_type()))
            .collect();
        let times = variables.iter().map(|v| Time::of(v.format())).collect();
        let mut types = variables.iter().map(|v| v.variable_type());
        let long_strings = if types.any(|kind| kind == VariableType::LongString) {
            records.seek_long_strings()?;
            Some(file.stream_position()?)
        } else {
            None
        };
        Ok(Self {
            header,
            numeric,
            rows,
            path,
            times,
            long_strings,
        })
    }

    /// Visits the first `limit` rows in order: the row's number, from 1, and its cells.
    pub(crate) fn visit(
        &self,
        limit: u64,
        visit: impl FnMut(u64, &[String]),
    ) -> Result<(), RegisterError> {
        self.read(limit, visit)
            .map_err(|broken| broken.at(self.path))
    }

    fn read(&self, limit: u64, mut visit: impl FnMut(u64, &[String])) -> Result<(), Broken> {
        const BUFFER: usize = 1 << 18;
        let file = File::open(self.path)?;
        let size = file.metadata()?.len();
        let described = schema(BufReader::with_capacity(BUFFER, file), size)?;
        let (release, order) = (
            described.header().release(),
            described.header().byte_order(),
        );
        if described.schema().variables().len() != self.header.len() {
            return Err(Broken::Short);
        }
        let mut records = described.seek_records()?;
        let encoding = records.encoding();
        let mut long = match self.long_strings {
            Some(start) => Some(LongStrings::find(self.path, start, size, release, order)?),
            None => None,
        };
        let mut cells = vec![String::new(); self.header.len()];
        for row in 1..=limit.min(self.rows) {
            let record = records.read_lazy_record()?.ok_or(Broken::Short)?;
            for (column, (text, time)) in cells.iter_mut().zip(&self.times).enumerate() {
                text.clear();
                let value = record.value(column).map_err(|_| Broken::Cell {
                    row,
                    column: self.header.get(column).cloned().unwrap_or_default(),
                })?;
                match value {
                    Value::Byte(v) => time.write(v.present().map(f64::from), text),
                    Value::Int(v) => time.write(v.present().map(f64::from), text),
                    Value::Long(v) => time.write(v.present().map(f64::from), text),
                    Value::Float(v) => match (time, v.present()) {
                        (Time::None, Some(v)) => cell::single(v, text),
                        (_, v) => time.write(v.map(f64::from), text),
                    },
                    Value::Double(v) => time.write(v.present(), text),
                    Value::String(value) => text.push_str(value.trim_end()),
                    Value::LongStringRef(at) => {
                        if let Some(long) = &mut long {
                            let bytes = long.get(at.variable(), at.observation())?;
                            let (value, lossy) = encoding.decode_without_bom_handling(bytes);
                            if lossy {
                                return Err(Broken::Cell {
                                    row,
                                    column: self.header.get(column).cloned().unwrap_or_default(),
                                });
                            }
                            text.push_str(value.trim_end_matches('\0').trim_end());
                        }
                    }
                }
            }
            visit(row, &cells);
        }
        Ok(())
    }
}

fn is_number(kind: VariableType) -> bool {
    !matches!(
        kind,
        VariableType::FixedString(_) | VariableType::LongString
    )
}

/// Reads header and schema. A variable takes at least 32 bytes in the schema.
fn schema<R: Read>(reader: R, size: u64) -> Result<CharacteristicReader<R>, Broken> {
    let opened = DtaReader::new().from_reader(reader).read_header()?;
    if u64::from(opened.header().variable_count()) > size / 32 {
        return Err(Broken::Short);
    }
    Ok(opened.read_schema()?)
}

/// Walks over the expansion fields of an old file, which end where the rows begin, and goes back.
fn skip_expansions(
    mut file: &File,
    size: u64,
    release: Release,
    order: ByteOrder,
) -> Result<(), Broken> {
    if release < Release::V105 || release >= Release::V117 {
        return Ok(());
    }
    let start = file.stream_position()?;
    let mut reader = BufReader::new(file);
    loop {
        let [kind] = bytes(&mut reader)?;
        let length = if release < Release::V110 {
            let short: [u8; 2] = bytes(&mut reader)?;
            u64::from(match order {
                ByteOrder::BigEndian => u16::from_be_bytes(short),
                ByteOrder::LittleEndian => u16::from_le_bytes(short),
            })
        } else {
            u64::from(number(order, bytes(&mut reader)?))
        };
        if kind == 0 {
            break;
        }
        if reader.stream_position()?.saturating_add(length) > size {
            return Err(Broken::Short);
        }
        reader.seek_relative(length.cast_signed())?;
    }
    file.seek(SeekFrom::Start(start))?;
    Ok(())
}

/// The long strings of a file, by variable and row; only where they are is held in memory.
struct LongStrings {
    file: BufReader<File>,
    places: HashMap<(u32, u64), (u64, u32)>,
    text: Vec<u8>,
}

impl LongStrings {
    fn find(
        path: &Path,
        start: u64,
        size: u64,
        release: Release,
        order: ByteOrder,
    ) -> Result<Self, Broken> {
        let mut file = BufReader::new(File::open(path)?);
        file.seek(SeekFrom::Start(start))?;
        if &bytes::<7>(&mut file)? != b"<strls>" {
            return Err(Broken::Damaged);
        }
        let mut places = HashMap::new();
        while &bytes::<3>(&mut file)? == b"GSO" {
            let variable = number(order, bytes(&mut file)?);
            let row = match (release, order) {
                (Release::V117, _) => u64::from(number(order, bytes(&mut file)?)),
                (_, ByteOrder::BigEndian) => u64::from_be_bytes(bytes(&mut file)?),
                (_, ByteOrder::LittleEndian) => u64::from_le_bytes(bytes(&mut file)?),
            };
            let [_kind] = bytes(&mut file)?;
            let length = number(order, bytes(&mut file)?);
            let at = file.stream_position()?;
            if at.saturating_add(u64::from(length)) > size {
                return Err(Broken::Short);
            }
            places.insert((variable, row), (at, length));
            file.seek_relative(i64::from(length))?;
        }
        Ok(Self {
            file,
            places,
            text: Vec::new(),
        })
    }

    /// A long string; the empty one has no place in the file.
    fn get(&mut self, variable: u32, row: u64) -> Result<&[u8], Broken> {
        self.text.clear();
        if let Some(&(at, length)) = self.places.get(&(variable, row)) {
            let here = self.file.stream_position()?;
            self.file
                .seek_relative(at.cast_signed() - here.cast_signed())?;
            let length = u64::from(length);
            self.file
                .by_ref()
                .take(length)
                .read_to_end(&mut self.text)?;
        } else if (variable, row) != (0, 0) {
            return Err(Broken::Damaged);
        }
        Ok(&self.text)
    }
}

/// What a display format says of the numbers of a variable.
#[derive(Clone, Copy)]
enum Time {
    /// Not a time, or one that no day or month stands for: weeks, quarters, half-years, and
    /// times with leap seconds.
    None,
    Day,
    Month,
    Millisecond,
}

impl Time {
    fn of(format: &str) -> Self {
        let format = format.trim_start_matches(['%', '-']);
        match format.as_bytes() {
            [b'd', ..] | [b't', b'd', ..] => Self::Day,
            [b't', b'm', ..] => Self::Month,
            [b't', b'c', ..] => Self::Millisecond,
            _ => Self::None,
        }
    }

    fn write(self, value: Option<f64>, text: &mut String) {
        let Some(value) = value else { return };
        match self {
            Self::None => cell::number(value, text),
            Self::Day => cell::day(value, value, text),
            Self::Month => cell::month(value, text),
            Self::Millisecond => cell::day(value, (value / 86_400_000.0).floor(), text),
        }
    }
}

fn width(kind: VariableType) -> u64 {
    match kind {
        VariableType::Byte => 1,
        VariableType::Int => 2,
        VariableType::Long | VariableType::Float => 4,
        VariableType::Double | VariableType::LongString => 8,
        VariableType::FixedString(length) => u64::from(length),
    }
}

fn bytes<const N: usize>(reader: &mut impl Read) -> Result<[u8; N], Broken> {
    let mut found = [0; N];
    reader.read_exact(&mut found)?;
    Ok(found)
}

fn number(order: ByteOrder, bytes: [u8; 4]) -> u32 {
    match order {
        ByteOrder::BigEndian => u32::from_be_bytes(bytes),
        ByteOrder::LittleEndian => u32::from_le_bytes(bytes),
    }
}

/// Why a file cannot be read.
enum Broken {
    Read(std::io::Error),
    Short,
    Damaged,
    Release(u8),
    Cell { row: u64, column: String },
}

impl From<std::io::Error> for Broken {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::UnexpectedEof => Self::Short,
            _ => Self::Read(error),
        }
    }
}

impl From<DtaError> for Broken {
    fn from(error: DtaError) -> Self {
        match error {
            DtaError::Io { source, .. } => source.into(),
            DtaError::Format(error) => match error.kind() {
                FormatErrorKind::UnsupportedRelease { release } if (113..).contains(&release) => {
                    Self::Release(release)
                }
                _ => Self::Damaged,
            },
            _ => Self::Damaged,
        }
    }
}

impl Broken {
    fn at(self, path: &Path) -> RegisterError {
        let problem = |rule: &str| Problem::new("unreadable_file", path, rule);
        match self {
            Self::Read(error) => return unreadable(path, &error),
            Self::Short => problem("the Stata file ends before the rows that it declares")
                .help("it is cut off or damaged: copy it again"),
            Self::Damaged => problem("the file cannot be read as Stata")
                .help("it may be cut off, or another kind of file under this name"),
            Self::Release(release) => {
                problem(&format!("Stata files of format {release} cannot be read"))
                    .help("save it with `saveold`, or as CSV")
            }
            Self::Cell { row, column } => {
                problem("the cell does not hold what the file declares, such as text in UTF-8")
                    .at_line(row)
                    .in_column(column)
                    .help("save the file again with Stata 14 or later, or as CSV")
            }
        }
        .into()
    }
}
