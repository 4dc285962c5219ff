//! Reading a trial's rows out of a large extract, beside the least that any reader must do: finding
//! the ends of its lines.

#![expect(
    clippy::unwrap_used,
    reason = "a benchmark that cannot write its extract stops"
)]

use divan::Bencher;
use divan::counter::BytesCount;
use regtrial::prelude::*;
use regtrial::registers::read_register;
use regtrial_synth::registers::{Folder, Kind, Settings, generate};
use std::io::Read;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

fn main() {
    divan::main();
}

const PARTICIPANTS: u64 = 720;

/// An extract of `rows` rows, most of them of other people.
fn extract(rows: u64) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings {
        kinds: vec![Kind::AaNav],
        background: rows,
        ..Settings::new(PARTICIPANTS, 1)
    };
    generate(&settings, &mut Folder::new(folder.path())).unwrap();
    let file = folder.path().join("aa-nav/arbeidsforhold.csv");
    (folder, file)
}

fn bytes(file: &Path) -> BytesCount {
    BytesCount::new(std::fs::metadata(file).unwrap().len())
}

/// Rows of the extracts; `ROWS` adds one more.
fn sizes() -> Vec<u64> {
    let more = std::env::var("ROWS").map(|rows| rows.parse().unwrap());
    [100_000, 2_000_000].into_iter().chain(more).collect()
}

#[divan::bench(args = sizes())]
fn read_rows_of_720(bencher: Bencher<'_, '_>, rows: u64) {
    let (folder, file) = extract(rows);
    let options = PeopleOptions {
        id: Some("lopenr".to_owned()),
        ..PeopleOptions::default()
    };
    let people = People::read(&folder.path().join("participants.csv"), &options).unwrap();
    let (first, last) = (day(2017, 1, 1).unwrap(), day(2022, 12, 31).unwrap());
    let options = RegisterOptions::new(RegisterKind::AaNav, vec![file.clone()], first, last);
    bencher
        .counter(bytes(&file))
        .bench(|| read_register(&options, &people.positions(), &Default::default()).unwrap());
}

#[divan::bench(args = sizes())]
fn count_line_ends(bencher: Bencher<'_, '_>, rows: u64) {
    let (_folder, file) = extract(rows);
    bencher.counter(bytes(&file)).bench(|| {
        let mut open = std::fs::File::open(&file).unwrap();
        let (mut buffer, mut lines) = (vec![0; 1 << 17], 0);
        loop {
            let count = open.read(&mut buffer).unwrap();
            if count == 0 {
                return lines;
            }
            lines += memchr::memchr_iter(b'\n', &buffer[..count]).count();
        }
    });
}
