//! Analyses of times to an event in a plan: against R's survival and cmprsk, and against the ad-hoc
//! command on the same columns.

use regtrial::prelude::*;
use regtrial::results::Record;
use regtrial::study::StudyError;
use regtrial_tests::{
    CLOSED_FORM, COEFFICIENT, Comparison, STANDARD_ERROR, expected, number, root,
};
use serde_json::Value;
use std::path::PathBuf;

/// A plan on one of the reference files, with `[outcomes.days]` made of time and event.
fn text(file: &str, arms: [&str; 3], event: &str, analyses: &str) -> String {
    let people = root().join("tests/reference").join(file);
    let [column, first, second] = arms;
    format!(
        "[study]\nname = \"t\"\n[people]\nfile = {people:?}\n\
         arm = {{ column = \"{column}\", order = [\"{first}\", \"{second}\"] }}\n\
         [outcomes.days]\ncolumn = \"time\"\nevent = \"{event}\"\n{analyses}"
    )
}

pub(crate) fn run(file: &str, arms: [&str; 3], event: &str, analyses: &str) -> Results {
    let plan = Plan::parse(
        &PathBuf::from("study.toml"),
        text(file, arms, event, analyses),
    );
    Study::load(plan.unwrap()).unwrap().run().unwrap()
}

const SEX: [&str; 3] = ["sex", "1", "2"];

fn of<'a>(results: &'a Results, analysis: &str, keep: impl Fn(&Record) -> bool) -> &'a Record {
    let mut records = results.records.iter();
    let found = records.find(|record| record.analysis == analysis && keep(record));
    found.unwrap_or_else(|| panic!("no such record of {analysis}: {:?}", results.diagnostics))
}

fn statistic<'a>(results: &'a Results, analysis: &str, statistic: &str) -> &'a Record {
    of(results, analysis, |r| r.statistic == statistic)
}

#[test]
fn cox_models_agree_with_r() {
    let results = run(
        "cox/lung.csv",
        SEX,
        "event",
        "[analyses.plain]\noutcome = \"days\"\nestimator = \"cox\"\nadjust = [\"age\"]\n\
         [analyses.adjusted]\noutcome = \"days\"\nestimand = \"hazard ratio\"\n\
         formula = \"Surv(days, days_event) ~ arm + age + karno + strata(ecog)\"\n\
         [analyses.breslow]\noutcome = \"days\"\nestimator = \"cox\"\nties = \"breslow\"\n\
         formula = \"days ~ arm + age\"\n\
         [analyses.clustered]\noutcome = \"days\"\nadjust = [\"age\"]\nvcov = \"cluster(inst)\"\n",
    );
    let wanted = &expected("study_times")["cases"][0];
    let mut comparison = Comparison::default();
    for key in ["plain", "adjusted", "breslow", "clustered"] {
        let wanted = &wanted[key];
        let mut check = |what: &str, ours: f64, theirs: &Value, tolerance: f64| {
            comparison.check(&format!("{key} {what}"), ours, number(theirs), tolerance);
        };
        for (j, term) in ["arm[2]", "age", "karno"].iter().enumerate() {
            if wanted["hazard_ratio"].get(j).is_none() {
                continue;
            }
            let ratio = of(&results, key, |r| {
                r.statistic == "hazard_ratio" && r.term == *term
            });
            check(
                term,
                ratio.estimate,
                &wanted["hazard_ratio"][j],
                COEFFICIENT,
            );
            check(
                term,
                ratio.std_error,
                &wanted["std_error"][j],
                STANDARD_ERROR,
            );
            check(term, ratio.conf_low, &wanted["low"][j], STANDARD_ERROR);
            check(term, ratio.conf_high, &wanted["high"][j], STANDARD_ERROR);
        }
        let one = |name: &str| statistic(&results, key, name).estimate;
        check(
            "likelihood",
            one("log_likelihood"),
            &wanted["log_likelihood"],
            1e-10,
        );
        check(
            "concordance",
            one("concordance"),
            &wanted["concordance"],
            CLOSED_FORM,
        );
        check("people", one("observations"), &wanted["n"], CLOSED_FORM);
        check("events", one("events"), &wanted["events"], CLOSED_FORM);
        let test = of(&results, key, |r| {
            r.statistic == "proportional_hazards" && r.term == "GLOBAL"
        });
        check(
            "zph",
            test.statistic_value,
            &wanted["zph_statistic"],
            STANDARD_ERROR,
        );
        check("zph p", test.p_value, &wanted["zph_p"], STANDARD_ERROR);
    }
    comparison.finish(50);
}

#[test]
fn restricted_means_and_tests_agree_with_r() {
    let results = run(
        "cox/lung.csv",
        SEX,
        "event",
        "[analyses.means]\noutcome = \"days\"\nestimator = \"restricted mean\"\n\
         horizon = \"365 days\"\nestimand = \"restricted mean difference\"\n\
         [analyses.log_rank]\noutcome = \"days\"\nestimator = \"log-rank\"\n\
         [analyses.stratified]\noutcome = \"days\"\nestimator = \"log-rank\"\nstrata = \"ecog\"\n\
         [analyses.peto]\noutcome = \"days\"\nestimator = \"log-rank\"\nrho = 1\n",
    );
    let wanted = &expected("study_times")["cases"][0];
    let mut comparison = Comparison::default();
    let mut check = |what: &str, ours: f64, theirs: &Value| {
        comparison.check(what, ours, number(theirs), 1e-11);
    };
    for (i, arm) in ["1", "2"].iter().enumerate() {
        let mean = of(&results, "means", |r| r.group == *arm);
        check(arm, mean.estimate, &wanted["means"]["means"][i]);
        check(arm, mean.std_error, &wanted["means"]["std_errors"][i]);
        assert_eq!(mean.time, 365.0);
        let median = of(&results, "log_rank", |r| r.group == *arm);
        check(arm, median.estimate, &wanted["median"][i]);
    }
    for (name, key) in [
        ("restricted_mean_difference", "difference"),
        ("restricted_mean_ratio", "ratio"),
    ] {
        let contrast = statistic(&results, "means", name);
        check(name, contrast.estimate, &wanted["means"][key]);
        check(
            name,
            contrast.std_error,
            &wanted["means"][format!("{key}_error")],
        );
    }
    for (key, method) in [
        ("log_rank", "log_rank"),
        ("stratified", "log_rank"),
        ("peto", "fleming_harrington"),
    ] {
        let test = of(&results, key, |r| {
            r.method == method && r.contrast == "2 / 1"
        });
        check(key, test.statistic_value, &wanted[key]["statistic"]);
        check(key, test.p_value, &wanted[key]["p_value"]);
    }
    comparison.finish(14);
}

/// Cox models within the levels of a variable, and their interaction by likelihood ratio.
#[test]
fn subgroups_of_a_time_agree_with_r() {
    let results = run(
        "study_times/lung.csv",
        SEX,
        "event",
        "[analyses.main]\noutcome = \"days\"\nadjust = [\"age\"]\nsubgroups = [\"ecog\"]\n",
    );
    let wanted = &expected("study_times")["cases"][0]["interaction"];
    let test = of(&results, "main-subgroups", |r| r.statistic == "interaction");
    let mut comparison = Comparison::default();
    let mut check = |what: &str, ours: f64, theirs: &Value| {
        comparison.check(what, ours, number(theirs), 1e-7);
    };
    check("statistic", test.statistic_value, &wanted["statistic"]);
    check("df", test.df, &wanted["df"]);
    check("p", test.p_value, &wanted["p_value"]);
    assert_eq!((test.term.as_str(), test.scale.as_str()), ("ecog", "log"));
    for (i, level) in ["0", "1", "2"].iter().enumerate() {
        let ratio = of(&results, "main-subgroups", |r| {
            r.statistic == "hazard_ratio" && r.level == *level
        });
        check(level, ratio.estimate, &wanted["hazard_ratios"][i]);
    }
    comparison.finish(6);
}

/// Progression before death, the competing event.
#[test]
fn competing_events_agree_with_cmprsk_and_survfit() {
    let results = run(
        "competing/mgus2.csv",
        ["group", "1", "2"],
        "cause",
        "[analyses.gray]\noutcome = \"days\"\nestimator = \"gray\"\n\
         [analyses.stratified]\noutcome = \"days\"\nestimator = \"gray\"\nstrata = [\"stratum\"]\n\
         [analyses.model]\noutcome = \"days\"\nestimator = \"fine-gray\"\nties = \"breslow\"\n\
         formula = \"days ~ arm + age + hgb\"\nestimand = \"subdistribution hazard ratio\"\n\
         [analyses.cause]\noutcome = \"days\"\nestimator = \"cox\"\n",
    );
    let wanted = &expected("competing")["cases"][0];
    let mut comparison = Comparison::default();
    for (key, at) in [("gray", 0), ("stratified", 1)] {
        let test = of(&results, key, |r| r.method == "gray");
        let theirs = number(&wanted["gray"][at]["tests"][0]["statistic"]);
        comparison.check(key, test.statistic_value, theirs, 1e-10);
    }
    for (j, term) in ["arm[2]", "age", "hgb"].iter().enumerate() {
        let ours = of(&results, "model", |r| {
            r.statistic == "coefficient" && r.term == *term
        });
        let theirs = number(&wanted["crr"][0]["coefficients"][j]);
        comparison.check(term, ours.estimate, theirs, COEFFICIENT);
        let variance = number(&wanted["crr"][0]["covariance"][j][j]);
        comparison.check(term, ours.std_error, variance.sqrt(), STANDARD_ERROR);
    }
    comparison.finish(8);
    // Cox's model takes the competing event for the end of observation, and says so.
    let own = std::fs::read_to_string(root().join("tests/reference/competing/mgus2.csv")).unwrap();
    let of_cause = |cause: &str| {
        let rows = own
            .lines()
            .filter(|line| line.split(',').nth(1) == Some(cause));
        rows.count() as f64
    };
    assert_eq!(
        statistic(&results, "cause", "events").estimate,
        of_cause("1")
    );
    let listed = results.catalogue.analyses.iter();
    let notes = listed.filter(|a| a.key == "cause").flat_map(|a| &a.notes);
    assert!(notes.clone().any(|note| note.contains("cause-specific")));
    let competing = statistic(&results, "model", "competing_events").estimate;
    assert_eq!(competing, of_cause("2"));
}

/// One arm has every event: no maximum; the plan's own key for the way out is named, and works.
#[test]
fn a_monotone_likelihood_is_named_and_firth_works() {
    let analysis = "[analyses.model]\noutcome = \"days\"\nestimator = \"cox\"\nadjust = [\"z\"]\n";
    let arms = ["x", "0", "1"];
    let results = run("cox/monotone.csv", arms, "event", analysis);
    let found = results
        .diagnostics
        .iter()
        .find(|d| d.code == "monotone_likelihood" && d.severity == "error");
    let found = found.unwrap_or_else(|| panic!("{:?}", results.diagnostics));
    assert!(found.message.contains("arm[1]") && found.message.contains("method = \"firth\""));
    let results = run(
        "cox/monotone.csv",
        arms,
        "event",
        &format!("{analysis}method = \"firth\"\n"),
    );
    let wanted = &expected("cox")["cases"][0]["firth"][0];
    let mut comparison = Comparison::default();
    for (j, term) in ["arm[1]", "z"].iter().enumerate() {
        let ours = of(&results, "model", |r| {
            r.statistic == "coefficient" && r.term == *term
        });
        comparison.check(term, ours.estimate, number(&wanted["estimate"][j]), 1e-7);
        assert!(ours.conf_low < ours.estimate && ours.estimate < ours.conf_high);
    }
    comparison.finish(2);
}

/// Every term of a small model has few events in one arm: nothing of it leaves.
#[test]
fn models_of_few_events_are_withheld() {
    let analysis = "[analyses.model]\noutcome = \"days\"\nestimator = \"cox\"\nmethod = \"firth\"\n\
                    [analyses.test]\noutcome = \"days\"\nestimator = \"log-rank\"\n";
    let results = run("cox/monotone.csv", ["x", "0", "1"], "event", analysis);
    assert!(
        results
            .records
            .iter()
            .any(|r| r.analysis == "model" && r.term == "arm[1]")
    );
    let released = results.release(Policy::default());
    assert!(released.of("model").all(|r| r.suppressed));
    // Nobody without an event: that nobody has one is shown, which is the default.
    assert!(
        released
            .of("test")
            .all(|r| r.suppressed == (r.group != "0"))
    );
}

/// A study without arms is one group: means and curves are of everyone, a test has nothing to compare.
#[test]
fn a_study_without_arms_is_one_group() {
    let people = root().join("tests/reference/cox/lung.csv");
    let plan = format!(
        "[study]\nname = \"t\"\ndesign = \"cohort\"\n[people]\nfile = {people:?}\n\
         [outcomes.days]\ncolumn = \"time\"\nevent = \"event\"\n\
         [analyses.means]\noutcome = \"days\"\nestimator = \"restricted mean\"\n\
         [analyses.test]\noutcome = \"days\"\nestimator = \"log-rank\"\n\
         [analyses.model]\noutcome = \"days\"\nformula = \"days ~ age + factor(sex)\"\n\
         [figures.curve]\nkind = \"kaplan-meier\"\noutcome = \"days\"\n"
    );
    let plan = Plan::parse(&PathBuf::from("study.toml"), plan).unwrap();
    let results = Study::load(plan).unwrap().run().unwrap();
    assert_eq!(statistic(&results, "means", "restricted_mean").group, "all");
    let wanted = &expected("study_times")["cases"][0]["plain"]["hazard_ratio"];
    let ratio = of(&results, "model", |r| {
        r.statistic == "hazard_ratio" && r.term == "age"
    });
    let mut comparison = Comparison::default();
    comparison.check("age", ratio.estimate, number(&wanted[1]), COEFFICIENT);
    comparison.finish(1);
    let told = results
        .diagnostics
        .iter()
        .any(|d| d.term.as_deref() == Some("test") && d.message.contains("two or more of them"));
    assert!(told, "{:?}", results.diagnostics);
    let released = results.release(Policy::default());
    let tables = regtrial::report::tables::tables(&released);
    let means = tables.iter().find(|table| table.key == "means").unwrap();
    assert_eq!((means.columns.len(), means.rows.len()), (4, 1));
    let figure = regtrial::report::figures::survival_curve(&released, "curve").unwrap();
    let drawn = figure.svg.rsplit("</desc>").next().unwrap();
    assert!(figure.points_csv.lines().count() > 10 && !drawn.contains("withheld"));
}

/// What the plan gets wrong, with its line and column.
#[test]
fn wrong_keys_are_told_where_they_stand() {
    let wrong = |analysis: &str, place: (u64, &str), rule: &str, help: &str| {
        let text = text("cox/lung.csv", SEX, "event", analysis);
        let Err(StudyError::Plan(problems)) = Plan::parse(&PathBuf::from("study.toml"), text)
        else {
            panic!("{analysis} is fine");
        };
        let all = format!("{problems:?}");
        let [problem] = &problems[..] else {
            panic!("{all}");
        };
        assert!(problem.rule.contains(rule), "{all}");
        assert_eq!(
            (problem.line, problem.column.as_deref()),
            (Some(place.0), Some(place.1)),
            "{all}"
        );
        let told = problem.help.clone().unwrap_or_default();
        assert!(told.contains(help), "{all}");
    };
    let of = |keys: &str| format!("[analyses.a]\noutcome = \"days\"\n{keys}\n");
    let logistic = of("estimator = \"logistic\"");
    wrong(
        &logistic,
        (11, "13"),
        "a time that not everyone was followed to",
        "cox, fine-gray",
    );
    let unknown = of("estimator = \"coxph\"\nties = \"efron\"");
    wrong(&unknown, (11, "13"), "must be one of standardisation", "");
    let left = of("formula = \"time ~ arm\"");
    wrong(
        &left,
        (11, "12"),
        "write `days ~ ...` or `Surv(days, days_event) ~ ...`",
        "",
    );
    let syntax = of("formula = \"days ~ arm + \"");
    wrong(&syntax, (11, "25"), "", "");
    let months = of("estimator = \"restricted mean\"\nhorizon = \"12 months\"");
    wrong(
        &months,
        (12, "11"),
        "a number of days or weeks",
        "differ in length",
    );
    let robust = of("estimator = \"cox\"\nvcov = \"HC3\"");
    wrong(&robust, (12, "8"), "classical, HC0 or cluster(COLUMN)", "");
    let both = of("estimator = \"cox\"\nvcov = \"HC0\"\nmethod = \"firth\"");
    wrong(&both, (12, "8"), "no robust form", "");
    let exact = of("estimator = \"cox\"\nties = \"exact\"\nmethod = \"firth\"");
    wrong(&exact, (12, "8"), "exact ties go with", "");
    let ties = of("estimator = \"log-rank\"\nties = \"efron\"");
    wrong(&ties, (12, "1"), "unknown key `ties`", "strata");
    let estimand = of("estimator = \"cox\"\nestimand = \"risk difference\"");
    wrong(
        &estimand,
        (12, "12"),
        "does not exist for an outcome that is a time",
        "",
    );
    let other = of("estimator = \"cox\"\nestimand = \"restricted mean ratio\"");
    wrong(
        &other,
        (12, "12"),
        "this estimator gives the hazard ratio",
        "",
    );
    let yes =
        "[outcomes.y]\nwhere = \"age > 60\"\n[analyses.a]\noutcome = \"y\"\nestimator = \"cox\"\n";
    wrong(
        yes,
        (13, "13"),
        "is for times to an event",
        "measure = \"first\"",
    );
    let twice = "[outcomes.days_event]\ncolumn = \"age\"\n";
    wrong(
        twice,
        (9, "11"),
        "the column that goes with the time `days`",
        "",
    );
}

/// What the columns get wrong: told with the line, never the value.
#[test]
fn wrong_columns_are_told_by_line() {
    let folder = tempfile::tempdir().unwrap();
    let load = |rows: &str| {
        std::fs::write(folder.path().join("people.csv"), rows).unwrap();
        let plan = "[study]\nname = \"t\"\n[people]\nfile = \"people.csv\"\n[outcomes.t]\n\
                    column = \"days\"\nevent = \"why\"\n";
        let path = folder.path().join("study.toml");
        match Study::load(Plan::parse(&path, plan.to_owned()).unwrap()) {
            Err(StudyError::Plan(problems)) => problems,
            Err(other) => panic!("{other}"),
            Ok(_) => panic!("read"),
        }
    };
    for (rows, line, rule) in [
        ("days,why\n10,1\n-3,1\n", 3, "from 0 on"),
        (
            "days,why\n10,1\n30,7\n",
            3,
            "1 (the event), 2 (a competing event) or 0",
        ),
        ("days,cause\n10,1\n", 1, "there is no column `why`"),
        ("days,why\n10,dead\n11,alive\n", 1, "holds text"),
    ] {
        let problems = load(rows);
        let all = format!("{problems:?}");
        assert!(
            problems[0].rule.contains(rule) && problems[0].line == Some(line),
            "{all}"
        );
        assert!(!all.contains("-3") && !all.contains("dead\""), "{all}");
    }
}
