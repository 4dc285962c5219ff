//! The first lines of a text file: its header, which column is which field, and whether identifiers
//! were left in.

use crate::error::{Problem, RegisterError};
use crate::guard::Guard;
use crate::header::{self, HeaderMap};
use crate::identifiers::{Ids, guard, refuse_identifiers};
use crate::options::RegisterOptions;
use crate::scan::Shape;
use crate::sheet::Part;
use crate::text::TextFile;
use csv::StringRecord;
use std::collections::BTreeMap;
use std::path::Path;

/// Rows at the start of each file in which every cell is searched for identifiers.
pub(crate) const GUARDED_ROWS: usize = 100_000;
/// Bytes at the start of each file beyond which that search ends, were its rows very long.
const GUARDED_BYTES: usize = 128 << 20;

/// What the first lines of a text file tell.
pub(crate) struct FirstLines {
    pub(crate) file: TextFile,
    pub(crate) map: HeaderMap,
    pub(crate) shape: Shape,
    /// Has looked at every cell of these lines.
    pub(crate) guard: Guard,
    pub(crate) ids: Ids,
    /// The first row, whoever's it is.
    pub(crate) first: StringRecord,
}

/// Reads the first lines of a file; `map` maps its header, `look` sees each row.
pub(crate) fn read(
    path: &Path,
    part: &Part,
    options: &RegisterOptions,
    map: impl Fn(&[String]) -> Result<HeaderMap, RegisterError>,
    mut look: impl FnMut(&HeaderMap, &StringRecord),
) -> Result<FirstLines, RegisterError> {
    let mut file = TextFile::peek(path)?;
    let mut guard = guard(&file.header, part.fields, options);
    // Before a message lists the header: it may be no header.
    refuse_identifiers(path, guard.verdicts())?;
    let map = map(&file.header)?;
    let column = map.get(part.id).copied().unwrap_or(0);
    let (mut ids, mut bytes) = (Ids::default(), 0);
    let mut record = StringRecord::new();
    let mut first = StringRecord::new();
    for row in 0..GUARDED_ROWS {
        if bytes > GUARDED_BYTES || file.next(&mut record)?.is_none() {
            break;
        }
        bytes += record.as_slice().len();
        if row == 0 {
            first = record.clone();
        }
        record
            .iter()
            .enumerate()
            .for_each(|(j, cell)| guard.look(j, cell));
        ids.look(record.get(column).unwrap_or(""));
        look(&map, &record);
    }
    let shape = Shape {
        delimiter: file.delimiter,
        width: file.header.len(),
        column,
    };
    Ok(FirstLines {
        file,
        map,
        shape,
        guard,
        ids,
        first,
    })
}

/// Which column of a header is which field; `in_parts` says that a plan's headers need not be those
/// of this file, `is_person` knows the participants.
pub(crate) fn map(
    path: &Path,
    head: &[String],
    part: &Part,
    (options, in_parts): (&RegisterOptions, bool),
    is_person: impl Fn(&str) -> bool,
) -> Result<HeaderMap, RegisterError> {
    let declared: BTreeMap<String, String> = options
        .columns
        .iter()
        .filter(|(field, _)| part.fields.iter().any(|known| known.name == *field))
        .filter(|(_, header)| !in_parts || head.contains(header))
        .map(|(field, header)| (field.clone(), header.clone()))
        .collect();
    if head.iter().any(|name| is_person(name)) {
        let rule = "the first line holds a participant instead of the columns' names";
        return Err(Problem::new("no_header", path, rule)
            .at_line(1)
            .help("add a header line")
            .into());
    }
    header::map(path, head, part.fields, &declared)
}
