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

const EVERY: &str = "bootstrap = [\"bca\", \"percentile\", \"studentised\", \"basic\"]\n";

#[test]
fn the_limits_are_those_of_r_but_for_chance() {
    let results = results(20_200_301, &format!("{MEANS}{EVERY}"));
    let wanted = &expected("study_bootstrap")["cases"][0];
    let spread = &wanted["spread"];
    for (kind, method) in [
        ("percentile", "bootstrap_percentile"),
        ("bca", "bootstrap_bca"),
        ("basic", "bootstrap_basic"),
        ("studentised", "bootstrap_studentised"),
    ] {
        let ours = of(&results, "means", "mean_difference", method);
        assert!((ours.estimate - number(&wanted["difference"])).abs() < 1e-9);
        assert_eq!(ours.replicates, Some(20_000));
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

/// The kind that is named first stands in the table, and the note and the methods below it say which.
#[test]
fn the_kind_of_the_table_is_the_one_named_first() {
    let kinds = [
        ("studentised", "studentised", "studentised interval"),
        ("basic", "basic", "basic interval"),
        ("bca", "BCa", "BCa interval"),
        ("percentile", "percentile", "percentile interval"),
    ];
    for (kind, in_note, in_methods) in kinds {
        let mut names: Vec<&str> = kinds.iter().map(|(name, ..)| *name).collect();
        names.retain(|name| *name != kind);
        names.insert(0, kind);
        let plan = format!("{}bootstrap = {names:?}\n", MEANS.replace("20000", "400"));
        let results = results(7, &plan);
        let own = results.records.iter();
        let own = own.filter(|r| r.analysis == "means" && r.method.starts_with("bootstrap_"));
        let methods: Vec<&str> = own.map(|r| &r.method["bootstrap_".len()..]).collect();
        assert_eq!(methods, names);
        let wanted = of(
            &results,
            "means",
            "mean_difference",
            &format!("bootstrap_{kind}"),
        )
        .clone();
        let released = results.release(Policy::default());
        let tables = regtrial::report::tables::tables(&released);
        let table = tables.iter().find(|t| t.key == "means").unwrap();
        let notes = table.notes.join(" ");
        assert!(
            notes.contains(&format!("bootstrap ({in_note}), 400")),
            "{notes}"
        );
        let text = table.rows[0].cells.join(" ").replace('\u{a0}', " ");
        let shown = format!("{:.0}", wanted.conf_low);
        assert!(text.contains(&shown), "{text} lacks {shown}");
        let document = released.to_json().unwrap();
        assert!(document.contains(in_methods), "{in_methods}");
    }
}

/// Of one kind alone nothing else is computed; an arm of one person has percentile intervals, which lack its
/// variation, and no BCa.
#[test]
fn what_the_data_do_not_give_is_said() {
    let people = "id,treat,y\na,1,5\nb,0,1\nc,0,2\nd,0,4\ne,0,9\n";
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("people.csv"), people).unwrap();
    let text = |kind: &str| {
        format!(
            "[study]\nname = \"t\"\n[people]\nfile = \"people.csv\"\nid = \"id\"\n\
             arm = {{ column = \"treat\", order = [\"0\", \"1\"] }}\n[outcomes.y]\ncolumn = \"y\"\n\
             [analyses.a]\noutcome = \"y\"\nestimator = \"difference\"\nintervals = \"bootstrap\"\n\
             bootstrap = \"{kind}\"\n"
        )
    };
    let made = |kind: &str| {
        let plan = Plan::parse(&folder.path().join("study.toml"), text(kind)).unwrap();
        Study::load(plan).unwrap().run().unwrap()
    };
    let found = made("percentile");
    let codes = |results: &Results| -> Vec<String> {
        let own = results.diagnostics.iter();
        own.filter(|d| d.term.as_deref() == Some("a"))
            .map(|d| d.code.clone())
            .collect()
    };
    assert_eq!(codes(&found), ["bootstrap_stratum"]);
    assert!(
        found
            .records
            .iter()
            .any(|r| r.method == "bootstrap_percentile")
    );
    assert!(found.records.iter().all(|r| r.method != "bootstrap_bca"));
    for kind in ["bca", "studentised"] {
        let refused = made(kind);
        assert!(
            refused.diagnostics.iter().any(|d| d.severity == "error"),
            "{kind}"
        );
        assert!(
            refused
                .records
                .iter()
                .all(|r| !r.method.starts_with("bootstrap_"))
        );
    }
}

/// The plan draws what the library draws: its restricted means are held against R's boot.ci on the same draws.
#[test]
fn restricted_means_have_them_too() {
    let people = regtrial_tests::root().join("tests/reference/bootstrap_kinds/times.csv");
    let text = |keys: &str| {
        format!(
            "[study]\nname = \"t\"\nseed = 20200301\n[people]\nfile = {people:?}\n\
             arm = {{ column = \"group\", order = [\"0\", \"1\"] }}\n\
             [outcomes.wait]\ncolumn = \"time\"\nevent = \"event\"\n[analyses.mean]\noutcome = \"wait\"\n\
             estimator = \"restricted mean\"\nhorizon = \"50 days\"\nintervals = \"bootstrap\"\n{keys}\n"
        )
    };
    let run = |keys: &str| {
        let plan = Plan::parse(&PathBuf::from("study.toml"), text(keys));
        Study::load(plan.unwrap()).unwrap().run().unwrap()
    };
    let kinds = ["basic", "percentile", "bca", "studentised"];
    let found = run(&format!(
        "bootstrap = {kinds:?}\nreplicates = 499\npermutations = 99"
    ));
    let file = expected("bootstrap_kinds");
    let case = file["cases"].as_array().unwrap().iter();
    let case = case.clone().find(|case| case["name"] == "times").unwrap();
    for kind in kinds {
        let method = format!("bootstrap_{kind}");
        for (at, statistic) in ["restricted_mean_difference", "restricted_mean_ratio"]
            .iter()
            .enumerate()
        {
            let ours = of(&found, "mean", statistic, &method);
            for (i, limit) in [ours.conf_low, ours.conf_high].into_iter().enumerate() {
                let theirs = number(&case["statistics"][2 + at][kind][i]);
                let theirs = if at == 1 { theirs.exp() } else { theirs };
                assert!(
                    (limit / theirs - 1.0).abs() < 1e-9,
                    "{kind} {statistic}: {limit} {theirs}"
                );
            }
            assert_eq!((ours.time, ours.replicates), (50.0, Some(499)));
        }
    }
    // A row a contrast: the interval of the first kind, the usual p.
    let wanted = of(
        &found,
        "mean",
        "restricted_mean_difference",
        "bootstrap_basic",
    )
    .clone();
    let usual = of(&found, "mean", "restricted_mean_difference", "kaplan_meier").clone();
    let tables = regtrial::report::tables::tables(&found.release(Policy::minimum(0)));
    let table = tables.iter().find(|t| t.key == "mean").unwrap();
    assert_eq!(table.rows.len(), 5, "{:?}", table.rows);
    let row = table.rows[2].cells.join(" ");
    assert!(
        row.contains(&format!("{:.1}", wanted.conf_low.abs())),
        "{row}"
    );
    assert!(
        row.contains(&format!("{:.3}", usual.p_value)),
        "{row} {}",
        usual.p_value
    );
    assert!(
        table
            .notes
            .iter()
            .any(|note| note.contains("bootstrap (basic), 499"))
    );
    let clusters = Plan::parse(
        &PathBuf::from("study.toml"),
        text("bootstrap = \"studentised\"\ncluster = \"group\""),
    );
    let Err(StudyError::Plan(problems)) = clusters else {
        panic!("a restricted mean knows of no clusters");
    };
    assert!(
        problems[0].rule.contains("a restricted mean has none"),
        "{problems:?}"
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
    let several = |kinds: &str| format!("{bootstrap}\nbootstrap = {kinds}");
    for kinds in ["\"normal\"", "[]", "[\"bca\", \"bca\"]"] {
        wrong(
            &of("earned", &several(kinds)),
            3,
            "one or more of percentile, basic, bca, studentised",
        );
    }
    wrong(&of("earned", "bootstrap = \"bca\""), 2, "unknown key");
    wrong(
        &of("earned", &format!("{bootstrap}\nreplicates = 2_000_000")),
        3,
        "must be 1000000 or less",
    );
    wrong(
        &of(
            "employed",
            &format!(
                "adjust = [\"age\"]\n{}\ncluster = \"educ\"",
                several("\"studentised\"")
            ),
        ),
        4,
        "standardisation has none",
    );
    let firth = format!("adjust = [\"age\"]\nmethod = \"firth\"\n{bootstrap}");
    wrong(&of("employed", &firth), 4, "by maximum likelihood");
}
