//! The extract's file: semicolons, Windows-1252, CRLF, rows in no particular order.

use encoding_rs::WINDOWS_1252;

use super::File;
use crate::SynthError;
use crate::draws::Draws;

const PATH: &str = "aa/arbeidsforhold.csv";
const HEADER: &str = "lopenr;arbeidsforholdId;arbeidssted.ident;type.kode;\
    ansettelsesperiode.startdato;ansettelsesperiode.sluttdato;sluttaarsak;varsling;\
    avtaltStillingsprosent;antallTimerPrUke;yrke;arbeidsstedNavn";

/// Why a row cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum RefusedKind {
    /// A date that no calendar has.
    ImpossibleDate,
    /// The end lies before the start.
    EndBeforeStart,
    /// No start.
    MissingStart,
    /// One cell too few.
    Ragged,
}

impl RefusedKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [
        Self::ImpossibleDate,
        Self::EndBeforeStart,
        Self::MissingStart,
        Self::Ragged,
    ];

    /// The kind as it is written in `truth.json`.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::ImpossibleDate => "impossible_date",
            Self::EndBeforeStart => "end_before_start",
            Self::MissingStart => "missing_start",
            Self::Ragged => "ragged",
        }
    }
}

/// A row that cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Refused {
    /// Its line in the extract; the header is line 1.
    pub line: usize,
    /// What is wrong with it.
    pub kind: RefusedKind,
}

/// What a line holds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Content {
    /// A row that can be read.
    Readable,
    /// A row that cannot.
    Refused(RefusedKind),
}

/// One line of the extract.
pub(super) struct Line {
    pub(super) cells: Vec<String>,
    pub(super) content: Content,
}

/// Puts the lines in random order and encodes them.
pub(super) fn write(
    mut lines: Vec<Line>,
    draws: &mut Draws,
) -> Result<(File, Vec<Refused>), SynthError> {
    draws.shuffle(&mut lines);
    let mut text = format!("{HEADER}\r\n");
    let mut refused = Vec::new();
    for (place, line) in lines.iter().enumerate() {
        text.push_str(&line.cells.join(";"));
        text.push_str("\r\n");
        if let Content::Refused(kind) = line.content {
            refused.push(Refused {
                line: place + 2,
                kind,
            });
        }
    }
    let (bytes, _, lossy) = WINDOWS_1252.encode(&text);
    if lossy {
        return Err(SynthError::Encoding {
            file: PATH.to_owned(),
        });
    }
    Ok((
        File {
            path: PATH.to_owned(),
            bytes: bytes.into_owned(),
        },
        refused,
    ))
}
