//! Decoding while reading: strict UTF-8 if the whole file is, else Windows-1252, never lossy.

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};
use encoding_rs_io::DecodeReaderBytesBuilder;
use std::fs::File;
use std::io::{self, BufReader, Read};
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
