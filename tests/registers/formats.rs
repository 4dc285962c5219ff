//! Compressed text and Parquet, made by other programs (`fixtures/make.sh`), against the plain file.

use super::support::{Extract, fixture, rows};
use regtrial::registers::TableKind::JobSpell;
use regtrial::registers::{Register, RegisterKind};

const FIELDS: &str = "person start end end_status type percent employer job";

fn read(name: &str) -> Register {
    Extract::new(RegisterKind::Spells)
        .with(|options| options.files.push(fixture(name)))
        .read()
}

/// The rows of 007 and 008, as `make.py` plants them among those of others.
const PLANTED: [&str; 5] = [
    "0 2020-01-15 2020-06-30 observed ordinær 50.0 E1 j055",
    "0 2020-07-01 2022-12-31 open line\nbreak 37.5 E2 j130",
    "0 2021-02-01 2021-02-28 observed say \"ja\"; nei - - j390",
    "1 2020-03-01 2020-03-01 observed ordinær 100.0 E1 j131",
    "1 2020-03-01 2020-03-31 observed ordinær 0.0 E1 j132",
];

/// Lines of the plain file: the row's number, and one for the header, and one for the line break
/// within the cell of j130.
const LINES: [&str; 5] = ["57", "132", "393", "134", "135"];

#[test]
fn the_plain_file_holds_what_was_planted() {
    let register = read("jobs.csv");
    assert_eq!(rows(&register, JobSpell, FIELDS), PLANTED);
    assert_eq!(rows(&register, JobSpell, "line"), LINES);
    let log = &register.logs[0];
    assert_eq!((log.rows, log.rows_of_people), (400, 5));
}

#[test]
fn compressed_files_are_read_like_the_plain_one() {
    // Each is two compressed pieces, one after the other, cut in the middle of a line.
    for name in ["jobs.csv.gz", "jobs.csv.zst"] {
        let register = read(name);
        assert_eq!(rows(&register, JobSpell, FIELDS), PLANTED, "{name}");
        assert_eq!(rows(&register, JobSpell, "line"), LINES, "{name}");
        let log = &register.logs[0];
        assert_eq!(
            (log.rows, log.rows_of_people, log.encoding),
            (400, 5, "utf-8"),
            "{name}"
        );
    }
}

#[test]
fn compression_is_told_by_content_and_not_by_name() {
    for name in ["jobs.csv.gz", "jobs.csv.zst"] {
        let bytes = std::fs::read(fixture(name)).unwrap();
        let register = Extract::new(RegisterKind::Spells)
            .file("jobs.csv", bytes)
            .read();
        assert_eq!(rows(&register, JobSpell, FIELDS), PLANTED, "{name}");
    }
}

#[test]
fn a_compressed_file_that_is_cut_off_is_an_error() {
    for name in ["jobs.csv.gz", "jobs.csv.zst"] {
        let bytes = std::fs::read(fixture(name)).unwrap();
        let cut = &bytes[..bytes.len() - 20];
        let error = Extract::new(RegisterKind::Spells)
            .file("jobs.csv", cut)
            .error();
        assert!(error.contains("unreadable_file"), "{name}: {error}");
    }
}

#[test]
fn parquet_is_read_like_the_plain_file_whatever_its_row_groups() {
    // Eight row groups; the statistics of all but three exclude 007 and 008.
    let register = read("jobs.parquet");
    assert_eq!(rows(&register, JobSpell, FIELDS), PLANTED);
    // The number of the row, from 1.
    assert_eq!(
        rows(&register, JobSpell, "line"),
        ["56", "131", "391", "132", "133"]
    );
    let log = &register.logs[0];
    assert_eq!(
        (log.rows, log.rows_of_people, log.encoding),
        (400, 5, "parquet")
    );
    assert_eq!(log.delimiter, None);
}

#[test]
fn typed_columns_of_parquet_are_read_as_what_they_are() {
    // Identifiers are whole numbers, days are days, and a quantity that is not known is no number.
    // All quantities have three decimals: typed as they are, they are not ambiguous.
    let register = Extract::new(RegisterKind::Spells)
        .people(&["7", "12", "13"])
        .with(|options| options.files.push(fixture("typed.parquet")))
        .read();
    assert_eq!(
        rows(
            &register,
            JobSpell,
            "person start end end_status percent subsidised"
        ),
        [
            "0 2020-01-01 2022-12-31 open 37.125 true",
            "1 2020-03-01 2020-06-30 observed 12.125 false",
            "2 2020-03-01 2020-06-30 observed - -",
        ]
    );
}

#[test]
fn a_parquet_file_that_is_cut_off_is_an_error() {
    let bytes = std::fs::read(fixture("jobs.parquet")).unwrap();
    let cut = &bytes[..bytes.len() - 20];
    let error = Extract::new(RegisterKind::Spells)
        .file("jobs.parquet", cut)
        .error();
    assert!(error.contains("unreadable_file"), "{error}");
}

#[test]
fn stata_and_sas_files_are_read_by_their_types() {
    // `make_stata.py` and `make_stata.R`: a missing end, a missing percent, an empty text, a byte.
    let expected = [
        "0 2020-01-15 2020-06-30 observed ordinær 50.0 false",
        "0 2020-07-01 2022-12-31 open frilans 37.5 true",
        "1 2020-02-29 2020-03-31 observed - - false",
        "1 2020-03-01 2020-03-01 observed ordinær 0.0 false",
    ];
    for (name, format) in [("jobs.dta", "stata"), ("jobs.sas7bdat", "sas")] {
        let register = read(name);
        let fields = "person start end end_status type percent subsidised";
        assert_eq!(rows(&register, JobSpell, fields), expected, "{name}");
        assert_eq!(
            rows(&register, JobSpell, "line"),
            ["1", "2", "4", "3"],
            "{name}"
        );
        let log = &register.logs[0];
        assert_eq!((log.rows, log.encoding, log.delimiter), (5, format, None));
    }
}

#[test]
fn damaged_files_with_types_are_errors() {
    for name in [
        "jobs.dta",
        "jobs.sas7bdat",
        "jobs_char.sas7bdat",
        "jobs_binary.sas7bdat",
        "jobs.parquet",
    ] {
        let whole = std::fs::read(fixture(name)).unwrap();
        for length in [3, whole.len() / 3] {
            let cut = Extract::new(RegisterKind::Spells).file(name, &whole[..length]);
            assert!(cut.error().contains(name), "{name} of {length} bytes");
        }
    }
}

/// `make_sas.c` and `compress_sas.py`; each beside the CSV of what pandas reads of it.
#[test]
fn compressed_sas_files_hold_what_pandas_reads_of_them() {
    for name in ["jobs_char", "jobs_binary"] {
        let [sas, text] = ["sas7bdat", "csv"].map(|suffix| {
            let people = ["P00000", "P00002", "P00003", "P00006"];
            Extract::new(RegisterKind::Spells)
                .people(&people)
                .covers("2015-01-01", "2030-12-31")
                .with(|options| options.files.push(fixture(&format!("{name}.{suffix}"))))
                .read()
        });
        let fields = "person start end end_status type percent employer";
        let read = rows(&sas, JobSpell, fields);
        assert_eq!(read, rows(&text, JobSpell, fields), "{name}");
        assert_eq!(read.len(), 86, "150 rows of seven people");
    }
}
