//! How a file looks: delimiter, encoding, dates, headers.

use super::Kind;
use super::calendar::DateStyle;
use super::mess::Mess;
use super::settings::Settings;

/// How text becomes bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    Utf8,
    /// UTF-8 behind a byte order mark.
    Marked,
    /// Windows-1252, lines that end in CRLF.
    Cp1252,
}

/// How one file looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Look {
    pub(super) delimiter: u8,
    pub(super) encoding: Encoding,
    pub(super) dates: DateStyle,
    pub(super) decimal: u8,
    pub(super) prefix: bool,
    pub(super) upper_case: bool,
    pub(super) gzip: bool,
    pub(super) line_breaks: bool,
    pub(super) blanks: bool,
    pub(super) missing: bool,
    pub(super) forever: bool,
    pub(super) duplicates: bool,
    pub(super) ragged: bool,
}

impl Look {
    /// The look of a kind's file, by its position among the files of the kind. Files take turns.
    pub(super) fn new(settings: &Settings, kind: Kind, file: usize) -> Self {
        let has = |mess| settings.has(mess);
        let turn = kind as usize + file;
        let decimal = if has(Mess::DecimalComma) { b',' } else { b'.' };
        let delimiter = match (has(Mess::Delimiter) && kind != Kind::Kuhr, turn % 4) {
            (true, 1) => b'\t',
            (true, 2) => b'|',
            // A comma between cells and within numbers is more than any reader can be asked.
            (true, 3) if decimal == b'.' => b',',
            _ => b';',
        };
        let encoding = match (has(Mess::Cp1252), has(Mess::Bom)) {
            (true, true) if (turn / 2).is_multiple_of(2) => Encoding::Cp1252,
            (_, true) => Encoding::Marked,
            (true, false) => Encoding::Cp1252,
            (false, false) => Encoding::Utf8,
        };
        let dates = match kind {
            // Its dates are numbers.
            Kind::FdTrygd => DateStyle::Compact,
            _ if has(Mess::Dates) => DateStyle::ALL[turn % DateStyle::ALL.len()],
            _ => DateStyle::Iso,
        };
        let in_statistics = matches!(kind, Kind::AaSsb | Kind::FdTrygd);
        let background = kind == Kind::AaNav && settings.background > 0;
        Self {
            delimiter,
            encoding,
            dates,
            decimal,
            prefix: has(Mess::Prefixes) && in_statistics,
            upper_case: has(Mess::HeaderCase),
            gzip: has(Mess::Gzip) && file.is_multiple_of(2) && !background,
            line_breaks: has(Mess::EmbeddedNewlines),
            blanks: has(Mess::TrailingBlanks),
            missing: has(Mess::MissingCodes),
            forever: has(Mess::OpenEnds),
            duplicates: has(Mess::Duplicates),
            ragged: has(Mess::Ragged),
        }
    }

    /// A table that belongs to a register but holds no rows of people: never ragged.
    pub(super) fn without_people(self) -> Self {
        Self {
            ragged: false,
            ..self
        }
    }

    /// The end of a line.
    pub(super) fn end_of_line(self) -> &'static [u8] {
        match self.encoding {
            Encoding::Cp1252 => b"\r\n",
            _ => b"\n",
        }
    }

    /// Appends text in the file's encoding. Every character the generator uses is below U+0100,
    /// where Windows-1252 and Unicode number letters alike.
    pub(super) fn push(self, out: &mut Vec<u8>, text: &str) {
        match self.encoding {
            Encoding::Cp1252 => out.extend(text.chars().map(|c| c as u8)),
            _ => out.extend_from_slice(text.as_bytes()),
        }
    }

    /// A header as this file writes it.
    pub(super) fn header(self, name: &str) -> String {
        let name = match (self.encoding, name) {
            (Encoding::Cp1252, "lopenr") => "løpenr".to_owned(),
            (Encoding::Cp1252, "sluttaarsak") => "sluttårsak".to_owned(),
            (Encoding::Cp1252, "kjonn") => "kjønn".to_owned(),
            (Encoding::Cp1252, "fodselsar") => "fødselsår".to_owned(),
            _ => name.to_owned(),
        };
        let name = if self.upper_case {
            name.to_uppercase()
        } else {
            name
        };
        if self.prefix {
            format!("w22_1047_{name}")
        } else {
            name
        }
    }
}
