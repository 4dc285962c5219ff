//! A population is read in another way than a trial, and must come to the same: the same table, or
//! the same error.

mod formats;

use polars::prelude::{Column, DataFrame};
use proptest::prelude::*;
use regtrial::study::population::{PopulationSettings, Route, person_table};
use regtrial::study::{Plan, Study};
use regtrial_synth::registers::{Folder, Kind, Mess, MessSet, Settings, generate};
use std::fs;
use std::path::Path;
use tempfile::TempDir;

/// Both ways, with 1, 2 and 8 threads, in memory and with everything in temporary files.
fn both(folder: &Path) -> Result<(), String> {
    let plan = || Plan::read(&folder.join("study.toml")).unwrap();
    let ordinary = Study::load(plan()).map_err(|error| error.to_string());
    for (threads, memory) in [(1, None), (2, Some(1)), (8, None)] {
        let mut settings = PopulationSettings::new(folder.join("people.csv"));
        (settings.least, settings.memory, settings.threads) = (0, memory, threads);
        let population = person_table(&plan(), &settings, &Default::default());
        let population = population.map_err(|error| error.to_string());
        match (&ordinary, population) {
            (Ok(study), Ok(Route::Population { table, spilled })) => {
                if !study.person_table().equals_missing(&table) {
                    return Err(format!("other numbers with {threads} threads"));
                }
                if spilled && memory.is_none() {
                    return Err("temporary files without need".to_owned());
                }
            }
            (Err(one), Err(other)) if *one == other => {}
            (_, Ok(Route::Ordinary(Some(why)))) => return Err(format!("declined: {why}")),
            (Ok(_), Err(other)) => return Err(format!("an error of its own: {other}")),
            (Err(one), Err(other)) => return Err(format!("{other}\ninstead of\n{one}")),
            (Err(one), Ok(_)) => return Err(format!("no error, instead of {one}")),
            other => return Err(format!("unexpected: {:?}", other.1)),
        }
    }
    let left = fs::read_dir(folder).unwrap().flatten();
    let left = left.filter(|entry| entry.path().extension().is_some_and(|e| e == "tmp"));
    match left.count() {
        0 => Ok(()),
        _ => Err("temporary files are left".to_owned()),
    }
}

fn agrees(folder: &Path) -> Result<(), TestCaseError> {
    both(folder).map_err(TestCaseError::fail)
}

/// Rows of a text in another order, the header first.
fn shuffled(text: &str, seed: u64) -> String {
    let mut lines: Vec<&str> = text.lines().collect();
    let mut state = seed;
    for at in (2..lines.len()).rev() {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        lines.swap(at, 1 + (state >> 33) as usize % at);
    }
    lines.join("\n") + "\n"
}

/// Kinds of mess of the two layouts.
fn mess() -> Vec<Mess> {
    Mess::ALL.into_iter().collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn synthetic_registers_with_every_mess(seed in 0..10_000_u64, bits in any::<u32>(), all in 0..3_u8) {
        let folder = TempDir::new().unwrap();
        let chosen = mess().into_iter().enumerate();
        let chosen: MessSet = chosen.filter(|(i, _)| bits >> (i % 32) & 1 == 1).map(|(_, m)| m).collect();
        let settings = Settings {
            kinds: vec![Kind::AaNav, Kind::Spells],
            background: 200,
            mess: if all == 0 { MessSet::all() } else { chosen },
            ..Settings::new(40, seed)
        };
        generate(&settings, &mut Folder::new(folder.path())).unwrap();
        agrees(folder.path())?;
    }

    #[test]
    fn the_order_of_rows_tells_nothing(seed in 0..10_000_u64) {
        let folder = TempDir::new().unwrap();
        let settings = Settings {
            kinds: vec![Kind::AaNav, Kind::Spells],
            mess: [Mess::Duplicates, Mess::Overlaps, Mess::Dates, Mess::DecimalComma].into_iter().collect(),
            ..Settings::new(30, seed)
        };
        generate(&settings, &mut Folder::new(folder.path())).unwrap();
        let first = table(folder.path());
        for file in ["aa-nav/arbeidsforhold.csv", "spells/spells.csv"] {
            let path = folder.path().join(file);
            let text = fs::read_to_string(&path).unwrap();
            fs::write(&path, shuffled(&text, seed)).unwrap();
        }
        prop_assert_eq!(first, table(folder.path()));
        agrees(folder.path())?;
    }
}

/// The table as text.
fn table(folder: &Path) -> String {
    format!("{:?}", population(folder))
}

fn population(folder: &Path) -> DataFrame {
    let plan = Plan::read(&folder.join("study.toml")).unwrap();
    let mut settings = PopulationSettings::new(folder.join("people.csv"));
    settings.least = 0;
    match person_table(&plan, &settings, &Default::default()).unwrap() {
        Route::Population { table, .. } => table,
        other => panic!("{other:?}"),
    }
}

const PEOPLE: &str = "\
id,index,died,left
p1,2020-01-15,,
p2,2020-02-29,2020-06-01,
P-0003,2020-03-31,,2020-09-01
p4,2020-08-31,,
løper5,2020-05-05,2021-01-01,2020-07-01
p6,2019-12-31,,
";

const PLAN: &str = "\
[study]
name = \"mess\"
design = \"register\"
[people]
file = \"people-list.csv\"
id = \"id\"
index_date = \"index\"
status = { death = \"died\", emigrated = \"left\" }
[endpoints.work]
register = \"r\"
where = \"type = 'job' and not subsidised\"
[endpoints.long]
register = \"r\"
where = \"hours >= 20 or end_status = 'machine' or precision = 'month'\"
[endpoints.any]
register = \"r\"
[outcomes.status]
endpoint = \"work\"
measure = \"status\"
at = \"6 months\"
if_unobserved = { death = \"composite\" }
[outcomes.days]
endpoint = \"long\"
measure = \"days\"
window = [\"-3 months\", \"12 months\"]
if_unobserved = { death = \"composite\", emigration = \"while observed\", register = \"missing\" }
[outcomes.runs]
endpoint = \"any\"
measure = \"episodes\"
window = [\"0 months\", \"52 weeks\"]
if_unobserved = { death = \"missing\", emigration = \"composite\", register = \"missing\" }
";

/// A cell out of a pool, mostly of the first ones.
fn one(pool: &'static [&'static str]) -> impl Strategy<Value = String> {
    let usual = 4.min(pool.len());
    prop_oneof![
        12 => (0..usual).prop_map(|i| pool[i].to_owned()),
        1 => (0..pool.len()).prop_map(|i| pool[i].to_owned()),
    ]
}

const IDS: &[&str] = &[
    "p1", "p2", "P-0003", "p6", "p4 ", " p1", "nobody", "", "løper5", "p9", "\u{a0}p2",
];
const ISO: &[&str] = &[
    "2020-02-01",
    "2020-07-15",
    "20200310",
    "2019-11-30",
    "2020-06",
    "2020-12-31T10:00:00",
    "01.05.2020",
    "05MAI2020",
    "",
    "NA",
    "2020-02-30",
    "9999-12-31",
    "1999-01-01",
    "2025-01-01",
    "0000-00-00",
    "x",
    "2020-02-01\u{a0}",
    " 2020-03-03",
];
const ENDS: &[&str] = &[
    "2020-08-01",
    "",
    "2021-06-30",
    "20200930",
    "2020-09",
    "2019-01-01",
    "31.12.9999",
    "NULL",
    "2020-13-01",
    "2021-12-01 ",
    "-",
];
const SLASHED: &[&str] = &[
    "03/04/2020",
    "13/05/2020",
    "01/01/2020",
    "31/12/2020",
    "2020-05-05",
    "",
    "04/04/2020",
    "12/31/2020",
];
const COUNTED: &[&str] = &["22000", "21990", "22100", "22300", "", "2020-05-05", "-5"];
const TYPES: &[&str] = &[
    "job",
    "course",
    "job ",
    "",
    "\"job\"",
    "\"a \"\"b\"\"\nc\"",
    "JOB",
    "1.0",
    "æ",
    "NA",
];
const HOURS: &[&str] = &[
    "37.5", "20", "12,5", "", "1.234", "400", "-3", "abc", "37,5", "1,234.5",
];
const TRUTHS: &[&str] = &["no", "yes", "", "0", "nei", "TRUE", "perhaps", "ja "];
const JOBS: &[&str] = &["1", "2", "3.0", "", "123456789", "a-4", "01016512345"];
const REASONS: &[&str] = &[
    "",
    "",
    "oppsagt",
    ".",
    "byttetLoenssystemEllerRegnskapsfoerer",
    "byttet loenssystem eller regnskapsfoerer",
    "arbeidsforholdetSkulleAldriVaertRapportert",
    "ARBEIDSFORHOLDET skulle aldri vaert rapportert ",
];
const REGISTERED: &[&str] = &[
    "2020-03-01",
    "2020-03-01T09:00:00",
    "",
    "2020-03-02",
    "2020-03-01 09:00",
    "2020-03-01T11:00:00+02:00",
    "01.03.2020",
    "NA",
    "x",
    "2020-02-30",
    "2021-01-01T23:59:59.999Z",
];
const WARNINGS: &[&str] = &["", "NA", "ERKONK", "x", "erkonk"];

/// Cells of a row, by column.
fn row(
    dates: &'static [&'static str],
    ends: &'static [&'static str],
) -> impl Strategy<Value = Vec<String>> {
    let first = (one(IDS), one(dates), one(ends), one(TYPES), one(HOURS));
    let second = (
        one(TRUTHS),
        one(JOBS),
        one(REASONS),
        one(WARNINGS),
        one(ends),
        one(REGISTERED),
    );
    (first, second, 0..40_u8).prop_map(|(a, b, ragged)| {
        let mut cells = vec![a.0, a.1, a.2, a.3, a.4, b.0, b.1, b.2, b.3, b.4, b.5];
        match ragged {
            0 => cells.push("more".to_owned()),
            1 => cells.truncate(4),
            2 => cells = vec![" ".to_owned()],
            _ => {}
        }
        cells
    })
}

fn rows() -> impl Strategy<Value = Vec<Vec<String>>> {
    let size = 1..25_usize;
    prop_oneof![
        5 => prop::collection::vec(row(ISO, ENDS), size.clone()),
        2 => prop::collection::vec(row(SLASHED, SLASHED), size.clone()),
        1 => prop::collection::vec(row(COUNTED, COUNTED), size),
    ]
}

/// How a file is written.
#[derive(Debug, Clone)]
struct Way {
    delimiter: char,
    windows: bool,
    crlf: bool,
    bom: bool,
    duplicate: bool,
}

fn way() -> impl Strategy<Value = Way> {
    (
        0..3_usize,
        any::<bool>(),
        any::<bool>(),
        any::<bool>(),
        any::<bool>(),
    )
        .prop_map(|(delimiter, windows, crlf, bom, duplicate)| Way {
            delimiter: [';', '\t', '|'][delimiter],
            windows,
            crlf,
            bom,
            duplicate,
        })
}

fn write(path: &Path, header: &[&str], rows: &[Vec<String>], way: &Way) {
    let mut lines = vec![header.join(&way.delimiter.to_string())];
    lines.extend(rows.iter().map(|row| row.join(&way.delimiter.to_string())));
    if way.duplicate {
        let copies: Vec<String> = lines[1..].iter().step_by(2).cloned().collect();
        lines.extend(copies);
    }
    let text = lines.join(if way.crlf { "\r\n" } else { "\n" });
    let mut bytes = Vec::new();
    if way.bom && !way.windows {
        bytes.extend([0xef, 0xbb, 0xbf]);
    }
    if way.windows {
        bytes.extend(
            text.chars()
                .map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')),
        );
    } else {
        bytes.extend(text.as_bytes());
    }
    fs::write(path, bytes).unwrap();
}

/// The same rows as Parquet, hours as numbers if `numeric`; a ragged row has no place there.
fn write_typed(path: &Path, header: &[&str], rows: &[Vec<String>], numeric: bool) {
    let whole: Vec<&Vec<String>> = rows
        .iter()
        .filter(|row| row.len() == header.len())
        .collect();
    let column = |(number, name): (usize, &&str)| {
        let cells = whole.iter().map(|row| row[number].as_str());
        match *name {
            "hours" if numeric => {
                let hours: Vec<Option<f64>> = cells.map(|cell| cell.parse().ok()).collect();
                Column::new((*name).into(), hours)
            }
            _ => Column::new((*name).into(), cells.collect::<Vec<&str>>()),
        }
    };
    let columns = header.iter().enumerate().map(column).collect();
    let frame = DataFrame::new(whole.len(), columns).unwrap();
    regtrial::registers::write_parquet(&frame, path).unwrap();
}

/// The header of a generic table, or of the employers' register; where `versions`, it tells when rows
/// were registered.
fn header(kind: &str, versions: bool) -> [&'static str; 11] {
    let registered = match (versions, kind) {
        (false, _) => "remark",
        (true, "spells") => "registered",
        (true, _) => "registrert",
    };
    match kind {
        "spells" => [
            "person",
            "start",
            "end",
            "type",
            "hours",
            "subsidised",
            "job",
            "note",
            "more",
            "last",
            registered,
        ],
        _ => [
            "lopenr",
            "startdato",
            "sluttdato",
            "type",
            "hours",
            "subsidised",
            "job",
            "sluttaarsak",
            "varsling",
            "rapporteringsmaanederTil",
            registered,
        ],
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn files_of_nasty_cells(
        kind in prop_oneof![Just("spells"), Just("aa-nav")],
        first in rows(),
        second in prop::option::of(rows()),
        ways in (way(), way()),
        linked in 0..4_u8,
        share in prop_oneof![Just("0.0"), Just("0.2"), Just("1.0")],
        declared in 0..8_u8,
        typed in prop::option::of(any::<bool>()),
        (versions, named) in (any::<(bool, bool)>(), any::<bool>()),
    ) {
        let folder = TempDir::new().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::write(at("people-list.csv"), PEOPLE).unwrap();
        let mut files = match typed {
            Some(numeric) => {
                write_typed(&at("a.parquet"), &header(kind, versions.0), &first, numeric);
                "\"a.parquet\"".to_owned()
            }
            None => {
                write(&at("a.csv"), &header(kind, versions.0), &first, &ways.0);
                "\"a.csv\"".to_owned()
            }
        };
        if let Some(rows) = &second {
            let job = if named { "job" } else { "other" };
            let header = header(kind, versions.1).map(|name| if name == "job" { job } else { name });
            write(&at("b.csv"), &header, rows, &ways.1);
            files.push_str(", \"b.csv\"");
        }
        fs::write(at("linked.csv"), "id\np1\np2\nløper5\nother\n").unwrap();
        let linked = ["", "linked = \"everyone\"", "linked = \"linked.csv\"", ""][usize::from(linked)];
        let more = match declared {
            0 => "dates = \"dd/mm/yyyy\"",
            1 => "dates = \"mm/dd/yyyy\"\ndecimal = \",\"",
            2 => "dates = \"days since 1960-01-01\"",
            3 => "ends = \"first day off\"\ndecimal = \".\"",
            _ => "",
        };
        let register = format!(
            "[registers.r]\nkind = \"{kind}\"\nfiles = [{files}]\n{linked}\n{more}\n\
             max_refused_share = {share}\ncovers = {{ from = 2019-01-01, to = 2020-12-31 }}\n"
        );
        fs::write(at("study.toml"), format!("{PLAN}{register}")).unwrap();
        match both(folder.path()) {
            // Counts decide what such a column means, and copies do not count.
            Err(why) if why == "declined: a column holds dates of both orders" => {}
            other => other.map_err(TestCaseError::fail)?,
        }
    }
}

const JOINED: &str = "\
[study]
name = \"joined\"
design = \"register\"
[people]
file = \"people-list.csv\"
id = \"id\"
index_date = \"index\"
status = { death = \"died\", emigrated = \"left\" }
[registers.r]
kind = \"aa-nav\"
files = [\"a.csv\", \"b.csv\"]
linked = \"everyone\"
covers = { from = 2019-01-01, to = 2021-12-31 }
[endpoints.half]
register = \"r\"
where = \"type = 'job' and hours >= 20\"
[endpoints.any]
register = \"r\"
[outcomes.days]
endpoint = \"half\"
measure = \"days\"
window = [\"0 months\", \"15 months\"]
if_unobserved = { death = \"composite\", emigration = \"composite\", register = \"composite\" }
[outcomes.runs]
endpoint = \"any\"
measure = \"episodes\"
window = [\"-12 months\", \"12 months\"]
if_unobserved = { death = \"composite\", emigration = \"composite\", register = \"composite\" }
";

/// A job: whose, first day of a year and length, how it ended, where, of which type, hours.
type Job = (usize, i32, i32, usize, usize, usize, usize);

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    /// Jobs that a change of payroll cuts in two are joined over all files, copies and void jobs aside.
    #[test]
    fn jobs_joined_over_changes_of_payroll(
        files in prop::collection::vec(
            prop::collection::vec((0..3_usize, 0..40_i32, 0..12_i32, 0..7_usize, 0..3_usize, 0..3_usize, 0..3_usize), 1..25),
            2,
        ),
        days in prop::sample::select(vec![0, 5, 14, 40]),
        copies in any::<bool>(),
        (named, versions) in any::<(bool, bool)>(),
    ) {
        let folder = TempDir::new().unwrap();
        let first = chrono::NaiveDate::from_ymd_opt(2019, 12, 20).unwrap();
        let line = |number: usize, (id, start, length, reason, employer, kind, hours): &Job| {
            let start = first + chrono::Days::new(10 * *start as u64);
            let length = *length;
            let end = start + chrono::Days::new(7 * length as u64);
            let reason = [
                "byttetLoennssystemEllerRegnskapsfoerer",
                "byttetLoenssystemEllerRegnskapsfoerer",
                "endringIOrganisasjonsstrukturEllerByttetJobbInternt",
                "",
                "oppsagt",
                "arbeidsforholdetSkulleAldriVaertRapportert",
                "byttetLoenssystemEllerRegnskapsfoerer",
            ][*reason];
            let end = if length % 5 == 4 { String::new() } else { end.to_string() };
            let registered = if versions { 1 + (7 * number + length as usize) % 5 } else { 1 };
            format!(
                "{},{start},{end},{reason},{},{},{},{},2020-01-0{registered}\n",
                ["p1", "p2", "p6"][*id],
                ["800000001", "800000002", ""][*employer],
                ["job", "course", ""][*kind],
                ["10", "37.5", ""][*hours],
                number % 4,
            )
        };
        for (name, jobs) in ["a.csv", "b.csv"].iter().zip(&files) {
            let lines = jobs.iter().enumerate().map(|(number, job)| line(number, job));
            let mut lines: Vec<String> = lines.collect();
            if copies {
                lines.extend(lines.clone().into_iter().step_by(2));
            }
            let job = if *name == "a.csv" || named { "job" } else { "other" };
            let last = if versions { "registrert" } else { "note" };
            let header =
                format!("lopenr,startdato,sluttdato,sluttaarsak,employer,type,hours,{job},{last}\n");
            fs::write(folder.path().join(name), header + &lines.concat()).unwrap();
        }
        fs::write(folder.path().join("people-list.csv"), PEOPLE).unwrap();
        let plan = JOINED.replace("linked", &format!("merge_gaps = {days}\nlinked"));
        fs::write(folder.path().join("study.toml"), plan).unwrap();
        agrees(folder.path())?;
    }
}
