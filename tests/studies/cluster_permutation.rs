//! Permutation tests of clusters that were allotted whole: against every allocation, enumerated in R, within their
//! own Monte Carlo error.

use regtrial::prelude::*;
use regtrial::results::Record;
use regtrial::study::StudyError;
use regtrial_tests::{Comparison, expected, number, versions};
use std::path::{Path, PathBuf};

const ANALYSES: &str = "[analyses.a]\noutcome = \"worked\"\npermutations = 20000\n\
     [analyses.b]\noutcome = \"days\"\npermutations = 20000\n\
     [analyses.c]\noutcome = \"wait\"\npermutations = 20000\n\
     [analyses.d]\noutcome = \"days\"\nformula = \"days ~ arm + age\"\npermutations = 20000\n\
     [analyses.e]\noutcome = \"days\"\nformula = \"days ~ arm + age\"\nvcov = \"HC3\"\npermutations = 20000\n";

fn text(file: &Path, tables: &str) -> String {
    format!(
        "[study]\nname = \"t\"\nseed = 20200301\n[people]\nfile = {file:?}\nid = \"id\"\n\
         arm = {{ column = \"arm\", order = [\"TAU\", \"IPS\"] }}\n\
         [outcomes.worked]\nwhere = \"job = 1\"\n[outcomes.days]\ncolumn = \"days\"\n\
         [outcomes.wait]\ncolumn = \"time\"\nevent = \"event\"\n{tables}"
    )
}

fn input() -> PathBuf {
    regtrial_tests::root().join("tests/reference/cluster_permutation/input.csv")
}

fn plan(tables: &str) -> Result<Plan, StudyError> {
    Plan::parse(&PathBuf::from("study.toml"), text(&input(), tables))
}

fn scheme(keys: &str) -> String {
    format!("[randomisation]\ncluster = \"cluster\"\n{keys}\n")
}

fn of<'a>(results: &'a Results, analysis: &str) -> &'a Record {
    let mut own = results.records.iter().filter(|r| r.analysis == analysis);
    own.find(|r| r.method == "permutation")
        .unwrap_or_else(|| panic!("{analysis}: {:?}", results.diagnostics))
}

#[test]
fn p_values_are_those_of_all_allocations_of_clusters_but_for_chance() {
    let file = expected("cluster_permutation");
    let mut comparison = Comparison::default();
    for (name, keys, note, ways) in [
        (
            "simple",
            "method = \"simple\"",
            "among whole clusters (cluster)",
            "252 ways",
        ),
        (
            "strata",
            "method = \"strata\"\nwithin = \"region\"",
            "arms of whole clusters (cluster) exchanged within strata of region",
            "120 ways",
        ),
        (
            "blocks",
            "method = \"blocks\"\nwithin = [\"region\", \"pair\"]",
            "arms of whole clusters (cluster) exchanged within blocks of region and pair",
            "32 ways",
        ),
    ] {
        let study = Study::load(plan(&format!("{ANALYSES}{}", scheme(keys))).unwrap()).unwrap();
        let found = study.run().unwrap();
        let wanted = &file["cases"][0][name];
        for (key, statistic) in [
            ("a", "risk_difference"),
            ("b", "mean_difference"),
            ("c", "observed_minus_expected"),
            ("d", "linear"),
            ("e", "hc3"),
        ] {
            let (ours, wanted) = (of(&found, key), &wanted[statistic]);
            let observed = match key {
                "d" | "e" => ours.statistic_value,
                _ => ours.estimate,
            };
            assert!(
                (observed - number(&wanted["observed"])).abs() < 1e-9,
                "{name} {key}"
            );
            let p = number(&wanted["p_value"]);
            let far = (ours.p_value - p).abs();
            assert!(
                far < 4.0 * ours.monte_carlo_error,
                "{name} {key}: {} {p}",
                ours.p_value
            );
            comparison.check(
                "permutation",
                ours.p_value,
                p,
                4.0 * ours.monte_carlo_error / p,
            );
        }
        let notes: Vec<&String> = found
            .catalogue
            .analyses
            .iter()
            .flat_map(|a| &a.notes)
            .collect();
        assert!(notes.iter().any(|text| text.contains(note)), "{notes:?}");
        let remark = found
            .diagnostics
            .iter()
            .find(|d| d.code == "few_allocations")
            .unwrap();
        assert!(
            remark.message.contains(ways) && remark.severity == "note",
            "{}",
            remark.message
        );
    }
    let against = format!(
        "{} (all allocations)",
        versions(&file, &["R", "survival", "sandwich"])
    );
    comparison.finish_as("cluster_permutations", &against, 15, |_| {
        vec!["permutation"]
    });
}

/// Without the clusters these people are exchanged one by one, and p is another one.
#[test]
fn models_that_know_of_clusters_are_replayed_too() {
    let models = "[analyses.gee]\noutcome = \"worked\"\nestimator = \"gee\"\nid = \"cluster\"\npermutations = 99\n\
         [analyses.cox]\noutcome = \"wait\"\nformula = \"Surv(time, event) ~ arm + cluster(cluster)\"\npermutations = 99\n";
    let models = models.replace("Surv(time, event)", "wait");
    let people = Study::load(plan(&models).unwrap()).unwrap().run().unwrap();
    let refusal = people
        .diagnostics
        .iter()
        .find(|d| d.severity == "error")
        .unwrap();
    assert!(
        refusal.message.contains("`cluster` in [randomisation]"),
        "{}",
        refusal.message
    );
    let tables = format!("{models}{}", scheme("method = \"simple\""));
    let found = Study::load(plan(&tables).unwrap()).unwrap().run().unwrap();
    assert!(
        found.diagnostics.iter().all(|d| d.severity != "error"),
        "{:?}",
        found.diagnostics
    );
    // On ten clusters the working correlation has no estimate in some allocations.
    assert!(of(&found, "gee").replicates > Some(89));
    assert!(of(&found, "cox").replicates > Some(89));
}

/// A rehearsal deals the arms out among the clusters, whole.
#[test]
fn a_rehearsal_keeps_clusters_whole() {
    let mut plan =
        plan(&format!("{ANALYSES}{}", scheme("method = \"simple\"")).replace("20000", "99"))
            .unwrap();
    plan.blind = true;
    let study = Study::load(plan).unwrap();
    let table = study.person_table();
    let cells = |name: &str| -> Vec<String> {
        let column = table.column(name).unwrap().str().unwrap();
        column.iter().map(|cell| cell.unwrap().to_owned()).collect()
    };
    let (clusters, arms) = (cells("cluster"), cells("arm"));
    let mut of = std::collections::BTreeMap::new();
    for (cluster, arm) in clusters.iter().zip(&arms) {
        assert_eq!(of.entry(cluster).or_insert(arm), &arm, "{cluster}");
    }
    assert_eq!(of.values().filter(|arm| **arm == "IPS").count(), 5);
    let found = study.run().unwrap();
    assert!(
        found.diagnostics.iter().all(|d| d.severity != "error"),
        "{:?}",
        found.diagnostics
    );
}

#[test]
fn what_was_not_allotted_whole_is_told_with_its_row() {
    let wrong = |keys: &str, rule: &str| {
        let Err(StudyError::Plan(problems)) = plan(&format!("{ANALYSES}[randomisation]\n{keys}\n"))
        else {
            panic!("{keys} is fine");
        };
        assert!(
            problems
                .iter()
                .any(|p| p.rule.contains(rule) && p.line.is_some()),
            "{problems:?}"
        );
    };
    let rule =
        "method = \"minimisation\"\norder = \"id\"\nfactors = [\"region\"]\ncluster = \"cluster\"";
    wrong(rule, "not of whole clusters");
    wrong("cluster = \"cluster\"", "`randomisation.method` is missing");
    wrong("method = \"simple\"\ncluster = 3", "must be a text");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("people.csv");
    let rows = std::fs::read_to_string(input()).unwrap();
    let loaded = |rows: &str, keys: &str| {
        std::fs::write(&file, rows).unwrap();
        let text = text(&file, &format!("{ANALYSES}{}", scheme(keys)));
        let plan = Plan::parse(&PathBuf::from("study.toml"), text).unwrap();
        let Err(StudyError::Plan(problems)) = Study::load(plan) else {
            panic!("{keys} is fine");
        };
        assert_eq!(problems.len(), 1, "{problems:?}");
        problems.into_iter().next().unwrap()
    };
    let simple = "method = \"simple\"";
    let line = rows
        .lines()
        .position(|line| line.contains(",k02,"))
        .unwrap();
    let row = rows.lines().nth(line).unwrap();
    // The second row of the cluster is where it shows.
    let second = rows
        .lines()
        .enumerate()
        .filter(|(_, text)| text.contains(",k02,"))
        .nth(1)
        .unwrap();
    let changed = rows.replace(second.1, &second.1.replace("TAU", "IPS"));
    let problem = loaded(&changed, simple);
    assert!(problem.rule.contains("have different arms"), "{problem:?}");
    assert_eq!(problem.line, Some(second.0 as u64 + 1));
    let changed = rows.replace(second.1, &second.1.replace(",N,", ",S,"));
    let problem = loaded(&changed, "method = \"strata\"\nwithin = \"region\"");
    assert!(problem.rule.contains("different strata"), "{problem:?}");
    let problem = loaded(&rows.replace(row, &row.replace(",k02,", ",,")), simple);
    assert!(problem.rule.contains("the cell is empty"), "{problem:?}");
    let missing = text(
        &input(),
        &format!("{ANALYSES}[randomisation]\nmethod = \"simple\"\ncluster = \"ward\"\n"),
    );
    let plan = Plan::parse(&PathBuf::from("study.toml"), missing).unwrap();
    let Err(StudyError::Plan(problems)) = Study::load(plan) else {
        panic!("there is no ward");
    };
    assert!(
        problems[0].rule.contains("`ward`, which is no column"),
        "{problems:?}"
    );
}
