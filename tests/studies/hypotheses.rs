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

fn released(families: &str, minimum: u64) -> regtrial::results::Released {
    let plan = Plan::parse(&PathBuf::from("study.toml"), text(families)).unwrap();
    Study::load(plan)
        .unwrap()
        .run()
        .unwrap()
        .release(Policy::minimum(minimum))
}

const HOLM: &str =
    "[multiplicity.m]\nmethod = \"holm\"\nanalyses = [\"employed\", \"earnings\", \"poor\"]\n";

#[test]
fn tables_show_adjusted_p_values() {
    let released = released(HOLM, 5);
    let tables = regtrial::report::tables::tables(&released);
    for key in ANALYSES {
        let table = tables.iter().find(|table| table.key == key).unwrap();
        assert_eq!(table.columns.last().unwrap(), "Adjusted p");
        let adjusted = released
            .records()
            .iter()
            .find(|r| r.analysis == key && !r.p_value_adjusted.is_nan());
        let shown = table.rows[0].cells.last().unwrap();
        let wanted = adjusted.unwrap().p_value_adjusted;
        assert!(
            (shown.parse::<f64>().unwrap() - wanted).abs() < 6e-3,
            "{shown} {wanted}"
        );
        assert!(
            table
                .notes
                .iter()
                .any(|note| note.contains("Adjusted p: holm"))
        );
    }
}

/// Bonferroni's intervals are those of the level 1 - 0.05 / 3.
#[test]
fn bonferroni_has_intervals_that_hold_together() {
    let released = released(&HOLM.replace("holm", "bonferroni"), 5);
    let level = format!("name = \"t\"\nconfidence = {}\n", 1.0 - 0.05 / 3.0);
    let wider = text("").replace("name = \"t\"\n", &level);
    let plan = Plan::parse(&PathBuf::from("study.toml"), wider).unwrap();
    let wider = Study::load(plan).unwrap().run().unwrap();
    let mut seen = 0;
    for record in released.records() {
        if record.conf_low_adjusted.is_nan() {
            continue;
        }
        let same = wider.records.iter().find(|other| {
            other.analysis == record.analysis
                && other.statistic == record.statistic
                && other.method == record.method
                && other.contrast == record.contrast
        });
        let same = same.unwrap();
        assert!((same.conf_low - record.conf_low_adjusted).abs() < 1e-9);
        assert!((same.conf_high - record.conf_high_adjusted).abs() < 1e-9);
        assert!(record.conf_low_adjusted < record.conf_low);
        seen += 1;
    }
    assert_eq!(seen, 3);
    let tables = regtrial::report::tables::tables(&released);
    let table = tables.iter().find(|table| table.key == "earnings").unwrap();
    let at = table
        .columns
        .iter()
        .position(|c| c == "Simultaneous (95% CI)")
        .unwrap();
    assert!(table.rows[0].cells[at - 1].contains(" to "), "{table:?}");
}

/// The intervals of sequential procedures: a limit at no effect where the effect is rejected while others stand,
/// else that of the analysis at the share of the level that is left; and nothing where none is known.
#[test]
fn sequential_procedures_have_intervals_that_go_with_them() {
    let limits = |family: &str, confidence: f64| -> Vec<[f64; 4]> {
        let level = format!("name = \"t\"\nconfidence = {confidence}\n");
        let plan = text(family).replace("name = \"t\"\n", &level);
        let plan = Plan::parse(&PathBuf::from("study.toml"), plan).unwrap();
        let results = Study::load(plan).unwrap().run().unwrap();
        let of = |key: &&str| {
            let mut own = results.records.iter().filter(|r| r.analysis == **key);
            let wanted = |r: &&regtrial::results::Record| r.statistic.ends_with("_difference");
            let effect = own.find(wanted).unwrap();
            [
                effect.conf_low,
                effect.conf_high,
                effect.conf_low_adjusted,
                effect.conf_high_adjusted,
            ]
        };
        ANALYSES.iter().map(of).collect()
    };
    let family = |method: &str| HOLM.replace("holm", method);
    let close = |a: f64, b: f64| (a - b).abs() < 1e-9;
    // Holm: employed and earnings have p = 0.01 and below, poor 0.07 in the other direction.
    let p = p_values(HOLM);
    assert!(p[0].1 < 0.05 && p[1].1 < 0.05 && p[2].1 > 0.05, "{p:?}");
    let holm = limits(HOLM, 0.95);
    // Both rejected upwards; what they leave goes to the third.
    assert_eq!([holm[0][2], holm[1][2]], [0.0; 2]);
    let plain = limits(HOLM, 0.95);
    assert!(close(holm[2][2], plain[2][0]), "{holm:?}");
    // Downwards nothing is rejected: each keeps a third of the level.
    let third = limits("", 1.0 - 0.05 / 3.0);
    for (found, wanted) in holm.iter().zip(&third) {
        assert!(close(found[3], wanted[1]), "{found:?} {wanted:?}");
    }
    // In a sequence the first two go at the full level, and so does the third.
    let sequence = limits(&family("fixed sequence"), 0.95);
    assert_eq!([sequence[0][2], sequence[1][2]], [0.0; 2]);
    assert!(close(sequence[2][2], plain[2][0]));
    // Downwards the first stands, and nothing comes to the others: a risk difference is 1 at most.
    assert!(close(sequence[0][3], plain[0][1]));
    assert_eq!([sequence[1][3], sequence[2][3]], [f64::INFINITY, 1.0]);
    for method in ["hochberg", "hommel", "benjamini-hochberg"] {
        let none = limits(&family(method), 0.95);
        assert!(none.iter().all(|one| one[2].is_nan() && one[3].is_nan()));
    }
    let plan = Plan::parse(&PathBuf::from("study.toml"), text(HOLM)).unwrap();
    let released = Study::load(plan).unwrap().run().unwrap();
    let released = released.release(Policy::default());
    let tables = regtrial::report::tables::tables(&released);
    let table = tables.iter().find(|table| table.key == "earnings").unwrap();
    let note = |note: &&String| note.contains("Strassburger and Bretz");
    assert_eq!(table.notes.iter().filter(note).count(), 1);
}

/// With a minimum above the number of the treated (185) that are not poor, this analysis is withheld, and Holm's
/// p-values, which depend on its own, go with it; Bonferroni's of the others stay.
#[test]
fn an_adjusted_p_value_gives_no_withheld_one_back() {
    let shown = |family: &str| -> Vec<&'static str> {
        let released = released(family, 80);
        let hidden = |key: &str| {
            let mut own = released.records().iter().filter(|r| r.analysis == key);
            own.any(|r| r.suppressed && r.statistic == "risk_difference")
        };
        assert!(hidden("employed") || hidden("poor"), "nothing is withheld");
        let tables = regtrial::report::tables::tables(&released);
        let table = tables.iter().find(|table| table.key == "earnings").unwrap();
        let last = table.rows[0].cells.last().unwrap();
        let adjusted = |key: &&&str| {
            let mut own = released.records().iter().filter(|r| r.analysis == **key);
            own.any(|r| !r.p_value_adjusted.is_nan())
        };
        let found: Vec<&'static str> = ANALYSES.iter().filter(adjusted).copied().collect();
        assert_eq!(last == "withheld", !found.contains(&"earnings"), "{last}");
        found
    };
    assert!(shown(HOLM).is_empty());
    assert!(shown(&HOLM.replace("holm", "bonferroni")).contains(&"earnings"));
    // The first of a fixed sequence does not depend on those behind it.
    let first = HOLM
        .replace("holm", "fixed sequence")
        .replace("\"employed\", \"earnings\"", "\"earnings\", \"employed\"");
    assert_eq!(shown(&first), ["earnings"]);
}
