//! Permutation tests in a plan, replaying its randomisation: against every allocation, enumerated in R,
//! within their own Monte Carlo error.

use regtrial::prelude::*;
use regtrial::results::Record;
use regtrial::study::StudyError;
use regtrial_tests::{Comparison, expected, number, versions};
use std::path::{Path, PathBuf};

const TIME: &str = "[outcomes.wait]\ncolumn = \"time\"\nevent = \"event\"\n";

fn text(file: &Path, tables: &str) -> String {
    format!(
        "[study]\nname = \"t\"\nseed = 20200301\n[people]\nfile = {file:?}\nid = \"id\"\n\
         arm = {{ column = \"arm\", order = [\"TAU\", \"IPS\"] }}\n\
         [outcomes.worked]\nwhere = \"job = 1\"\n[outcomes.days]\ncolumn = \"days\"\n{TIME}\
         {tables}"
    )
}

fn plan(tables: &str) -> Result<Plan, StudyError> {
    let file = regtrial_tests::root().join("tests/reference/permutation/input.csv");
    Plan::parse(&PathBuf::from("study.toml"), text(&file, tables))
}

fn results(tables: &str) -> Results {
    Study::load(plan(tables).unwrap()).unwrap().run().unwrap()
}

fn of<'a>(results: &'a Results, analysis: &str) -> &'a Record {
    let mut own = results.records.iter().filter(|r| r.analysis == analysis);
    own.find(|r| r.method == "permutation")
        .unwrap_or_else(|| panic!("{analysis}: {:?}", results.diagnostics))
}

const ANALYSES: &str = "[analyses.a]\noutcome = \"worked\"\npermutations = 20000\n\
     [analyses.b]\noutcome = \"days\"\npermutations = 20000\n\
     [analyses.c]\noutcome = \"wait\"\npermutations = 20000\n\
     [analyses.d]\noutcome = \"wait\"\nestimator = \"log-rank\"\nrho = 1\npermutations = 20000\n\
     [analyses.e]\noutcome = \"wait\"\nestimator = \"log-rank\"\nstrata = \"site\"\npermutations = 20000\n";

#[test]
fn p_values_are_those_of_all_allocations_but_for_chance() {
    let wanted = &expected("permutation")["cases"][0];
    let schemes = [
        ("simple", "[randomisation]\nmethod = \"simple\"\n"),
        (
            "strata",
            "[randomisation]\nmethod = \"blocks\"\nwithin = [\"site\"]\n",
        ),
    ];
    let mut comparison = Comparison::default();
    let names = [
        ("a", "risk_difference"),
        ("b", "mean_difference"),
        ("c", "observed_minus_expected"),
        ("d", "weighted"),
    ];
    for (scheme, table) in schemes {
        let found = results(&format!("{ANALYSES}{table}"));
        let mut pairs: Vec<_> = names.map(|(key, name)| (key, &wanted[scheme][name])).into();
        if scheme == "strata" {
            pairs.push(("e", &wanted["stratified_test"]));
        }
        for (key, wanted) in pairs {
            let ours = of(&found, key);
            assert!((ours.estimate - number(&wanted["observed"])).abs() < 1e-12);
            let p = number(&wanted["p_value"]);
            let far = (ours.p_value - p).abs();
            assert!(far < 4.0 * ours.monte_carlo_error, "{scheme} {key}: {p}");
            let chance = 4.0 * ours.monte_carlo_error / p.max(1e-2);
            comparison.check("permutation", ours.p_value, p, chance);
            assert_eq!(ours.replicates, Some(20_000));
            let error = (ours.p_value * (1.0 - ours.p_value) / 20_000.0).sqrt();
            assert!((ours.monte_carlo_error - error).abs() < 1e-15);
        }
    }
    let against = versions(&expected("permutation"), &["R", "survival", "coin"]);
    let against = format!("{against} (all allocations)");
    comparison.finish_as("permutations", &against, 9, |_| vec!["permutation"]);
}

#[test]
fn tables_show_them_and_families_adjust_them() {
    let found = results(&format!(
        "{ANALYSES}[multiplicity.m]\nmethod = \"bonferroni\"\nanalyses = [\"a\", \"b\"]\n"
    ));
    let p = of(&found, "a").p_value;
    let adjusted = found.records.iter().filter(|r| r.analysis == "a");
    let adjusted: Vec<f64> = adjusted.map(|r| r.p_value_adjusted).collect();
    assert!(adjusted.iter().any(|value| (value - 2.0 * p).abs() < 1e-15));
    let tables = regtrial::report::tables::tables(&found.release(Policy::default()));
    let table = |key: &str| tables.iter().find(|t| t.key == key).unwrap();
    let a = table("a");
    assert!(a.columns.iter().any(|column| column == "Permutation p"));
    let note = a.notes.iter().find(|note| note.contains("Permutation p"));
    let note = note.unwrap();
    assert!(
        note.contains("20000") && note.contains("0.0035") && note.contains("seed 20200301"),
        "{note}"
    );
    let e = table("e");
    let row = e
        .rows
        .iter()
        .find(|row| row.label.starts_with("Permutation"));
    assert!(!row.unwrap().cells.last().unwrap().is_empty());
}

/// A p-value that is withheld does not stand in its Monte Carlo error.
#[test]
fn nothing_of_a_withheld_test_is_left() {
    let found = results(ANALYSES).release(Policy::minimum(5));
    let hidden = found
        .records()
        .iter()
        .filter(|r| r.method == "permutation" && r.suppressed);
    let hidden: Vec<&Record> = hidden.collect();
    assert!(!hidden.is_empty());
    for record in hidden {
        assert!(record.p_value.is_nan() && record.monte_carlo_error.is_nan());
    }
    for analysis in &found.catalogue().analyses {
        assert!(analysis.notes.iter().all(|note| !note.contains("0.02")));
    }
}

/// With a probability of 1 and no ties the second of a pair gets the arm that the first has not: the
/// allocations are those of blocks of two.
#[test]
fn minimisation_is_replayed_by_its_rule() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("people.csv");
    let source = regtrial_tests::root().join("tests/reference/permutation/input.csv");
    let rows = std::fs::read_to_string(source).unwrap();
    let number = |(i, line): (usize, &str)| match i {
        0 => format!("{line},number,block\n"),
        _ => format!("{line},{i},{}\n", (i - 1) / 2),
    };
    let rows: String = rows.lines().enumerate().map(number).collect();
    std::fs::write(&file, rows).unwrap();
    let p = |table: &str| {
        let tables = format!("{ANALYSES}[randomisation]\n{table}");
        let plan = Plan::parse(&PathBuf::from("study.toml"), text(&file, &tables));
        let found = Study::load(plan.unwrap()).unwrap().run().unwrap();
        ["a", "b", "c", "d"].map(|key| {
            let record = of(&found, key);
            (record.p_value, record.monte_carlo_error)
        })
    };
    let minimised = p(
        "method = \"minimisation\"\nfactors = [\"site\"]\norder = \"number\"\nbest_probability = 1\n",
    );
    let blocks = p("method = \"blocks\"\nwithin = [\"site\", \"block\"]\n");
    for ((ours, error), (theirs, other)) in minimised.into_iter().zip(blocks) {
        assert!(
            (ours - theirs).abs() < 4.0 * error.hypot(other),
            "{ours} {theirs}"
        );
    }
}

#[test]
fn wrong_keys_are_told() {
    let wrong = |tables: &str, rule: &str| {
        let Err(StudyError::Plan(problems)) = plan(tables) else {
            panic!("{tables} is fine");
        };
        let all = format!("{problems:?}");
        assert!(
            problems.len() == 1 && problems[0].rule.contains(rule),
            "{all}"
        );
        assert!(problems[0].line.is_some(), "{all}");
    };
    let table = |keys: &str| format!("{ANALYSES}[randomisation]\n{keys}\n");
    wrong(
        &table("within = [\"site\"]"),
        "`randomisation.method` is missing",
    );
    wrong(
        &table("method = \"coin\""),
        "must be one of simple, strata, blocks",
    );
    wrong(&table("method = \"blocks\""), "blocks need `within`");
    wrong(&table("method = \"strata\""), "strata need `within`");
    wrong(
        &table("method = \"simple\"\nwithin = [\"site\"]"),
        "unknown key",
    );
    let rule = "method = \"minimisation\"\norder = \"id\"\n";
    wrong(&table(rule), "needs `factors`");
    let rule = format!("{rule}factors = [\"site\"]\n");
    wrong(
        &table(&format!("{rule}weights = [1, 2]")),
        "a number for each",
    );
    wrong(&table(&format!("{rule}weights = [0]")), "numbers above 0");
    wrong(
        &table(&format!("{rule}best_probability = 2")),
        "between 0 and 1",
    );
    let asked = |outcome: &str, keys: &str| {
        format!("[analyses.x]\noutcome = \"{outcome}\"\n{keys}\npermutations = 999\n")
    };
    wrong(
        &asked("worked", "formula = \"worked ~ site\""),
        "needs the term `arm`",
    );
    wrong(
        "[analyses.x]\noutcome = \"worked\"\npermutations = 10\n",
        "must be 99 or more",
    );
    // What only the data show.
    let loaded = |tables: &str, rule: &str| {
        let Err(StudyError::Plan(problems)) = Study::load(plan(tables).unwrap()) else {
            panic!("{tables} is fine");
        };
        assert!(problems[0].rule.contains(rule), "{problems:?}");
    };
    loaded(
        &table("method = \"blocks\"\nwithin = [\"block\"]"),
        "no column",
    );
    let rule = "method = \"minimisation\"\nfactors = [\"site\"]\n";
    loaded(
        &table(&format!("{rule}order = \"site\"")),
        "same place in the order",
    );
    loaded(
        &table(&format!("{rule}order = \"id\"\nallocation = [1, 1, 2]")),
        "a number for each arm",
    );
    let cohort = text(Path::new("people.csv"), ANALYSES)
        .replace("name = \"t\"", "name = \"t\"\ndesign = \"cohort\"");
    let Err(StudyError::Plan(problems)) = Plan::parse(&PathBuf::from("study.toml"), cohort) else {
        panic!("a cohort was never randomised");
    };
    assert!(problems[0].rule.contains("replays a randomisation"));
}
