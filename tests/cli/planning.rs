//! Rare events pooled by their likelihood, simulated power, power curves, and minimisation replayed.

use crate::support::{find, folder, path, regtrial};
use serde_json::Value;

fn close(value: &Value, expected: f64, tolerance: f64) {
    let value = value.as_f64().expect("a number");
    assert!((value - expected).abs() < tolerance, "{value} {expected}");
}

fn words(text: &str) -> Vec<&str> {
    text.split_whitespace().collect()
}

fn rule(ran: &crate::support::Ran) -> String {
    assert_eq!(ran.code, 2, "{}", ran.stdout);
    ran.errors()[0]["rule"].as_str().unwrap().to_owned()
}

const CATHETERS: &str = "meta tests/reference/meta_mixed/nielweise2007.csv --events-treated a --total-treated n1 --events-control c --total-control n2 --format json";

#[test]
fn meta_pools_rare_events_by_their_likelihood() {
    let run = |extra: &str| regtrial(&[words(CATHETERS), words(extra)].concat());
    let ran = run("--model conditional-hypergeometric");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let document = ran.json();
    // R's metafor: -1.3532 (0.3510), tau2 0.6935.
    let pooled = &document["estimates"][0];
    assert_eq!(pooled["method"], "conditional_hypergeometric");
    assert_eq!(pooled["statistic"], "odds_ratio");
    close(&pooled["estimate"], (-1.353_158_125_f64).exp(), 1e-8);
    close(&pooled["std_error"], 0.351_040_329, 1e-7);
    close(&document["heterogeneity"]["tau2"], 0.693_457_804, 1e-7);
    assert_eq!(document["heterogeneity"]["df"], 16.0);
    assert_eq!(document["n_studies"], 17);
    assert_eq!(document["diagnostics"][0]["code"], "no_information");
    find(&document, "estimates", "odds_ratio", "mantel_haenszel");
    let common = run("--model fixed-studies --tau2 common --leave-one-out").json();
    assert_eq!(common["tau2"], "common");
    assert!(common["heterogeneity"]["tau2"].is_null());
    assert_eq!(common["leave_one_out"].as_array().unwrap().len(), 17);
    // The first study has no event in its treated arm: no odds ratio yet, and that is said.
    let growing = run("--model conditional-hypergeometric --cumulative").json();
    assert_eq!(growing["cumulative"].as_array().unwrap().len(), 16);
    let said = growing["diagnostics"].as_array().unwrap();
    assert!(
        said.iter()
            .any(|note| note["code"] == "no_estimate" && note["term"] == "to study 1")
    );
    // Catheters are rarely infected; employment is not rare.
    assert!(
        run("--model conditional-binomial").json()["diagnostics"]
            .as_array()
            .unwrap()
            .len()
            == 1
    );
    let ips = "meta data-samples/published/evidence/ips-trials.csv --events-treated events_ips --total-treated n_ips --events-control events_control --total-control n_control --model conditional-binomial --format json";
    let ips = regtrial(&words(ips));
    assert_eq!(
        (ips.code, &ips.json()["diagnostics"][0]["code"]),
        (1, &"events_not_rare".into())
    );
    for wrong in [
        "--measure risk-ratio",
        "--tau2 dl",
        "--test hartung-knapp",
        "--moderators n1 --robust --study a",
    ] {
        rule(&run(&format!("--model random-studies {wrong}")));
    }
    assert!(rule(&run("--tau2 ml")).contains("--tau2 ml"));
    assert!(rule(&run("--test t")).contains("--test t"));
}

#[test]
fn meta_explains_rare_events_by_moderators() {
    let run = |extra: &str| regtrial(&[words(CATHETERS), words(extra)].concat());
    let document = run("--model conditional-binomial --test t --moderators n2").json();
    assert_eq!(document["test"], "t");
    let found = &document["heterogeneity"];
    // lme4's deviance, profiled.
    close(&found["tau2_low"], 0.0, 1e-12);
    close(&found["tau2"], 0.600_67, 1e-4);
    close(&found["tau2_high"], 3.023_58, 1e-3);
    let regression = &document["meta_regression"];
    assert_eq!(regression["terms"].as_array().unwrap().len(), 2);
    assert_eq!(regression["terms"][1]["term"], "n2");
    // Seventeen studies say something, and there are two coefficients.
    assert_eq!(regression["n"], 17);
    assert_eq!(regression["terms"][1]["df"], 15.0);
    assert_eq!(regression["moderators"]["denominator_df"], 15.0);
    assert_eq!(regression["residual"]["df"], 15.0);
    assert!(regression.get("r2").is_none() && regression["log_likelihood"].is_number());
}

#[test]
fn meta_says_where_rare_events_have_no_odds_ratio() {
    let folder = folder(&[
        ("none.csv", "a,n1,c,n2\n0,40,3,41\n0,55,1,50\n0,60,2,61\n"),
        ("silent.csv", "a,n1,c,n2\n0,40,0,41\n0,55,0,50\n"),
        ("more.csv", "a,n1,c,n2\n5,4,1,41\n1,55,2,50\n"),
    ]);
    for (file, said) in [
        ("none.csv", "too few events"),
        ("silent.csv", "at least one"),
        ("more.csv", "events cannot exceed the total"),
    ] {
        let file = path(&folder, file);
        let start = CATHETERS.replace("tests/reference/meta_mixed/nielweise2007.csv", &file);
        for model in [
            "conditional-hypergeometric",
            "conditional-binomial",
            "fixed-studies",
            "random-studies",
        ] {
            let ran = regtrial(&[words(&start), vec!["--model", model]].concat());
            assert!(rule(&ran).contains(said), "{}", ran.stderr);
        }
    }
}

#[test]
fn power_is_simulated_for_every_design() {
    let run = |arguments: &str| {
        let all = format!("power {arguments} --simulate 200 --seed 3 --format json");
        regtrial(&words(&all))
    };
    for (design, analysis) in [
        (
            "two-proportions --control 0.5 --treated 0.5 --non-inferiority 0.2 --power 0.8 --alpha 0.025",
            "miettinen_nurminen",
        ),
        (
            "two-proportions --control 0.2 --treated 0.5 --power 0.8 --cluster-size 10 --icc 0.05",
            "cluster_robust",
        ),
        ("two-means --difference 0.5 --sd 1 --power 0.8", "student"),
        (
            "two-means --difference 0.5 --sd 1 --power 0.8 --baselines 1 --correlation 0.5 --attrition 0.1",
            "ancova",
        ),
        ("ranks --probability 0.7 --power 0.8", "mann_whitney"),
        (
            "log-rank --hazard-ratio 0.5 --events-control 0.75 --events-treated 0.5 --power 0.8",
            "log_rank",
        ),
    ] {
        let ran = run(design);
        assert_eq!(ran.code, 0, "{design} {}", ran.stderr);
        let simulated = &ran.json()["simulated"];
        assert_eq!(simulated["analysis"], analysis);
        let power = simulated["power"].as_f64().unwrap();
        // Four Monte Carlo errors of 200 trials, and what the formulas leave out.
        assert!((power - 0.8).abs() < 0.15, "{design} {power}");
    }
    let wrong = "two-means --difference 0.5 --sd 1 --power 0.8 --analysis fisher";
    assert!(rule(&run(wrong)).contains("welch"));
}

#[test]
fn simulated_power_is_the_same_at_any_number_of_threads() {
    let command = "power two-means --difference 0.5 --sd 1 --n-treated 60 --n-control 60 --cluster-size 6 --icc 0.1 --simulate 300 --seed 8 --format json";
    let run = |threads: &str| {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_regtrial"))
            .args(words(command))
            .env("RAYON_NUM_THREADS", threads)
            .output();
        output.unwrap().stdout
    };
    let one = run("1");
    assert!(!one.is_empty());
    assert_eq!(one, run("5"));
}

#[test]
fn power_curves_are_drawn_with_their_points() {
    let folder = folder(&[]);
    let [svg, png, csv] = ["p.svg", "p.png", "p.csv"].map(|name| path(&folder, name));
    let start = "power two-proportions --control 0.2 --treated 0.4 --power 0.9";
    let all = format!("{start} --lines 0.35,0.45 --curve {svg} --curve {png} --curve {csv}");
    let ran = regtrial(&words(&all));
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(std::fs::read_to_string(&svg).unwrap().starts_with("<svg"));
    assert!(std::fs::read(&png).unwrap().starts_with(b"\x89PNG"));
    let points = std::fs::read_to_string(&csv).unwrap();
    assert!(points.starts_with("line,n_total,effect,power\n0.4"));
    for line in ["0.4,", "0.35,", "0.45,", "planned,"] {
        assert!(
            points.lines().any(|point| point.starts_with(line)),
            "{line}"
        );
    }
    // A point is what the command itself says of that size.
    let even = |point: &&str| point.split(',').nth(1).is_some_and(|n| n.ends_with("0"));
    let point: Vec<&str> = points.lines().find(even).unwrap().split(',').collect();
    let n: u64 = point[1].parse().unwrap();
    let (treated, control) = (n / 2, n / 2);
    let ask = format!(
        "power two-proportions --control 0.2 --treated 0.4 --n-treated {treated} --n-control {control} --format json"
    );
    close(
        &regtrial(&words(&ask)).json()["power"],
        point[3].parse().unwrap(),
        1e-12,
    );
    let effect = format!("{start} --over effect --lines 100 --curve {csv}");
    assert_eq!(regtrial(&words(&effect)).code, 0);
    let points = std::fs::read_to_string(&csv).unwrap();
    assert!(
        points
            .lines()
            .any(|point| point.starts_with("100 people,100,"))
    );
    for wrong in [
        "--curve p.pdf",
        "--curve p.svg --range 9 3",
        "--curve p.svg --lines 1.4",
        "--curve p.svg --lines nan",
        "--curve p.svg --over effect --lines 0.4",
        "--over effect",
    ] {
        let ran = regtrial(&words(&format!("{start} --format json {wrong}")));
        assert_eq!(ran.code, 2, "{wrong}");
    }
}

const PEOPLE: &str = "id,site,sex,arm,y\n1,a,f,T,5\n2,b,f,C,2\n3,a,m,C,1\n4,b,m,T,\n5,a,f,C,3\n6,b,f,T,6\n7,a,m,T,4\n8,b,m,C,2\n";

#[test]
fn compare_replays_minimisation() {
    let folder = folder(&[
        ("d.csv", PEOPLE),
        ("tie.csv", &PEOPLE.replace("\n8,", "\n7,")),
        ("gap.csv", &PEOPLE.replace("3,a,m", "3,,m")),
    ]);
    let run = |file: &str, extra: &str| {
        let file = path(&folder, file);
        let all = format!(
            "compare {file} --outcome y --arm arm --reference C --type continuous --permutations 999 --seed 1 --format json {extra}"
        );
        regtrial(&words(&all))
    };
    let rule_of = |file: &str, extra: &str| rule(&run(file, extra));
    let ran = run("d.csv", "--minimise site,sex=2 --order id");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let document = ran.json();
    let test = find(&document, "estimates", "mean_difference", "permutation");
    close(&test["estimate"], 3.0, 1e-12);
    let p = test["p_value"].as_f64().unwrap();
    assert!((0.001..1.0).contains(&p));
    // The head says all that shapes the permutation, the record its error.
    assert_eq!(test["replicates"], 999);
    close(
        &test["monte_carlo_error"],
        (p * (1.0 - p) / 999.0).sqrt(),
        1e-12,
    );
    let rule = &document["minimisation"];
    assert_eq!(rule["factors"], serde_json::json!(["site", "sex=2"]));
    assert_eq!(
        (&rule["order"], &rule["imbalance"]),
        (&"id".into(), &"range".into())
    );
    assert_eq!(rule["best_probability"], 0.8);
    assert_eq!(run("d.csv", "--within site").json()["within"], "site");
    // Another rule, another distribution.
    let other = run(
        "d.csv",
        "--minimise site,sex=2 --order id --best-probability 0.5",
    );
    let other = other.json();
    assert_ne!(
        find(&other, "estimates", "mean_difference", "permutation")["p_value"],
        test["p_value"]
    );
    assert!(rule_of("tie.csv", "--minimise site --order id").contains("two people"));
    assert!(rule_of("gap.csv", "--minimise site --order id").contains("`site` is missing"));
    assert!(rule_of("d.csv", "--minimise town --order id").contains("town"));
    assert!(rule_of("d.csv", "--minimise site --order when").contains("when"));
    assert!(rule_of("d.csv", "--minimise site=0 --order id").contains("weight"));
    assert!(
        rule_of("d.csv", "--minimise site --order id --best-probability 1.2")
            .contains("probability")
    );
    assert!(
        rule_of("d.csv", "--minimise site --order id --allocation 1,1,1")
            .contains("3 shares for 2 arms")
    );
    assert!(rule_of("d.csv", "--minimise sex --order y --best-probability 1").contains("missing"));
    assert_eq!(
        run("d.csv", "--minimise site").code,
        2,
        "an order is needed"
    );
    assert_eq!(
        run("d.csv", "--minimise site --order id --within sex").code,
        2
    );
}

#[test]
fn fit_finds_a_maximum_at_the_edge_of_its_link() {
    let fit = "fit tests/reference/edge/additive.csv --formula y~arm+age --family binomial --link identity --format json";
    let ran = regtrial(&words(fit));
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    let document = ran.json();
    close(&document["terms"][1]["estimate"], 0.146_065_264_4, 1e-8);
    assert!(document["terms"][1]["std_error"].is_null());
    assert_eq!(document["diagnostics"][0]["code"], "edge_of_link");
}
