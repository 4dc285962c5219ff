//! Populations, subgroups, assumptions about missing outcomes and several hypotheses: against R and
//! against counts made by hand.

use regtrial::prelude::*;
use regtrial::results::Record;
use regtrial_tests::{Comparison, number, versions};
use serde_json::Value;
use std::path::{Path, PathBuf};

const EXPECTED: &str = include_str!("../reference/subgroups/expected.json");

/// A plan on the people of the National Supported Work sample.
fn results(analyses: &str) -> Results {
    let people = Path::new(env!("CARGO_MANIFEST_DIR")).join("../data-samples/nsw/nsw.csv");
    let plan = format!(
        "[study]\nname = \"t\"\n[people]\nfile = {people:?}\n\
         arm = {{ column = \"treat\", order = [\"0\", \"1\"] }}\n\
         [outcomes.employed]\nwhere = \"re78 > 0\"\n{analyses}"
    );
    let plan = Plan::parse(&PathBuf::from("study.toml"), plan).unwrap();
    Study::load(plan).unwrap().run().unwrap()
}

fn of<'a>(results: &'a Results, analysis: &str, keep: impl Fn(&Record) -> bool) -> &'a Record {
    let mut records = results.records.iter();
    let found = records.find(|record| record.analysis == analysis && keep(record));
    found.unwrap_or_else(|| panic!("no such record of {analysis}"))
}

fn close(ours: f64, expected: &Value, tolerance: f64) {
    let expected = expected.as_f64().unwrap();
    let far = (ours - expected).abs() > tolerance * expected.abs().max(1e-3);
    assert!(!far, "{ours} {expected}");
}

#[test]
fn subgroups_and_their_interactions_agree_with_r() {
    let results = results(
        "[analyses.main]\noutcome = \"employed\"\nadjust = [\"age\"]\n\
         estimator = \"standardisation\"\nsubgroups = [\"black\", \"nodegree\"]\n\
         [analyses.plain]\noutcome = \"employed\"\nsubgroups = [\"marr\"]\n",
    );
    let expected: Value = serde_json::from_str(EXPECTED).unwrap();
    let mut comparison = Comparison::default();
    for variable in ["black", "nodegree"] {
        for (scale, name) in [("log", "ratio"), ("identity", "difference")] {
            let test = of(&results, "main-subgroups", |r| {
                r.statistic == "interaction" && r.term == variable && r.scale == scale
            });
            let wanted = &expected[variable][name];
            for (ours, field, tolerance) in [
                (test.statistic_value, "statistic", 1e-7),
                (test.df, "df", 1e-12),
                (test.p_value, "p", 1e-7),
            ] {
                comparison.check(name, ours, number(&wanted[field]), tolerance);
            }
        }
    }
    let against = versions(&expected, &["R", "sandwich"]);
    comparison.finish_as("interactions", &against, 12, |what| match what {
        "ratio" => vec!["interaction_ratio"],
        _ => vec!["interaction_difference"],
    });
    for (level, name) in [("1", "married"), ("0", "unmarried")] {
        let effect = of(&results, "plain-subgroups", |r| {
            r.statistic == "risk_difference" && r.level == level
        });
        close(effect.estimate, &expected[name]["risk_difference"], 1e-12);
        assert_eq!(effect.n, expected[name]["n"].as_u64());
        assert_eq!(effect.contrast, "1 - 0");
    }
}

#[test]
fn a_population_is_those_for_whom_the_rule_is_true() {
    let results = results(
        "[populations.early]\nlabel = \"left school early\"\nwhere = \"nodegree\"\n\
         [analyses.all]\noutcome = \"employed\"\n\
         [analyses.early]\noutcome = \"employed\"\npopulation = \"early\"\n\
         [analyses.model]\noutcome = \"employed\"\npopulation = \"early\"\n\
         formula = \"employed ~ arm + age\"\n",
    );
    let expected: Value = serde_json::from_str(EXPECTED).unwrap();
    let difference = |analysis: &str| {
        of(&results, analysis, |r| {
            r.statistic == "risk_difference" && !r.contrast.is_empty()
        })
    };
    let early = difference("early");
    close(
        early.estimate,
        &expected["population"]["risk_difference"],
        1e-12,
    );
    assert_eq!(early.n, expected["population"]["n"].as_u64());
    assert_eq!(early.population, "left school early");
    assert_eq!(difference("all").n, Some(445));
    // Who is not of the population is not "left out for a missing value".
    let dropped = of(&results, "model", |r| r.statistic == "dropped");
    assert_eq!(dropped.estimate, 0.0);
}

/// Ten people: TAU 1 of 4 with one missing, IPS 3 of 4 with one missing.
#[test]
fn assumptions_about_missing_outcomes_fill_them_in() {
    let folder = tempfile::tempdir().unwrap();
    let rows = "arm,y\nTAU,1\nTAU,0\nTAU,0\nTAU,0\nTAU,\nIPS,1\nIPS,1\nIPS,1\nIPS,0\nIPS,\n";
    std::fs::write(folder.path().join("people.csv"), rows).unwrap();
    let plan = "[study]\nname = \"t\"\n[people]\nfile = \"people.csv\"\n\
                arm = { column = \"arm\", order = [\"TAU\", \"IPS\"] }\n\
                [outcomes.worked]\nwhere = \"y > 0\"\n\
                [analyses.main]\noutcome = \"worked\"\n\
                sensitivity = [\"best case\", \"worst case\", \"missing as event\", \
                \"missing as no event\", \"complete case\"]\n";
    let plan = Plan::parse(&folder.path().join("study.toml"), plan.to_owned()).unwrap();
    let results = Study::load(plan).unwrap().run().unwrap();
    for (level, ips, tau, n) in [
        ("as planned", 3.0 / 4.0, 1.0 / 4.0, 8),
        ("best case", 4.0 / 5.0, 1.0 / 5.0, 10),
        ("worst case", 3.0 / 5.0, 2.0 / 5.0, 10),
        ("missing as event", 4.0 / 5.0, 2.0 / 5.0, 10),
        ("missing as no event", 3.0 / 5.0, 1.0 / 5.0, 10),
        ("complete case", 3.0 / 4.0, 1.0 / 4.0, 8),
    ] {
        let effect = of(&results, "main-sensitivity", |r| r.level == level);
        assert!((effect.estimate - (ips - tau)).abs() < 1e-12, "{level}");
        assert_eq!(effect.n, Some(n), "{level}");
    }
}

/// Holm (1979) by hand: the smallest of three p-values times three, the next times two.
#[test]
fn several_hypotheses_are_adjusted_for_each_other() {
    let plan = |method: &str| {
        format!(
            "[outcomes.poor]\nwhere = \"re78 < 5000\"\n[outcomes.rich]\nwhere = \"re78 > 10000\"\n\
             [analyses.a]\noutcome = \"employed\"\nadjust = [\"age\"]\n\
             [analyses.b]\noutcome = \"poor\"\nadjust = [\"age\"]\n\
             [analyses.c]\noutcome = \"rich\"\nadjust = [\"age\"]\n\
             [multiplicity.main]\nmethod = \"{method}\"\nanalyses = [\"a\", \"b\", \"c\"]\n"
        )
    };
    let p_values = |method: &str| -> Vec<(f64, f64)> {
        let results = results(&plan(method));
        let effect = |key: &str| {
            let found = of(&results, key, |r| r.statistic == "risk_difference");
            (found.p_value, found.p_value_adjusted)
        };
        ["a", "b", "c"].map(effect).to_vec()
    };
    let mut holm = p_values("holm");
    holm.sort_by(|x, y| x.0.total_cmp(&y.0));
    let mut largest = 0.0_f64;
    for (i, (p, adjusted)) in holm.into_iter().enumerate() {
        largest = largest.max((3 - i) as f64 * p).min(1.0);
        assert!((adjusted - largest).abs() < 1e-15);
    }
    let mut largest = 0.0_f64;
    for (p, adjusted) in p_values("fixed sequence") {
        largest = largest.max(p);
        assert_eq!(adjusted, largest);
    }
}

/// The curve of a population is that of its people, and where few are outside it nothing is shown that gives
/// their number back.
#[test]
fn an_employment_curve_of_a_population_is_of_its_people() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../data-samples/hekta");
    let text = std::fs::read_to_string(folder.join("study.toml")).unwrap();
    let (head, disclosure) = text.split_once("[disclosure]").unwrap();
    let of = |rule: &str, minimum: u64| {
        let added = format!(
            "[populations.some]\nlabel = \"some\"\nwhere = {rule:?}\n[figures.of_some]\n\
             kind = \"employment-curve\"\nendpoint = \"ordinary\"\npopulation = \"some\"\n\
             landmarks = [6, 12, 18]\n\
             if_unobserved = {{ death = \"composite\" }}\n"
        );
        let disclosure = disclosure.replacen("= 5", &format!("= {minimum}"), 1);
        let text = format!("{head}{added}[disclosure]{disclosure}");
        let study = Study::load(Plan::parse(&folder.join("study.toml"), text).unwrap()).unwrap();
        let results = study.run().unwrap();
        let policy = study.plan().disclosure;
        results.release(policy)
    };
    let everyone = of("age >= 0", 0);
    let points = |released: &regtrial::results::Released, analysis: &str| -> Vec<Record> {
        let own = released.records().iter().filter(|r| r.analysis == analysis);
        own.filter(|r| r.statistic == "proportion")
            .cloned()
            .collect()
    };
    let curve = |released: &regtrial::results::Released| {
        let kind = regtrial::results::AnalysisKind::Curve;
        let mut curves = released
            .catalogue()
            .analyses
            .iter()
            .filter(|a| a.kind == kind);
        curves.find(|a| a.key != "of-some").unwrap().key.clone()
    };
    let key = curve(&everyone);
    let (all, same) = (points(&everyone, &key), points(&everyone, "of-some"));
    assert!(all.len() > 20 && !same.is_empty());
    for point in &same {
        let mut others = all.iter().filter(|r| r.group == point.group);
        let other = others.find(|r| r.time == point.time).unwrap();
        assert_eq!((other.estimate, other.n), (point.estimate, point.n));
        assert_eq!(point.population, "some");
    }
    let (young, old) = (of("age < 35", 0), of("age >= 35", 0));
    for point in points(&young, "of-some") {
        let n = |points: Vec<Record>| {
            let mut own = points.into_iter().filter(|r| r.group == point.group);
            own.find(|r| r.time == point.time)
                .and_then(|r| r.n)
                .unwrap()
        };
        assert_eq!(
            n(points(&young, "of-some")) + n(points(&old, "of-some")),
            n(points(&young, &key))
        );
    }
    // Beside the curve of everyone no month leaves from which fewer than five of the others could be told.
    let released = of("age < 58", 5);
    let (all, some) = (points(&released, &key), points(&released, "of-some"));
    let whole = of("age < 58", 0);
    let truth = points(&whole, "of-some");
    assert!(all.iter().filter(|r| !r.suppressed).count() > 20);
    for (point, truth) in some
        .iter()
        .zip(&truth)
        .filter(|(point, _)| !point.suppressed)
    {
        let mut others = all
            .iter()
            .filter(|r| r.group == point.group && r.time == point.time);
        let Some(other) = others.next().filter(|r| !r.suppressed) else {
            continue;
        };
        let less = |a: Option<u64>, b: Option<u64>| a.unwrap() - b.unwrap();
        let with = less(other.events, truth.events);
        let without = less(other.n, truth.n) - with;
        for count in [with, without] {
            assert!(
                count == 0 || count >= 5,
                "{} {}: {count}",
                point.group,
                point.time
            );
        }
    }
}

/// Complete cases of an outcome that counts the rest of a dead person's window are those of one that does not.
#[test]
fn complete_cases_are_those_who_were_seen_throughout() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../data-samples/hekta");
    let text = std::fs::read_to_string(folder.join("study.toml")).unwrap();
    let run = |text: String| {
        let plan = Plan::parse(&folder.join("study.toml"), text).unwrap();
        Study::load(plan).unwrap().run().unwrap()
    };
    let added = "\n[analyses.seen]\noutcome = \"employed_18m\"\nsensitivity = [\"complete case\"]\n\
                 [analyses.days_seen]\noutcome = \"days_18m\"\nsensitivity = [\"complete case\"]\n";
    let planned = run(format!("{text}{added}"));
    let strict = text
        .replace("\"composite\"", "\"missing\"")
        .replace("\"while observed\"", "\"missing\"");
    let strict = run(format!("{strict}{added}"));
    for key in ["seen", "days_seen"] {
        let own = of(&planned, &format!("{key}-sensitivity"), |r| {
            r.level == "complete case"
        });
        let all = of(&planned, &format!("{key}-sensitivity"), |r| {
            r.level == "as planned"
        });
        let other = of(&strict, &format!("{key}-sensitivity"), |r| {
            r.level == "as planned"
        });
        assert_eq!((own.estimate, own.n), (other.estimate, other.n), "{key}");
        assert!(own.n < all.n, "{key}");
    }
}
