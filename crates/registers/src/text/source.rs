//! Decoding while reading: strict UTF-8 if the whole file is, else Windows-1252, never lossy.

use crate::error::{Problem, RegisterError, unreadable};
use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};
use encoding_rs_io::DecodeReaderBytesBuilder;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

/// UTF-8 if every byte of the file agrees, else Windows-1252 (of which Latin-1 is the part in use).
pub(super) fn encoding(path: &Path) -> io::Result<&'static Encoding> {
    let mut file = File::open(path)?;
    let mut decoder = UTF_8.new_decoder_without_bom_handling();
    let mut input = vec![0; 1 << 16];
    let mut output = vec![0; 1 << 18];
    loop {
        let count = file.read(&mut input)?;
        let (result, _, _) =
            decoder.decode_to_utf8_without_replacement(&input[..count], &mut output, count == 0);
        if let encoding_rs::DecoderResult::Malformed(..) = result {
            return Ok(WINDOWS_1252);
        }
        if count == 0 {
            return Ok(UTF_8);
        }
    }
}

/// The file as UTF-8, without a byte-order mark.
pub(super) fn open(path: &Path, encoding: &'static Encoding) -> io::Result<Box<dyn Read>> {
    let file = File::open(path)?;
    let decoded = DecodeReaderBytesBuilder::new()
        .encoding(Some(encoding))
        .strip_bom(true)
        .build(BufReader::with_capacity(1 << 16, file));
    Ok(Box::new(decoded))
}

pub(super) fn name(encoding: &'static Encoding) -> &'static str {
    if encoding == UTF_8 {
        "utf-8"
    } else {
        "windows-1252"
    }
}

/// Refuses files that are not text at all, by their first bytes.
pub(super) fn check_kind(path: &Path) -> Result<(), RegisterError> {
    let mut first = [0; 4];
    let mut file = File::open(path).map_err(|e| unreadable(path, &e))?;
    let count = file.read(&mut first).map_err(|e| unreadable(path, &e))?;
    let (rule, help) = match first {
        _ if count < 2 => return Ok(()),
        [b'P', b'A', b'R', b'1'] => ("this is a Parquet file", "end its name in .parquet"),
        [0x1f, 0x8b, ..] => ("the file is compressed (gzip)", "decompress it first"),
        [0x28, 0xb5, 0x2f, 0xfd] => ("the file is compressed (zstd)", "decompress it first"),
        [b'P', b'K', 3, 4] => ("this is a zip or Excel file", "export it as CSV"),
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => ("the file is UTF-16", "save it as UTF-8"),
        _ => return Ok(()),
    };
    Err(Problem::new("file_kind", path, rule).help(help).into())
}

/// Whether the last character that is not white space is a quotation mark.
pub(super) fn ends_in_quote(path: &Path) -> io::Result<bool> {
    let mut file = File::open(path)?;
    let length = file.seek(SeekFrom::End(0))?;
    file.seek(SeekFrom::Start(length.saturating_sub(64)))?;
    let mut tail = Vec::new();
    file.read_to_end(&mut tail)?;
    Ok(tail.trim_ascii_end().ends_with(b"\""))
}
