//! `regtrial synth`: registers that the other commands read, and the errors of wrong arguments.

#[cfg(target_os = "linux")]
use crate::support::regtrial_on;
use crate::support::{Ran, folder, path, regtrial};
use std::collections::BTreeMap;
use std::fs;

fn synth(more: &[&str]) -> (Ran, tempfile::TempDir) {
    let folder = folder(&[]);
    let out = path(&folder, "made");
    let mut args = vec!["synth", &out, "--format", "json"];
    args.extend(more);
    (regtrial(&args), folder)
}

/// A table as columns by person.
fn columns(text: &str) -> BTreeMap<String, BTreeMap<String, String>> {
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().expect("a header").split(',').collect();
    let mut people = BTreeMap::new();
    for line in lines {
        let cells = line.split(',').map(str::to_owned);
        let row: BTreeMap<String, String> = header
            .iter()
            .map(|name| (*name).to_owned())
            .zip(cells)
            .collect();
        people.insert(row["lopenr"].clone(), row);
    }
    people
}

/// `derive` finds the planted truth in the layouts of jobs, to the day.
fn derives_the_truth(seed: &str, mess: &str) {
    let (made, folder) = synth(&[
        "--people",
        "150",
        "--seed",
        seed,
        "--kinds",
        "aa-nav,spells",
        "--mess",
        mess,
        "--background",
        "3000",
    ]);
    assert_eq!(made.code, 0, "{}", made.stderr);
    let table = path(&folder, "people.csv");
    let plan = path(&folder, "made/study.toml");
    let derived = regtrial(&["derive", &plan, "--out", &table]);
    assert_eq!(derived.code, 0, "{mess}: {}", derived.stderr);
    // The way of populations, everything in temporary files: the same bytes.
    let again = path(&folder, "people-again.csv");
    let population = regtrial(&["derive", &plan, "--out", &again, "--memory", "1kB"]);
    assert_eq!(population.code, 0, "{mess}: {}", population.stderr);
    let told =
        "read as a population: the days of its spells alone, some of them in temporary files";
    assert!(population.stderr.contains(told), "{}", population.stderr);
    assert_eq!(
        fs::read(&table).expect("a person table"),
        fs::read(&again).expect("a person table")
    );
    let derived = columns(&fs::read_to_string(&table).expect("a person table"));
    let truth = fs::read_to_string(path(&folder, "made/truth.csv")).expect("the truth");
    let mut compared = 0;
    for (id, row) in columns(&truth) {
        for (outcome, value) in row.iter().filter(|(name, _)| name.ends_with("8m")) {
            let found = derived[&id][outcome].as_str();
            let same = match (value.parse::<f64>(), found.parse::<f64>()) {
                (Ok(value), Ok(found)) => value == found,
                _ => value == found,
            };
            assert!(
                same,
                "{outcome} under {mess}: {found:?} instead of {value:?}"
            );
            compared += 1;
        }
    }
    assert_eq!(compared, 150 * 8);
}

#[test]
fn a_plan_that_asks_for_more_than_the_way_of_populations_knows_is_read_as_a_trial() {
    let (_, folder) = synth(&["--people", "60", "--seed", "5", "--kinds", "aa-nav,npr"]);
    let (one, other) = (path(&folder, "one.csv"), path(&folder, "other.csv"));
    let plan = path(&folder, "made/study.toml");
    let ordinary = regtrial(&["derive", &plan, "--out", &one]);
    assert_eq!(ordinary.code, 0, "{}", ordinary.stderr);
    assert!(!ordinary.stderr.contains("read as"), "{}", ordinary.stderr);
    let declined = regtrial(&["derive", &plan, "--out", &other, "--memory", "2GB"]);
    assert_eq!(declined.code, 0, "{}", declined.stderr);
    assert!(
        declined.stderr.contains("read as a trial"),
        "{}",
        declined.stderr
    );
    assert_eq!(fs::read(&one).ok(), fs::read(&other).ok());
    let nonsense = regtrial(&["derive", &plan, "--out", &other, "--memory", "much"]);
    assert_eq!(nonsense.code, 2);
}

#[test]
fn derive_finds_the_planted_truth() {
    derives_the_truth("1", "none");
    let mess = "bom,cp1252,delimiter,decimal-comma,embedded-newlines,header-case,duplicates,\
        ragged,void,machine,open-ends,end-before-start,overlaps,trailing-blanks,missing-codes,\
        leading-zeros,after-death,percent,negative-pay,dates";
    derives_the_truth("2", &mess.replace(' ', ""));
}

#[test]
fn the_document_counts_what_was_written() {
    let (made, folder) = synth(&["--people", "30", "--seed", "7", "--mess", "all"]);
    assert_eq!(made.code, 0, "{}", made.stderr);
    let document = made.json();
    assert_eq!(document["schema"], "regtrial.synth/1");
    let files = document["files"].as_array().expect("files");
    // 72 months, and each file is where the document says.
    assert_eq!(
        files.iter().filter(|file| file["kind"] == "aa-ssb").count(),
        72
    );
    for file in files {
        let name = format!("made/{}", file["file"].as_str().expect("a path"));
        assert!(fs::metadata(path(&folder, &name)).is_ok(), "{name}");
    }
    let again = regtrial(&[
        "synth",
        &path(&folder, "made"),
        "--people",
        "30",
        "--seed",
        "7",
    ]);
    assert_eq!(again.code, 2, "a folder that holds files is left alone");
}

#[test]
fn wrong_arguments_say_which_and_what_to_do() {
    let refused = |args: &[&str], word: &str| {
        let (ran, folder) = synth(args);
        assert_eq!(ran.code, 2, "{args:?}");
        let errors = ran.errors();
        let rule = errors[0]["rule"].as_str().expect("a rule");
        assert!(rule.contains(word), "{args:?}: {rule}");
        assert!(
            fs::metadata(path(&folder, "made")).is_err(),
            "nothing is written"
        );
    };
    let seed = ["--seed", "1", "--people"];
    let with = |more: &[&'static str]| [&seed[..], more].concat();
    refused(&with(&["0"]), "--people");
    refused(&with(&["ten"]), "--people");
    refused(&with(&["10", "--kinds", "aa-nav,facebook"]), "--kinds");
    refused(&with(&["10", "--kinds", "npr,npr"]), "--kinds");
    refused(&with(&["10", "--mess", "bom,mud"]), "`mud`");
    refused(&with(&["10", "--mess", "bom,all"]), "alone");
    refused(
        &with(&["10", "--from", "2020-01-01", "--to", "2019-01-01"]),
        "--to",
    );
    refused(&with(&["10", "--to", "2018-01-01"]), "--to");
    refused(&with(&["10", "--to", "31.12.2021"]), "--to");
    refused(&with(&["10", "--effect", "NaN"]), "--effect");
    refused(
        &with(&["10", "--kinds", "npr", "--background", "5"]),
        "--background",
    );
}

/// `derive` and `run` of every kind of register, on one core and on all.
#[test]
#[cfg(target_os = "linux")]
fn one_core_and_all_give_the_same_bytes() {
    let (made, folder) = synth(&["--people", "60", "--seed", "17", "--mess", "all"]);
    assert_eq!(made.code, 0, "{}", made.stderr);
    let plan = path(&folder, "made/study.toml");
    let written = |name: &str, cores: Option<&str>| {
        let file = |what: &str| path(&folder, &format!("{name}-{what}"));
        let (table, months, out) = (file("table.csv"), file("months.csv"), file("out"));
        let derive = ["derive", &plan, "--out", &table, "--panel", &months];
        for (args, codes) in [
            (&derive[..], &[0][..]),
            (&["run", &plan, "--out", &out], &[0, 1]),
        ] {
            let ran = match cores {
                Some(cores) => regtrial_on(cores, args),
                None => regtrial(args),
            };
            assert!(codes.contains(&ran.code), "{}", ran.stderr);
        }
        let results = format!("{out}/results.json");
        [table, months, results].map(|file| fs::read(file).expect("a file that was written"))
    };
    let all = written("all", None);
    assert!(
        written("one", Some("0")) == all,
        "the number of threads shows"
    );
}
