//! What the first rows of a file tell: which column is which field, how the file is written, and whether
//! identifiers were left in.

use super::claims::Names;
use super::guess::Tallies;
use super::layout::{Columns, Layout};
use super::read::PopulationOptions;
use crate::error::RegisterError;
use crate::first_lines::{self, FirstLines, GUARDED_ROWS};
use crate::guard::Guard;
use crate::header::HeaderMap;
use crate::identifiers::{Ids, guard, refuse_identifiers};
use crate::scan::TypedFile;
use crate::sheet::Part;
use std::path::Path;

/// What the first rows of a file tell.
pub(super) struct Head<'f> {
    pub(super) header: Vec<String>,
    pub(super) map: HeaderMap,
    /// The column that holds the identifier.
    pub(super) column: usize,
    /// Has looked at every cell of these rows.
    pub(super) guard: Guard,
    pub(super) ids: Ids,
    /// How the first rows are written.
    pub(super) tallies: Option<Tallies>,
    pub(super) source: Source<'f>,
}

/// What a file is.
pub(super) enum Source<'f> {
    /// Text, by its encoding as far as it was looked at, and its delimiter.
    Text(&'static str, u8),
    Typed(TypedFile<'f>),
}

impl Source<'_> {
    fn numeric(&self) -> &[bool] {
        match self {
            Self::Text(..) => &[],
            Self::Typed(file) => file.numeric(),
        }
    }

    pub(super) fn delimiter(&self) -> Option<u8> {
        match self {
            Self::Text(_, delimiter) => Some(*delimiter),
            Self::Typed(_) => None,
        }
    }
}

/// Which column of a header is which field.
pub(super) fn map(
    options: &PopulationOptions<'_>,
    part: &Part,
    (path, header): (&Path, &[String]),
) -> Result<HeaderMap, RegisterError> {
    let is_person = |name: &str| options.ids.position(name).is_some();
    first_lines::map(path, header, part, (options.register, false), is_person)
}

/// The same of a file of which nothing else is read.
pub(super) fn map_of(
    options: &PopulationOptions<'_>,
    part: &Part,
    path: &Path,
) -> Result<HeaderMap, RegisterError> {
    let map = |header: &[String]| map(options, part, (path, header));
    match TypedFile::open(path)? {
        Some(file) => map(file.header()),
        None => Ok(first_lines::open(path, part, options.register, map)?.map),
    }
}

impl<'f> Head<'f> {
    /// Reads the first rows of a file.
    pub(super) fn read(
        options: &PopulationOptions<'_>,
        part: &Part,
        path: &'f Path,
    ) -> Result<Self, RegisterError> {
        match TypedFile::open(path)? {
            Some(file) => typed_head(options, part, path, file),
            None => text_head(options, part, path),
        }
    }

    pub(super) fn layout(&self, options: &PopulationOptions<'_>) -> Layout {
        let columns = Columns {
            map: &self.map,
            width: self.header.len(),
            id: self.column,
            numeric: self.source.numeric(),
        };
        Layout::new(options.register.kind, &columns, options.fields)
    }

    pub(super) fn names(&self, layout: &Layout, part: &Part) -> Names {
        let column = |field: &str| self.map.get(field).copied();
        let is_detail = |j: usize| part.details.iter().any(|field| column(field) == Some(j));
        Names {
            job: column("job"),
            employer: column("employer"),
            kind: column("type"),
            registered: layout.date("registered").zip(column("registered")),
            details: (0..self.header.len()).map(is_detail).collect(),
        }
    }

    /// Why its jobs cannot be joined over changes of payroll here.
    pub(super) fn unjoinable(&self, layout: &Layout) -> Option<&'static str> {
        let has = |field: &str| self.map.contains_key(field);
        if has("leave_start") || has("furlough_start") {
            return Some(
                "jobs are joined over changes of payroll (merge_gaps) that have a row a leave",
            );
        }
        layout.asks_for_end.then_some(
            "jobs are joined over changes of payroll (merge_gaps), and a rule asks how their days \
             are known",
        )
    }
}

fn text_head<'f>(
    options: &PopulationOptions<'_>,
    part: &Part,
    path: &'f Path,
) -> Result<Head<'f>, RegisterError> {
    let register = options.register;
    let map = |header: &[String]| map(options, part, (path, header));
    let mut guessing: Option<(Layout, Tallies)> = None;
    let mut first = first_lines::open(path, part, register, map)?;
    first.search(|map, record| {
        let (layout, tallies) = guessing.get_or_insert_with(|| {
            let columns = Columns {
                map,
                width: record.len(),
                id: map.get(part.id).copied().unwrap_or(0),
                numeric: &[],
            };
            let layout = Layout::new(register.kind, &columns, options.fields);
            let tallies = Tallies::new(&layout);
            (layout, tallies)
        });
        tallies.look(layout, record);
    })?;
    let FirstLines {
        file,
        map,
        shape,
        guard,
        ids,
        ..
    } = first;
    Ok(Head {
        header: file.header,
        map,
        column: shape.column,
        guard,
        ids,
        tallies: guessing.map(|(_, tallies)| tallies),
        source: Source::Text(file.encoding, shape.delimiter),
    })
}

fn typed_head<'f>(
    options: &PopulationOptions<'_>,
    part: &Part,
    path: &Path,
    file: TypedFile<'f>,
) -> Result<Head<'f>, RegisterError> {
    let header = file.header().to_vec();
    let mut guard = guard(&header, part.fields, options.register);
    // Before a message lists the header: it may be no header.
    refuse_identifiers(path, guard.verdicts())?;
    let map = map(options, part, (path, &header))?;
    let column = map.get(part.id).copied().unwrap_or(0);
    let mut ids = Ids::default();
    file.first(GUARDED_ROWS, |j, cell| {
        guard.look(j, cell);
        if j == column {
            ids.look(cell);
        }
    })?;
    Ok(Head {
        header,
        map,
        column,
        guard,
        ids,
        tallies: None,
        source: Source::Typed(file),
    })
}
