//! Competing and recurrent events from the command line, against known numbers (R 4.2.2).

use crate::support::{find, folder, path, regtrial};
use serde_json::Value;

const MGUS: &str = "tests/reference/competing/mgus2.csv";

fn close(value: &Value, expected: f64, tolerance: f64) {
    let value = value.as_f64().expect("a number");
    assert!((value - expected).abs() < tolerance, "{value} {expected}");
}

#[test]
fn survive_compares_cumulative_incidences() {
    let ran = regtrial(&[
        "survive",
        MGUS,
        "--time",
        "time",
        "--event",
        "cause",
        "--event-value",
        "1",
        "--competing",
        "2",
        "--by",
        "group",
        "--times",
        "120",
        "--format",
        "json",
    ]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let document = ran.json();
    let gray = find(&document, "estimates", "cumulative_incidence", "gray");
    close(&gray["statistic_value"], 1.079_751_263_071_118, 1e-10);
    assert_eq!(gray["contrast"], "2 - 1");
    let ratio = find(
        &document,
        "estimates",
        "subdistribution_hazard_ratio",
        "fine_gray",
    );
    assert_eq!(ratio["contrast"], "2 / 1");
    assert!(ratio["estimate"].as_f64().unwrap() < 1.0);
    // The cause-specific ones stay beside them.
    find(&document, "estimates", "hazard_ratio", "log_rank");
    find(&document, "estimates", "hazard_ratio", "cox_efron");
}

#[test]
fn fit_has_a_fine_gray_family() {
    let fit = |extra: &[&str]| {
        let first = [
            "fit",
            MGUS,
            "--family",
            "fine-gray",
            "--formula",
            "Surv(time, cause) ~ group + age + hgb",
            "--format",
            "json",
        ];
        regtrial(&[&first[..], extra].concat())
    };
    let document = fit(&["--ties", "breslow"]).json();
    close(&document["terms"][0]["estimate"], -0.241_205_887_742, 1e-9);
    close(&document["terms"][0]["std_error"], 0.188_146_779_742, 1e-8);
    assert!(document["model"]["competing_events"].as_u64().unwrap() > 100);
    let ratios = fit(&["--exponentiate"]).json();
    assert_eq!(
        ratios["terms"][0]["statistic"],
        "subdistribution_hazard_ratio"
    );
    assert_eq!(fit(&["--method", "firth"]).code, 2);
    assert_eq!(fit(&["--vcov", "HC0"]).code, 2);
    // Cox's model has one kind of event.
    let cox = regtrial(&[
        "fit",
        MGUS,
        "--family",
        "cox",
        "--formula",
        "Surv(time, cause) ~ age",
    ]);
    assert_eq!(cox.code, 2);
    assert!(cox.stderr.contains("0 or 1"), "{}", cox.stderr);
}

#[test]
fn remarks_bear_the_names_of_the_users_columns() {
    let ran = regtrial(&[
        "survive",
        "tests/reference/cox/monotone.csv",
        "--time",
        "time",
        "--event",
        "event",
        "--by",
        "x",
        "--format",
        "json",
    ]);
    let document = ran.json();
    let remarks = document["diagnostics"].as_array().unwrap();
    let monotone = remarks.iter().find(|d| d["code"] == "monotone_likelihood");
    let monotone = monotone.expect("a remark");
    assert_eq!(monotone["severity"], "note");
    assert!(
        monotone["message"].as_str().unwrap().contains("x["),
        "{monotone}"
    );
}

const BLADDER: &str = "tests/reference/recurrent/bladder.csv";

fn bladder(extra: &[&str]) -> crate::support::Ran {
    let first = [
        "survive", BLADDER, "--id", "id", "--time", "time", "--event", "event", "--by", "group",
        "--format", "json",
    ];
    regtrial(&[&first[..], extra].concat())
}

#[test]
fn survive_counts_recurrent_events() {
    let ran = bladder(&["--times", "12,24", "--rates", "12"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let document = ran.json();
    let ratio = find(&document, "estimates", "rate_ratio", "lwyy");
    close(&ratio["estimate"], (-0.365_460_115_99_f64).exp(), 1e-8);
    close(&ratio["std_error"], 0.074_589_940_505_f64.sqrt(), 1e-8);
    assert_eq!(ratio["contrast"], "2 / 1");
    let curve = find(
        &document,
        "estimates",
        "mean_cumulative_count",
        "nelson_aalen",
    );
    assert_eq!(
        (&curve["group"], &curve["time"]),
        (&"1".into(), &12.0.into())
    );
    let rate = find(&document, "estimates", "rate", "poisson_exact");
    assert_eq!(rate["term"], "per 12");
    find(&document, "estimates", "rate_ratio", "conditional_exact");
    find(&document, "estimates", "rate_difference", "wald");
}

#[test]
fn groups_belong_to_people() {
    let folder = folder(&[("d.csv", "id,time,event,group\n1,3,1,a\n1,5,0,b\n2,4,0,b\n")]);
    let file = path(&folder, "d.csv");
    let ran = regtrial(&[
        "survive", &file, "--id", "id", "--time", "time", "--event", "event", "--by", "group",
        "--format", "json",
    ]);
    assert_eq!(
        (ran.code, &ran.errors()[0]["code"]),
        (2, &"column_type".into())
    );
    assert_eq!(bladder(&["--tau", "3"]).code, 2);
    assert_eq!(bladder(&["--rates", "0"]).code, 2);
}

#[test]
fn survive_gives_rates_of_first_events_too() {
    let ran = regtrial(&[
        "survive",
        "tests/reference/survival/lung.csv",
        "--time",
        "time",
        "--event",
        "event",
        "--by",
        "group",
        "--times",
        "365",
        "--rates",
        "365.25",
        "--format",
        "json",
    ]);
    let document = ran.json();
    let rate = find(&document, "estimates", "rate", "poisson_exact");
    // 112 deaths among men over 39,087 days or so: held against the data in the reference tests.
    assert!(rate["events"].as_u64().unwrap() == 112, "{rate}");
    find(&document, "estimates", "rate_ratio", "conditional_exact");
}
