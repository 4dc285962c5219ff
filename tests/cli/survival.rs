//! `survive`, `fit --family cox`, `meta`, `power` against known numbers (R 4.2.2).

use crate::support::{find, folder, path, regtrial};
use serde_json::Value;

const LUNG: &str = "tests/reference/survival/lung.csv";
const BCG: &str = "tests/reference/meta/bcg.csv";

fn close(value: &Value, expected: f64, tolerance: f64) {
    let value = value.as_f64().expect("a number");
    assert!((value - expected).abs() < tolerance, "{value} {expected}");
}

fn lung(extra: &[&str]) -> Value {
    let first = [
        "survive", LUNG, "--time", "time", "--event", "event", "--by", "group",
    ];
    let ran = regtrial(&[&first[..], extra, &["--format", "json"]].concat());
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    ran.json()
}

#[test]
fn survive_gives_curves_tests_and_restricted_means() {
    let document = lung(&["--times", "365,730"]);
    let test = find(&document, "estimates", "hazard_ratio", "log_rank");
    close(&test["statistic_value"], 10.326_741_95, 1e-8);
    assert_eq!(test["contrast"], "2 / 1");
    let ratio = find(&document, "estimates", "hazard_ratio", "cox_efron");
    close(&ratio["estimate"], (-0.531_023_540_0_f64).exp(), 1e-9);
    close(&ratio["std_error"], 0.167_178_583_2, 1e-9);
    let median = find(
        &document,
        "estimates",
        "median_survival",
        "kaplan_meier_log",
    );
    assert_eq!(
        (
            &median["estimate"],
            &median["conf_low"],
            &median["conf_high"]
        ),
        (&270.0.into(), &212.0.into(), &310.0.into())
    );
    let difference = find(
        &document,
        "estimates",
        "restricted_mean_difference",
        "kaplan_meier",
    );
    close(&difference["estimate"], 131.856, 5e-4);
    close(&difference["std_error"], 39.759, 5e-4);
    assert_eq!(document["tau"], 965.0);
    let points: Vec<&Value> = document["estimates"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|record| record["statistic"] == "survival")
        .collect();
    assert_eq!(points.len(), 4);
    assert_eq!(
        (
            &points[0]["group"],
            &points[0]["time"],
            &points[0]["n_risk"]
        ),
        (&"1".into(), &365.0.into(), &35.into())
    );
}

#[test]
fn survive_refuses_what_it_cannot_read() {
    let folder = folder(&[
        ("coded.csv", "t,e,g\n1,1,a\n2,2,b\n3,1,a\n4,2,b\n"),
        ("negative.csv", "t,e,g\n-1,1,a\n2,0,b\n3,1,a\n"),
    ]);
    let run = |file: &str, extra: &[&str]| {
        let file = path(&folder, file);
        let first = [
            "survive", &file, "--time", "t", "--event", "e", "--by", "g", "--format", "json",
        ];
        regtrial(&[&first[..], extra].concat())
    };
    let coded = run("coded.csv", &[]);
    assert_eq!(
        (coded.code, &coded.errors()[0]["code"]),
        (2, &"outcome_range".into())
    );
    assert_eq!(
        run("coded.csv", &["--event-value", "2"]).code,
        1,
        "group a has no event"
    );
    let negative = run("negative.csv", &[]);
    assert_eq!(
        (negative.code, &negative.errors()[0]["code"]),
        (2, &"column_type".into())
    );
    let far = run("coded.csv", &["--event-value", "1", "--tau", "99"]);
    assert_eq!(
        (far.code, &far.errors()[0]["code"]),
        (2, &"argument".into())
    );
}

fn meta(file: &str, extra: &[&str]) -> crate::support::Ran {
    let first = [
        "meta",
        file,
        "--study",
        "study",
        "--events-treated",
        "a",
        "--total-treated",
        "n1",
        "--events-control",
        "c",
        "--total-control",
        "n2",
        "--format",
        "json",
    ];
    regtrial(&[&first[..], extra].concat())
}

#[test]
fn meta_pools_the_bcg_trials() {
    let document = meta(BCG, &["--measure", "risk-ratio", "--tau2", "reml"]).json();
    let pooled = &document["estimates"][0];
    assert_eq!(
        (&pooled["method"], &pooled["scale"]),
        (&"reml".into(), &"log".into())
    );
    close(&pooled["estimate"], (-0.714_532_f64).exp(), 5e-7);
    close(&pooled["std_error"], 0.179_782, 5e-7);
    close(&document["heterogeneity"]["tau2"], 0.313_243, 5e-7);
    assert!(pooled["prediction_low"].as_f64().unwrap() < pooled["conf_low"].as_f64().unwrap());
    let sum = find(&document, "estimates", "risk_ratio", "mantel_haenszel");
    close(&sum["estimate"], (-0.453_710_f64).exp(), 5e-7);
    let dl = meta(BCG, &["--tau2", "dl", "--test", "hartung-knapp"]).json();
    close(&dl["heterogeneity"]["tau2"], 0.308_760, 5e-7);
    assert_eq!(dl["estimates"][0]["df"], 12.0);
}

#[test]
fn meta_refuses_non_events_in_place_of_totals() {
    let folder = folder(&[("trials.csv", "study,a,n1,c,n2\nX,40,26,10,60\n")]);
    let ran = meta(&path(&folder, "trials.csv"), &[]);
    let error = &ran.errors()[0];
    assert_eq!(
        (ran.code, &error["code"]),
        (2, &"events_exceed_total".into())
    );
    assert!(error["rule"].as_str().unwrap().contains("data row 1"));
}

#[test]
fn power_gives_sizes_and_power() {
    let plan = [
        "power",
        "two-proportions",
        "--control",
        "0.15",
        "--treated",
        "0.35",
        "--format",
        "json",
    ];
    let run = |extra: &[&str]| regtrial(&[&plan[..], extra].concat());
    let sizes = run(&["--power", "0.9", "--alpha", "0.05"]).json();
    assert_eq!(
        (&sizes["n_treated"], &sizes["n_total"]),
        (&94.into(), &188.into())
    );
    let lost = run(&["--power", "0.9", "--attrition", "0.1"]).json();
    assert_eq!(
        (&lost["n_control"], &lost["n_total"]),
        (&105.into(), &210.into())
    );
    let power = run(&["--n-treated", "94", "--n-control", "94"]).json();
    assert!(power["power"].as_f64().unwrap() >= 0.9);
    assert_eq!(run(&[]).code, 2);
    assert_eq!(run(&["--power", "1.2"]).code, 2);
}

#[test]
fn survive_speaks_of_the_columns_that_it_was_given() {
    let folder = folder(&[
        (
            "monotone.csv",
            "d,e,g\n1,1,a\n2,1,a\n3,1,a\n4,1,b\n5,1,b\n6,1,b\n",
        ),
        ("none.csv", "d,e,g\n1,0,a\n2,0,a\n3,0,b\n4,0,b\n"),
    ]);
    let survive = |file: &str| {
        let data = path(&folder, file);
        regtrial(&["survive", &data, "--time", "d", "--event", "e", "--by", "g"])
    };
    let ran = survive("monotone.csv");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let monotone = ran.stderr;
    assert!(monotone.contains("note[monotone_likelihood]"), "{monotone}");
    assert!(
        monotone.contains("g[b]") && !monotone.contains("arm[b]"),
        "{monotone}"
    );
    let none = survive("none.csv").stderr;
    assert!(none.contains("`e`") && !none.contains("`event`"), "{none}");
}

#[test]
fn meta_explains_effects_by_moderators() {
    let file = "tests/reference/meta_regression/bcg.csv";
    let run = |extra: &[&str]| {
        let first = [
            "meta",
            file,
            "--study",
            "study",
            "--events-treated",
            "a",
            "--total-treated",
            "n1",
            "--events-control",
            "c",
            "--total-control",
            "n2",
            "--format",
            "json",
        ];
        regtrial(&[&first[..], extra].concat())
    };
    let document = run(&["--tau2", "dl", "--moderators", "ablat"]).json();
    let found = &document["meta_regression"];
    assert_eq!(found["terms"][1]["term"], "ablat");
    close(&found["terms"][1]["estimate"], -0.029_228_738_755, 1e-10);
    close(&found["terms"][1]["std_error"], 0.006_733_010_839_6, 1e-9);
    close(&found["r2"], 0.794_984_944_5, 1e-8);
    let factor = run(&["--moderators", "factor(alloc),year"]).json();
    assert_eq!(
        factor["meta_regression"]["terms"].as_array().unwrap().len(),
        4
    );
    assert_eq!(run(&["--moderators", "nothing"]).code, 2);
    assert_eq!(run(&["--robust"]).code, 2, "robust goes with moderators");
}

#[test]
fn meta_counts_a_shared_control_arm_once() {
    let text = "study,a,n1,c,n2\nA,4,20,5,21\nA,6,30,5,21\nB,3,20,6,20\nC,9,40,9,41\n";
    let folder = folder(&[("d.csv", text)]);
    let file = path(&folder, "d.csv");
    let combined = meta(&file, &["--several-arms", "combine"]).json();
    assert_eq!(combined["n_studies"], 3);
    close(
        &combined["studies"][0]["estimate"],
        (10.0 / 50.0) / (5.0 / 21.0),
        1e-12,
    );
    let split = meta(&file, &["--several-arms", "split"]).json();
    assert_eq!(split["n_studies"], 4);
    close(
        &split["studies"][0]["estimate"],
        (4.0 / 20.0) / (3.0 / 11.0),
        1e-12,
    );
}

/// Without `--several-arms` that is told, by name and with what to do; the command ends as it did.
#[test]
fn meta_warns_of_studies_in_several_rows() {
    let counts =
        "study,a,n1,c,n2\nA,10,50,8,60\nB,3,20,6,20\nA,12,55,8,60\nC,9,40,9,41\nC,9,40,8,40\n";
    let folder = folder(&[
        ("d.csv", counts),
        ("one.csv", "study,a,n1,c,n2\nA,4,20,5,21\nB,3,20,6,20\n"),
        ("e.csv", "study,y,se\nA,0.8,0.2\nB,1.1,0.3\nA,0.9,0.25\n"),
    ]);
    let file = path(&folder, "d.csv");
    let found = |document: &serde_json::Value| -> Vec<(String, String, String)> {
        let all = document["diagnostics"].as_array().unwrap().iter();
        let text = |d: &serde_json::Value, key: &str| d[key].as_str().unwrap().to_owned();
        all.map(|d| (text(d, "severity"), text(d, "code"), text(d, "term")))
            .collect()
    };
    let of = |code: &str, term: &str| ("warning".to_owned(), code.to_owned(), term.to_owned());
    let ran = meta(&file, &[]);
    let both = [of("shared_control", "A"), of("repeated_study", "C")];
    assert_eq!((ran.code, found(&ran.json())), (0, both.to_vec()));
    assert!(
        ran.stderr
            .contains("warning[shared_control] (A): stands in 2 rows with the same control arm")
    );
    assert!(
        ran.stderr.contains("--several-arms combine, or split"),
        "{}",
        ran.stderr
    );
    // One name a trial: nothing to tell. The rows of C have control arms of their own.
    let one = meta(&path(&folder, "one.csv"), &[]);
    assert_eq!((one.code, found(&one.json())), (0, Vec::new()));
    assert_eq!(meta(&file, &["--several-arms", "combine"]).code, 2);
    let estimates = path(&folder, "e.csv");
    let first = ["meta", &estimates, "--study", "study", "--format", "json"];
    let ran = regtrial(&[&first[..], &["--estimate", "y", "--std-error", "se"]].concat());
    assert_eq!(
        (ran.code, found(&ran.json())),
        (0, vec![of("repeated_study", "A")])
    );
    // Asked to do something about it, the command has nothing to tell.
    let shared = "study,a,n1,c,n2\nA,10,50,8,60\nB,3,20,6,20\nA,12,55,8,60\n";
    std::fs::write(&file, shared).unwrap();
    for how in ["combine", "split"] {
        let ran = meta(&file, &["--several-arms", how]);
        assert_eq!((ran.code, found(&ran.json())), (0, Vec::new()), "{how}");
    }
}

#[test]
fn power_has_ranks_repeated_measures_and_simulation() {
    let run = |arguments: &[&str]| {
        let ran = regtrial(&[&["power"], arguments, &["--format", "json"]].concat());
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        ran.json()
    };
    let ranks = run(&["ranks", "--probability", "0.7", "--power", "0.9"]);
    assert_eq!(ranks["n_control"], 44);
    let means = [
        "two-means",
        "--difference",
        "0.5",
        "--sd",
        "1",
        "--power",
        "0.8",
    ];
    assert_eq!(run(&means)["n_control"], 64);
    let repeated = run(&[&means[..], &["--baselines", "1", "--correlation", "0.6"]].concat());
    // 63 x 0.64, and a little for the t distribution.
    assert_eq!(repeated["n_control"], 42);
    let simulated = run(&[
        "two-proportions",
        "--control",
        "0.2",
        "--treated",
        "0.4",
        "--n-treated",
        "60",
        "--n-control",
        "60",
        "--simulate",
        "300",
        "--seed",
        "4",
        "--prognostic",
        "1",
    ]);
    let power = simulated["simulated"]["power"].as_f64().unwrap();
    assert!(
        power > simulated["power"].as_f64().unwrap() - 0.1 && power < 0.95,
        "{power}"
    );
    let seedless = regtrial(&[
        "power",
        "two-proportions",
        "--control",
        "0.2",
        "--treated",
        "0.4",
        "--power",
        "0.8",
        "--simulate",
        "10",
    ]);
    assert_eq!(seedless.code, 2);
}

/// The records of an analysis, by statistic.
fn planned<'a>(results: &'a Value, analysis: &str, statistic: &str) -> Vec<&'a Value> {
    let records = results["records"].as_array().unwrap().iter();
    records
        .filter(|r| r["analysis"] == analysis && r["statistic"] == statistic)
        .collect()
}

/// What a plan computes of a time is what the ad-hoc commands compute on its person table.
#[test]
fn plans_agree_with_the_ad_hoc_commands_on_the_derived_table() {
    let folder = folder(&[]);
    let (out, table) = (path(&folder, "out"), path(&folder, "table.csv"));
    let sample = crate::support::root().join("data-samples/hekta");
    std::fs::create_dir(folder.path().join("aa")).unwrap();
    for file in [
        "participants.csv",
        "linked-ids.csv",
        "aa/arbeidsforhold.csv",
    ] {
        std::fs::copy(sample.join(file), folder.path().join(file)).unwrap();
    }
    // With nothing withheld.
    let text = std::fs::read_to_string(sample.join("time-to-job.toml")).unwrap();
    let text = text.replace("minimum_count = 5", "minimum_count = 0");
    std::fs::write(folder.path().join("study.toml"), text).unwrap();
    let plan = path(&folder, "study.toml");
    let ran = regtrial(&["run", &plan, "--out", &out, "--quiet"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let results = std::fs::read_to_string(format!("{out}/results.json")).unwrap();
    let results: Value = serde_json::from_str(&results).unwrap();
    let derived = regtrial(&["derive", &plan, "--out", &table, "--quiet"]);
    assert_eq!(derived.code, 0, "{}", derived.stderr);
    let json = |args: &[&str]| {
        let ran = regtrial(&[args, &["--format", "json"]].concat());
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        ran.json()
    };
    let same = |ours: &Value, theirs: &Value| {
        for key in [
            "estimate",
            "std_error",
            "conf_low",
            "conf_high",
            "statistic_value",
            "p_value",
        ] {
            assert_eq!(ours[key], theirs[key], "{key}: {ours} {theirs}");
        }
    };
    let formula = "Surv(first_job, first_job_event == 1) ~ factor(arm, ref='TAU') + age + \
                   worked_before + strata(site)";
    let fit = json(&[
        "fit",
        &table,
        "--family",
        "cox",
        "--formula",
        formula,
        "--exponentiate",
    ]);
    let ours = planned(&results, "hazard", "hazard_ratio");
    assert_eq!(ours.len(), 3);
    for (ours, theirs) in ours.iter().zip(fit["terms"].as_array().unwrap()) {
        same(ours, theirs);
    }
    let global = planned(&results, "hazard", "proportional_hazards");
    assert_eq!(
        global.last().unwrap()["p_value"],
        fit["proportional_hazards"]
            .as_array()
            .unwrap()
            .last()
            .unwrap()["p_value"]
    );
    let by = ["--by", "arm", "--reference", "TAU"];
    let competing = [
        &[
            "survive",
            &table,
            "--time",
            "first_job",
            "--event",
            "first_job_event",
        ][..],
        &["--event-value", "1", "--competing", "2", "--strata", "site"],
        &by,
    ];
    let curves = json(&competing.concat());
    let ours = planned(&results, "incidence", "cumulative_incidence");
    let gray = ours.iter().find(|r| r["method"] == "gray").unwrap();
    same(
        gray,
        find(&curves, "estimates", "cumulative_incidence", "gray"),
    );
    // Every point of the figure's curve is one of the command's.
    let points = planned(&results, "time-to-job", "cumulative_incidence");
    let all = curves["estimates"].as_array().unwrap();
    let mut compared = 0;
    for point in points.iter().filter(|p| p["events"] != 0) {
        let of_arm = all
            .iter()
            .filter(|r| r["method"] == "aalen_johansen" && r["group"] == point["group"]);
        let mut until = of_arm.filter(|r| r["time"].as_f64() <= point["time"].as_f64());
        if let Some(theirs) = until.next_back() {
            assert_eq!(point["estimate"], theirs["estimate"]);
            compared += 1;
        }
    }
    assert!(compared > 60, "{compared}");
    let means = [
        &[
            "survive",
            &table,
            "--time",
            "days_to_job",
            "--event",
            "days_to_job_event",
        ][..],
        &["--tau", "546"],
        &by,
    ];
    let means = json(&means.concat());
    for statistic in ["restricted_mean_difference", "restricted_mean_ratio"] {
        let ours = planned(&results, "days", statistic);
        same(
            ours[0],
            find(&means, "estimates", statistic, "kaplan_meier"),
        );
    }
    let hours = json(&[
        "compare",
        &table,
        "--outcome",
        "hours_18m",
        "--arm",
        "arm",
        "--reference",
        "TAU",
    ]);
    let ours = planned(&results, "hours", "mean_difference");
    let welch = ours.iter().find(|r| r["method"] == "welch").unwrap();
    same(welch, find(&hours, "estimates", "mean_difference", "welch"));
}

/// The figure by its file's name; one that is neither a picture nor points is refused.
/// The first size at which R's enumeration of Fisher's test has the power: tests/reference/power.
#[test]
fn exact_tests_have_sizes_of_their_own() {
    let run = |extra: &[&str]| {
        let first = ["power", "two-proportions", "--control", "0.15", "--treated"];
        regtrial(&[&first[..], extra, &["--format", "json"]].concat())
    };
    let document = run(&["0.35", "--power", "0.8", "--exact", "fisher"]).json();
    assert_eq!(document["n_total"], 162);
    assert!(document["exact_power"].as_f64().unwrap() >= 0.8);
    let document = run(&["0.35", "--power", "0.8", "--exact", "chi-squared"]).json();
    assert_eq!(document["n_total"], 142);
}

/// Three studies that agree closely: the t interval is narrower than z's, which is said.
#[test]
fn hartung_and_knapp_say_when_they_are_narrower() {
    let text = "s,y,se\na,1,0.5\nb,1.01,0.5\nc,0.99,0.4\n";
    let folder = folder(&[("close.csv", text)]);
    let file = path(&folder, "close.csv");
    let run = |test: &str| {
        let named = ["--study", "s", "--estimate", "y", "--std-error", "se"];
        let measure = ["--measure", "mean-difference", "--test", test];
        regtrial(&[&["meta", &file][..], &named, &measure].concat()).stderr
    };
    assert!(run("hartung-knapp").contains("narrower_than_normal"));
    assert!(!run("hartung-knapp-truncated").contains("narrower_than_normal"));
    assert!(!run("z").contains("narrower_than_normal"));
}

#[test]
fn survive_draws_its_curves() {
    let folder = folder(&[]);
    let curve = |name: &str, extra: &[&str]| {
        let file = path(&folder, name);
        let first = [
            "survive", LUNG, "--time", "time", "--event", "event", "--by", "group", "--quiet",
            "--figure", &file,
        ];
        let ran = regtrial(&[&first[..], extra].concat());
        (ran, std::fs::read(&file).unwrap_or_default())
    };
    let (ran, points) = curve("a.csv", &[]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let points = String::from_utf8(points).unwrap();
    assert!(
        points
            .starts_with("group,time,estimate,conf_low,conf_high,n_risk,events,suppressed\n1,0,1,")
    );
    assert!(
        points.lines().any(|line| line.starts_with("1,11,0.978")),
        "{points}"
    );
    let (_, coarse) = curve("b.csv", &["--release", "--incidence"]);
    let coarse = String::from_utf8(coarse).unwrap();
    assert!(coarse.lines().count() < points.lines().count() / 4);
    assert!(curve("c.svg", &[]).1.starts_with(b"<svg"));
    assert!(curve("d.png", &[]).1.starts_with(b"\x89PNG"));
    let (wrong, _) = curve("e.pdf", &[]);
    assert!(wrong.code == 2 && wrong.stderr.contains("a figure is .svg or .png"));
}

/// The same numbers as `tests/reference/clustered/expected.json`.
#[test]
fn whole_clusters_have_tests_of_their_own() {
    let file = "tests/reference/clustered/input.csv";
    let rest = ["--cluster", "cluster", "--format", "json"];
    let compare = ["compare", file, "--outcome", "y", "--arm", "arm"];
    let ran = regtrial(&[&compare[..], &rest].concat());
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let document = ran.json();
    assert_eq!(document["cluster"], "cluster");
    let test = find(
        &document,
        "estimates",
        "probability_difference",
        "clustered_rank_sum",
    );
    close(&test["p_value"], 0.172_625_343_450_553_53, 1e-12);
    close(&test["df"], 12.0, 1e-12);
    let survive = [
        "survive", file, "--time", "time", "--event", "event", "--by", "arm",
    ];
    let ran = regtrial(&[&survive[..], &rest].concat());
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let test = ran.json();
    let test = find(
        &test,
        "estimates",
        "observed_minus_expected",
        "clustered_log_rank",
    );
    close(&test["estimate"], -7.956_631_307_171_453, 1e-10);
    close(&test["p_value"], 0.153_183_298_206_916_87, 1e-10);
    // A person without a cluster, and a cluster in both arms.
    let folder = folder(&[
        ("empty.csv", "y,arm,c\n1,A,x\n2,B,\n3,B,z\n4,A,w\n"),
        ("both.csv", "y,arm,c\n1,A,x\n2,B,x\n3,B,z\n4,A,w\n"),
    ]);
    for (name, rule) in [("empty.csv", "data row 2"), ("both.csv", "both arms")] {
        let file = path(&folder, name);
        let ran = regtrial(&[
            "compare",
            &file,
            "--outcome",
            "y",
            "--arm",
            "arm",
            "--cluster",
            "c",
        ]);
        assert_eq!(ran.code, 2);
        assert!(ran.stderr.contains(rule), "{}", ran.stderr);
    }
}

/// R's boot.ci on the same draws (tests/reference/bootstrap_kinds): studentised limits of the difference, BCa's of the
/// ratio.
#[test]
fn survive_has_bootstrap_intervals_of_restricted_means() {
    let run = |extra: &[&str]| {
        let file = "tests/reference/bootstrap_kinds/times.csv";
        let first = [
            "survive", file, "--time", "time", "--event", "event", "--by", "group", "--format",
            "json",
        ];
        regtrial(&[&first[..], &["--seed", "20200301"], extra].concat())
    };
    let asked = [
        "--tau",
        "50",
        "--bootstrap",
        "499",
        "--bootstrap-kind",
        "studentised,bca",
    ];
    let document = run(&asked).json();
    let difference = find(
        &document,
        "estimates",
        "restricted_mean_difference",
        "bootstrap_studentised",
    );
    close(&difference["conf_low"], -8.875755677518285, 1e-9);
    close(&difference["conf_high"], 16.902854251999777, 1e-9);
    let ratio = find(
        &document,
        "estimates",
        "restricted_mean_ratio",
        "bootstrap_bca",
    );
    close(&ratio["conf_low"], 0.8155220754640315, 1e-9);
    close(&ratio["conf_high"], 1.5423821605540111, 1e-9);
    assert_eq!(
        (&ratio["scale"], &ratio["time"]),
        (&"log".into(), &50.0.into())
    );
    let head = &document["bootstrap"];
    assert_eq!(
        (&head["replicates"], &head["failed"], &head["seed"]),
        (&499.into(), &0.into(), &20_200_301.into())
    );
    for (extra, words) in [
        (&["--tau", "500", "--bootstrap", "499"][..], "tau"),
        (&["--bootstrap", "1"], "at least 2"),
        (&["--bootstrap-kind", "bca"], "--bootstrap"),
    ] {
        let refused = run(extra);
        assert_eq!(refused.code, 2, "{extra:?}");
        assert!(
            refused.stderr.contains(words),
            "{extra:?}: {}",
            refused.stderr
        );
    }
}
