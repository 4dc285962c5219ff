//! Registers on the command line: what `check` and `run` say of them, and what they never say.

use super::support::{folder, path, regtrial};
use std::fs;

/// A valid Norwegian number, by the definition of its check digits.
fn norwegian() -> String {
    let digits = |text: &str| -> Vec<u32> { text.chars().filter_map(|c| c.to_digit(10)).collect() };
    let check = |known: &[u32], weights: &[u32]| {
        let sum: u32 = known
            .iter()
            .zip(weights)
            .map(|(digit, weight)| digit * weight)
            .sum();
        (11 - sum % 11) % 11
    };
    for individual in 100..999 {
        let text = format!("150665{individual}");
        let known = digits(&text);
        let first = check(&known, &[3, 7, 6, 1, 8, 9, 4, 5, 2]);
        let with_first = [known, vec![first]].concat();
        let second = check(&with_first, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2]);
        if first < 10 && second < 10 {
            return format!("{text}{first}{second}");
        }
    }
    unreachable!("a tenth of all numbers have no check digits, not all of them");
}

const PLAN: &str = r#"
[study]
name = "s"
[people]
file = "people.csv"
id = "person"
index_date = "start"
arm = "arm"
[registers.jobs]
kind = "spells"
manifest = "files.txt"
covers = { from = 2019-01-01, to = 2022-12-31 }
breaks = [2021-01-01]
max_refused_share = 0.5
linked = "everyone"
[endpoints.job]
register = "jobs"
[outcomes.employed]
endpoint = "job"
measure = "status"
at = "12 months"
"#;

const PEOPLE: &str = "person,start,arm\na1,2020-06-01,A\na2,2020-06-01,B\na3,2020-07-01,A\n";

/// A study whose extract has a wrong row, a warning and a break.
fn study(extract: &str) -> tempfile::TempDir {
    folder(&[
        ("study.toml", PLAN),
        ("people.csv", PEOPLE),
        ("files.txt", "# one a line\nspells.csv\n"),
        ("spells.csv", extract),
    ])
}

const EXTRACT: &str = "person;start;end;employer;note\n\
    a1;2020-01-01;;E1;\n\
    a2;2020-03-01;2020-02-01;E1;\n\
    a2;2020-03-01;2021-07-31;E1;\n\
    zz;2020-01-01;;E9;\n";

#[test]
fn check_lists_what_was_read_mapped_refused_and_where_the_register_changed() {
    let study = study(EXTRACT);
    let plan = path(&study, "study.toml");
    let ran = regtrial(&["check", &plan, "--format", "csv"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    for line in [
        "jobs,spells.csv,read,,rows of participants,,3",
        "jobs,spells.csv,mapped,employer,from employer,,",
        "jobs,spells.csv,refused,end,the last day lies before the first,3,1",
    ] {
        assert!(
            ran.stdout.lines().any(|found| found == line),
            "{line}\n{}",
            ran.stdout
        );
    }
    assert!(
        ran.stdout
            .contains("jobs,,break,,\"the register changed on 2021-01-01")
    );
    let document = regtrial(&["check", &plan, "--format", "json"]).json();
    assert_eq!(document["breaks"][0]["date"], "2021-01-01");
    assert_eq!(document["breaks"][0]["outcomes"][0], "employed");
    assert_eq!(document["full"], false);
}

#[test]
fn a_number_below_the_thresholds_warns_and_is_never_shown() {
    let number = norwegian();
    let extract = EXTRACT.replace(
        "a1;2020-01-01;;E1;",
        &format!("a1;2020-01-01;;E1;see {number}"),
    );
    let study = study(&extract);
    let plan = path(&study, "study.toml");
    let out = path(&study, "out");
    for args in [
        vec!["check", &plan],
        vec!["check", &plan, "--full", "--format", "json"],
        vec!["run", &plan, "--out", &out],
        vec!["run", &plan, "--out", &out, "--format", "json"],
    ] {
        let ran = regtrial(&args);
        assert_eq!(ran.code, 1, "{args:?}: {}", ran.stderr);
        let said = format!("{}{}", ran.stdout, ran.stderr);
        assert!(
            said.contains("identif") || said.contains("identity"),
            "{args:?}: {said}"
        );
        assert!(!said.contains(&number), "{args:?} shows the number");
    }
    for entry in walk(std::path::Path::new(&out)) {
        let bytes = fs::read(&entry).expect("a file");
        let text = String::from_utf8_lossy(&bytes);
        assert!(
            !text.contains(&number),
            "{} holds the number",
            entry.display()
        );
    }
}

#[test]
fn a_number_in_a_strangers_row_far_down_is_found_on_demand() {
    let number = norwegian();
    let mut extract = EXTRACT.to_owned();
    extract.push_str(&"zz;2020-01-01;;E9;\n".repeat(100_000));
    extract.push_str(&format!("zz;2020-01-01;;{number};\n"));
    let study = study(&extract);
    let plan = path(&study, "study.toml");
    assert_eq!(regtrial(&["check", &plan]).code, 0);
    let ran = regtrial(&["check", &plan, "--full", "--format", "json"]);
    assert_eq!(ran.code, 2, "{}", ran.stdout);
    assert_eq!(ran.errors()[0]["code"], "identifier");
    assert_eq!(ran.errors()[0]["column"], "employer");
    assert!(!ran.stderr.contains(&number));
}

#[test]
fn a_manifest_holds_files_against_their_hashes() {
    let study = study(EXTRACT);
    let plan = path(&study, "study.toml");
    let wrong = format!("{}  spells.csv\n", "0".repeat(64));
    fs::write(study.path().join("files.txt"), wrong).expect("a manifest");
    let ran = regtrial(&["check", &plan, "--format", "json"]);
    assert_eq!(ran.code, 2);
    assert_eq!(ran.errors()[0]["code"], "changed_file");
    assert_eq!(ran.errors()[0]["line"], 1);
}

#[test]
fn the_problems_of_all_registers_are_named_at_once() {
    let study = study("person;start\na1;2020-01-01\n");
    let more = "[registers.more]\nkind = \"aa-ssb\"\nfiles = \"missing.csv\"\n\
        covers = { from = 2019-01-01, to = 2022-12-31 }\n";
    fs::write(study.path().join("study.toml"), format!("{PLAN}{more}")).expect("a plan");
    let plan = path(&study, "study.toml");
    let codes: Vec<String> = regtrial(&["check", &plan, "--format", "json"])
        .errors()
        .iter()
        .map(|error| error["code"].as_str().unwrap_or_default().to_owned())
        .collect();
    assert_eq!(codes, ["missing_column", "missing_file"]);
}

#[test]
fn without_a_linkage_list_absent_people_are_missing_and_said_to_be() {
    let study = study(EXTRACT);
    let plan = path(&study, "study.toml");
    let out = path(&study, "people.csv.out.csv");
    let employed = |linked: &str| {
        let text = PLAN.replace("linked = \"everyone\"\n", linked);
        fs::write(study.path().join("study.toml"), text).expect("a plan");
        assert_eq!(regtrial(&["derive", &plan, "--out", &out]).code, 0);
        let table = fs::read_to_string(&out).expect("a table");
        let last = table
            .lines()
            .map(|line| line.rsplit(',').next().unwrap_or("").to_owned());
        last.skip(1).collect::<Vec<_>>()
    };
    // a3 has no row.
    assert_eq!(employed("linked = \"everyone\"\n"), ["1", "1", "0"]);
    assert_eq!(employed(""), ["1", "1", ""]);
    let ran = regtrial(&["check", &plan, "--format", "json"]);
    assert_eq!(ran.code, 1);
    assert_eq!(
        ran.json()["files"][0]["warnings"][0]["code"],
        "no_linkage_list"
    );
    fs::write(study.path().join("linked.csv"), "person\na1\na3\n").expect("a list");
    assert_eq!(employed("linked = \"linked.csv\"\n"), ["1", "", "0"]);
    let ran = regtrial(&["check", &plan, "--format", "json"]);
    assert_eq!(ran.json()["files"][0]["warnings"][0]["code"], "not_linked");
}

#[test]
fn an_endpoint_on_a_table_that_was_not_delivered_is_an_error() {
    let extract = "lopenr;startdato;sluttdato;type\na1;2020-01-01;;t\n";
    let study = study(extract);
    let plan = PLAN.replace("\"spells\"", "\"aa-nav\"").replace(
        "register = \"jobs\"",
        "register = \"jobs\"\ntable = \"leave\"",
    );
    fs::write(study.path().join("study.toml"), plan).expect("a plan");
    let ran = regtrial(&["check", &path(&study, "study.toml"), "--format", "json"]);
    assert_eq!(ran.code, 2);
    assert_eq!(ran.errors()[0]["code"], "empty_table");
}

fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files.extend(walk(&path));
        } else {
            files.push(path);
        }
    }
    files
}
