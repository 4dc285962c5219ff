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

/// Reads the header of a file; `map` maps it.
pub(crate) fn open(
    path: &Path,
    part: &Part,
    options: &RegisterOptions,
    map: impl Fn(&[String]) -> Result<HeaderMap, RegisterError>,
) -> Result<FirstLines, RegisterError> {
    let file = TextFile::peek(path)?;
    let guard = guard(&file.header, part.fields, options);
    // Before a message lists the header: it may be no header.
    refuse_identifiers(path, guard.verdicts())?;
    let map = map(&file.header)?;
    let shape = Shape {
        delimiter: file.delimiter,
        width: file.header.len(),
        column: map.get(part.id).copied().unwrap_or(0),
    };
    Ok(FirstLines {
        file,
        map,
        shape,
        guard,
        ids: Ids::default(),
        first: StringRecord::new(),
    })
}

impl FirstLines {
    /// Searches the rows at the start for identifiers; `look` sees each.
    pub(crate) fn search(
        &mut self,
        mut look: impl FnMut(&HeaderMap, &StringRecord),
    ) -> Result<(), RegisterError> {
        let mut bytes = 0;
        let mut record = StringRecord::new();
        for row in 0..GUARDED_ROWS {
            if bytes > GUARDED_BYTES || !self.file.next(&mut record)? {
                break;
            }
            bytes += record.as_slice().len();
            if row == 0 {
                self.first = record.clone();
            }
            record
                .iter()
                .enumerate()
                .for_each(|(j, cell)| self.guard.look(j, cell));
            self.ids.look(record.get(self.shape.column).unwrap_or(""));
            look(&self.map, &record);
        }
        Ok(())
    }
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
