//! Decompressing and decoding while reading: strict UTF-8 if the whole file is, else Windows-1252,
//! never lossy.

use crate::error::{Problem, RegisterError, unreadable};
use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};
use encoding_rs_io::DecodeReaderBytesBuilder;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

/// The encoding of a piece of text that may end within a character.
pub(crate) fn encoding_of_start(bytes: &[u8]) -> &'static Encoding {
    match std::str::from_utf8(bytes) {
        Ok(_) => UTF_8,
        Err(error) if error.error_len().is_none() => UTF_8,
        Err(_) => WINDOWS_1252,
    }
}

/// The bytes of a file, decompressed if it is compressed.
pub(crate) fn raw(path: &Path) -> io::Result<Box<dyn Read + Send>> {
    let file = File::open(path)?;
    Ok(match Compression::of(path)? {
        Compression::None => Box::new(file),
        Compression::Gzip => Box::new(flate2::bufread::MultiGzDecoder::new(
            BufReader::with_capacity(1 << 18, file),
        )),
        Compression::Zstd => Box::new(zstd::stream::read::Decoder::new(file)?),
    })
}

/// The file as UTF-8, without a byte-order mark.
pub(super) fn open(path: &Path, encoding: &'static Encoding) -> io::Result<Box<dyn Read>> {
    let decoded = DecodeReaderBytesBuilder::new()
        .encoding(Some(encoding))
        .strip_bom(true)
        .build(BufReader::with_capacity(1 << 16, raw(path)?));
    Ok(Box::new(decoded))
}

pub(crate) fn name(encoding: &'static Encoding) -> &'static str {
    if encoding == UTF_8 {
        "utf-8"
    } else {
        "windows-1252"
    }
}

/// The encoding of a name given by [`name`].
pub(crate) fn named(name: &str) -> &'static Encoding {
    if name == self::name(UTF_8) {
        UTF_8
    } else {
        WINDOWS_1252
    }
}

/// How a file is compressed, by its first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Compression {
    None,
    Gzip,
    Zstd,
}

impl Compression {
    pub(crate) fn of(path: &Path) -> io::Result<Self> {
        Ok(match first_bytes(path)? {
            [0x1f, 0x8b, ..] => Self::Gzip,
            [0x28, 0xb5, 0x2f, 0xfd] => Self::Zstd,
            _ => Self::None,
        })
    }
}

fn first_bytes(path: &Path) -> io::Result<[u8; 4]> {
    let mut first = Vec::new();
    File::open(path)?.take(4).read_to_end(&mut first)?;
    first.resize(4, 0);
    Ok([first[0], first[1], first[2], first[3]])
}

fn holds_nul(path: &Path) -> io::Result<bool> {
    let mut start = Vec::new();
    raw(path)?.take(4096).read_to_end(&mut start)?;
    Ok(start.contains(&0))
}

/// Refuses files that are not text at all, by their first bytes.
pub(crate) fn check_kind(path: &Path) -> Result<(), RegisterError> {
    let (rule, help) = match first_bytes(path).map_err(|e| unreadable(path, &e))? {
        [b'P', b'A', b'R', b'1'] => ("this is a Parquet file", "end its name in .parquet"),
        [b'P', b'K', 3, 4] => ("this is a zip or Excel file", "export it as CSV"),
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => ("the file is UTF-16", "save it as UTF-8"),
        _ if holds_nul(path).map_err(|e| unreadable(path, &e))? => (
            "the file holds NUL bytes: UTF-16, or no text at all",
            "save it as UTF-8",
        ),
        _ => return Ok(()),
    };
    Err(Problem::new("file_kind", path, rule).help(help).into())
}
