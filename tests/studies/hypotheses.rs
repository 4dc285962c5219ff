//! Families of hypotheses with shares of the level: against the closed test, hypothesis by
//! hypothesis, of the p-values that the plan's own analyses have.

use regtrial::prelude::*;
use regtrial::study::StudyError;
use std::path::PathBuf;

const ANALYSES: [&str; 3] = ["employed", "earnings", "poor"];

fn text(families: &str) -> String {
    let people = regtrial_tests::root().join("data-samples/nsw/nsw.csv");
    format!(
        "[study]\nname = \"t\"\n[people]\nfile = {people:?}\n\
         arm = {{ column = \"treat\", order = [\"0\", \"1\"] }}\n\
         [outcomes.employed_1978]\nwhere = \"re78 > 0\"\n[outcomes.earned]\ncolumn = \"re78\"\n\
         [outcomes.poor_1978]\nwhere = \"re78 < 2000\"\n\
         [analyses.employed]\noutcome = \"employed_1978\"\n\
         [analyses.earnings]\noutcome = \"earned\"\n[analyses.poor]\noutcome = \"poor_1978\"\n\
         {families}"
    )
}

/// The p-value of each analysis and the adjusted one.
fn p_values(families: &str) -> Vec<(f64, f64)> {
    let plan = Plan::parse(&PathBuf::from("study.toml"), text(families)).unwrap();
    let results = Study::load(plan).unwrap().run().unwrap();
    let of = |key: &&str| {
        let own = results.records.iter().filter(|r| r.analysis == **key);
        let own: Vec<_> = own.collect();
        let adjusted = own.iter().find(|r| !r.p_value_adjusted.is_nan());
        let adjusted = adjusted.unwrap_or_else(|| panic!("{:?}", results.diagnostics));
        let p = match adjusted.p_value.is_nan() {
            false => adjusted.p_value,
            true => {
                own.iter()
                    .find(|r| r.statistic == "association")
                    .unwrap()
                    .p_value
            }
        };
        (p, adjusted.p_value_adjusted)
    };
    ANALYSES.iter().map(of).collect()
}

/// The graph without one of its hypotheses.
fn without(w: &[f64], g: &[Vec<f64>], k: usize) -> (Vec<f64>, Vec<Vec<f64>>) {
    let m = w.len();
    let weight = |i: usize| if i == k { 0.0 } else { w[i] + w[k] * g[k][i] };
    let edge = |i: usize, j: usize| {
        let back = g[i][k] * g[k][i];
        let none = i == j || i == k || j == k || back >= 1.0;
        if none {
            0.0
        } else {
            (g[i][j] + g[i][k] * g[k][j]) / (1.0 - back)
        }
    };
    let lines = (0..m).map(|i| (0..m).map(|j| edge(i, j)).collect());
    ((0..m).map(weight).collect(), lines.collect())
}

/// Every intersection of hypotheses by the weighted Bonferroni test.
fn closed(p: &[f64], w: &[f64], g: &[Vec<f64>]) -> Vec<f64> {
    let m = p.len();
    let mut adjusted = vec![0.0_f64; m];
    for set in 1_usize..1 << m {
        let inside = |i: usize| set & 1 << i != 0;
        let (mut w, mut g) = (w.to_vec(), g.to_vec());
        for k in (0..m).filter(|&k| !inside(k)) {
            (w, g) = without(&w, &g, k);
        }
        let members = (0..m).filter(|&i| inside(i) && w[i] > 0.0);
        let least = members.map(|i| p[i] / w[i]).fold(1.0, f64::min);
        for i in (0..m).filter(|&i| inside(i)) {
            adjusted[i] = adjusted[i].max(least);
        }
    }
    adjusted
}

fn agree(family: &str, weights: &[f64], transitions: &[Vec<f64>]) {
    let found = p_values(family);
    let p: Vec<f64> = found.iter().map(|(p, _)| *p).collect();
    for ((_, ours), theirs) in found.iter().zip(closed(&p, weights, transitions)) {
        assert!(
            (ours - theirs).abs() < 1e-14,
            "{family}: {found:?} {theirs}"
        );
    }
}

#[test]
fn a_graph_and_the_fallback_agree_with_their_closed_tests() {
    let listed = "analyses = [\"employed\", \"earnings\", \"poor\"]";
    agree(
        &format!("[multiplicity.m]\nmethod = \"fallback\"\n{listed}\nweights = [0.5, 0.3, 0.2]\n"),
        &[0.5, 0.3, 0.2],
        &[vec![0.0, 1.0, 0.0], vec![0.0, 0.0, 1.0], vec![0.0; 3]],
    );
    agree(
        &format!(
            "[multiplicity.m]\nmethod = \"graph\"\n{listed}\nweights = [0.5, 0.5, 0]\n\
             transitions = [[0, 0.5, 0.5], [0.25, 0, 0.75], [0, 1, 0]]\n"
        ),
        &[0.5, 0.5, 0.0],
        &[
            vec![0.0, 0.5, 0.5],
            vec![0.25, 0.0, 0.75],
            vec![0.0, 1.0, 0.0],
        ],
    );
}

#[test]
fn wrong_shares_are_told_where_they_stand() {
    let wrong = |keys: &str, place: (u64, &str), rule: &str| {
        let family = format!(
            "[multiplicity.m]\nanalyses = [\"employed\", \"earnings\", \"poor\"]\n{keys}\n"
        );
        let plan = Plan::parse(&PathBuf::from("study.toml"), text(&family));
        let Err(StudyError::Plan(problems)) = plan else {
            panic!("{keys} is fine");
        };
        let all = format!("{problems:?}");
        let [problem] = &problems[..] else {
            panic!("{all}");
        };
        assert!(problem.rule.contains(rule), "{all}");
        let at = (problem.line, problem.column.as_deref());
        assert_eq!(at, (Some(18 + place.0), Some(place.1)), "{all}");
    };
    let fallback = "method = \"fallback\"\n";
    wrong(fallback, (0, "15"), "needs `weights`");
    wrong(
        &format!("{fallback}weights = [0.5, 0.5]"),
        (3, "11"),
        "a number for each",
    );
    wrong(
        &format!("{fallback}weights = [0.5, 0.5, 0.1]"),
        (3, "11"),
        "more than the whole level",
    );
    wrong(
        &format!("{fallback}weights = [0.5, -0.5, 0.1]"),
        (3, "11"),
        "no negative number",
    );
    wrong(
        &format!("{fallback}weights = [0.5, \"a\", 0.1]"),
        (3, "17"),
        "a list of numbers",
    );
    let graph = "method = \"graph\"\nweights = [0.5, 0.5, 0]\n";
    wrong(graph, (0, "15"), "needs `transitions`");
    let lines = |lines: &str| format!("{graph}transitions = [{lines}]");
    wrong(&lines("[0, 1, 0], [1, 0, 0]"), (4, "15"), "a line for each");
    wrong(
        &lines("[0, 1, 0], [1, 0], [0, 0, 0]"),
        (4, "27"),
        "a number for each",
    );
    wrong(
        &lines("[0, 1, 0], [0.7, 0, 0.7], [0, 0, 0]"),
        (4, "27"),
        "passes on more than",
    );
    wrong(
        &lines("[0.5, 0.5, 0], [0, 0, 0], [0, 0, 0]"),
        (4, "16"),
        "the diagonal is 0",
    );
    wrong(
        "method = \"holm\"\nweights = [1, 0, 0]",
        (3, "1"),
        "unknown key `weights`",
    );
    let unknown = text(
        "[multiplicity.m]\nmethod = \"graph\"\nanalyses = [\"hours\"]\nweights = [1]\ntransitions = [[0]]\n",
    );
    let Err(StudyError::Plan(problems)) = Plan::parse(&PathBuf::from("study.toml"), unknown) else {
        panic!("an unknown analysis is fine");
    };
    assert!(problems[0].rule.contains("there is no analysis `hours`"));
}
