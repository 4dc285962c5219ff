//! Robust errors of a plan's regressions against R's sandwich.

use regtrial::prelude::*;
use regtrial::results::Record;
use regtrial_tests::{COEFFICIENT, Comparison, STANDARD_ERROR, expected, number, root};

const MODELS: [(&str, &str); 3] = [
    ("employed_logit", "employed"),
    ("employed_poisson", "employed"),
    ("re78_full", "re78"),
];

fn plan(analysis: &str, outcome: &str) -> Result<Plan, String> {
    let people = root().join("tests/reference/glm/nsw_employed.csv");
    let source = match outcome {
        "re78" => "[outcomes.re78]\ncolumn = \"re78\"\n",
        _ => "[outcomes.employed]\ncolumn = \"employed\"\n",
    };
    let plan = format!(
        "[study]\nname = \"t\"\ndesign = \"cohort\"\n[people]\nfile = {people:?}\n{source}\
         [analyses.model]\noutcome = \"{outcome}\"\n{analysis}"
    );
    Plan::parse(&root().join("study.toml"), plan).map_err(|error| error.to_string())
}

#[test]
fn robust_errors_of_a_plan_agree_with_r() {
    let cases = expected("glm");
    let mut comparison = Comparison::default();
    for (name, outcome) in MODELS {
        let mut listed = cases["cases"].as_array().unwrap().iter();
        let case = listed.find(|case| case["name"] == name).unwrap();
        let (formula, family) = (
            case["formula"].as_str().unwrap(),
            case["family"].as_str().unwrap(),
        );
        for kind in ["HC0", "HC1", "HC2", "HC3"] {
            let analysis =
                format!("formula = \"{formula}\"\nfamily = \"{family}\"\nvcov = \"{kind}\"\n");
            let study = Study::load(plan(&analysis, outcome).unwrap()).unwrap();
            let results = study.run().unwrap();
            let listed = results.catalogue.analyses.iter().find(|a| a.key == "model");
            let told = listed.is_some_and(|a| a.notes[1].contains(&format!("{kind} errors")));
            assert!(told, "{name} {kind}");
            for term in case["terms"].as_array().unwrap() {
                let is = |r: &&Record| {
                    r.analysis == "model"
                        && r.statistic == "coefficient"
                        && term["term"] == r.term.as_str()
                };
                let own = results.records.iter().find(is).unwrap();
                let what = format!("{name} {kind} {}", own.term);
                comparison.check(&what, own.estimate, number(&term["estimate"]), COEFFICIENT);
                let theirs = &term["robust_std_error"][kind];
                comparison.check(&what, own.std_error, number(theirs), STANDARD_ERROR);
            }
        }
    }
    comparison.finish(150);
}

#[test]
fn robust_errors_do_not_go_with_firth() {
    let analysis = "formula = \"employed ~ treat\"\nmethod = \"firth\"\nvcov = \"HC3\"\n";
    let error = plan(analysis, "employed").map(|_| ()).unwrap_err();
    assert!(error.contains("profile intervals"), "{error}");
    let wrong = "formula = \"employed ~ treat\"\nvcov = \"HC9\"\n";
    assert!(plan(wrong, "employed").is_err());
}
