//! `fit --family cox` against known numbers (R 4.2.2), and times that cannot be.

use crate::support::{folder, path, regtrial};
use serde_json::Value;

const LUNG: &str = "tests/reference/survival/lung.csv";
const LUNG_COX: &str = "tests/reference/cox/lung.csv";

fn close(value: &Value, expected: f64, tolerance: f64) {
    let value = value.as_f64().expect("a number");
    assert!((value - expected).abs() < tolerance, "{value} {expected}");
}

#[test]
fn fit_has_a_cox_family() {
    let fit = |formula: &str, extra: &[&str]| {
        let first = [
            "fit",
            LUNG,
            "--family",
            "cox",
            "--formula",
            formula,
            "--format",
            "json",
        ];
        regtrial(&[&first[..], extra].concat())
    };
    let document = fit("Surv(time, event) ~ group", &[]).json();
    assert_eq!(document["model"]["family"], "cox");
    // R at its default tolerance prints -0.5310235376.
    close(&document["terms"][0]["estimate"], -0.531_023_540_0, 1e-9);
    close(&document["terms"][0]["std_error"], 0.167_178_583_2, 1e-9);
    let ratio = fit(
        "Surv(time, event) ~ group + strata(stratum)",
        &["--exponentiate"],
    )
    .json();
    assert_eq!(ratio["terms"][0]["statistic"], "hazard_ratio");
    assert_eq!(fit("time ~ group", &[]).code, 2);
    assert_eq!(fit("Surv(time, event) ~ strata(stratum)", &[]).code, 2);
    let wrong = regtrial(&[
        "fit",
        LUNG,
        "--family",
        "poisson",
        "--formula",
        "Surv(time, event) ~ group",
    ]);
    assert!(
        wrong.code == 2 && wrong.stderr.contains("Cox"),
        "{}",
        wrong.stderr
    );
}

#[test]
fn a_monotone_likelihood_is_named_and_firth_offered() {
    let file = "tests/reference/cox/monotone.csv";
    let fit = |extra: &[&str]| {
        let first = [
            "fit",
            file,
            "--family",
            "cox",
            "--formula",
            "Surv(time, event) ~ x + z",
            "--format",
            "json",
        ];
        regtrial(&[&first[..], extra].concat())
    };
    let ran = fit(&[]);
    let error = &ran.errors()[0];
    assert_eq!(
        (ran.code, &error["code"]),
        (2, &"monotone_likelihood".into())
    );
    assert!(
        error["rule"].as_str().unwrap().contains(": x orders"),
        "{error}"
    );
    assert!(error["help"].as_str().unwrap().contains("--method firth"));
    let document = fit(&["--method", "firth"]).json();
    close(&document["terms"][0]["estimate"], 3.910_086_88, 1e-6);
}

#[test]
fn cox_says_what_takes_the_place_of_id() {
    let ran = regtrial(&[
        "fit",
        LUNG,
        "--formula",
        "Surv(time, event) ~ group",
        "--family",
        "cox",
        "--id",
        "group",
    ]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("--id does not go with the cox family"));
    assert!(ran.stderr.contains("--vcov 'cluster(COLUMN)'"));
}

#[test]
fn cox_predicts_the_survival_of_a_person() {
    let fit = |extra: &[&str]| {
        let first = [
            "fit",
            LUNG_COX,
            "--family",
            "cox",
            "--formula",
            "Surv(time, event) ~ age + sex",
            "--format",
            "json",
        ];
        regtrial(&[&first[..], extra].concat())
    };
    let ran = fit(&["--predict", "age=70,sex=2", "--times", "100,365"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let document = ran.json();
    // R's survfit(conf.type = "log-log").
    let found = &document["predictions"];
    assert_eq!(found[0]["term"], "age=70,sex=2");
    assert_eq!(found[1]["time"], 365.0);
    close(&found[0]["estimate"], 0.889_073_799_951_721_9, 1e-8);
    close(&found[0]["std_error"], 0.023_795_920_846_998_66, 1e-8);
    close(&found[1]["conf_low"], 0.364_078_177_407_444_5, 1e-7);
    close(&found[1]["conf_high"], 0.587_767_977_165_238_7, 1e-7);
    for (wrong, said) in [
        ("age=70", "needs `sex`"),
        ("age=old,sex=1", "is a number"),
        ("age=70,sex=1,height=2", "not in the formula"),
        ("age", "no NAME=VALUE"),
    ] {
        let ran = fit(&["--predict", wrong, "--times", "100"]);
        assert_eq!(ran.code, 2);
        assert!(ran.stderr.contains(said), "{}", ran.stderr);
    }
    assert_eq!(
        fit(&["--predict", "age=70,sex=2"]).code,
        2,
        "times are needed"
    );
}

/// R's basehaz(centered = FALSE), cox.zph(transform = "rank") and summary(coxph)$concordance on lung.
#[test]
fn cox_shows_its_tests_and_its_baseline() {
    let run = |extra: &[&str]| {
        let first = ["fit", LUNG_COX, "--family", "cox", "--formula"];
        let formula = ["Surv(time, event) ~ sex + age + ecog"];
        regtrial(&[&first[..], &formula, extra].concat())
    };
    let expected: Value = serde_json::from_str(
        &std::fs::read_to_string(crate::support::root().join("tests/reference/cox/expected.json"))
            .unwrap(),
    )
    .unwrap();
    let case = &expected["cases"][0]["fits"][0];
    let document = run(&["--baseline", "--ph-scale", "rank", "--format", "json"]).json();
    let number = |value: &Value| value.as_f64().unwrap();
    close(
        &document["model"]["concordance_std_error"],
        number(&case["concordance_std_error"]),
        1e-12,
    );
    let tests = document["proportional_hazards"].as_array().unwrap();
    for (ours, theirs) in tests.iter().zip(case["zph_rank"].as_array().unwrap()) {
        close(&ours["statistic_value"], number(&theirs["statistic"]), 1e-7);
    }
    let steps = document["baseline"].as_array().unwrap();
    let hazards = case["baseline"]["hazard"].as_array().unwrap();
    assert_eq!(steps.len(), hazards.len());
    for (ours, theirs) in steps.iter().zip(hazards) {
        close(&ours["estimate"], number(theirs), 1e-9);
    }
    // People who read tables see the same.
    let table = run(&["--format", "csv"]).stdout;
    for name in ["concordance", "score_test", "proportional_hazards"] {
        assert!(table.contains(&format!(",{name},")), "{table}");
    }
    let withheld = run(&["--release", "--baseline", "--format", "json"]).errors();
    assert!(withheld[0]["rule"].as_str().unwrap().contains("--times"));
}

/// What lies in the data and cannot be is named with its row.
#[test]
fn impossible_times_have_their_row() {
    let folder = folder(&[
        (
            "turned.csv",
            "s,t,e,x\n0,3,1,1\n4,2,1,2\n0,5,0,3\n0,6,1,1\n",
        ),
        ("late.csv", "id,t,e\n1,5,1\n1,9,0\n1,12,1\n2,8,0\n"),
        ("negative.csv", "t,e,g\n4,1,a\n-1,1,a\n2,0,b\n"),
        (
            "once.csv",
            "t,e,x,c\n4,1,1,1\n6,1,3,1\n2,0,2,1\n5,1,4,1\n7,1,1,1\n",
        ),
        (
            "both.csv",
            "c,s,t,e,x\n1,0,9,1,1\n1,5,12,0,2\n2,0,4,1,3\n2,4,9,0,1\n3,0,20,1,2\n",
        ),
    ]);
    let rule = |args: &[&str]| {
        let ran = regtrial(&[args, &["--format", "json"]].concat());
        assert_eq!(ran.code, 2, "{}", ran.stdout);
        ran.errors()[0]["rule"].as_str().unwrap().to_owned()
    };
    let fit = |file: &str, formula: &'static str| {
        let file = path(&folder, file);
        rule(&["fit", &file, "--family", "cox", "--formula", formula])
    };
    assert!(fit("turned.csv", "Surv(s, t, e) ~ x").ends_with("not after its start in data row 2"));
    assert!(fit("once.csv", "Surv(t, e) ~ x + cluster(c)").contains("two clusters"));
    let late = path(&folder, "late.csv");
    let late = [
        "survive", &late, "--time", "t", "--event", "e", "--id", "id",
    ];
    assert!(rule(&late).starts_with("data row 3 comes after"));
    let negative = path(&folder, "negative.csv");
    let negative = ["survive", &negative, "--time", "t", "--event", "e"];
    assert!(rule(&negative).ends_with("data row 2"));
    assert!(rule(&[&negative[..], &["--rho", "-1"]].concat()).contains("--rho"));
    let once = path(&folder, "once.csv");
    let same = ["survive", &once, "--time", "t", "--event", "e"];
    let values = ["--event-value", "1", "--competing", "1"];
    assert!(rule(&[&same[..], &values].concat()).contains("--event-value"));
    let offset = ["--family", "poisson", "--formula", "c ~ x + offset(log(e))"];
    assert_eq!(
        rule(&[&["fit", &once][..], &offset].concat()),
        "column `offset(log(e))` holds an infinite value, such as the logarithm of 0, in data row 3"
    );
    let both = path(&folder, "both.csv");
    let formula = "Surv(s, t, e) ~ x + cluster(c)";
    let ran = regtrial(&["fit", &both, "--family", "cox", "--formula", formula]);
    assert!(ran.stderr.contains("overlapping_rows"), "{}", ran.stderr);
}
