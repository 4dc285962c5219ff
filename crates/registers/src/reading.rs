//! What a layout reads from: files to sheets, with a log each.

use crate::canonical::TableKind;
use crate::copies;
use crate::error::{Problem, RegisterError};
use crate::first_lines::{self, FirstLines, GUARDED_ROWS};
use crate::guard::Guard;
use crate::header::HeaderMap;
use crate::identifiers::{Ids, guard, refuse_identifiers};
use crate::log::{FileLog, Refusal};
use crate::options::RegisterOptions;
use crate::scan::{self, Keys, Progress, Scanned, TypedFile};
use crate::sheet::{Part, Sheet, SheetRow};
use crate::text::TextFile;
use csv::StringRecord;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

pub(crate) const RAGGED: &str = "the row has another number of cells than the header";

/// The reading of one register.
pub(crate) struct Reading<'a> {
    pub(crate) options: &'a RegisterOptions,
    pub(crate) people: &'a HashMap<&'a str, usize>,
    progress: &'a Progress,
    logs: Vec<Option<FileLog>>,
    /// Participants of whom the main files hold a row.
    pub(crate) present: BTreeSet<usize>,
    /// Tables of the register for which the files have no column.
    pub(crate) unfilled: Vec<TableKind>,
    /// Whether the files of a further part are read: a plan's headers need not be theirs.
    in_parts: bool,
}

impl<'a> Reading<'a> {
    pub(crate) fn new(
        options: &'a RegisterOptions,
        people: &'a HashMap<&'a str, usize>,
        progress: &'a Progress,
    ) -> Self {
        Self {
            options,
            people,
            progress,
            logs: Vec::new(),
            present: BTreeSet::new(),
            unfilled: Vec::new(),
            in_parts: false,
        }
    }

    /// The participants as keys.
    pub(crate) fn participants(&self) -> Keys {
        Keys::new(self.people.iter().map(|(id, position)| (*id, *position)))
    }

    /// The rows of the main files that belong to participants.
    pub(crate) fn main(&mut self, part: &Part) -> Result<Vec<Sheet>, RegisterError> {
        let keys = self.participants();
        let mut sheets = self.sheets(&self.options.files, part, &keys)?;
        let rows = sheets.iter().flat_map(|sheet| &sheet.rows);
        self.present.extend(rows.map(|row| row.key));
        settle(&mut sheets, part)?;
        Ok(sheets)
    }

    /// The rows of a further part whose identifier is among `keys`; nothing if the plan names no
    /// file for it.
    pub(crate) fn part(
        &mut self,
        name: &str,
        part: &Part,
        keys: &Keys,
    ) -> Result<Vec<Sheet>, RegisterError> {
        let Some(files) = self.options.parts.get(name) else {
            return Ok(Vec::new());
        };
        self.in_parts = true;
        let sheets = self.sheets(files, part, keys);
        self.in_parts = false;
        let mut sheets = sheets?;
        settle(&mut sheets, part)?;
        let rows: u64 = sheets.iter().map(|sheet| sheet.log.rows).sum();
        let nothing = sheets.iter().all(|sheet| sheet.rows.is_empty());
        if let (true, true, true, Some(sheet)) =
            (nothing, rows > 0, keys.any(|_| true), sheets.first_mut())
        {
            let rule = "no row of these files belongs to what was kept of the others";
            let help =
                "compare how their keys are written: leading zeros, prefixes, the right column";
            let problem = Problem::new("no_match", &sheet.log.file, rule).help(help);
            sheet.log.warnings.push(problem);
        }
        Ok(sheets)
    }

    fn sheets(
        &mut self,
        files: &[std::path::PathBuf],
        part: &Part,
        keys: &Keys,
    ) -> Result<Vec<Sheet>, RegisterError> {
        let mut sheets = Vec::new();
        let mut problems = Vec::new();
        for path in files {
            match self.sheet(path, part, keys) {
                Ok(sheet) => sheets.push(sheet),
                // What is wrong with one file is no reason to keep silent on the next.
                Err(RegisterError::Problems(found)) => problems.extend(found),
                Err(other) => return Err(other),
            }
        }
        if !problems.is_empty() {
            return Err(RegisterError::Problems(problems));
        }
        Ok(sheets)
    }

    fn sheet(&mut self, path: &Path, part: &Part, keys: &Keys) -> Result<Sheet, RegisterError> {
        let mut sheet = match TypedFile::open(path)? {
            Some(file) => self.typed_sheet(path, &file, part, keys)?,
            None => self.text_sheet(path, part, keys)?,
        };
        sheet.number = self.logs.len();
        sheet.declare(self.options);
        self.logs.push(None);
        Ok(sheet)
    }

    fn map(&self, path: &Path, head: &[String], part: &Part) -> Result<HeaderMap, RegisterError> {
        let is_person = |name: &str| self.people.contains_key(name);
        first_lines::map(path, head, part, (self.options, self.in_parts), is_person)
    }

    fn text_sheet(&self, path: &Path, part: &Part, keys: &Keys) -> Result<Sheet, RegisterError> {
        let map = |header: &[String]| self.map(path, header, part);
        let mut lines = first_lines::open(path, part, self.options, map)?;
        let shape = lines.shape;
        // The first lines are searched for identifiers while the file is scanned.
        let (searched, scanned) = std::thread::scope(|scope| {
            let scan = scope.spawn(|| scan::scan(path, &shape, keys, self.progress));
            (lines.search(|_, _| {}), scan.join())
        });
        searched?;
        let scanned = scanned.unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        let FirstLines {
            file,
            guard,
            ids,
            first,
            ..
        } = lines;
        // The first lines may have looked like UTF-8 where the whole file is not.
        let header = if scanned.encoding == file.encoding {
            file.header
        } else {
            TextFile::peek_as(path, scanned.encoding)?.header
        };
        let map = self.map(path, &header, part)?;
        let delimiter = Some(char::from(shape.delimiter));
        let head = Head {
            header,
            numeric: Vec::new(),
            map,
            delimiter,
            first,
        };
        sheet(path, head, scanned, guard, &ids)
    }

    fn typed_sheet(
        &self,
        path: &Path,
        file: &TypedFile<'_>,
        part: &Part,
        keys: &Keys,
    ) -> Result<Sheet, RegisterError> {
        let header = file.header();
        let mut guard = guard(header, part.fields, self.options);
        refuse_identifiers(path, guard.verdicts())?;
        let map = self.map(path, header, part)?;
        let column = map.get(part.id).copied().unwrap_or(0);
        let mut ids = Ids::default();
        let mut first = vec![String::new(); header.len()];
        file.first(1, |j, cell| cell.clone_into(&mut first[j]))?;
        file.first(GUARDED_ROWS, |j, cell| {
            guard.look(j, cell);
            if j == column {
                ids.look(cell);
            }
        })?;
        let scanned = file.scan(column, keys, self.progress)?;
        let head = Head {
            header: header.to_vec(),
            numeric: file.numeric().to_vec(),
            map,
            delimiter: None,
            first: first.into_iter().collect(),
        };
        sheet(path, head, scanned, guard, &ids)
    }

    /// Takes the logs of sheets that have been used, and holds their refusals against the plan.
    pub(crate) fn finish(&mut self, sheets: Vec<Sheet>) -> Result<(), RegisterError> {
        for mut sheet in sheets {
            sheet.log.refused.sort_by_key(|refusal| refusal.line);
            sheet.log.check_refused(self.options.max_refused_share)?;
            self.logs[sheet.number] = Some(sheet.log);
        }
        Ok(())
    }

    /// What happened to each file.
    pub(crate) fn take_logs(&mut self) -> Vec<FileLog> {
        self.logs.drain(..).flatten().collect()
    }
}

/// Leaves out the rows that others make void: copies, older versions, jobs open in one file and closed
/// in another.
fn settle(sheets: &mut [Sheet], part: &Part) -> Result<(), RegisterError> {
    copies::leave_out(sheets, part.by_file);
    crate::version::latest(sheets, part)?;
    crate::extended::leave_out_closed(sheets, part)
}

/// What the first lines of a file tell.
struct Head {
    header: Vec<String>,
    numeric: Vec<bool>,
    map: HeaderMap,
    delimiter: Option<char>,
    first: StringRecord,
}

fn sheet(
    path: &Path,
    head: Head,
    scanned: Scanned,
    mut guard: Guard,
    ids: &Ids,
) -> Result<Sheet, RegisterError> {
    let Head {
        header,
        numeric,
        map,
        delimiter,
        first,
    } = head;
    for (_, _, record) in &scanned.kept {
        record
            .iter()
            .enumerate()
            .for_each(|(j, cell)| guard.look(j, cell));
    }
    let mut warnings = refuse_identifiers(path, guard.verdicts())?;
    warnings.extend(ids.warning(path)?);
    let refusals = scanned.ragged.iter().map(|&line| Refusal {
        line,
        field: None,
        rule: RAGGED,
    });
    // Whose row a ragged one is cannot be told for certain: it counts as one of the study's.
    let rows_of_people = (scanned.kept.len() + scanned.ragged.len()) as u64;
    let log = FileLog {
        file: path.to_owned(),
        encoding: scanned.encoding,
        delimiter,
        rows: scanned.rows,
        rows_of_people,
        mapping: map
            .iter()
            .map(|(field, column)| (*field, header[*column].clone()))
            .collect(),
        refused: refusals.collect(),
        repairs: BTreeMap::new(),
        warnings,
    };
    let row = |(line, key, record)| SheetRow { line, key, record };
    Ok(Sheet {
        number: 0,
        header,
        numeric,
        map,
        rows: scanned.kept.into_iter().map(row).collect(),
        outdated: Vec::new(),
        first,
        log,
        dates: None,
        decimal: None,
    })
}
