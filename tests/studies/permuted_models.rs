//! Permutation tests of models in a plan: against every allocation, enumerated in R.

use regtrial::prelude::*;
use regtrial::results::Record;
use regtrial::study::StudyError;
use regtrial_tests::{expected, number, root};
use std::path::PathBuf;

const REPLICATES: u64 = 2999;

fn text(tables: &str) -> String {
    let folder = root().join("tests/reference/permutation_models");
    let (file, spells) = (folder.join("input.csv"), folder.join("spells.csv"));
    format!(
        "[study]\nname = \"t\"\nseed = 20200301\n[people]\nfile = {file:?}\nid = \"id\"\n\
         index_date = \"index\"\narm = {{ column = \"arm\", order = [\"TAU\", \"IPS\"] }}\n\
         [registers.visits]\nkind = \"spells\"\nfiles = [{spells:?}]\n\
         linked = \"everyone\"\n\
         covers = {{ from = 2019-01-01, to = 2022-12-31 }}\n\
         columns = {{ start = \"start\", end = \"end\", person = \"id\" }}\n\
         [endpoints.visit]\nregister = \"visits\"\n\
         [outcomes.again]\nendpoint = \"visit\"\nmeasure = \"starts\"\nwindow = [\"0 days\", \"366 days\"]\n\
         [outcomes.worked]\nwhere = \"job = 1\"\n[outcomes.worked_later]\nwhere = \"later = 1\"\n\
         [outcomes.days]\ncolumn = \"days\"\n[outcomes.contacts]\ncolumn = \"contacts\"\n\
         [outcomes.wait]\ncolumn = \"wait_days\"\nevent = \"event\"\n\
         [outcomes.plain]\ncolumn = \"wait_days\"\nevent = \"free\"\n{tables}"
    )
}

fn plan(tables: &str) -> Result<Plan, StudyError> {
    Plan::parse(&PathBuf::from("study.toml"), text(tables))
}

fn analyses() -> String {
    let of =
        |key: &str, keys: &str| format!("[analyses.{key}]\n{keys}\npermutations = {REPLICATES}\n");
    [
        of(
            "standardised",
            "outcome = \"worked\"\nestimator = \"standardisation\"\nvcov = \"delta\"\nadjust = [\"age\"]",
        ),
        of(
            "logistic",
            "outcome = \"worked\"\nformula = \"worked ~ arm + age\"",
        ),
        of(
            "linear",
            "outcome = \"days\"\nestimator = \"linear\"\nformula = \"days ~ arm + age\"\nvcov = \"HC3\"",
        ),
        of("cox", "outcome = \"wait\"\nadjust = [\"age\"]"),
        of(
            "fine_gray",
            "outcome = \"wait\"\nestimator = \"fine-gray\"\nadjust = [\"age\"]",
        ),
        of("restricted", "outcome = \"plain\"\nestimator = \"restricted mean\""),
        of("gray", "outcome = \"wait\"\nestimator = \"gray\""),
        of(
            "gee",
            "outcomes = [\"worked\", \"worked_later\"]\nestimator = \"gee\"\ncorrelation = \"independence\"\n\
             formula = \"value ~ arm + time + age\"",
        ),
        of(
            "rate",
            "outcome = \"contacts\"\nestimator = \"rate\"\nfamily = \"quasi-poisson\"\n\
             person_time = \"seen\"\nadjust = [\"age\"]",
        ),
        of("counts", "outcome = \"again\"\nestimator = \"mean count\"\nadjust = [\"age\"]"),
    ]
    .concat()
}

fn of<'a>(results: &'a Results, analysis: &str) -> &'a Record {
    let mut own = results.records.iter().filter(|r| r.analysis == analysis);
    own.find(|r| r.method == "permutation")
        .unwrap_or_else(|| panic!("{analysis}: {:?}", results.diagnostics))
}

#[test]
fn p_values_are_those_of_all_allocations_but_for_chance() {
    let wanted = &expected("permutation_models")["cases"][0];
    let schemes = [
        ("simple", "[randomisation]\nmethod = \"simple\"\n"),
        (
            "strata",
            "[randomisation]\nmethod = \"strata\"\nwithin = [\"site\"]\n",
        ),
    ];
    let mut compared = 0;
    for (scheme, table) in schemes {
        let tables = format!("{}{table}", analyses());
        let found = Study::load(plan(&tables).unwrap()).unwrap().run().unwrap();
        for (key, theirs) in wanted[scheme].as_object().unwrap() {
            let ours = of(&found, key);
            let observed = number(&theirs["observed"]);
            let far = (ours.statistic_value.abs() - observed.abs()).abs();
            assert!(far < 1e-6 * observed.abs(), "{key}: {ours:?} {theirs}");
            let p = number(&theirs["p_value"]);
            let error = ours.monte_carlo_error;
            assert!(
                (ours.p_value - p).abs() < 4.0 * error,
                "{scheme} {key}: {ours:?} {p}"
            );
            let all = if scheme == "simple" { 3432.0 } else { 1400.0 };
            let share = number(&theirs["allocations"]) / all;
            let defined = ours.replicates.unwrap() as f64 / REPLICATES as f64;
            assert!(
                (defined - share).abs() < 0.02,
                "{key}: {defined} of {share}"
            );
            // The effect beside it is that of the analysis.
            let mut usual = found.records.iter().filter(|r| r.analysis == *key);
            let usual = usual.find(|r| {
                (&r.statistic, &r.contrast, &r.term)
                    == (&ours.statistic, &ours.contrast, &ours.term)
                    && r.method != "permutation"
            });
            let usual = usual.unwrap_or_else(|| panic!("{key}"));
            assert!(usual.estimate == ours.estimate || usual.estimate.is_nan());
            compared += 1;
        }
    }
    assert_eq!(compared, 13);
}

#[test]
fn every_table_has_a_row_for_them() {
    let tables = format!(
        "{}[multiplicity.m]\nmethod = \"bonferroni\"\nanalyses = [\"cox\", \"rate\"]\n",
        analyses()
    );
    let found = Study::load(plan(&tables).unwrap()).unwrap().run().unwrap();
    // A family adjusts the p-value of the permutation.
    let p = of(&found, "cox").p_value;
    let adjusted = found.records.iter().filter(|r| r.analysis == "cox");
    let mut adjusted = adjusted.map(|r| r.p_value_adjusted);
    assert!(adjusted.any(|value| (value - (2.0 * p).min(1.0)).abs() < 1e-15));
    let released = found.release(Policy::default());
    let tables = regtrial::report::tables::tables(&released);
    for key in [
        "standardised",
        "logistic",
        "cox",
        "fine_gray",
        "restricted",
        "gray",
        "gee",
        "rate",
        "counts",
    ] {
        let table = tables.iter().find(|table| table.key == key).unwrap();
        let rows = table.rows.iter();
        let own: Vec<_> = rows
            .filter(|row| row.label.starts_with("Permutation test, "))
            .collect();
        assert_eq!(own.len(), 1, "{key}");
        assert!(
            table.notes.iter().any(|note| note.contains("2999 random")),
            "{key}"
        );
        assert!(
            table.notes.iter().any(|note| note.contains("done anew")),
            "{key}"
        );
    }
}

#[test]
fn whole_clusters_are_not_exchanged_person_by_person() {
    let asked = "[analyses.a]\noutcome = \"worked\"\nestimator = \"gee\"\nid = \"arm\"\ncorrelation = \"independence\"\n\
                 formula = \"worked ~ arm\"\npermutations = 999\n";
    let found = Study::load(plan(asked).unwrap()).unwrap().run().unwrap();
    let refusal = found.diagnostics.iter().find(|d| d.severity == "error");
    let refusal = refusal.unwrap();
    assert!(
        refusal.message.contains("whole clusters have one arm"),
        "{refusal:?}"
    );
}

#[test]
fn a_model_without_the_arm_has_none() {
    let asked =
        "[analyses.a]\noutcome = \"worked\"\nformula = \"worked ~ age\"\npermutations = 999\n";
    let Err(StudyError::Plan(problems)) = plan(asked) else {
        panic!("there is nothing to permute");
    };
    assert!(problems.len() == 1 && problems[0].rule.contains("needs the term `arm`"));
}
