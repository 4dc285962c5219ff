//! Any table to rows of named cells, naively: all of it at once, one character after the other.

use std::collections::{BTreeMap, HashSet};
use std::io::Read;

pub(super) type Files = BTreeMap<String, Vec<u8>>;
pub(super) type NamedRow = BTreeMap<String, String>;

/// The rows of a file, compressed or not; ragged rows and exact copies are left out.
pub(super) fn table(files: &Files, path: &str) -> Vec<NamedRow> {
    let packed = format!("{path}.gz");
    let bytes = match files.get(path) {
        Some(bytes) => bytes.clone(),
        None => unpack(&files[&packed]),
    };
    parse(&bytes)
}

/// The rows of every file whose path begins so.
pub(super) fn tables(files: &Files, start: &str) -> Vec<NamedRow> {
    let paths = files.keys().filter(|path| path.starts_with(start));
    let plain = paths.map(|path| path.trim_end_matches(".gz"));
    plain.flat_map(|path| table(files, path)).collect()
}

fn unpack(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    flate2::read::MultiGzDecoder::new(bytes)
        .read_to_end(&mut out)
        .unwrap();
    out
}

fn parse(bytes: &[u8]) -> Vec<NamedRow> {
    let text = match String::from_utf8(bytes.to_vec()) {
        Ok(text) => text,
        Err(_) => bytes.iter().map(|byte| char::from(*byte)).collect(),
    };
    let text = text.trim_start_matches('\u{feff}');
    let first = text.lines().next().unwrap();
    let count = |delimiter: &char| first.matches(*delimiter).count();
    let delimiter = [';', '\t', '|', ','].into_iter().max_by_key(count).unwrap();
    let mut records = records(text, delimiter).into_iter();
    let header: Vec<String> = records
        .next()
        .unwrap()
        .iter()
        .map(|name| fold(name))
        .collect();
    let mut seen = HashSet::new();
    records
        .filter(|record| record.len() == header.len() && seen.insert(record.clone()))
        .map(|record| {
            header
                .iter()
                .cloned()
                .zip(record.iter().map(|cell| clean(cell)))
                .collect()
        })
        .collect()
}

fn clean(cell: &str) -> String {
    match cell.trim() {
        "." | "NA" => String::new(),
        cell => cell.to_owned(),
    }
}

fn fold(name: &str) -> String {
    let name = name.to_lowercase();
    let name = name.strip_prefix("w22_1047_").unwrap_or(&name);
    name.replace('ø', "o").replace('å', "aa").replace('æ', "ae")
}

fn records(text: &str, delimiter: char) -> Vec<Vec<String>> {
    let mut records = Vec::new();
    let mut record = Vec::new();
    let mut cell = String::new();
    let mut quoted = false;
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '"' if quoted && characters.peek() == Some(&'"') => {
                cell.push('"');
                characters.next();
            }
            '"' => quoted = !quoted,
            '\r' if !quoted => {}
            '\n' if !quoted => {
                record.push(std::mem::take(&mut cell));
                records.push(std::mem::take(&mut record));
            }
            c if c == delimiter && !quoted => record.push(std::mem::take(&mut cell)),
            c => cell.push(c),
        }
    }
    assert!(
        cell.is_empty() && record.is_empty(),
        "the last line has an end"
    );
    records
}
