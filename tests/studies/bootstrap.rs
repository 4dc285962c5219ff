//! Bootstrap intervals in a plan: against R's boot, whose draws are others, within the Monte Carlo error
//! of both; and the same at any number of threads.

use regtrial::prelude::*;
use regtrial::results::Record;
use regtrial::study::StudyError;
use regtrial_tests::{expected, number};
use std::path::PathBuf;

fn text(seed: u64, analyses: &str) -> String {
    let people = regtrial_tests::root().join("data-samples/nsw/nsw.csv");
    format!(
        "[study]\nname = \"t\"\nseed = {seed}\n[people]\nfile = {people:?}\n\
         arm = {{ column = \"treat\", order = [\"0\", \"1\"] }}\n\
         [outcomes.employed]\nwhere = \"re78 > 0\"\n[outcomes.earned]\ncolumn = \"re78\"\n\
         {analyses}"
    )
}

fn results(seed: u64, analyses: &str) -> Results {
    let plan = Plan::parse(&PathBuf::from("study.toml"), text(seed, analyses));
    Study::load(plan.unwrap()).unwrap().run().unwrap()
}

fn of<'a>(results: &'a Results, analysis: &str, statistic: &str, method: &str) -> &'a Record {
    let mut own = results
        .records
        .iter()
        .filter(|r| r.analysis == analysis && !r.contrast.is_empty());
    own.find(|r| r.statistic == statistic && r.method == method)
        .unwrap()
}

const MEANS: &str =
    "[analyses.means]\noutcome = \"earned\"\nintervals = \"bootstrap\"\nreplicates = 20000\n";

#[test]
fn the_limits_are_those_of_r_but_for_chance() {
    let results = results(20_200_301, MEANS);
    let wanted = &expected("study_bootstrap")["cases"][0];
    let spread = &wanted["spread"];
    for (kind, method) in [
        ("percentile", "bootstrap_percentile"),
        ("bca", "bootstrap_bca"),
    ] {
        let ours = of(&results, "means", "mean_difference", method);
        assert!((ours.estimate - number(&wanted["difference"])).abs() < 1e-9);
        let far = (ours.std_error - number(&wanted["std_error"])).abs();
        assert!(far < 5.0 * number(&spread["std_error"]), "{far}");
        for (i, limit) in [ours.conf_low, ours.conf_high].into_iter().enumerate() {
            let far = (limit - number(&wanted[kind][i])).abs();
            assert!(far < 5.0 * number(&spread[kind][i]), "{kind} {i}: {limit}");
        }
    }
    // The first of several methods is shown: the interval of the bootstrap, the usual test's p.
    let own = results.records.iter().filter(|r| r.analysis == "means");
    let first = own
        .clone()
        .find(|r| r.statistic == "mean_difference")
        .unwrap();
    assert_eq!(first.method, "bootstrap_bca");
    assert!(first.p_value.is_nan() && own.clone().any(|r| r.method == "welch" && r.p_value < 0.05));
    let table = regtrial::report::tables::tables(&results.release(Policy::default()));
    let means = table.iter().find(|t| t.key == "means").unwrap();
    assert_eq!(means.rows[0].cells.last().unwrap(), "0.008");
    assert!(
        means
            .notes
            .iter()
            .any(|note| note.contains("seed 20200301"))
    );
}

#[test]
fn the_seed_decides_and_the_threads_do_not() {
    let analyses = format!(
        "{}[analyses.risk]\noutcome = \"employed\"\nadjust = [\"age\"]\nintervals = \"bootstrap\"\n",
        MEANS.replace("20000", "500")
    );
    let limits = |seed: u64, threads: usize| -> Vec<(f64, f64)> {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        let made = pool.install(|| results(seed, &analyses));
        let found = [
            of(&made, "means", "mean_difference", "bootstrap_bca"),
            of(&made, "risk", "risk_difference", "bootstrap_bca"),
            of(&made, "risk", "risk_difference", "bootstrap_percentile"),
        ];
        found.iter().map(|r| (r.conf_low, r.conf_high)).collect()
    };
    let one = limits(1, 1);
    assert_eq!(one, limits(1, 4));
    assert!(one.iter().zip(limits(2, 2)).all(|(a, b)| *a != b));
    // Of 445 people the risk difference has a standard error of 0.04 to 0.05.
    for (low, high) in &one[1..] {
        let width = (high - low) / 3.92;
        assert!((0.035..0.055).contains(&width), "{width}");
    }
}

#[test]
fn wrong_keys_are_told() {
    let wrong = |analysis: &str, line: u64, rule: &str| {
        let plan = Plan::parse(&PathBuf::from("study.toml"), text(1, analysis));
        let Err(StudyError::Plan(problems)) = plan else {
            panic!("{analysis} is fine");
        };
        assert!(problems[0].rule.contains(rule), "{problems:?}");
        assert_eq!(
            (problems.len(), problems[0].line),
            (1, Some(11 + line)),
            "{problems:?}"
        );
    };
    let of = |outcome: &str, keys: &str| format!("[analyses.a]\noutcome = \"{outcome}\"\n{keys}\n");
    let bootstrap = "intervals = \"bootstrap\"";
    wrong(&of("employed", bootstrap), 2, "for the means of a quantity");
    wrong(
        &of("earned", "intervals = \"bootstrapped\""),
        2,
        "must be one of usual, bootstrap",
    );
    wrong(
        &of("earned", &format!("{bootstrap}\nreplicates = 10")),
        3,
        "must be 100 or more",
    );
    wrong(&of("earned", "replicates = 500"), 2, "unknown key");
    let firth = format!("adjust = [\"age\"]\nmethod = \"firth\"\n{bootstrap}");
    wrong(&of("employed", &firth), 4, "by maximum likelihood");
}
