//! The order of rows does not show: every register of the synthetic trial, its rows shuffled, gives
//! the same person table and the same person-months, byte by byte.

use regtrial::prelude::*;
use regtrial_synth::registers::{Folder, Kind, Mess, MessSet, Settings, generate};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Every extract: the files in the folders of the registers.
fn extracts(folder: &Path) -> Vec<PathBuf> {
    let entries = |folder: &Path| {
        fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
    };
    let folders = entries(folder).filter(|path| path.is_dir());
    let mut files: Vec<PathBuf> = folders
        .flat_map(|folder| entries(&folder).collect::<Vec<_>>())
        .collect();
    files.sort();
    files
}

/// Puts the rows of a file, all but its header, in another order.
fn shuffle(file: &Path, seed: u64) {
    let bytes = fs::read(file).unwrap();
    let mut lines = bytes.split_inclusive(|byte| *byte == b'\n');
    let header = lines.next().unwrap().to_vec();
    let mut keyed: Vec<(u64, Vec<u8>)> = Vec::new();
    let mut key = seed;
    for line in lines {
        key = key
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let mut line = line.to_vec();
        if !line.ends_with(b"\n") {
            line.push(b'\n');
        }
        keyed.push((key >> 16, line));
    }
    keyed.sort();
    let rows = keyed.into_iter().map(|(_, line)| line);
    fs::write(
        file,
        [header]
            .into_iter()
            .chain(rows)
            .collect::<Vec<_>>()
            .concat(),
    )
    .unwrap();
}

/// The person tables of both plans, and the person-months, as files.
fn derived(folder: &Path) -> Vec<String> {
    let mut texts = Vec::new();
    for plan in ["study.toml", "measures.toml"] {
        let study = Study::load(Plan::read(&folder.join(plan)).unwrap()).unwrap();
        for frame in [study.person_table(), &study.person_months(18).unwrap()] {
            let file = folder.join("out.csv");
            regtrial::registers::write_csv(frame, &file).unwrap();
            texts.push(fs::read_to_string(file).unwrap());
        }
    }
    texts
}

fn is_the_same_in_any_order(seed: u64, mess: MessSet) {
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings {
        mess,
        ..Settings::new(50, seed)
    };
    generate(&settings, &mut Folder::new(folder.path())).unwrap();
    let files = extracts(folder.path());
    let folders: BTreeSet<&Path> = files.iter().filter_map(|file| file.parent()).collect();
    assert_eq!(folders.len(), Kind::ALL.len(), "every kind of register");
    let in_order = derived(folder.path());
    for seed in [11, 12] {
        for (number, file) in (0..).zip(&files) {
            // The codebook of DREAM is no extract.
            if !file.ends_with("dream-codes.csv") {
                shuffle(file, 1000 * seed + number);
            }
        }
        assert!(
            derived(folder.path()) == in_order,
            "the order of rows shows under {mess:?}"
        );
    }
}

#[test]
fn without_mess() {
    is_the_same_in_any_order(21, MessSet::NONE);
}

#[test]
fn with_every_mess_of_rows() {
    // A line is a row only without line breaks in cells and without compression.
    let kept = |mess: &Mess| !matches!(mess, Mess::EmbeddedNewlines | Mess::Gzip);
    is_the_same_in_any_order(22, Mess::ALL.into_iter().filter(kept).collect());
}
