//! Small tables as text: the study, the registers and the answers on one page.
//!
//! ```text
//! people
//! id | index      | died
//! a  | 2020-01-15 | 2020-07-15
//!
//! register jobs spells 2018-01-01 2021-12-31
//! id | start      | end        | type
//! a  | 2020-01-01 | 2020-01-20 | ordinary
//!
//! plan
//! [endpoints.job]
//! register = "jobs"
//!
//! expect
//! id | days
//! a  | 6
//! ```
//! Blocks are parted by blank lines. A `-` among the answers is missing.

use regtrial::prelude::*;
use std::path::Path;
use tempfile::TempDir;

const STATUS: [(&str, &str); 3] = [
    ("died", "death"),
    ("emigrated", "emigrated"),
    ("withdrew", "withdrawn"),
];

fn cells(line: &str) -> Vec<&str> {
    line.split('|').map(str::trim).collect()
}

/// Writes the study of a page and loads it.
pub(crate) fn load(page: &str) -> (TempDir, Study) {
    let folder = tempfile::tempdir().unwrap();
    write(page, folder.path());
    let plan = Plan::read(&folder.path().join("study.toml")).unwrap();
    let study = Study::load(plan).unwrap();
    (folder, study)
}

fn write(page: &str, folder: &Path) {
    let mut plan = "[study]\nname = 'by hand'\n".to_owned();
    for block in page.trim().split("\n\n") {
        let (title, body) = block.trim().split_once('\n').unwrap();
        let csv = || -> String {
            let lines = body.lines().map(|line| cells(line).join(",") + "\n");
            lines.collect()
        };
        match title.split_whitespace().collect::<Vec<_>>()[..] {
            ["people"] => {
                let header = cells(body.lines().next().unwrap());
                let status = STATUS.iter().filter(|(column, _)| header.contains(column));
                let status = status.map(|(column, cause)| format!("{cause} = '{column}'"));
                plan.push_str(&format!(
                    "[people]\nfile = 'people.csv'\nid = 'id'\nindex_date = 'index'\nstatus = {{ {} }}\n",
                    status.collect::<Vec<_>>().join(", ")
                ));
                if header.contains(&"arm") {
                    plan.push_str("arm = { column = 'arm', order = ['A', 'B'] }\n");
                }
                std::fs::write(folder.join("people.csv"), csv()).unwrap();
            }
            ["register", name, kind, from, to] => {
                plan.push_str(&format!(
                    "[registers.{name}]\nkind = '{kind}'\nfiles = '{name}.csv'\nlinked = 'everyone'\n\
                     columns = {{ person = 'id' }}\ncovers = {{ from = {from}, to = {to} }}\n"
                ));
                std::fs::write(folder.join(format!("{name}.csv")), csv()).unwrap();
            }
            ["file", name] => std::fs::write(folder.join(name), csv()).unwrap(),
            ["plan"] => plan.push_str(&format!("{body}\n")),
            ["expect"] => {}
            _ => panic!("no block is called `{title}`"),
        }
    }
    std::fs::write(folder.join("study.toml"), plan).unwrap();
}

/// Derives the page's study and compares every answer.
pub(crate) fn check(page: &str) {
    let (_folder, study) = load(page);
    let (_, expected) = page.split_once("expect\n").unwrap();
    let mut lines = expected.trim().lines();
    let header = cells(lines.next().unwrap());
    let mut wrong = Vec::new();
    for line in lines {
        let cells = cells(line);
        let person = study.people().ids.position(cells[0]);
        let person = person.unwrap_or_else(|| panic!("nobody is called {}", cells[0]));
        for (outcome, expected) in header.iter().zip(&cells).skip(1) {
            let column = study.person_table().column(outcome).unwrap();
            let found = column.f64().unwrap().get(person);
            let expected: Option<f64> = match *expected {
                "-" => None,
                number => Some(number.parse().unwrap()),
            };
            let same = match (found, expected) {
                (Some(a), Some(b)) => (a - b).abs() <= 1e-9 * b.abs().max(1.0),
                (a, b) => a == b,
            };
            if !same {
                let why = study.why(cells[0]).unwrap().unwrap();
                let (_, why) = why.split_once(&format!("\n{outcome}\n")).unwrap();
                let why = why.split("\n\n").next().unwrap_or_default();
                wrong.push(format!(
                    "{outcome} of {}: {found:?}, not {expected:?}\n{why}",
                    cells[0]
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
