//! Registers as files in a folder, and what was read of them as lines of text.

use regtrial::registers::{
    Day, Progress, Register, RegisterError, RegisterKind, RegisterOptions, TableKind, parse_day,
    read_register,
};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A file of some bytes in a folder of its own.
pub(crate) fn file(name: &str, bytes: &[u8]) -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    (folder, path)
}

/// A file that is committed beside the tests.
pub(crate) fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("registers/fixtures")
        .join(name)
}

/// A header and rows as a text file.
pub(crate) fn csv<S: AsRef<str>>(header: &str, rows: &[S]) -> String {
    let mut text = format!("{header}\n");
    for row in rows {
        text.push_str(row.as_ref());
        text.push('\n');
    }
    text
}

/// A text as Latin-1, a byte a character.
pub(crate) fn latin_1(text: &str) -> Vec<u8> {
    text.chars()
        .map(|c| u8::try_from(u32::from(c)).unwrap())
        .collect()
}

/// An extract in a folder of its own, and how it is read. Unless a test says otherwise, the study's
/// people are 007 and 008, the register covers 2020 to 2022, and no row may be refused.
pub(crate) struct Extract {
    folder: TempDir,
    people: Vec<String>,
    pub(crate) options: RegisterOptions,
}

impl Extract {
    pub(crate) fn new(kind: RegisterKind) -> Self {
        let (first, last) = (day("2020-01-01"), day("2022-12-31"));
        Self {
            folder: TempDir::new().unwrap(),
            people: vec!["007".to_owned(), "008".to_owned()],
            options: RegisterOptions::new(kind, Vec::new(), first, last),
        }
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    }

    /// One more main file.
    pub(crate) fn file(mut self, name: &str, content: impl AsRef<[u8]>) -> Self {
        let path = self.write(name, content);
        self.options.files.push(path);
        self
    }

    /// One more file of a further part.
    pub(crate) fn part(
        mut self,
        part: &'static str,
        name: &str,
        content: impl AsRef<[u8]>,
    ) -> Self {
        let path = self.write(name, content);
        self.options.parts.entry(part).or_default().push(path);
        self
    }

    pub(crate) fn people(mut self, people: &[&str]) -> Self {
        self.people = people.iter().map(|id| (*id).to_owned()).collect();
        self
    }

    pub(crate) fn covers(mut self, first: &str, last: &str) -> Self {
        self.options.first_day = day(first);
        self.options.last_day = day(last);
        self
    }

    pub(crate) fn column(mut self, field: &str, header: &str) -> Self {
        let columns = &mut self.options.columns;
        columns.insert(field.to_owned(), header.to_owned());
        self
    }

    /// Further declarations of the plan.
    pub(crate) fn with(mut self, declare: impl FnOnce(&mut RegisterOptions)) -> Self {
        declare(&mut self.options);
        self
    }

    /// However many rows are refused, the others are read.
    pub(crate) fn lenient(self) -> Self {
        self.with(|options| options.max_refused_share = 1.0)
    }

    pub(crate) fn result(&self) -> Result<Register, RegisterError> {
        let ids = self.people.iter().map(String::as_str);
        let people: HashMap<&str, usize> = ids.enumerate().map(|(i, id)| (id, i)).collect();
        read_register(&self.options, &people, &Progress::default())
    }

    pub(crate) fn read(&self) -> Register {
        self.result().unwrap()
    }

    /// What is wrong: the codes of all problems, and a line each.
    pub(crate) fn error(&self) -> String {
        let error = self.result().unwrap_err();
        let codes: Vec<&str> = error.problems().iter().map(|found| found.code).collect();
        format!("{}\n{error}", codes.join(" "))
    }
}

fn day(text: &str) -> Day {
    parse_day(text).unwrap()
}

/// The rows of a table by some of its fields, a blank between cells and `-` for a missing one.
pub(crate) fn rows(register: &Register, kind: TableKind, fields: &str) -> Vec<String> {
    let frame = &register.table(kind).unwrap().frame;
    let cell = |name: &str, row: usize| {
        let text = frame.column(name).unwrap().get(row).unwrap().to_string();
        if text == "null" {
            return "-".to_owned();
        }
        let inner = text
            .strip_prefix('"')
            .and_then(|rest| rest.strip_suffix('"'));
        inner.unwrap_or(&text).to_owned()
    };
    (0..frame.height())
        .map(|row| {
            let cells: Vec<String> = fields.split(' ').map(|name| cell(name, row)).collect();
            cells.join(" ")
        })
        .collect()
}

/// How often a rule whose text holds these words changed a row or left one out.
pub(crate) fn repaired(register: &Register, words: &str) -> u64 {
    let repairs = register.logs.iter().flat_map(|log| &log.repairs);
    repairs
        .filter(|(rule, _)| rule.contains(words))
        .map(|(_, times)| *times)
        .sum()
}

/// Lines and fields of the rows refused, file by file; `-` where no field is concerned.
pub(crate) fn refused(register: &Register) -> Vec<String> {
    let mut lines = Vec::new();
    for log in &register.logs {
        let mut refusals: Vec<_> = log.refused.iter().collect();
        refusals.sort_by_key(|refusal| refusal.line);
        let shown = refusals
            .iter()
            .map(|refusal| format!("{} {}", refusal.line, refusal.field.unwrap_or("-")));
        lines.extend(shown);
    }
    lines
}
