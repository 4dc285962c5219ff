//! `compare`, `fit`, `standardise` on the NSW sample, held against known numbers (R 4.2.2).

use crate::support::{find, folder, path, regtrial};
use serde_json::Value;

const NSW: &str = "tests/reference/glm/nsw_employed.csv";
const FORMULA: &str =
    "employed ~ treat + age + educ + black + hisp + marr + nodegree + re74 + re75";

fn close(value: &Value, expected: f64) {
    let value = value.as_f64().expect("a number");
    assert!(
        (value - expected).abs() < 5e-9 * expected.abs().max(1.0),
        "{value} {expected}"
    );
}

#[test]
fn compare_gives_every_contrast_of_two_arms() {
    let ran = regtrial(&[
        "compare",
        NSW,
        "--outcome",
        "employed",
        "--arm",
        "treat",
        "--reference",
        "0",
        "--format",
        "json",
    ]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stderr.contains("disclosure control"));
    let document = ran.json();
    let newcombe = find(&document, "estimates", "risk_difference", "newcombe");
    assert_eq!(newcombe["contrast"], "1 - 0");
    close(&newcombe["conf_low"], 0.023_810_759_8);
    close(&newcombe["conf_high"], 0.192_707_927_1);
    let score = find(
        &document,
        "estimates",
        "risk_difference",
        "miettinen_nurminen",
    );
    close(&score["conf_low"], 0.023_906_618_4);
    let katz = find(&document, "estimates", "risk_ratio", "katz");
    assert_eq!(
        (&katz["contrast"], &katz["scale"]),
        (&"1 / 0".into(), &"log".into())
    );
    close(&katz["conf_high"], 1.322_490_815);
    close(
        &find(&document, "estimates", "odds_ratio", "woolf")["conf_low"],
        1.118_049_220,
    );
    close(
        &find(&document, "estimates", "odds_ratio", "fisher")["p_value"],
        0.016_387_053_76,
    );
    close(
        &find(&document, "estimates", "risk_difference", "chi_squared")["p_value"],
        0.012_736_411_15,
    );
}

#[test]
fn compare_tells_continuous_from_binary_and_takes_three_arms() {
    let data = "arm;y\nC;1,5\nA;2,25\nB;3,5\nA;4\nB;5,75\nC;6\n";
    let folder = folder(&[("data.csv", data)]);
    let file = path(&folder, "data.csv");
    let ran = regtrial(&[
        "compare",
        &file,
        "--outcome",
        "y",
        "--arm",
        "arm",
        "--reference",
        "B",
        "--format",
        "json",
    ]);
    let document = ran.json();
    assert_eq!(document["type"], "continuous");
    let contrasts: Vec<&str> = document["estimates"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|record| record["method"] == "welch")
        .map(|record| record["contrast"].as_str().unwrap())
        .collect();
    assert_eq!(contrasts, ["A - B", "C - B", "C - A"]);
}

#[test]
fn fit_gives_coefficients_and_ratios() {
    let ran = regtrial(&[
        "fit",
        NSW,
        "--formula",
        FORMULA,
        "--family",
        "binomial",
        "--format",
        "json",
    ]);
    let document = ran.json();
    close(&document["model"]["log_likelihood"], -262.845_817_11);
    let treat = &document["terms"][1];
    assert_eq!(treat["term"], "treat");
    close(&treat["estimate"], 0.542_614_743_0);
    close(&treat["std_error"], 0.221_781_659_8);
    let ran = regtrial(&[
        "fit",
        NSW,
        "--formula",
        FORMULA,
        "--family",
        "binomial",
        "--format",
        "json",
        "--exponentiate",
    ]);
    close(
        &ran.json()["terms"][1]["estimate"],
        0.542_614_743_009_567_1_f64.exp(),
    );
}

#[test]
fn fit_has_robust_errors() {
    let ran = regtrial(&[
        "fit",
        NSW,
        "--formula",
        "re78 ~ treat",
        "--family",
        "gaussian",
        "--vcov",
        "HC2",
        "--format",
        "json",
    ]);
    let treat = &ran.json()["terms"][1];
    close(&treat["estimate"], 1_794.342_381_9);
    close(&treat["std_error"], 670.996_544_5);
}

#[test]
fn standardise_has_every_variance() {
    let of = |vcov: &str| {
        let ran = regtrial(&[
            "standardise",
            NSW,
            "--formula",
            FORMULA,
            "--arm",
            "treat",
            "--reference",
            "0",
            "--vcov",
            vcov,
            "--format",
            "json",
        ]);
        let document = ran.json();
        let difference = find(&document, "estimates", "risk_difference", "standardisation");
        close(&difference["estimate"], 0.108_930_771_7);
        let estimand = document["model"]["estimand"].as_str().unwrap().to_owned();
        (difference["std_error"].as_f64().unwrap(), estimand)
    };
    let near = |(error, estimand): (f64, String), expected: f64, kind: &str| {
        assert!(
            (error - expected).abs() < 5e-6 && estimand == kind,
            "{error} {estimand}"
        );
    };
    near(of("ye"), 0.042_614, "unconditional");
    near(of("loo"), 0.043_248, "unconditional");
    near(of("ge"), 0.043_310, "conditional");
    near(of("delta"), 0.043_310, "conditional");
}

#[test]
fn compare_has_quantities_within_strata() {
    let run = |extra: &[&str]| {
        let first = [
            "compare",
            "tests/reference/stratified_samples/trial.csv",
            "--arm",
            "arm",
            "--strata",
            "site",
            "--format",
            "json",
        ];
        let ran = regtrial(&[&first[..], extra].concat());
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        ran.json()
    };
    let quantity = run(&["--outcome", "y"]);
    find(
        &quantity,
        "estimates",
        "mean_difference",
        "stratified_student",
    );
    find(
        &quantity,
        "estimates",
        "probability_difference",
        "van_elteren",
    );
    let count = run(&["--outcome", "count", "--type", "count"]);
    find(&count, "estimates", "rate_ratio", "mantel_haenszel");
}

#[test]
fn true_and_false_are_one_and_zero_as_outcomes() {
    let folder = folder(&[
        (
            "words.csv",
            "arm,y,x\nA,TRUE,1\nA,FALSE,2\nB,true,3\nB,FALSE,5\nA,TRUE,4\nB,NA,6\nB,TRUE,2\n",
        ),
        (
            "numbers.csv",
            "arm,y,x\nA,1,1\nA,0,2\nB,1,3\nB,0,5\nA,1,4\nB,NA,6\nB,1,2\n",
        ),
        ("other.csv", "arm,y\nA,TRUE\nB,maybe\n"),
    ]);
    let same = |arguments: &[&str]| {
        let of = |file: &str| {
            let file = path(&folder, file);
            let (command, rest) = arguments.split_first().unwrap();
            regtrial(&[&[*command, &file], rest, &["--format", "json"]].concat())
        };
        let (words, numbers) = (of("words.csv"), of("numbers.csv"));
        assert_ne!(words.code, 2, "{}", words.stderr);
        assert_eq!(words.json(), numbers.json());
    };
    same(&["compare", "--outcome", "y", "--arm", "arm"]);
    same(&["fit", "--formula", "y ~ x", "--family", "binomial"]);
    same(&["survive", "--time", "x", "--event", "y"]);
    let other = path(&folder, "other.csv");
    let refused = regtrial(&["compare", &other, "--outcome", "y", "--arm", "arm"]);
    assert_eq!(refused.code, 2);
}

#[test]
fn standardise_has_bootstrap_intervals() {
    let run = |extra: &[&str]| {
        let first = [
            "standardise",
            NSW,
            "--formula",
            FORMULA,
            "--arm",
            "treat",
            "--format",
            "json",
        ];
        regtrial(&[&first[..], extra].concat())
    };
    let document = run(&["--bootstrap", "500", "--seed", "3"]).json();
    for method in ["bootstrap_percentile", "bootstrap_bca"] {
        let difference = find(&document, "estimates", "risk_difference", method);
        close(&difference["estimate"], 0.108_930_771_7);
        let low = difference["conf_low"].as_f64().unwrap();
        assert!((low - 0.024).abs() < 0.02, "{low}");
    }
    let bootstrap = &document["model"]["bootstrap"];
    assert_eq!(
        (&bootstrap["replicates"], &bootstrap["seed"]),
        (&500.into(), &3.into())
    );
    let again = run(&["--bootstrap", "500", "--seed", "3"]).json();
    assert_eq!(again["estimates"], document["estimates"]);
    assert_eq!(
        run(&["--bootstrap", "500"]).code,
        2,
        "a seed is the caller's"
    );
    let firth = run(&["--bootstrap", "50", "--seed", "3", "--method", "firth"]);
    assert_eq!(firth.code, 2);
    let chosen = [
        "--bootstrap",
        "200",
        "--seed",
        "3",
        "--bootstrap-kind",
        "studentised,basic",
    ];
    let document = run(&chosen).json();
    assert_eq!(
        document["model"]["bootstrap"]["kinds"],
        serde_json::json!(["studentised", "basic"])
    );
    let methods: std::collections::BTreeSet<&str> = document["estimates"]
        .as_array()
        .unwrap()
        .iter()
        .map(|record| record["method"].as_str().unwrap())
        .collect();
    let wanted = [
        "bootstrap_basic",
        "bootstrap_studentised",
        "standardisation",
    ];
    assert_eq!(methods.into_iter().collect::<Vec<_>>(), wanted);
    let studentised = find(
        &document,
        "estimates",
        "risk_difference",
        "bootstrap_studentised",
    );
    assert_eq!(studentised["replicates"], 200);
    for (wrong, words) in [
        (&["--bootstrap", "0"][..], "at least 2"),
        (&["--bootstrap", "38"], "too few"),
        (&["--bootstrap", "99999999999"], "at most 1000000"),
        (&["--bootstrap", "50", "--cluster", "nobody"], "nobody"),
        (
            &[
                "--bootstrap",
                "50",
                "--cluster",
                "age",
                "--bootstrap-kind",
                "studentised",
            ],
            "knows of the clusters",
        ),
        (&["--bootstrap-kind", "basic"], "--bootstrap"),
        (
            &["--bootstrap", "50", "--bootstrap-kind", "normal"],
            "percentile",
        ),
    ] {
        let refused = run(&[&["--seed", "3"], wrong].concat());
        assert_eq!(refused.code, 2, "{wrong:?}");
        assert!(
            refused.stderr.contains(words),
            "{wrong:?}: {}",
            refused.stderr
        );
    }
}

/// A number that is a covariate and the stratum or the cluster too stays a number in the model.
#[test]
fn strata_and_clusters_leave_the_covariates_alone() {
    let run = |extra: &[&str]| {
        let first = [
            "standardise",
            NSW,
            "--formula",
            "employed ~ treat + educ",
            "--arm",
            "treat",
            "--format",
            "json",
        ];
        let ran = regtrial(&[&first[..], extra].concat());
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        let document = ran.json();
        find(&document, "estimates", "risk_difference", "standardisation")["estimate"]
            .as_f64()
            .unwrap()
    };
    let plain = run(&[]);
    assert_eq!(run(&["--strata", "educ"]), plain);
    let clusters = [
        "--bootstrap",
        "50",
        "--seed",
        "1",
        "--bootstrap-kind",
        "percentile",
        "--cluster",
        "educ",
    ];
    assert_eq!(run(&clusters), plain);
}

#[test]
fn release_withholds_small_counts_and_what_would_give_them_back() {
    let mut data = String::from("arm,y\n");
    for i in 0..40 {
        data.push_str(&format!(
            "{},{}\n",
            if i < 20 { "A" } else { "B" },
            u8::from(!(3..30).contains(&i))
        ));
    }
    let folder = folder(&[("data.csv", &data)]);
    let file = path(&folder, "data.csv");
    let ran = regtrial(&[
        "compare",
        &file,
        "--outcome",
        "y",
        "--arm",
        "arm",
        "--release=5",
        "--format",
        "json",
    ]);
    let document = ran.json();
    for record in document["estimates"].as_array().unwrap() {
        let b_alone = record["group"] == "B";
        assert_eq!(record["suppressed"], !b_alone, "{record}");
        assert_eq!(record["estimate"].is_null(), !b_alone);
    }
}

#[test]
fn the_same_rows_in_another_order_give_the_same_bytes() {
    let text = std::fs::read_to_string(crate::support::root().join(NSW)).unwrap();
    let mut lines: Vec<&str> = text.lines().collect();
    lines[1..].reverse();
    let folder = folder(&[("data.csv", &lines.join("\n"))]);
    let file = path(&folder, "data.csv");
    let of = |data: &str| {
        regtrial(&[
            "compare",
            data,
            "--outcome",
            "employed",
            "--arm",
            "treat",
            "--format",
            "csv",
        ])
        .stdout
    };
    assert_eq!(of(NSW), of(&file));
}

/// With the arm's coefficient withheld, neither intercept nor totals give the table back.
#[test]
fn release_leaves_no_way_around_a_withheld_coefficient() {
    let mut data = String::from("arm,y\n");
    for i in 0..60 {
        data.push_str(&format!(
            "{},{}\n",
            if i < 30 { "A" } else { "B" },
            u8::from(!(3..45).contains(&i))
        ));
    }
    let folder = folder(&[("data.csv", &data)]);
    let file = path(&folder, "data.csv");
    let ran = regtrial(&[
        "fit",
        &file,
        "--formula",
        "y ~ arm",
        "--family",
        "binomial",
        "--release",
        "--format",
        "json",
    ]);
    let document = ran.json();
    for term in document["terms"].as_array().unwrap() {
        assert_eq!(term["suppressed"], true, "{term}");
    }
    for key in [
        "n",
        "events",
        "log_likelihood",
        "aic",
        "deviance",
        "null_deviance",
    ] {
        assert!(document["model"][key].is_null(), "{key}");
    }
}

#[test]
fn compare_warns_of_an_arm_without_events_and_of_overflow() {
    let folder = folder(&[
        ("zero.csv", "arm,y\na,0\na,0\nb,1\nb,3\n"),
        ("huge.csv", "arm,y\na,1e308\na,-1e308\nb,1e308\nb,2\n"),
    ]);
    for (file, kind, code) in [
        ("zero.csv", "count", "no_events"),
        ("huge.csv", "continuous", "overflow"),
    ] {
        let data = path(&folder, file);
        let ran = regtrial(&[
            "compare",
            &data,
            "--outcome",
            "y",
            "--arm",
            "arm",
            "--type",
            kind,
        ]);
        assert_eq!(ran.code, 1, "{}", ran.stderr);
        assert!(ran.stderr.contains(code), "{}", ran.stderr);
    }
}

#[test]
fn a_negative_number_meets_the_range_check() {
    let ran = regtrial(&[
        "power",
        "two-means",
        "--difference",
        "1",
        "--sd",
        "-2",
        "--power",
        "0.8",
    ]);
    assert_eq!(ran.code, 2);
    assert!(
        !ran.stderr.contains("unexpected argument"),
        "{}",
        ran.stderr
    );
}

/// One person has nearly everything that B has: neither its mean, nor a difference, nor a model of it.
#[test]
fn release_applies_the_rule_on_dominance() {
    let mut data = String::from("arm,age,y\n");
    for i in 0..60 {
        let y = if i == 31 { 9000 } else { i % 7 };
        data.push_str(&format!(
            "{},{},{y}\n",
            ["A", "B"][i % 2],
            20 + (i * 7) % 40
        ));
    }
    let folder = folder(&[("data.csv", &data)]);
    let file = path(&folder, "data.csv");
    let model = ["--formula", "y ~ arm + age", "--family", "gaussian"];
    let arms = ["--arm", "arm", "--reference", "A"];
    let commands = [
        [&["compare", file.as_str(), "--outcome", "y"][..], &arms].concat(),
        [&["fit", file.as_str()][..], &model].concat(),
        [&["standardise", file.as_str()][..], &model, &arms].concat(),
    ];
    for command in commands {
        for (more, hidden) in [(&[][..], false), (&["--release"][..], true)] {
            let ran = regtrial(&[&command[..], more, &["--format", "json"]].concat());
            let document = ran.json();
            let listed = match command[0] {
                "fit" => &document["terms"],
                _ => &document["estimates"],
            };
            for record in listed.as_array().unwrap() {
                let a_alone = command[0] == "compare" && record["group"] == "A";
                assert_eq!(record["suppressed"], hidden && !a_alone, "{record}");
            }
        }
    }
}

/// People of a cluster keep one arm: p is near that of all 252 allocations of ten clusters (R: 0.1587; within regions
/// 0.15 of 120), and not that of people exchanged one by one.
#[test]
fn compare_allots_whole_clusters_again() {
    let file = "tests/reference/cluster_permutation/input.csv";
    let p = |extra: &[&str]| {
        let first = [
            "compare",
            file,
            "--outcome",
            "days",
            "--arm",
            "arm",
            "--reference",
            "TAU",
            "--format",
            "json",
        ];
        let asked = ["--permutations", "20000", "--seed", "1"];
        let ran = regtrial(&[&first[..], &asked, extra].concat());
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        let document = ran.json();
        let found = find(&document, "estimates", "mean_difference", "permutation");
        let told = document["diagnostics"]
            .to_string()
            .contains("few_allocations");
        (found["p_value"].as_f64().unwrap(), told)
    };
    let (clusters, told) = p(&["--cluster", "cluster"]);
    assert!(
        (clusters - 40.0 / 252.0).abs() < 4.0 * 0.0026 && told,
        "{clusters}"
    );
    let (within, told) = p(&["--cluster", "cluster", "--within", "region"]);
    assert!(
        (within - 18.0 / 120.0).abs() < 4.0 * 0.0026 && told,
        "{within}"
    );
    let (people, told) = p(&[]);
    assert!(people < 0.1 && !told, "{people}");
    let refused = |extra: &[&str]| {
        let first = [
            "compare",
            file,
            "--outcome",
            "days",
            "--arm",
            "arm",
            "--permutations",
            "99",
            "--seed",
            "1",
        ];
        let ran = regtrial(&[&first[..], extra].concat());
        assert_eq!(ran.code, 2, "{extra:?}");
        ran.stderr
    };
    let asked = |number: &str| {
        let first = [
            "compare",
            file,
            "--outcome",
            "days",
            "--arm",
            "arm",
            "--seed",
            "1",
        ];
        regtrial(&[&first[..], &["--permutations", number]].concat())
    };
    let few = asked("5");
    assert!(
        few.code == 1 && few.stderr.contains("1/6"),
        "{}",
        few.stderr
    );
    for number in ["0", "99999999999"] {
        let none = asked(number);
        assert!(
            none.code == 2 && none.stderr.contains("replicates must be"),
            "{}",
            none.stderr
        );
    }
    let both = refused(&[
        "--cluster",
        "cluster",
        "--minimise",
        "region",
        "--order",
        "id",
    ]);
    assert!(both.contains("cannot be used with"), "{both}");
}
