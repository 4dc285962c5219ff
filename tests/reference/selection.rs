//! Tests of terms, elimination and goodness of fit against R.

use super::support::read;
use regtrial_stats::design::Design;
use regtrial_stats::formula::Formula;
use regtrial_stats::glm::{Family, Glm, TermTest, Testable};
use regtrial_tests::{COEFFICIENT, Comparison, STANDARD_ERROR, expected, number, root};
use serde_json::Value;

fn check(comparison: &mut Comparison, name: &str, ours: &TermTest, theirs: &Value) {
    let what = format!("{name} {}", ours.term);
    let value = number(&theirs["statistic_value"]);
    comparison.check(&what, ours.estimate.statistic_value, value, STANDARD_ERROR);
    comparison.check(&what, ours.estimate.df, number(&theirs["df"]), 0.0);
    let p = number(&theirs["p_value"]);
    comparison.check(&what, ours.estimate.p_value, p, STANDARD_ERROR);
}

#[test]
fn term_tests_elimination_and_goodness_of_fit_agree() {
    let mut comparison = Comparison::default();
    for case in expected("selection")["cases"].as_array().unwrap() {
        let name = case["name"].as_str().unwrap();
        let file = root()
            .join("tests/reference/selection")
            .join(case["data"].as_str().unwrap());
        let formula = Formula::parse(case["formula"].as_str().unwrap()).unwrap();
        let design = Design::new(&formula, &read(&file)).unwrap();
        let family = match case["family"].as_str().unwrap() {
            "gaussian" => Family::Gaussian,
            "binomial" => Family::Binomial,
            _ => Family::Poisson,
        };
        let glm = Glm::new(family);
        let model = Testable::Glm(glm.clone());
        let tests = model.term_tests(&formula, &design).unwrap();
        let theirs = case["tests"].as_array().unwrap();
        assert_eq!(tests.len(), theirs.len(), "{name}");
        for (ours, theirs) in tests.iter().zip(theirs) {
            assert_eq!(ours.term, theirs["term"].as_str().unwrap());
            check(&mut comparison, name, ours, theirs);
        }
        let keep: Vec<String> = case["keep"]
            .as_array()
            .unwrap()
            .iter()
            .map(|term| term.as_str().unwrap().to_owned())
            .filter(|term| term != "none")
            .collect();
        let threshold = number(&case["threshold"]);
        let elimination = model
            .eliminate(&formula, &design, threshold, &keep)
            .unwrap();
        let steps = case["elimination"]["steps"].as_array().unwrap();
        assert_eq!(elimination.steps.len(), steps.len(), "{name}");
        for (ours, theirs) in elimination.steps.iter().zip(steps) {
            assert_eq!(ours.removed.term, theirs["removed"].as_str().unwrap());
            check(&mut comparison, name, &ours.removed, theirs);
            comparison.check(name, ours.removed.aic, number(&theirs["aic"]), 1e-9);
        }
        let fit = glm.fit(&elimination.design).unwrap();
        let estimates = case["elimination"]["estimates"].as_array().unwrap();
        assert_eq!(estimates.len(), fit.coef().len(), "{name}");
        for (ours, theirs) in fit.coef().iter().zip(estimates) {
            comparison.check(name, *ours, number(theirs), COEFFICIENT);
        }
        let goodness = glm.fit(&design).unwrap().hosmer_lemeshow(10);
        let theirs = &case["hosmer_lemeshow"];
        if theirs.is_null() {
            assert!(goodness.is_err());
        } else {
            let ours = goodness.unwrap();
            let value = number(&theirs["statistic_value"]);
            comparison.check(name, ours.statistic_value, value, STANDARD_ERROR);
            comparison.check(name, ours.df, number(&theirs["df"]), 0.0);
            comparison.check(
                name,
                ours.p_value,
                number(&theirs["p_value"]),
                STANDARD_ERROR,
            );
        }
    }
    comparison.finish(100);
}

#[test]
fn an_elimination_is_asked_for_sensibly() {
    let data = read(&root().join("tests/reference/glm/nsw_employed.csv"));
    let model = Testable::Glm(Glm::new(Family::Binomial));
    let run = |text: &str, threshold: f64, keep: &str| {
        let formula = Formula::parse(text).unwrap();
        let design = Design::new(&formula, &data).unwrap();
        model.eliminate(&formula, &design, threshold, &[keep.to_owned()])
    };
    assert!(run("employed ~ treat + age", 1.5, "treat").is_err());
    assert!(run("employed ~ treat + age", 0.1, "nobody").is_err());
    assert!(run("employed ~ treat + age - 1", 0.1, "treat").is_err());
    let everything = run("employed ~ treat + age", 0.1, "treat").unwrap();
    assert_eq!(everything.kept, ["treat"]);
}
