//! Rates and mean counts within the levels of a variable, and their interaction with the arms: against R.

use regtrial::prelude::*;
use regtrial::report::figures::figures;
use regtrial::report::tables::tables;
use regtrial::results::Record;
use regtrial_tests::{COEFFICIENT, Comparison, STANDARD_ERROR, expected, number, root};
use serde_json::Value;
use std::path::{Path, PathBuf};

fn text(people: &Path, analyses: &str) -> String {
    let spells = root().join("tests/reference/subgroups_counts/spells.csv");
    format!(
        "[study]\nname = \"t\"\n[people]\nfile = {people:?}\nid = \"id\"\nindex_date = \"index\"\n\
         arm = {{ column = \"arm\", order = [\"A\", \"B\", \"C\"] }}\n\
         status = {{ withdrawn = \"left\" }}\n\
         [registers.visits]\nkind = \"spells\"\nfiles = [{spells:?}]\nlinked = \"everyone\"\n\
         covers = {{ from = 2019-01-01, to = 2023-12-31 }}\n\
         columns = {{ start = \"start\", end = \"end\", person = \"id\" }}\n\
         [endpoints.visit]\nregister = \"visits\"\n\
         [outcomes.visits]\nendpoint = \"visit\"\nmeasure = \"starts\"\nwindow = [\"0 days\", \"720 days\"]\n\
         if_unobserved = {{ withdrawal = \"while observed\" }}\n\
         [outcomes.events]\ncolumn = \"events\"\n{analyses}"
    )
}

const ANALYSES: &str = "[analyses.poisson]\noutcome = \"events\"\nestimator = \"rate\"\nfamily = \"poisson\"\n\
     person_time = \"days\"\nadjust = [\"age\"]\nsubgroups = [\"site\"]\n\
     [analyses.quasi]\noutcome = \"events\"\nestimator = \"rate\"\nfamily = \"quasi-poisson\"\n\
     person_time = \"days\"\nadjust = [\"age\"]\nsubgroups = [\"site\"]\n\
     [analyses.negative_binomial]\noutcome = \"events\"\nestimator = \"rate\"\n\
     person_time = \"days\"\nadjust = [\"age\"]\nsubgroups = [\"site\"]\n\
     [analyses.means]\noutcome = \"visits\"\nestimator = \"mean count\"\nadjust = [\"age\"]\nsubgroups = [\"site\"]\n";

fn run(people: &Path, analyses: &str) -> Results {
    let plan = Plan::parse(&PathBuf::from("study.toml"), text(people, analyses));
    Study::load(plan.unwrap()).unwrap().run().unwrap()
}

fn input() -> PathBuf {
    root().join("tests/reference/subgroups_counts/input.csv")
}

fn find<'a>(results: &'a Results, analysis: &str, wanted: impl Fn(&Record) -> bool) -> &'a Record {
    let mut own = results.records.iter().filter(|r| r.analysis == analysis);
    own.find(|r| wanted(r))
        .unwrap_or_else(|| panic!("{analysis}: {:?}", results.diagnostics))
}

#[test]
fn interactions_agree_with_r() {
    let results = run(&input(), ANALYSES);
    let wanted = &expected("subgroups_counts")["cases"][0];
    let (rates, means) = (&wanted["rates"], &wanted["mean_counts"]);
    let mut comparison = Comparison::default();
    let mut check = |key: &str, scale: &str, wanted: &Value| {
        let analysis = format!("{key}-subgroups");
        let test = find(&results, &analysis, |r| {
            r.statistic == "interaction" && r.scale == scale && r.term == "site"
        });
        let what = format!("{key} {scale}");
        for (ours, name) in [
            (test.statistic_value, "statistic"),
            (test.df, "df"),
            (test.p_value, "p_value"),
        ] {
            comparison.check(&what, ours, number(&wanted[name]), STANDARD_ERROR);
        }
    };
    for key in ["poisson", "quasi", "negative_binomial"] {
        check(key, "log", &rates[key]);
        check(key, "identity", &rates["difference"]);
    }
    check("means", "log", &means["ratio"]);
    check("means", "identity", &means["difference"]);
    let north = find(&results, "negative_binomial-subgroups", |r| {
        r.level == "north" && r.contrast == "B / A"
    });
    let ratio = number(&rates["ratio_north"]);
    comparison.check("north", north.estimate, ratio, COEFFICIENT);
    comparison.finish(25);
    let south = results.records.iter().filter(|r| {
        r.analysis == "means-subgroups" && r.level == "south" && r.statistic == "rate_ratio"
    });
    assert_eq!(south.count(), 3);
}

#[test]
fn they_have_a_table_and_a_plot() {
    let released = run(&input(), ANALYSES).release(Policy::minimum(5));
    let found = tables(&released);
    let table = found.iter().find(|t| t.key == "means-subgroups").unwrap();
    assert!(
        table.columns[3].starts_with("Rate ratio"),
        "{:?}",
        table.columns
    );
    assert_eq!(table.rows.len(), 1 + 2 * 3);
    assert!(
        table
            .notes
            .iter()
            .any(|note| note.contains("of the mean counts"))
    );
    let figures = figures(&released).unwrap();
    assert!(
        figures
            .iter()
            .any(|figure| figure.key == "means-subgroups-forest")
    );
}

/// Nobody of an arm at a level: what there is is told, the rest refused by name.
#[test]
fn an_empty_cell_is_a_warning() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("people.csv");
    let rows = std::fs::read_to_string(input()).unwrap();
    let rows: Vec<&str> = rows
        .lines()
        .filter(|line| !(line.contains(",C,") && line.contains("south")))
        .collect();
    std::fs::write(&file, rows.join("\n")).unwrap();
    let results = run(&file, ANALYSES);
    for key in ["poisson", "means"] {
        let analysis = format!("{key}-subgroups");
        let warned = results.diagnostics.iter().filter(|d| {
            d.code == "interaction_failed" && d.term.as_deref() == Some(analysis.as_str())
        });
        assert_eq!(warned.count(), 2, "{key}: {:?}", results.diagnostics);
        let ratio = find(&results, &analysis, |r| r.level == "south");
        assert_eq!(ratio.contrast, "B / A");
    }
}
